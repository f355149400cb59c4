//! From the `match` of a rule, as it is written, to a condition: every name and value is checked against the fields.

use super::comparison::Comparison;
use super::condition::{Condition, Test};
use super::field::{Field, Holds};
use super::nearest::suggestion;
use super::node::Node;
use super::operand;
use super::place::Fault;
use super::value::Value;
use serde_saphyr::{Location, Spanned};

/// How deep conditions may be nested.
const DEEPEST: usize = 8;

/// The keys that join conditions.
const JOINTS: [&str; 3] = ["all", "any", "none"];

type Checked<T> = Result<T, Fault>;

/// The condition that a map of fields is: all that stands in it must hold.
pub(super) fn condition(node: &Spanned<Node>, fields: &'static [Field]) -> Checked<Condition> {
    Reader { fields, depth: 0 }.map(node)
}

/// Reads conditions on these fields.
#[derive(Clone, Copy)]
struct Reader {
    fields: &'static [Field],
    depth: usize,
}

impl Reader {
    fn map(self, node: &Spanned<Node>) -> Checked<Condition> {
        if self.depth > DEEPEST {
            let why = format!("conditions are nested more than {DEEPEST} deep");
            return Err(Fault::new(node.referenced, why));
        }
        let Node::Map(entries) = &node.value else {
            let why = format!(
                "{} is no condition: expected a map of fields, or of `all`, `any` and `none`",
                node.value.name()
            );
            return Err(Fault::new(node.referenced, why));
        };
        let parts = entries.iter().map(|(key, value)| self.entry(key, value));
        parts.collect::<Checked<_>>().map(Condition::All)
    }

    fn entry(self, key: &Spanned<String>, value: &Spanned<Node>) -> Checked<Condition> {
        let joint: fn(Vec<Condition>) -> Condition = match key.value.as_str() {
            "all" => Condition::All,
            "any" => Condition::Any,
            "none" => Condition::None,
            _ => {
                let field = self.field(key)?;
                let test = self.test(field.holds, &key.value, value)?;
                return Ok(Condition::Field(field.name, test));
            }
        };
        let inner = Reader {
            depth: self.depth + 1,
            ..self
        };
        let parts = list(value, &key.value)?;
        let parts = parts.iter().map(|part| inner.map(part));
        parts.collect::<Checked<_>>().map(joint)
    }

    fn field(self, key: &Spanned<String>) -> Checked<&'static Field> {
        let name = &key.value;
        let found = self.fields.iter().find(|field| field.name == name);
        if let Some(field) = found.filter(|field| field.is_comparable()) {
            return Ok(field);
        }
        if found.is_some() {
            let why = format!("`{name}` cannot be compared: the field is only to be printed");
            return Err(Fault::new(key.referenced, why));
        }
        let comparable = self.fields.iter().filter(|field| field.is_comparable());
        let known = comparable.map(|field| field.name).chain(JOINTS);
        let meant = suggestion(name, &known.collect::<Vec<_>>());
        let why = format!("`{name}` is no field here: {meant}");
        Err(Fault::new(key.referenced, why))
    }

    /// The test that is written for a field: a value, a list of values, or a map of conditions.
    fn test(self, holds: Holds, name: &str, node: &Spanned<Node>) -> Checked<Test> {
        match &node.value {
            Node::Map(entries) => {
                let tests = entries
                    .iter()
                    .map(|(key, value)| self.operation(holds, name, key, value));
                let tests = tests.collect::<Checked<Vec<Test>>>()?;
                if tests.is_empty() {
                    let known = operations(holds).join(", ");
                    let why = format!("`{name}` has no condition: expected one of {known}");
                    return Err(Fault::new(node.referenced, why));
                }
                Ok(Test::All(tests))
            }
            _ if !operations(holds).contains(&"is") => {
                let known = operations(holds).join(", ");
                let why = format!("`{name}` is compared by a map: expected one of {known}");
                Err(Fault::new(node.referenced, why))
            }
            Node::List(_) => one_of(holds, name, node).map(Test::Is),
            _ => Ok(Test::Is(Comparison::In(vec![value(holds, name, node)?]))),
        }
    }

    fn operation(
        self,
        holds: Holds,
        name: &str,
        key: &Spanned<String>,
        node: &Spanned<Node>,
    ) -> Checked<Test> {
        let known = operations(holds);
        let operation = key.value.as_str();
        if !known.contains(&operation) {
            let meant = suggestion(operation, known);
            let why = format!("`{operation}` is no condition on `{name}`: {meant}");
            return Err(Fault::new(key.referenced, why));
        }
        let comparison = match (operation, holds) {
            ("is", _) => Comparison::In(vec![value(holds, name, node)?]),
            ("in", _) => one_of(holds, name, node)?,
            ("matches", _) => Comparison::Matches(operand::expression(node)?),
            ("at_least", _) => Comparison::AtLeast(operand::count(node)?),
            ("at_most", _) => Comparison::AtMost(operand::count(node)?),
            ("within", Holds::Addresses) => Comparison::Within(operand::addresses(node)?),
            ("overlaps", Holds::Addresses) => Comparison::Overlaps(operand::addresses(node)?),
            ("within", _) => Comparison::WithinTraffic(operand::traffic(node)?),
            ("overlaps", _) => Comparison::OverlapsTraffic(operand::traffic(node)?),
            ("exists", _) => Comparison::Exists(operand::flag(node, "exists")?),
            ("any_of" | "every", _) => {
                return self.quantifier(operation == "any_of", holds, name, node);
            }
            _ => {
                let inner = self.deeper(node.referenced)?.test(holds, name, node)?;
                return Ok(Test::Not(Box::new(inner)));
            }
        };
        Ok(Test::Is(comparison))
    }

    fn quantifier(
        self,
        any: bool,
        holds: Holds,
        name: &str,
        node: &Spanned<Node>,
    ) -> Checked<Test> {
        let depth = self.deeper(node.referenced)?.depth;
        if let Holds::Items(fields) = holds {
            let condition = Box::new(Reader { fields, depth }.map(node)?);
            return Ok(if any {
                Test::AnyItem(condition)
            } else {
                Test::EveryItem(condition)
            });
        }
        let inner = Reader { depth, ..self };
        let test = Box::new(inner.test(Holds::Name, name, node)?);
        Ok(if any {
            Test::AnyName(test)
        } else {
            Test::EveryName(test)
        })
    }

    fn deeper(self, at: Location) -> Checked<Reader> {
        let depth = self.depth + 1;
        if depth > DEEPEST {
            let why = format!("conditions are nested more than {DEEPEST} deep");
            return Err(Fault::new(at, why));
        }
        Ok(Reader { depth, ..self })
    }
}

