//! An indented document written member by member, so that a long list is never in memory as text.

use super::super::format::Parts;
use super::print;
use serde::Serialize;

/// A member of a document.
pub(super) struct Member<'s> {
    key: &'static str,
    value: Parts<'s>,
}

impl<'s> Member<'s> {
    /// A value that is short.
    pub fn value(key: &'static str, value: &impl Serialize) -> Self {
        let text = print(value, true).replace('\n', "\n  ");
        Member {
            key,
            value: Box::new(std::iter::once(text)),
        }
    }

    /// A list, whose entries are made as they are written.
    pub fn list<T: Serialize>(key: &'static str, entries: impl Iterator<Item = T> + 's) -> Self {
        let mut entries = entries.peekable();
        let (open, close) = match entries.peek() {
            Some(_) => ("[\n    ", "\n  ]"),
            None => ("[", "]"),
        };
        let entry = |(at, entry): (usize, T)| {
            let comma = if at > 0 { ",\n    " } else { "" };
            comma.to_owned() + &print(&entry, true).replace('\n', "\n    ")
        };
        let entries = entries.enumerate().map(entry);
        let around = |text: &str| std::iter::once(text.to_owned());
        Member {
            key,
            value: Box::new(around(open).chain(entries).chain(around(close))),
        }
    }
}

/// The document that holds the members, which are at least one.
pub(super) fn document<'s>(members: Vec<Member<'s>>) -> Parts<'s> {
    let member = |(at, member): (usize, Member<'s>)| {
        let before = if at > 0 { ",\n" } else { "{\n" };
        let Member { key, mut value } = member;
        // A key stands in one part with what it is the key of: what may be hidden depends on it.
        let first = value.next().unwrap_or_default();
        std::iter::once(format!("{before}  \"{key}\": {first}")).chain(value)
    };
    let members = members.into_iter().enumerate().flat_map(member);
    Box::new(members.chain(std::iter::once("\n}\n".to_owned())))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn members_in_parts_are_the_document_as_a_whole() {
        let whole = json!({"a": {"b": [1, {"c": "x\ny"}]}, "none": [], "some": [{"d": 1}, 2]});
        let members = vec![
            Member::value("a", &json!({"b": [1, {"c": "x\ny"}]})),
            Member::list("none", std::iter::empty::<usize>()),
            Member::list("some", [json!({"d": 1}), json!(2)].into_iter()),
        ];
        let text: String = document(members).collect();
        assert_eq!(text, serde_json::to_string_pretty(&whole).unwrap() + "\n");
    }
}
