//! Rules as pages: all that is known of a rule comes from its one file.

use super::plain::{plain, plain_lines};
use super::text::heading;
use crate::rules::{Grade, Rule};
use serde_json::json;

/// One line for each rule.
#[must_use]
pub fn list(rules: &[Rule]) -> String {
    rules
        .iter()
        .map(|rule| {
            format!(
                "{}  {:<8}  {}\n",
                rule.id,
                rule.severity.word(),
                plain(&rule.title)
            )
        })
        .collect()
}

/// The rules as one JSON document.
#[must_use]
pub fn list_json(rules: &[Rule]) -> String {
    let reference = |one: &crate::rules::Reference| json!({"title": one.title, "url": one.url});
    let grade = |one: &Grade| json!({"match": one.written, "severity": one.severity.word()});
    let rule = |rule: &Rule| {
        json!({
            "id": rule.id, "title": rule.title, "severity": rule.severity.word(), "precision": rule.precision.word(),
            "severities": rule.severities.iter().map(grade).collect::<Vec<_>>(),
            "tags": rule.tags, "references": rule.references.iter().map(reference).collect::<Vec<_>>(),
            "help": rule.help, "remediation": rule.advice.text, "paste": rule.advice.paste, "file": rule.path,
        })
    };
    let document =
        json!({"schema": "crosspeer.rules/1", "rules": rules.iter().map(rule).collect::<Vec<_>>()});
    serde_json::to_string_pretty(&document).unwrap_or_default() + "\n"
}

/// A rule's help as Markdown: why, what to do, something to paste, where the demand comes from.
#[must_use]
pub fn markdown(rule: &Rule) -> String {
    let mut out = format!(
        "{}\n\n**Remedy**: {}\n\n```\n{}\n```\n",
        rule.help.trim_end(),
        prose(&rule.advice.text),
        paste(&rule.advice.paste)
    );
    for case in &rule.cases {
        out.push_str(&format!(
            "\n**Where `{}`**: {}\n",
            case.written,
            prose(&case.advice.text)
        ));
    }
    if !rule.references.is_empty() {
        out.push_str("\n**References**\n\n");
        out.extend(
            rule.references
                .iter()
                .map(|one| format!("- [{}]({})\n", one.title, one.url)),
        );
    }
    out
}

/// A template as a reader sees it: doubled braces once, and what is filled in between `open` and `close`.
fn filled(template: &str, open: &str, close: &str) -> String {
    let mut out = String::with_capacity(template.len());
    let mut rest = template;
    while let Some(at) = rest.find(['{', '}']) {
        let (before, from) = rest.split_at(at);
        out.push_str(before);
        let doubled = ["{{", "}}"].iter().find(|own| from.starts_with(**own));
        let name = from.strip_prefix('{').and_then(|own| own.split_once('}'));
        rest = match (doubled, name) {
            (Some(brace), _) => {
                out.push_str(brace.get(1..).unwrap_or_default());
                from.get(2..).unwrap_or_default()
            }
            (None, Some((name, after))) => {
                out.push_str(&format!("{open}{name}{close}"));
                after
            }
            (None, None) => {
                out.push_str(from);
                ""
            }
        };
    }
    out + rest
}

/// The same between other words: as code, for a browser takes `<name>` for an element.
fn prose(template: &str) -> String {
    filled(template, "`<", ">`")
}

/// The same to paste.
fn paste(template: &str) -> String {
    filled(template.trim_end(), "<", ">")
}

/// A rule as a page for the terminal.
#[must_use]
pub fn page(rule: &Rule) -> String {
    let head = heading(&plain(&format!("{}: {}", rule.id, rule.title)));
    let about = format!(
        "severity {}, precision {}, tags {}",
        plain(&grades(rule)),
        rule.precision.word(),
        plain(&rule.tags.join(", "))
    );
    format!("{head}\n{about}\n\n{}", plain_lines(&markdown(rule)))
}

/// How bad findings are: `high; medium where {refused: true}`.
fn grades(rule: &Rule) -> String {
    let table = rule.severities.iter();
    let table = table.map(|grade| format!("; {} where `{}`", grade.severity.word(), grade.written));
    format!("{}{}", rule.severity.word(), table.collect::<String>())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::builtin;

    const PAGE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/rules.md");

    /// All rules on one page, each under its id.
    fn all(rules: &[Rule]) -> String {
        let mut out = "# Rules\n\nEach rule is one file of `rules/`: what it matches, its words, its remedy, and examples that are run as \
            tests. This page is made from those files; `crosspeer rules show CP101` prints one of them. [Writing rules](writing-rules.md) says how to \
            write one of your own, which `--rules DIR` adds.\n\n| rule | severity | precision | finds |\n|---|---|---|---|\n"
            .to_owned();
        out.extend(rules.iter().map(|rule| {
            let (id, anchor) = (&rule.id, rule.id.to_ascii_lowercase());
            let (severity, precision) = (grades(rule), rule.precision.word());
            format!(
                "| [{id}](#{anchor}) | {severity} | {precision} | {} |\n",
                rule.title
            )
        }));
        out.extend(rules.iter().map(|rule| {
            format!(
                "\n## {}\n\n**{}**\n\n{}",
                rule.id,
                rule.title,
                markdown(rule)
            )
        }));
        out
    }

    #[test]
    fn what_is_filled_in_is_told_from_braces() {
        let template = "in {policy}: {{protocol: {protocol}, port: {port}}} and }} {";
        assert_eq!(
            paste(template),
            "in <policy>: {protocol: <protocol>, port: <port>} and } {"
        );
        assert_eq!(prose("in {policy}, name"), "in `<policy>`, name");
    }

    #[test]
    fn the_page_of_rules_is_made_from_their_files() {
        let made = all(&builtin().unwrap());
        if std::env::var_os("CROSSPEER_WRITE_DOCS").is_some() {
            std::fs::write(PAGE, made).unwrap();
        } else {
            let held = std::fs::read_to_string(PAGE).unwrap();
            assert!(
                made == held,
                "docs/rules.md differs from the rules: run this test with CROSSPEER_WRITE_DOCS=1"
            );
        }
    }
}