/// The conditions that a field may have.
pub(super) fn operations(holds: Holds) -> &'static [&'static str] {
    match holds {
        Holds::Word(_) | Holds::Flag => &["is", "in", "not"],
        Holds::Name | Holds::Term => &["is", "in", "matches", "exists", "not"],
        Holds::Number => &["is", "in", "at_least", "at_most", "not"],
        Holds::Names | Holds::Items(_) => &["any_of", "every", "exists", "not"],
        Holds::Addresses | Holds::Traffic => &["within", "overlaps", "exists", "not"],
        Holds::Phrase => &[],
    }
}

fn list<'n>(node: &'n Spanned<Node>, name: &str) -> Checked<&'n [Spanned<Node>]> {
    match &node.value {
        Node::List(parts) if !parts.is_empty() => Ok(parts),
        Node::List(_) => Err(Fault::new(
            node.referenced,
            format!("`{name}` is empty: expected at least one value"),
        )),
        other => Err(Fault::new(
            node.referenced,
            format!("`{name}` cannot be {}: expected a list", other.name()),
        )),
    }
}

fn one_of(holds: Holds, name: &str, node: &Spanned<Node>) -> Checked<Comparison> {
    let values = list(node, name)?.iter();
    let values = values.map(|one| value(holds, name, one));
    values.collect::<Checked<_>>().map(Comparison::In)
}

/// A value that a field may have.
fn value(holds: Holds, name: &str, node: &Spanned<Node>) -> Checked<Value> {
    let expected = match (holds, &node.value) {
        (Holds::Word(words), Node::Text(text)) if words.contains(&text.as_str()) => {
            return Ok(text.as_str().into());
        }
        (Holds::Flag, Node::Flag(flag)) => return Ok((*flag).into()),
        (Holds::Name | Holds::Term, Node::Text(text)) => return Ok(text.as_str().into()),
        (Holds::Number, Node::Number(number)) if *number >= 0 => {
            return Ok(Value::Number(number.unsigned_abs()));
        }
        (Holds::Word(words), Node::Text(text)) => suggestion(text, words),
        (Holds::Word(words), _) => format!("expected one of {}", words.join(", ")),
        (Holds::Flag, _) => "expected true or false".to_owned(),
        (Holds::Number, _) => "expected a number from 0".to_owned(),
        _ => "expected a name, in quotes where it looks like something else".to_owned(),
    };
    let why = format!("`{name}` cannot be {}: {expected}", node.value.name());
    Err(Fault::new(node.referenced, why))
}
