//! Expressions of a workflow, as far as the Action uses them: properties, text, `==`, `!=`, `!`, `&&`, `||`, parentheses, and the functions
//! that ask for the state of the job. Source: GitHub documentation, "Evaluate expressions in workflows and actions".

use serde_json::Value;

/// What is left of an expression, and the contexts that it may name.
struct Reader<'a> {
    rest: &'a str,
    contexts: &'a Value,
}

/// The value of an expression, without `${{ }}`.
pub fn value(expression: &str, contexts: &Value) -> Value {
    let mut reader = Reader {
        rest: expression,
        contexts,
    };
    let value = reader.either();
    assert_eq!(reader.rest.trim(), "", "not understood in `{expression}`");
    value
}

/// Text with each `${{ … }}` in its place replaced.
pub fn filled(text: &str, contexts: &Value) -> String {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once("${{") {
        let (expression, behind) = after.split_once("}}").unwrap();
        out += before;
        out += &as_text(&value(expression, contexts));
        rest = behind;
    }
    out + rest
}

/// Whether a value counts as true.
pub fn holds(value: &Value) -> bool {
    !matches!(value, Value::Null | Value::Bool(false)) && value != "" && value != 0
}

fn as_text(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

impl Reader<'_> {
    fn take(&mut self, token: &str) -> bool {
        let rest = self.rest.trim_start().strip_prefix(token);
        self.rest = rest.unwrap_or(self.rest);
        rest.is_some()
    }

    fn either(&mut self) -> Value {
        let mut left = self.both();
        while self.take("||") {
            let right = self.both();
            left = if holds(&left) { left } else { right };
        }
        left
    }

    fn both(&mut self) -> Value {
        let mut left = self.equal();
        while self.take("&&") {
            let right = self.equal();
            left = if holds(&left) { right } else { left };
        }
        left
    }

    fn equal(&mut self) -> Value {
        let left = self.single();
        if self.take("==") {
            return (as_text(&left) == as_text(&self.single())).into();
        }
        if self.take("!=") {
            return (as_text(&left) != as_text(&self.single())).into();
        }
        left
    }

    fn single(&mut self) -> Value {
        if self.take("!") {
            return (!holds(&self.single())).into();
        }
        if self.take("(") {
            let inner = self.either();
            assert!(self.take(")"), "`)` is missing before `{}`", self.rest);
            return inner;
        }
        if self.take("'") {
            let (text, rest) = self.rest.split_once('\'').unwrap();
            self.rest = rest;
            return text.into();
        }
        self.named()
    }

    fn named(&mut self) -> Value {
        self.rest = self.rest.trim_start();
        let ends = |c: char| !c.is_alphanumeric() && !"._-".contains(c);
        let (name, rest) = self
            .rest
            .split_at(self.rest.find(ends).unwrap_or(self.rest.len()));
        self.rest = rest;
        assert!(!name.is_empty(), "expected a name before `{rest}`");
        if self.take("()") {
            return match name {
                "always" => true.into(),
                "success" | "failure" | "cancelled" => self.contexts["job"][name].clone(),
                other => unreachable!("`{other}` is no function that is known here"),
            };
        }
        let step = |value: Value, key: &str| value.get(key).cloned().unwrap_or_default();
        name.split('.').fold(self.contexts.clone(), step)
    }
}

#[test]
fn expressions_are_evaluated_as_documented() {
    let contexts =
        serde_json::json!({"inputs": {"a-b": "x", "no": ""}, "job": {"cancelled": false}});
    for (expression, expected) in [
        ("inputs.a-b == 'x' && !cancelled()", "true"),
        ("inputs.no || inputs.none || 'y'", "y"),
        ("(inputs.no == '' || 'z') && inputs.a-b", "x"),
        ("inputs.none != ''", "false"),
        ("!inputs.none.deep", "true"),
    ] {
        assert_eq!(
            as_text(&value(expression, &contexts)),
            expected,
            "{expression}"
        );
    }
    assert_eq!(filled("<${{ inputs.a-b }}>", &contexts), "<x>");
}
