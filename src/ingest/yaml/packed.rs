//! Nodes as a file of facts holds them: their content as JSON, and beside it how far each stands from where it is expected.
//! What is written as people write it stands where it is expected, so the differences are mostly zeros.

use super::arena::{Arena, CellSpan, Content, Pair};
use super::node::Node;
use super::scalar::{self, Meaning};
use serde_json::{Map, Value};
use std::sync::Arc;

/// The one key of what stands for a scalar that JSON writes otherwise: `0644`, `yes`.
const WRITTEN: &str = "\u{f8ff}";
/// Most cells of one node, aliases written out.
const LARGEST: usize = 1 << 20;
/// Deepest nesting that is read back: deeper than any node that was read.
const DEEPEST: usize = 600;

/// A node packed.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Packed {
    /// What it holds.
    pub content: Value,
    /// Differences of line, column and length to what is expected, three numbers for each key and value, outermost first;
    /// zeros at the end are left out.
    pub at: Vec<i64>,
}

impl Packed {
    /// Packs a node, without the members of maps that `keeps` does not want: it is given the keys that lead to a map, and one
    /// of its keys. None where it is larger than any object should be.
    #[must_use]
    pub fn of(node: &Node, keeps: &dyn Fn(&[&str], &str) -> bool) -> Option<Packed> {
        let (arena, root) = node.cells()?;
        let mut packer = Packer {
            arena,
            keeps,
            at: Vec::new(),
            last: 0,
        };
        let content = packer.value(root, &mut Vec::new(), CellSpan::default())?;
        let mut at = packer.at;
        while at.last() == Some(&0) {
            at.pop();
        }
        Some(Packed { content, at })
    }

    /// The node again. None where the parts do not belong together.
    #[must_use]
    pub fn node(&self, file: &Arc<str>) -> Option<Node> {
        let mut reader = Unpacker {
            arena: Arena {
                file: Arc::clone(file),
                cells: Vec::new(),
            },
            at: self.at.iter(),
            last: 0,
        };
        let root = reader.value(&self.content, CellSpan::default(), 0)?;
        Some(Node::root(reader.arena, root))
    }
}

/// Where the value of a key is expected to begin.
fn of_value(key: CellSpan, is_scalar: bool, length: u32) -> CellSpan {
    if is_scalar {
        CellSpan {
            line: key.line,
            column: key.column.saturating_add(key.length).saturating_add(2),
            length,
        }
    } else {
        CellSpan {
            line: key.line.saturating_add(1),
            column: key.column.saturating_add(2),
            length: 0,
        }
    }
}

/// Where a further key of a map, or a further item of a list, is expected.
fn further(before: CellSpan, last: u32, length: u32) -> CellSpan {
    CellSpan {
        line: last.saturating_add(1),
        column: before.column,
        length,
    }
}

/// Where the first key of a map, or the first item of a list, is expected.
fn first(outer: CellSpan, indent: u32, length: u32) -> CellSpan {
    CellSpan {
        line: outer.line,
        column: outer.column.saturating_add(indent),
        length,
    }
}

fn characters(text: &str) -> u32 {
    u32::try_from(text.chars().count()).unwrap_or(u32::MAX)
}

struct Packer<'n> {
    arena: &'n Arena,
    keeps: &'n dyn Fn(&[&str], &str) -> bool,
    at: Vec<i64>,
    /// The last line that anything stands on.
    last: u32,
}

impl<'n> Packer<'n> {
    fn stand(&mut self, spot: CellSpan, expected: CellSpan) {
        let pairs = [
            (spot.line, expected.line),
            (spot.column, expected.column),
            (spot.length, expected.length),
        ];
        self.at
            .extend(pairs.map(|(own, expected)| i64::from(own) - i64::from(expected)));
        self.last = spot.line;
    }

    /// `before`: the keys that lead here. `expected`: where it is expected; that says nothing of the length of a scalar.
    fn value(&mut self, at: u32, before: &mut Vec<&'n str>, expected: CellSpan) -> Option<Value> {
        if self.at.len() > LARGEST {
            return None;
        }
        let cell = self.arena.cell(at)?;
        match &cell.content {
            Content::Scalar(text, meaning) => {
                let length = characters(text);
                self.stand(cell.cell_span, CellSpan { length, ..expected });
                Some(scalar(text, *meaning))
            }
            Content::List(items) => {
                self.stand(cell.cell_span, expected);
                let mut out = Vec::new();
                let mut previous = None;
                for item in items {
                    let expected = match previous {
                        None => first(cell.cell_span, 2, 0),
                        Some(previous) => further(previous, self.last, 0),
                    };
                    out.push(self.value(*item, before, expected)?);
                    previous = self.arena.cell(*item).map(|item| item.cell_span);
                }
                Some(Value::Array(out))
            }
            Content::Map(pairs) => {
                self.stand(cell.cell_span, expected);
                self.members(pairs, before, cell.cell_span)
            }
        }
    }

