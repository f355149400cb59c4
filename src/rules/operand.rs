//! What conditions compare with: blocks of addresses, traffic, regular expressions, numbers.

use super::node::Node;
use super::place::Fault;
use crate::model::{AddressSet, Protocol, Traffic};
use regex::{Regex, RegexBuilder};
use serde_saphyr::Spanned;

/// Longest regular expression, in bytes.
const LONGEST_EXPRESSION: usize = 500;

/// Largest program that a regular expression may become, in bytes.
const LARGEST_PROGRAM: usize = 1 << 20;

type Checked<T> = Result<T, Fault>;

/// `true` or `false`.
pub(super) fn flag(node: &Spanned<Node>, name: &str) -> Checked<bool> {
    match node.value {
        Node::Flag(flag) => Ok(flag),
        ref other => Err(Fault::new(
            node.referenced,
            format!(
                "`{name}` cannot be {}: expected true or false",
                other.name()
            ),
        )),
    }
}

/// A number from 0.
pub(super) fn count(node: &Spanned<Node>) -> Checked<u64> {
    match node.value {
        Node::Number(number) if number >= 0 => Ok(number.unsigned_abs()),
        ref other => Err(Fault::new(
            node.referenced,
            format!("{} is no count: expected a number from 0", other.name()),
        )),
    }
}

/// A regular expression.
pub(super) fn expression(node: &Spanned<Node>) -> Checked<Regex> {
    let Node::Text(text) = &node.value else {
        let why = format!(
            "{} is no regular expression: expected a text",
            node.value.name()
        );
        return Err(Fault::new(node.referenced, why));
    };
    regex(text).map_err(|why| Fault::new(node.referenced, why))
}

/// A block of addresses, or a list of some.
pub(super) fn addresses(node: &Spanned<Node>) -> Checked<AddressSet> {
    each(node, block).map(|sets| sets.into_iter().collect())
}

/// Protocols with ports, or a list of some.
pub(super) fn traffic(node: &Spanned<Node>) -> Checked<Traffic> {
    each(node, packets).map(|sets| sets.into_iter().collect())
}

fn each<T>(node: &Spanned<Node>, read: impl Fn(&str) -> Result<T, String>) -> Checked<Vec<T>> {
    let one = |node: &Spanned<Node>| {
        let text = match &node.value {
            Node::Text(text) => text.clone(),
            Node::Number(number) => number.to_string(),
            other => other.name(),
        };
        read(&text).map_err(|why| Fault::new(node.referenced, why))
    };
    match &node.value {
        Node::List(parts) if !parts.is_empty() => parts.iter().map(one).collect(),
        _ => Ok(vec![one(node)?]),
    }
}

/// A regular expression out of a text; else why it is none.
pub(super) fn regex(text: &str) -> Result<Regex, String> {
    if text.len() > LONGEST_EXPRESSION {
        return Err(format!(
            "the regular expression is longer than {LONGEST_EXPRESSION} bytes"
        ));
    }
    let built = RegexBuilder::new(text).size_limit(LARGEST_PROGRAM).build();
    built.map_err(|error| match error {
        regex::Error::CompiledTooBig(_) => {
            format!("`{text}` is too large a regular expression: repeat less")
        }
        _ => format!("`{text}` is no regular expression: see https://docs.rs/regex for what is"),
    })
}

/// A block of addresses out of a text; else why it is none.
pub(super) fn block(text: &str) -> Result<AddressSet, String> {
    AddressSet::parse(text).map_err(|_| {
        format!("`{text}` is no block of addresses: expected one as 10.0.0.0/16 or 10.0.0.1")
    })
}

/// Traffic out of a text such as `tcp 5432, 6379-6380` or `icmp`; else why it is none.
pub(super) fn packets(text: &str) -> Result<Traffic, String> {
    let wrong = || {
        format!("`{text}` is no traffic: expected a protocol and ports, as `tcp 443, 8000-8999`")
    };
    let (name, ports) = text.trim().split_once(' ').unwrap_or((text.trim(), ""));
    // A bare number is a port that lacks its protocol more often than a protocol's number.
    let named = Some(name).filter(|name| !name.starts_with(|c: char| c.is_ascii_digit()));
    let protocol = named.and_then(Protocol::parse).ok_or_else(wrong)?;
    if ports.trim().is_empty() {
        return Ok(Traffic::protocol(protocol));
    }
    if !protocol.has_ports() {
        return Err(wrong());
    }
    let ports = ports.split(',').map(|part| {
        let (low, high) = part.split_once('-').unwrap_or((part, part));
        let port = |text: &str| text.trim().parse::<u16>().ok().filter(|port| *port > 0);
        let (low, high) = port(low).zip(port(high)).ok_or_else(wrong)?;
        (low <= high)
            .then(|| Traffic::ports(protocol, low, high))
            .ok_or_else(wrong)
    });
    ports.collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn traffic_is_read_as_people_write_it() {
        let tcp = |low, high| Traffic::ports(Protocol::TCP, low, high);
        for (text, expected) in [
            ("tcp 5432", Ok(tcp(5432, 5432))),
            ("TCP 80, 8000-8999", Ok(tcp(80, 80).union(&tcp(8000, 8999)))),
            ("tcp", Ok(tcp(1, 65535))),
            ("icmp", Ok(Traffic::protocol(Protocol::ICMP))),
            ("tcp 0", Err(())),
            ("tcp 9-8", Err(())),
            ("icmp 8", Err(())),
            ("5432", Err(())),
            ("53", Err(())),
            ("", Err(())),
        ] {
            assert_eq!(packets(text).map_err(|_| ()), expected, "{text}");
        }
    }

    #[test]
    fn an_expression_that_would_take_long_is_refused() {
        assert!(regex("a{1000}{1000}").unwrap_err().contains("repeat less"));
        assert!(regex(&"a".repeat(501)).unwrap_err().contains("longer"));
        assert!(regex("(").unwrap_err().contains("no regular expression"));
        assert!(regex("^aws_db_").unwrap().is_match("aws_db_instance.a"));
    }
}
