//! Addresses of resource instances and traversals in references, read by their grammar: instance keys may hold dots,
//! quotes, brackets and slashes (`module.net["a.b"].aws_route.this["10.0.0.0/16"]`).

use super::mode::Mode;
use std::fmt::{self, Write as _};

/// Key of one instance of a block with `count` or `for_each`.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Key {
    /// The block has neither.
    #[default]
    None,
    /// `count`: from 0.
    Number(u64),
    /// `for_each`.
    Text(String),
}

impl Key {
    /// Reads what [`Key`] displays; [`Key::None`] of anything else.
    #[must_use]
    pub fn parse(text: &str) -> Key {
        steps(text).map_or(Key::None, |steps| instance_key(&steps).0)
    }
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Key::None => Ok(()),
            Key::Number(number) => write!(f, "[{number}]"),
            Key::Text(text) => write!(f, "[\"{}\"]", escaped(text)),
        }
    }
}

/// A text as it stands between quotes in an address: HCL's escapes (terraform `internal/addrs/instance_key.go`).
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text.chars().peekable();
    while let Some(c) = rest.next() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            '\t' => out.push_str("\\t"),
            '$' | '%' if rest.peek() == Some(&'{') => out.extend([c, c]),
            other => out.push(other),
        }
    }
    out
}

/// One step of a module path: the call's name, and which of its instances.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Call {
    /// Name of the `module` block.
    pub name: String,
    /// Which instance.
    pub key: Key,
}

/// The path of a module instance from the root, which is the empty path.
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ModulePath(pub Vec<Call>);

impl fmt::Display for ModulePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (n, Call { name, key }) in self.0.iter().enumerate() {
            if n > 0 {
                f.write_char('.')?;
            }
            write!(f, "module.{name}{key}")?;
        }
        Ok(())
    }
}

/// Address of one resource instance.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Address {
    /// The module instance that holds it.
    pub module: ModulePath,
    /// `resource` or `data`.
    pub mode: Mode,
    /// Type: `aws_subnet`.
    pub kind: String,
    /// Name in the configuration.
    pub name: String,
    /// Which instance.
    pub key: Key,
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if !self.module.0.is_empty() {
            write!(f, "{}.", self.module)?;
        }
        if self.mode == Mode::Data {
            f.write_str("data.")?;
        }
        write!(f, "{}.{}{}", self.kind, self.name, self.key)
    }
}

/// One step of a traversal: `.name`, or `[key]`.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Step {
    /// An attribute, or the first name.
    Name(String),
    /// A constant index.
    Key(Key),
}

impl Step {
    /// The name, where it is one.
    #[must_use]
    pub fn name(&self) -> Option<&str> {
        match self {
            Step::Name(name) => Some(name),
            Step::Key(_) => None,
        }
    }
}

impl Address {
    /// Reads an address of a resource instance. None where the text is no such address.
    #[must_use]
    pub fn parse(text: &str) -> Option<Address> {
        let steps = steps(text)?;
        let (module, rest) = module_path(&steps);
        let (address, rest) = resource(module, rest)?;
        rest.is_empty().then_some(address)
    }
}

/// Reads a resource's type, name and instance key off the front of a traversal; what follows is the attribute path.
#[must_use]
pub fn resource(module: ModulePath, steps: &[Step]) -> Option<(Address, &[Step])> {
    let (mode, steps) = match steps {
        [Step::Name(data), rest @ ..] if data == "data" => (Mode::Data, rest),
        _ => (Mode::Managed, steps),
    };
    let [Step::Name(kind), Step::Name(name), rest @ ..] = steps else {
        return None;
    };
    let (key, rest) = instance_key(rest);
    Some((
        Address {
            module,
            mode,
            kind: kind.clone(),
            name: name.clone(),
            key,
        },
        rest,
    ))
}

/// Splits an instance key off the front of what follows a block's name.
#[must_use]
pub fn instance_key(steps: &[Step]) -> (Key, &[Step]) {
    match steps {
        [Step::Key(key), rest @ ..] => (key.clone(), rest),
        _ => (Key::None, steps),
    }
}