    fn members(
        &mut self,
        pairs: &'n [Pair],
        before: &mut Vec<&'n str>,
        map: CellSpan,
    ) -> Option<Value> {
        let mut out = Map::new();
        let mut previous = None;
        for Pair { key, value, .. } in pairs {
            let name = self.arena.name(*key).unwrap_or_default();
            if !(self.keeps)(before, name) {
                continue;
            }
            let spot = self.arena.cell(*key)?.cell_span;
            let length = characters(name);
            let expected = match previous {
                None => first(map, 0, length),
                Some(previous) => further(previous, self.last, length),
            };
            self.stand(spot, expected);
            let content = &self.arena.cell(*value)?.content;
            let is_scalar = matches!(content, Content::Scalar(..));
            before.push(name);
            let inner = self.value(*value, before, of_value(spot, is_scalar, 0));
            before.pop();
            out.insert(name.to_owned(), inner?);
            previous = Some(spot);
        }
        // A real map of this one key would be read back as a scalar.
        if out.len() == 1 && out.contains_key(WRITTEN) {
            return None;
        }
        Some(Value::Object(out))
    }
}

/// A scalar as JSON. What JSON writes otherwise than the document keeps how it is written.
fn scalar(text: &str, meaning: Meaning) -> Value {
    let json = match meaning {
        Meaning::Text => return Value::from(text),
        Meaning::Null => Value::Null,
        Meaning::Bool(value) => Value::from(value),
        Meaning::Integer(value) => Value::from(value),
        Meaning::Float(_) => Value::Null,
    };
    let plain = json.to_string();
    let is_meant = same_kind(scalar::plain(text), meaning);
    if is_meant && plain == text {
        return json;
    }
    let written = if is_meant { text.to_owned() } else { plain };
    Value::Object(Map::from_iter([(WRITTEN.to_owned(), Value::from(written))]))
}

/// Whether two meanings are the same; a number that is none is the same as itself here.
fn same_kind(a: Meaning, b: Meaning) -> bool {
    match (a, b) {
        (Meaning::Float(a), Meaning::Float(b)) => a.to_bits() == b.to_bits(),
        (a, b) => a == b,
    }
}

struct Unpacker<'p> {
    arena: Arena,
    at: std::slice::Iter<'p, i64>,
    last: u32,
}

impl Unpacker<'_> {
    fn stand(&mut self, expected: CellSpan) -> CellSpan {
        let mut next = |expected: u32| {
            let difference = self.at.next().copied().unwrap_or(0);
            let sum = i64::from(expected).saturating_add(difference);
            u32::try_from(sum.max(0)).unwrap_or(u32::MAX)
        };
        let spot = CellSpan {
            line: next(expected.line),
            column: next(expected.column),
            length: next(expected.length),
        };
        self.last = spot.line;
        spot
    }

    fn value(&mut self, content: &Value, expected: CellSpan, depth: usize) -> Option<u32> {
        if depth > DEEPEST {
            return None;
        }
        match content {
            Value::Array(items) => {
                let spot = self.stand(expected);
                let mut out = Vec::with_capacity(items.len());
                let mut previous: Option<CellSpan> = None;
                for item in items {
                    let expected = match previous {
                        None => first(spot, 2, 0),
                        Some(previous) => further(previous, self.last, 0),
                    };
                    let at = self.value(item, expected, depth + 1)?;
                    out.push(at);
                    previous = self.arena.cell(at).map(|cell| cell.cell_span);
                }
                Some(self.arena.push(spot, Content::List(out.into())))
            }
            Value::Object(map) if written(map).is_none() => self.map(map, expected, depth),
            scalar => {
                let (text, meaning) = meant(scalar);
                let length = characters(&text);
                let spot = self.stand(CellSpan { length, ..expected });
                Some(self.arena.push(spot, Content::Scalar(text.into(), meaning)))
            }
        }
    }

    fn map(&mut self, map: &Map<String, Value>, expected: CellSpan, depth: usize) -> Option<u32> {
        let spot = self.stand(expected);
        let mut out = Vec::with_capacity(map.len());
        let mut previous = None;
        for (name, value) in map {
            let length = characters(name);
            let expected = match previous {
                None => first(spot, 0, length),
                Some(previous) => further(previous, self.last, length),
            };
            let own = self.stand(expected);
            let key = Content::Scalar(name.as_str().into(), Meaning::Text);
            let key = self.arena.push(own, key);
            let expected = of_value(own, is_scalar(value), 0);
            let value = self.value(value, expected, depth + 1)?;
            out.push(self.arena.pair(key, value));
            previous = Some(own);
        }
        Some(self.arena.push(spot, Content::Map(out.into())))
    }
}

