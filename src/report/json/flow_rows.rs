//! Rows of flows as JSON: what many rows share is printed once, and copied into each.

use super::flow_fact::FlowFact;
use super::print;
use crate::report::FlowRow;
use rustc_hash::FxHashMap;
use std::sync::Arc;

/// So many bytes of rows are one text.
const TEXT: usize = 1 << 15;
/// So many endings of rows are kept.
const KEPT: usize = 1 << 10;

/// Rows as texts of several, with commas between.
pub(super) fn texts(mut rows: impl Iterator<Item = FlowRow>) -> impl Iterator<Item = String> {
    let mut printer = Printer::default();
    std::iter::from_fn(move || {
        let mut out = String::new();
        while out.len() < TEXT {
            let Some(row) = rows.next() else { break };
            if !out.is_empty() {
                out.push(',');
            }
            printer.print(&row, &mut out);
        }
        (!out.is_empty()).then_some(out)
    })
}

/// Where what rows share is in memory, and whether they are certain. Those of one group of parties share all of it.
type Shared = (usize, usize, usize, bool);

/// What was printed already.
#[derive(Default)]
struct Printer {
    /// The last sender, and how rows of it begin.
    head: Option<(Arc<str>, String)>,
    /// How rows go on behind the receiver. A row of each is kept, so that its parts stay where they are.
    endings: FxHashMap<Shared, (FlowRow, String)>,
}

impl Printer {
    fn print(&mut self, row: &FlowRow, out: &mut String) {
        let start = out.len();
        let known = self.head.as_ref();
        match known.filter(|(from, _)| Arc::ptr_eq(from, &row.from)) {
            Some((_, head)) => out.push_str(head),
            None => {
                out.push_str("{\"from\":");
                push_text(&row.from, out);
                out.push_str(",\"to\":");
                let head = out.get(start..).unwrap_or_default();
                self.head = Some((Arc::clone(&row.from), head.to_owned()));
            }
        }
        push_text(&row.to, out);
        if let Some((_, ending)) = self.endings.get(&shared(row)) {
            return out.push_str(ending);
        }
        let whole = print(&FlowFact::from(row), false);
        let begun = out.get(start..).unwrap_or_default();
        let ending = whole.strip_prefix(begun).map(str::to_owned);
        out.truncate(start);
        out.push_str(&whole);
        if let Some(ending) = ending {
            if self.endings.len() == KEPT {
                self.endings.clear();
            }
            self.endings.insert(shared(row), (row.clone(), ending));
        }
    }
}

fn shared(row: &FlowRow) -> Shared {
    (
        Arc::as_ptr(&row.traffic).addr(),
        row.crosses.as_ptr().addr(),
        row.gaps.as_ptr().addr(),
        row.certain,
    )
}

/// A text as JSON: most names hold nothing that JSON writes otherwise.
fn push_text(text: &str, out: &mut String) {
    if text
        .bytes()
        .all(|byte| byte >= b' ' && byte != b'"' && byte != b'\\')
    {
        out.push('"');
        out.push_str(text);
        out.push('"');
    } else {
        out.push_str(&print(&text, false));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{Protocol, Traffic};

    /// Rows of two groups in turn, with names that JSON escapes: each is printed as by itself.
    #[test]
    fn rows_are_printed_as_each_by_itself() {
        let traffic = [80, 443].map(|port| Arc::new(Traffic::ports(Protocol::TCP, port, port)));
        let gaps: Arc<[String]> = ["a \"gap\"".to_owned()].into();
        let names = ["a", "b\\c", "\"d\"", "e\u{1}", "ü"].map(Arc::<str>::from);
        let row = |from: usize, to: usize, of: usize, certain: bool| FlowRow {
            from: Arc::clone(&names[from]),
            to: Arc::clone(&names[to]),
            certain,
            traffic: Arc::clone(&traffic[of]),
            crosses: Arc::default(),
            gaps: if certain {
                Arc::default()
            } else {
                Arc::clone(&gaps)
            },
        };
        let rows: Vec<FlowRow> = (0..2_000)
            .map(|at| row(at / 7 % 5, at % 5, at % 2, at % 3 == 0))
            .collect();
        let each = rows.iter().map(|row| print(&FlowFact::from(row), false));
        let expected: Vec<String> = each.collect();
        let all: Vec<String> = texts(rows.into_iter()).collect();
        assert!(all.len() > 1);
        assert_eq!(all.join(","), expected.join(","));
    }

    /// A row whose parts are freed before the next one is made does not lend it its ending.
    #[test]
    fn what_is_freed_is_not_taken_for_what_comes_after() {
        let rows = (1..5_000).map(|port| FlowRow {
            from: "a".into(),
            to: "b".into(),
            certain: true,
            traffic: Traffic::ports(Protocol::TCP, port, port).into(),
            crosses: Arc::default(),
            gaps: Arc::default(),
        });
        let expected: Vec<String> = rows
            .clone()
            .map(|row| print(&FlowFact::from(&row), false))
            .collect();
        let all: Vec<String> = texts(rows).collect();
        assert_eq!(all.join(","), expected.join(","));
    }
}