fn module_path(mut steps: &[Step]) -> (ModulePath, &[Step]) {
    let mut path = ModulePath::default();
    while let [Step::Name(word), Step::Name(name), rest @ ..] = steps {
        if word != "module" {
            break;
        }
        let (key, rest) = instance_key(rest);
        path.0.push(Call {
            name: name.clone(),
            key,
        });
        steps = rest;
    }
    (path, steps)
}

/// Reads a traversal: names with dots between, indexes in brackets. None where it is malformed.
#[must_use]
pub fn steps(text: &str) -> Option<Vec<Step>> {
    let mut out = Vec::with_capacity(4);
    let mut rest = text;
    while !rest.is_empty() {
        if let Some(inner) = rest.strip_prefix('[') {
            let (key, after) = key(inner)?;
            out.push(Step::Key(key));
            rest = after;
        } else {
            let start = if out.is_empty() {
                rest
            } else {
                rest.strip_prefix('.')?
            };
            let end = start.find(['.', '[']).unwrap_or(start.len());
            let (name, after) = start.split_at_checked(end)?;
            if name.is_empty() {
                return None;
            }
            out.push(Step::Name(name.to_owned()));
            rest = after;
        }
    }
    (!out.is_empty()).then_some(out)
}

/// Reads an index after its opening bracket, and what follows the closing one.
fn key(text: &str) -> Option<(Key, &str)> {
    if let Some(quoted) = text.strip_prefix('"') {
        let (value, after) = quoted_text(quoted)?;
        return Some((Key::Text(value), after.strip_prefix(']')?));
    }
    let (number, after) = text.split_once(']')?;
    Some((Key::Number(number.parse().ok()?), after))
}

/// Reads a quoted text after its opening quote, and what follows the closing one.
fn quoted_text(text: &str) -> Option<(String, &str)> {
    let (plain, rest) = text.split_at_checked(text.find(['"', '\\', '$', '%'])?)?;
    if let Some(after) = rest.strip_prefix('"') {
        return Some((plain.to_owned(), after));
    }
    let mut out = String::new();
    let mut rest = text.char_indices().peekable();
    while let Some((at, c)) = rest.next() {
        match c {
            '"' => return Some((out, text.get(at + 1..)?)),
            '\\' => out.push(match rest.next()?.1 {
                'n' => '\n',
                'r' => '\r',
                't' => '\t',
                other => other,
            }),
            '$' | '%' if doubled(text, at, c) => {
                rest.next();
                out.push(c);
            }
            other => out.push(other),
        }
    }
    None
}

/// Whether `$${` or `%%{` stands there: an escaped template.
fn doubled(text: &str, at: usize, sign: char) -> bool {
    text.get(at..)
        .is_some_and(|rest| rest.chars().take(3).eq([sign, sign, '{']))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_may_hold_what_the_grammar_uses() {
        for text in [
            "aws_vpc.a",
            "data.aws_vpc.a",
            "aws_subnet.a[10]",
            r#"module.net["a.b"].aws_route.this["10.0.0.0/16"]"#,
            r#"module.a.module.b[0].data.aws_subnet.c["x[0].y"]"#,
            r#"aws_route.a["say \"hi\" \\ ]"]"#,
            r#"aws_route.a["$${x} 100% $5"]"#,
            "module.module.aws_vpc.a",
        ] {
            let address = Address::parse(text).unwrap_or_else(|| panic!("`{text}` is an address"));
            assert_eq!(address.to_string(), text);
        }
    }

    #[test]
    fn parts_are_told_apart() {
        let address =
            Address::parse(r#"module.net["a.b"].data.aws_route.this["10.0.0.0/16"]"#).unwrap();
        assert_eq!(address.module.to_string(), r#"module.net["a.b"]"#);
        assert_eq!(
            (address.mode, address.kind.as_str(), address.name.as_str()),
            (Mode::Data, "aws_route", "this")
        );
        assert_eq!(address.key, Key::Text("10.0.0.0/16".into()));
    }

    #[test]
    fn what_is_no_address_is_refused() {
        for text in [
            "",
            "a",
            "a.",
            ".a.b",
            "a.b[",
            "a.b[\"",
            "a.b[\"x\"",
            "a.b[x]",
            "a.b.c",
            "module.a",
            "a..b",
        ] {
            assert_eq!(Address::parse(text), None, "{text}");
        }
    }
}
