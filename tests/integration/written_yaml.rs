//! Objects written with what YAML has and JSON lacks: anchors, aliases, merge keys, tags, scalars in all styles, comments, documents in one
//! file and their marks. What chance makes of it need not be the same objects, nor YAML at all.

use crate::laws::chance::Chance;
use serde_json::Value;

const TAGS: [&str; 8] = [
    "!!str",
    "!!int",
    "!!map",
    "!!seq",
    "!!binary",
    "!!null",
    "!own",
    "!<tag:yaml.org,2002:float>",
];

const SEPARATORS: [&str; 7] = [
    "---\n",
    "---\n",
    "--- # the next one\n",
    "...\n---\n",
    "---\n---\n",
    "...\n%YAML 1.1\n---\n",
    "--- \t\n",
];

struct Writer<'c> {
    chance: &'c mut Chance,
    out: String,
    /// How many anchors are there; their names are numbers.
    anchors: usize,
}

/// The text of a file of objects.
pub fn write(objects: &[Value], chance: &mut Chance) -> String {
    let mut writer = Writer {
        chance,
        out: String::new(),
        anchors: 0,
    };
    for (number, object) in objects.iter().enumerate() {
        if number > 0 || writer.once_in(4) {
            let separator = *writer.chance.one(&SEPARATORS);
            writer.out.push_str(separator);
            // Anchors end with their document, and those of an earlier one are asked for once in a while.
            writer.anchors = if writer.once_in(8) { writer.anchors } else { 0 };
        }
        writer.document(object);
    }
    writer.file()
}

impl Writer<'_> {
    fn once_in(&mut self, times: usize) -> bool {
        self.chance.below(times) == 0
    }

    /// What was written, in one of the ways in which lines end and files begin.
    fn file(mut self) -> String {
        let text = std::mem::take(&mut self.out);
        let text = match self.chance.below(12) {
            0 | 1 => text.replace('\n', "\r\n"),
            2 => text.replace('\n', "\r"),
            _ => text,
        };
        match self.once_in(8) {
            true => format!("\u{feff}{text}"),
            false => text,
        }
    }

    fn document(&mut self, object: &Value) {
        match object {
            Value::Object(map) if !map.is_empty() => {
                for (key, value) in map {
                    self.entry(key, value, 0);
                }
            }
            other => {
                self.out.push_str(&other.to_string());
                self.out.push('\n');
            }
        }
    }

    fn indented(&mut self, by: usize, text: &str) {
        self.out.push_str(&" ".repeat(by));
        self.out.push_str(text);
    }

    fn entry(&mut self, key: &str, value: &Value, by: usize) {
        if self.anchors > 0 && self.once_in(30) {
            let merged = match self.chance.below(3) {
                0 => format!("<<: [{}, {}]\n", self.alias(), self.alias()),
                1 => format!("<<: {}\n", self.alias()),
                _ => "<<: {kind: Pod}\n".to_owned(),
            };
            self.indented(by, &merged);
        }
        if self.once_in(40) {
            self.indented(by, "# what comes next\n");
        }
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "_-./".contains(c);
        let key = match !key.is_empty() && key.chars().all(is_plain) && !self.once_in(30) {
            true => key.to_owned(),
            false => Value::from(key).to_string(),
        };
        if self.once_in(60) {
            self.indented(by, &format!("? {key}\n"));
            self.indented(by, ":");
        } else {
            self.indented(by, &format!("{key}:"));
        }
        self.value(value, by);
    }

    /// The name of an anchor: one that is there, or once in a while one that is not, or not yet.
    fn alias(&mut self) -> String {
        let beyond = usize::from(self.once_in(12));
        format!("*a{}", self.chance.below(self.anchors + beyond))
    }

    /// A value behind its key or dash, up to the end of its last line.
    fn value(&mut self, value: &Value, by: usize) {
        if self.anchors > 0 && self.once_in(40) {
            let alias = self.alias();
            self.out.push_str(&format!(" {alias}\n"));
            return;
        }
        if self.once_in(60) {
            let tag = *self.chance.one(&TAGS);
            self.out.push_str(&format!(" {tag}"));
        }
        let anchored = self.once_in(15);
        if anchored {
            self.out.push_str(&format!(" &a{}", self.anchors));
        }
        let flow = self.once_in(8);
        match value {
            Value::Object(map) if !map.is_empty() && !flow => {
                self.end_of_line();
                for (key, value) in map {
                    self.entry(key, value, by + 2);
                }
            }
            Value::Array(items) if !items.is_empty() && !flow => {
                self.end_of_line();
                for item in items {
                    self.indented(by, "-");
                    self.value(item, by);
                }
            }
            Value::String(text) => self.text(text, by + 2),
            other => {
                self.out.push_str(&format!(" {other}"));
                self.end_of_line();
            }
        }
        self.anchors += usize::from(anchored);
    }

    fn end_of_line(&mut self) {
        if self.once_in(25) {
            self.out.push_str(" # why");
        }
        self.out.push('\n');
    }

    /// A text in one of the styles that scalars have.
    fn text(&mut self, text: &str, by: usize) {
        let styles = ["|", "|-", "|+", "|2", ">", ">-"];
        match self.chance.below(6) {
            0 => {
                let style = *self.chance.one(&styles);
                self.out.push_str(&format!(" {style}"));
                self.end_of_line();
                for line in text.split('\n') {
                    self.indented(by, line);
                    self.out.push('\n');
                }
            }
            1 => {
                self.out
                    .push_str(&format!(" '{}'", text.replace('\'', "''")));
                self.end_of_line();
            }
            2 if !text.is_empty() => {
                self.out.push_str(&format!(" {text}"));
                self.end_of_line();
            }
            _ => {
                self.out.push_str(&format!(" {}", Value::from(text)));
                self.end_of_line();
            }
        }
    }
}

#[test]
fn what_is_written_is_mostly_yaml_and_has_what_json_lacks() {
    let object = serde_json::json!({"kind": "Pod", "metadata": {"name": "x", "labels": {"a": "b"}}, "spec": {"containers": [{"name": "c"}]}});
    let objects = vec![object; 8];
    let mut chance = Chance::of("what_is_written_is_mostly_yaml_and_has_what_json_lacks");
    let (mut same, mut seen) = (0, std::collections::BTreeSet::new());
    for _ in 0..200 {
        let text = write(&objects, &mut chance);
        let read: Result<Vec<Value>, _> = serde_saphyr::from_multiple(&text);
        same += usize::from(read.is_ok_and(|read| read.contains(&objects[0])));
        let words = [
            " &a", " *a", "<<: ", " !", "|", "# ", "\r\n", "\u{feff}", "---", "? ",
        ];
        seen.extend(words.into_iter().filter(|word| text.contains(word)));
    }
    assert_eq!(seen.len(), 10, "{seen:?}");
    assert!(same > 60, "{same} of 200 hold the object as it was");
}
