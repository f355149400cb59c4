//! The selector language of Calico (projectcalico/calico `libcalico-go/lib/selector`).
//!
//! `a == 'b'`, `a != 'b'`, `a in {'b', 'c'}`, `a not in {…}`, `a contains 'b'`, `a starts with 'b'`, `a ends with 'b'`, `has(a)`,
//! `all()`, `global()`, `!`, `&&`, `||`, parentheses. Blanks and tabs may stand between words, line breaks may not.

use super::expression::{Expression, Test};

/// Reads an expression; an empty one selects all.
///
/// # Errors
/// What was expected, and at which character (from 0).
pub(super) fn parse(text: &str) -> Result<Expression, String> {
    let mut parser = Parser {
        rest: text,
        length: text.len(),
        depth: 0,
    };
    parser.skip();
    if parser.rest.is_empty() {
        return Ok(Expression::All);
    }
    let expression = parser.either()?;
    if parser.rest.is_empty() {
        Ok(expression)
    } else {
        Err(parser.expected("`&&`, `||` or the end"))
    }
}

struct Parser<'t> {
    rest: &'t str,
    length: usize,
    depth: usize,
}

/// Nesting beyond which an expression is refused: Calico's own limit of 1024 characters leaves no use for it.
const DEEPEST: usize = 100;

impl Parser<'_> {
    fn expected(&self, what: &str) -> String {
        format!(
            "expected {what} at character {}",
            self.length - self.rest.len()
        )
    }

    fn skip(&mut self) {
        self.rest = self.rest.trim_start_matches([' ', '\t']);
    }

    /// Takes a sign or word where it comes next, with the blanks behind it.
    fn take(&mut self, word: &str) -> bool {
        let Some(rest) = self.rest.strip_prefix(word) else {
            return false;
        };
        self.rest = rest;
        self.skip();
        true
    }

    /// Takes two words with any blanks between them.
    fn pair(&mut self, first: &str, second: &str) -> bool {
        let before = self.rest;
        let found = self.take(first) && self.take(second);
        if !found {
            self.rest = before;
        }
        found
    }

    fn either(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.both()?];
        while self.take("||") {
            parts.push(self.both()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Expression::Or(parts)
        })
    }

    fn both(&mut self) -> Result<Expression, String> {
        let mut parts = vec![self.one()?];
        while self.take("&&") {
            parts.push(self.one()?);
        }
        Ok(if parts.len() == 1 {
            parts.remove(0)
        } else {
            Expression::And(parts)
        })
    }

    fn one(&mut self) -> Result<Expression, String> {
        let mut negated = false;
        while self.take("!") {
            negated = !negated;
        }
        let inner = self.plain()?;
        Ok(if negated {
            Expression::Not(Box::new(inner))
        } else {
            inner
        })
    }

    fn plain(&mut self) -> Result<Expression, String> {
        if self.pair("all(", ")") {
            return Ok(Expression::All);
        }
        if self.pair("global(", ")") {
            return Ok(Expression::Global);
        }
        if self.take("has(") {
            let key = self.label()?;
            self.close()?;
            return Ok(Expression::Label(key, Test::Exists));
        }
        if !self.take("(") {
            return self.comparison();
        }
        self.depth += 1;
        if self.depth > DEEPEST {
            return Err(self.expected("fewer nested conditions"));
        }
        let inner = self.either()?;
        self.close()?;
        self.depth -= 1;
        Ok(inner)
    }

    fn close(&mut self) -> Result<(), String> {
        if self.take(")") {
            Ok(())
        } else {
            Err(self.expected("`)`"))
        }
    }

    fn label(&mut self) -> Result<String, String> {
        let end = self
            .rest
            .find(|c: char| !(c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '/' | '-')))
            .unwrap_or(self.rest.len());
        let (label, rest) = self.rest.split_at_checked(end).unwrap_or((self.rest, ""));
        if label.is_empty() {
            return Err(self.expected("a label"));
        }
        self.rest = rest;
        self.skip();
        Ok(label.to_owned())
    }

    fn string(&mut self) -> Result<String, String> {
        let quote = self.rest.chars().next().filter(|c| matches!(c, '\'' | '"'));
        let found = quote.and_then(|quote| self.rest.strip_prefix(quote)?.split_once(quote));
        let Some((text, rest)) = found else {
            return Err(self.expected("a string in quotes"));
        };
        self.rest = rest;
        self.skip();
        Ok(text.to_owned())
    }

    /// Strings in braces; a comma may stand behind the last.
    fn set(&mut self) -> Result<Vec<String>, String> {
        if !self.take("{") {
            return Err(self.expected("`{`"));
        }
        let mut out = Vec::new();
        while !self.take("}") {
            out.push(self.string()?);
            if !self.take(",") && !self.rest.starts_with('}') {
                return Err(self.expected("`,` or `}`"));
            }
        }
        Ok(out)
    }

    fn comparison(&mut self) -> Result<Expression, String> {
        let key = self.label()?;
        let (test, negated) = if self.take("==") {
            (Test::In(vec![self.string()?]), false)
        } else if self.take("!=") {
            (Test::In(vec![self.string()?]), true)
        } else if self.pair("not", "in") {
            (Test::In(self.set()?), true)
        } else if self.take("in") {
            (Test::In(self.set()?), false)
        } else if self.take("contains") {
            (Test::Contains(self.string()?), false)
        } else if self.pair("starts", "with") {
            (Test::StartsWith(self.string()?), false)
        } else if self.pair("ends", "with") {
            (Test::EndsWith(self.string()?), false)
        } else {
            return Err(self
                .expected("`==`, `!=`, `in`, `not in`, `contains`, `starts with` or `ends with`"));
        };
        let label = Expression::Label(key, test);
        Ok(if negated {
            Expression::Not(Box::new(label))
        } else {
            label
        })
    }
}
