//! Terraform configuration of values that the input chose: quoted, and never evaluated.

/// A text in quotes, in which neither `${` nor `%{` begins anything.
pub(super) fn text(value: &str) -> String {
    let quoted = serde_json::Value::from(value).to_string();
    quoted.replace("${", "$${").replace("%{", "%%{")
}

/// A list of texts.
pub(super) fn list<S: AsRef<str>>(values: &[S]) -> String {
    let values: Vec<String> = values.iter().map(|own| text(own.as_ref())).collect();
    format!("[{}]", values.join(", "))
}

/// An attribute of the resource with an address. What stands in a module can only be handed over: by a variable.
pub(super) fn attribute(address: &str, attribute: &str) -> Option<String> {
    if address.starts_with("module.") {
        return Some(format!("var.crosspeer_ids[{}]", text(address)));
    }
    Some(format!("{}.{attribute}", resource(address)?))
}

/// Says the variable of [`attribute`], where a file uses it.
pub(super) fn with_variables(text: String) -> String {
    if !text.contains("var.crosspeer_ids[") {
        return text;
    }
    format!(
        "{text}\n# Ids of resources inside of modules, by their addresses: hand them over from the modules' outputs.\n\
         variable \"crosspeer_ids\" {{\n  type = map(string)\n}}\n"
    )
}

/// An address of the root module, written anew so that nothing in a key is evaluated; none for what is no such address.
fn resource(address: &str) -> Option<String> {
    let (path, key) = match address.split_once('[') {
        None => (address, String::new()),
        Some((path, rest)) => (path, key(rest.strip_suffix(']')?)?),
    };
    let names: Vec<&str> = path.split('.').collect();
    let is_name = |name: &&str| {
        let part = |c: char| c.is_ascii_alphanumeric() || c == '_' || c == '-';
        !name.is_empty() && name.chars().all(part)
    };
    let whole = matches!(names.as_slice(), [_, _] | ["data", _, _]);
    (whole && names.iter().all(is_name)).then(|| format!("{path}{key}"))
}

fn key(key: &str) -> Option<String> {
    if !key.is_empty() && key.chars().all(|c| c.is_ascii_digit()) {
        return Some(format!("[{key}]"));
    }
    let key: String = serde_json::from_str(key).ok()?;
    Some(format!("[{}]", text(&key)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_the_input_chose_is_text_and_nothing_else() {
        assert_eq!(text("a\"${b}\n%{c}"), r#""a\"$${b}\n%%{c}""#);
        let of = |address: &str| attribute(address, "id");
        assert_eq!(of("aws_a.b").as_deref(), Some("aws_a.b.id"));
        assert_eq!(of("data.aws_a.b[0]").as_deref(), Some("data.aws_a.b[0].id"));
        let hostile = r#"aws_a.b["${file(\"/x\")}"]"#;
        assert_eq!(
            of(hostile).as_deref(),
            Some(r#"aws_a.b["$${file(\"/x\")}"].id"#)
        );
        for wrong in [
            "aws_a.b in aws_c.d",
            "aws_a",
            "aws_a.b.c",
            "aws_a.b[\"x",
            "a b.c",
            "aws_a.b\n.c",
        ] {
            assert_eq!(of(wrong), None, "{wrong}");
        }
        assert_eq!(
            of("module.m.aws_a.b").as_deref(),
            Some(r#"var.crosspeer_ids["module.m.aws_a.b"]"#)
        );
        assert!(
            with_variables("var.crosspeer_ids[x]".to_owned())
                .contains("variable \"crosspeer_ids\"")
        );
    }
}