fn is_scalar(value: &Value) -> bool {
    match value {
        Value::Array(_) => false,
        Value::Object(map) => written(map).is_some(),
        _ => true,
    }
}

/// How a scalar is written that JSON writes otherwise.
fn written(map: &Map<String, Value>) -> Option<&str> {
    map.get(WRITTEN)
        .filter(|_| map.len() == 1)
        .and_then(Value::as_str)
}

fn meant(value: &Value) -> (String, Meaning) {
    let text = match value {
        Value::String(text) => return (text.clone(), Meaning::Text),
        Value::Object(map) => written(map).unwrap_or_default().to_owned(),
        other => other.to_string(),
    };
    let meaning = scalar::plain(&text);
    (text, meaning)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ingest::yaml;

    fn read(text: &str) -> Node {
        let documents = yaml::read(&Arc::from("a.yaml"), text);
        documents[0].content.as_ref().unwrap().clone()
    }

    /// Every value and every place of a node, as text.
    fn drawn(node: &Node, out: &mut String) {
        let (own, key) = (node.place(), node.key_place());
        let places = [own, key].map(|at| format!("{}:{}+{}", at.line, at.column, at.length));
        out.push_str(&format!(
            "{:?} {:?} {places:?}\n",
            node.shape(),
            node.written()
        ));
        node.items().iter().for_each(|item| drawn(item, out));
        for (name, value) in node.entries() {
            out.push_str(&name);
            drawn(&value, out);
        }
    }

    fn whole(node: &Node) -> String {
        let mut out = String::new();
        drawn(node, &mut out);
        out
    }

    fn check(text: &str) -> Packed {
        let node = read(text);
        let packed = Packed::of(&node, &|_, _| true).unwrap();
        assert_eq!(
            whole(&packed.node(&Arc::from("a.yaml")).unwrap()),
            whole(&node),
            "{text}"
        );
        packed
    }

    #[test]
    fn a_node_comes_back_with_every_place() {
        let packed = check("a: 1\nb:\n  c: x\n  d: true\n");
        // All stands where it is expected but the very first line and column.
        assert_eq!(packed.at, [1, 1]);
        check(
            "a: [1, {b: 'two'}, ~]\nc: 0644\nd: yes\ne: |\n  x\n  y\nf: 80.0\ng: .inf\nh: .nan\n",
        );
        check("- a: 1\n\n- - b\n  - c: &x {d: e}\n- *x\n");
        check("a: !!str 80\nb: ''\nc:\n");
        check("{\"a\": {\"b\": [1, 2]}, \"c\": null}");
        check("just text");
    }

    #[test]
    fn members_that_are_not_wanted_are_left_out() {
        let node = read("a: 1\nb:\n  secret: x\n  d: 2\n");
        let keeps = |before: &[&str], key: &str| !(before == ["b"] && key == "secret");
        let back = Packed::of(&node, &keeps)
            .unwrap()
            .node(&Arc::from("a.yaml"));
        let back = back.unwrap();
        assert!(back.get("b.secret").is_absent());
        assert_eq!(back.get("b.d").place(), node.get("b.d").place());
    }

    #[test]
    fn parts_that_do_not_belong_together_are_a_node_or_none_and_no_panic() {
        let packed = Packed {
            content: serde_json::json!({"a": [1, {"b": "c"}]}),
            at: vec![i64::MIN, i64::MAX, -5, 7],
        };
        assert!(packed.node(&Arc::from("a")).is_some());
        let mut deep = Value::Null;
        for _ in 0..2 * DEEPEST {
            deep = Value::Array(vec![deep]);
        }
        let packed = Packed {
            content: deep,
            at: Vec::new(),
        };
        assert!(packed.node(&Arc::from("a")).is_none());
    }
}
