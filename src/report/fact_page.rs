//! The page of the facts that rules may look at, made from their declarations.

use crate::rules::{FACT_KINDS, FactKind, Field, Holds};

const HEAD: &str = "# Facts: what rules look at

This page is made from the declarations of the facts. `docs/writing-rules.md` says how rules compare them. *Printed only* are
fields for messages, which no condition may name.
";

/// The page as Markdown.
#[must_use]
pub fn facts() -> String {
    let kinds = FACT_KINDS.iter().map(|kind| kind_of(kind));
    format!("{HEAD}{}", kinds.collect::<String>())
}

fn kind_of(kind: &FactKind) -> String {
    format!(
        "\n## `{}`\n\n{}.\n\n{}",
        kind.name,
        capital(kind.about),
        table(kind.fields)
    )
}

fn table(fields: &[Field]) -> String {
    let rows = fields.iter().map(row);
    let mut out = format!(
        "| field | holds | means |\n|---|---|---|\n{}",
        rows.collect::<String>()
    );
    for field in fields {
        if let Holds::Items(inner) = field.holds {
            out.push_str(&format!("\nEach of `{}`:\n\n{}", field.name, table(inner)));
        }
    }
    out
}

fn row(field: &Field) -> String {
    format!(
        "| `{}` | {} | {} |\n",
        field.name,
        holds(field.holds),
        field.about.replace('|', "\\|")
    )
}

fn holds(holds: Holds) -> String {
    match holds {
        Holds::Word(words) => {
            let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
            words.join(", ")
        }
        Holds::Flag => "`true`, `false`".to_owned(),
        Holds::Name | Holds::Term => "a name".to_owned(),
        Holds::Number => "a number".to_owned(),
        Holds::Names => "names".to_owned(),
        Holds::Addresses => "addresses".to_owned(),
        Holds::Traffic => "protocols and ports".to_owned(),
        Holds::Items(_) => "things with fields".to_owned(),
        Holds::Phrase => "*printed only*".to_owned(),
    }
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    let first = letters
        .next()
        .map(|letter| letter.to_uppercase().to_string());
    first.unwrap_or_default() + letters.as_str()
}

#[cfg(test)]
mod tests {
    use super::facts;

    #[test]
    fn the_page_of_facts_is_made_from_their_declarations() {
        let page = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/facts.md");
        if std::env::var_os("CROSSPEER_WRITE_DOCS").is_some() {
            std::fs::write(page, facts()).unwrap();
        }
        assert!(
            std::fs::read_to_string(page).unwrap_or_default() == facts(),
            "docs/facts.md differs from the facts: run this test with CROSSPEER_WRITE_DOCS=1"
        );
    }
}
