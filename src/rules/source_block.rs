//! What one block of a source declares: things that differ only by the keys of `count` and `for_each`.

/// A name without the keys of its instances: `module.env["prod"].aws_subnet.a[0]` is `module.env.aws_subnet.a`. Whoever mends
/// one of them mends the block, and so all.
pub(super) fn source_block(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut rest = name;
    while let Some((text, after)) = rest.split_once('[') {
        out.push_str(text);
        let Some(length) = key_length(after) else {
            out.push('[');
            rest = after;
            continue;
        };
        rest = after.get(length..).unwrap_or_default();
    }
    out.push_str(rest);
    out
}

/// How many bytes a key takes with its closing bracket; none where it is no key: a number, or a text in quotes.
fn key_length(after: &str) -> Option<usize> {
    let Some(quoted) = after.strip_prefix('"') else {
        let digits = after.find(|c: char| !c.is_ascii_digit())?;
        let closes = after.get(digits..)?.starts_with(']');
        return (digits > 0 && closes).then_some(digits + 1);
    };
    let mut escaped = false;
    for (at, letter) in quoted.char_indices() {
        match letter {
            _ if escaped => escaped = false,
            '\\' => escaped = true,
            '"' => return quoted.get(at + 1..)?.starts_with(']').then_some(at + 3),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::source_block;

    #[test]
    fn keys_of_instances_are_left_out() {
        for (name, expected) in [
            ("aws_vpc.a", "aws_vpc.a"),
            ("aws_vpc.a[0]", "aws_vpc.a"),
            (
                r#"module.env["prod"].aws_vpc.a[12]"#,
                "module.env.aws_vpc.a",
            ),
            (r#"aws_vpc.a["x]y\"z"]"#, "aws_vpc.a"),
            (
                r#"default group of aws_vpc.a["ü"] (main.tf)"#,
                "default group of aws_vpc.a (main.tf)",
            ),
            ("a[b] c[", "a[b] c["),
            (r#"a["open"#, r#"a["open"#),
        ] {
            assert_eq!(source_block(name), expected, "{name}");
        }
    }
}
