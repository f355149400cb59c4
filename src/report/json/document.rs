//! A document in parts: a long list is made and written item by item, and is never in memory as a whole.

use super::super::format::Parts;
use super::print;
use serde::Serialize;

/// How a document is laid out.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// On one line.
    Line,
    /// Indented by two spaces for each level.
    Indented,
}

/// The value of a key of a document.
pub(super) enum Member<'s> {
    /// One value.
    Value(String),
    /// A list, by its items.
    List(Parts<'s>),
}

/// The members of a document, in order.
pub(super) struct Document<'s> {
    layout: Layout,
    members: Vec<(&'static str, Member<'s>)>,
}

/// So many bytes of a list are one part, or as many as one item has.
const PART: usize = 1 << 10;

impl<'s> Document<'s> {
    /// One without members.
    pub fn new(layout: Layout) -> Self {
        Document {
            layout,
            members: Vec::new(),
        }
    }

    /// With a value.
    pub fn value(mut self, key: &'static str, value: &impl Serialize) -> Self {
        let text = print(value, self.layout == Layout::Indented);
        self.members.push((key, Member::Value(text)));
        self
    }

    /// With a list.
    pub fn list<T: Serialize>(
        mut self,
        key: &'static str,
        items: impl Iterator<Item = T> + 's,
    ) -> Self {
        let pretty = self.layout == Layout::Indented;
        let items = items.map(move |item| print(&item, pretty));
        self.members.push((key, Member::List(Box::new(items))));
        self
    }

    /// With a list of a document on one line whose items are printed already: each text is some of them, with commas
    /// between.
    pub fn texts(mut self, key: &'static str, texts: impl Iterator<Item = String> + 's) -> Self {
        self.members.push((key, Member::List(Box::new(texts))));
        self
    }

    /// With a list, if it has any item.
    pub fn list_if_any<T: Serialize>(
        self,
        key: &'static str,
        items: impl Iterator<Item = T> + 's,
    ) -> Self {
        let mut items = items.peekable();
        if items.peek().is_some() {
            self.list(key, items)
        } else {
            self
        }
    }

    /// The text, with a line break at its end.
    pub fn parts(self) -> Parts<'s> {
        let layout = self.layout;
        let members = self.members.into_iter().enumerate();
        let members = members.flat_map(move |(number, (key, member))| {
            let before = if number == 0 { '{' } else { ',' };
            let head = match layout {
                Layout::Line => format!("{before}\"{key}\":"),
                Layout::Indented => format!("{before}\n  \"{key}\": "),
            };
            layout.member(head, member)
        });
        let end = match layout {
            Layout::Line => "}\n",
            Layout::Indented => "\n}\n",
        };
        Box::new(members.chain(std::iter::once(end.to_owned())))
    }
}

impl Layout {
    fn member(self, head: String, member: Member<'_>) -> Parts<'_> {
        let items = match member {
            Member::Value(text) => {
                return Box::new(std::iter::once(head + &self.indented(text, 1)));
            }
            Member::List(items) => items,
        };
        let mut items = items.peekable();
        let end = match self {
            Layout::Indented if items.peek().is_some() => "\n  ]",
            _ => "]",
        };
        let mut comma = "";
        let items = items.map(move |item| {
            let line = if self == Layout::Line { "" } else { "\n    " };
            let item = format!("{comma}{line}{}", self.indented(item, 2));
            comma = ",";
            item
        });
        // A key stands in one part with what it is the key of: what may be hidden depends on it.
        let head = std::iter::once(head + "[");
        Box::new(together(head.chain(items)).chain([end.to_owned()]))
    }

    /// A text as it stands at a level. (No line break is inside of a JSON value but between its tokens.)
    fn indented(self, text: String, level: usize) -> String {
        match self {
            Layout::Line => text,
            Layout::Indented => text.replace('\n', &format!("\n{}", "  ".repeat(level))),
        }
    }
}

/// Short texts joined to longer ones.
fn together<'s>(mut texts: impl Iterator<Item = String> + 's) -> Parts<'s> {
    Box::new(std::iter::from_fn(move || {
        let mut out = texts.next()?;
        while out.len() < PART {
            match texts.next() {
                Some(text) => out.push_str(&text),
                None => break,
            }
        }
        Some(out)
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::{Value, json};

    /// A document in parts is what the serialiser prints of it as a whole.
    #[test]
    fn parts_are_the_document() {
        let items = |count: usize| (0..count).map(|at| json!({"at": at, "of": ["a\nb"]}));
        for count in [0, 1, 2, 5_000] {
            let all: Vec<Value> = items(count).collect();
            let mut whole = serde_json::Map::new();
            whole.insert("schema".into(), json!("s"));
            whole.insert("tool".into(), json!({"name": "n"}));
            whole.insert("items".into(), json!(all));
            if count > 0 {
                whole.insert("more".into(), json!(all));
            }
            for layout in [Layout::Line, Layout::Indented] {
                let document = Document::new(layout)
                    .value("schema", &"s")
                    .value("tool", &json!({"name": "n"}))
                    .list("items", items(count))
                    .list_if_any("more", items(count));
                let parts: Vec<String> = document.parts().collect();
                let expected = print(&whole, layout == Layout::Indented) + "\n";
                assert_eq!(parts.concat(), expected);
                assert_eq!(parts.len() > 10, count == 5_000, "{}", parts.len());
            }
        }
    }
}
