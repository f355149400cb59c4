//! Every function with arguments that are larger than what may be spent: counted in the budget's own units.

use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::resource::Target;
use crate::ingest::terraform::source::functions::{COMPUTING, Function, MOVING, Reads};
use crate::ingest::terraform::source::symbolic::{Budget, Failure, Symbolic};
use crate::ingest::terraform::source::testing::resource;
use std::collections::BTreeSet;
use std::rc::Rc;

/// Elements of a large argument.
const LARGE: u32 = 300;
/// What a call may spend of steps: less than a large argument has elements.
const STEPS: u64 = 200;
const BYTES: u64 = 100_000;

/// Functions that look at no more than one element of each argument, or at its length.
const LITTLE: &[&str] = &[
    "sensitive",
    "nonsensitive",
    "ephemeralasnull",
    "issensitive",
    "tomap",
    "tostring",
    "tonumber",
    "tobool",
    "coalesce",
    "coalescelist",
    "element",
    "lookup",
    "one",
    "length",
];

fn functions() -> impl Iterator<Item = &'static Function> {
    MOVING
        .iter()
        .chain(COMPUTING)
        .flat_map(|family| family.iter())
}

/// Arguments that explode in one function or another, by name.
fn large(budget: &Budget) -> Vec<(&'static str, Symbolic)> {
    let number = |n: u32| Symbolic::Number(f64::from(n));
    let text = |text: String| budget.text(&text).unwrap();
    let word = |n: u32| text(format!("w{n}"));
    let numbers = || budget.list((0..LARGE).map(number)).unwrap();
    let mut resources = Graph::default();
    let mut symbol = |n: u32| {
        Symbolic::Attribute(Target {
            resource: resources.add(resource(&format!("t.n{n}"), "")),
            attribute: "id".into(),
        })
    };
    vec![
        ("numbers", numbers()),
        ("words", budget.list((0..LARGE).map(word)).unwrap()),
        ("symbols", budget.list((0..LARGE).map(&mut symbol)).unwrap()),
        ("lists", budget.list((0..4).map(|_| numbers())).unwrap()),
        (
            "map",
            budget
                .map((0..LARGE).map(|n| (format!("k{n}"), number(n))))
                .unwrap(),
        ),
        (
            "map of lists",
            budget
                .map((0..LARGE).map(|n| (format!("k{n}"), budget.list([word(n)]).unwrap())))
                .unwrap(),
        ),
        ("text", text("a".repeat(64 * LARGE as usize))),
        ("json", text(format!("[{}0]", "[],".repeat(6_000)))),
        ("format", text("%4096d".repeat(4_000))),
        ("replacement", text("$0".repeat(10_000))),
        ("digits", text("9".repeat(64 * LARGE as usize))),
    ]
}

fn small(budget: &Budget) -> Vec<(&'static str, Symbolic)> {
    vec![
        ("1", Symbolic::Number(1.0)),
        ("a billion", Symbolic::Number(1e9)),
        ("empty", budget.text("").unwrap()),
        ("a", budget.text("a").unwrap()),
        ("pattern", budget.text("/a?/").unwrap()),
    ]
}

/// All arguments of one to three values of which one at least is large.
fn calls(budget: &Budget) -> Vec<Vec<(&'static str, Symbolic)>> {
    let large = large(budget);
    let few: Vec<_> = large.iter().chain(&small(budget)).cloned().collect();
    let mut out: Vec<Vec<_>> = large.iter().map(|one| vec![one.clone()]).collect();
    for one in &large {
        for other in &few {
            out.push(vec![one.clone(), other.clone()]);
            out.push(vec![other.clone(), one.clone()]);
            for third in few.iter().skip(6) {
                out.push(vec![other.clone(), one.clone(), third.clone()]);
                out.push(vec![one.clone(), other.clone(), third.clone()]);
            }
        }
    }
    out
}

/// Elements of a value that are not shared with what was seen before.
fn added(value: &Symbolic, seen: &mut BTreeSet<*const ()>) -> u64 {
    let inner: u64 = match value {
        Symbolic::List(items) | Symbolic::Set(items) if seen.insert(Rc::as_ptr(items).cast()) => {
            items.iter().map(|item| added(item, seen)).sum()
        }
        Symbolic::Map(fields) if seen.insert(Rc::as_ptr(fields).cast()) => {
            fields.values().map(|item| added(item, seen)).sum()
        }
        Symbolic::Text(text) if seen.insert(text.as_ptr().cast()) => (text.len() / 64) as u64,
        _ => 0,
    };
    1 + inner
}

#[test]
fn no_function_reads_more_than_it_pays_for() {
    let maker = Budget::of(1_000_000);
    let calls = calls(&maker);
    for function in functions() {
        assert_eq!(
            function.reads == Reads::Little,
            LITTLE.contains(&function.name),
            "`{}` is charged for all that it is given, or listed here as one that looks at little of it",
            function.name
        );
        for arguments in &calls {
            let (names, values): (Vec<_>, Vec<_>) = arguments.iter().cloned().unzip();
            let budget = Budget::limited(STEPS, BYTES);
            let outcome = function.called(&values, &budget);
            if function.reads == Reads::All {
                assert_eq!(
                    outcome.map(drop),
                    Err(Failure::Exhausted),
                    "{}{names:?}",
                    function.name
                );
            }
        }
    }
}

#[test]
fn no_function_makes_more_than_it_pays_for() {
    let maker = Budget::of(1_000_000);
    let calls = calls(&maker);
    for function in functions() {
        for arguments in &calls {
            let (names, values): (Vec<_>, Vec<_>) = arguments.iter().cloned().unzip();
            let read: u64 = values.iter().map(|value| u64::from(value.weight())).sum();
            // Enough to read the arguments several times, and to make nothing much larger.
            let (steps, bytes) = (20 * read, 400 * read);
            let budget = Budget::limited(steps, bytes);
            let Ok(made) = function.called(&values, &budget) else {
                continue;
            };
            let mut seen = BTreeSet::new();
            values.iter().for_each(|value| _ = added(value, &mut seen));
            let added = added(&made, &mut seen);
            assert!(
                added <= budget.steps(),
                "{}{names:?} made {added} elements in {} steps",
                function.name,
                budget.steps()
            );
            assert!(budget.steps() <= steps && budget.bytes() <= bytes);
        }
    }
}

#[test]
fn small_calls_are_cheap() {
    let maker = Budget::of(0);
    for function in functions() {
        let few: Vec<Symbolic> = small(&maker).into_iter().map(|(_, value)| value).collect();
        for count in 0..few.len() {
            let budget = Budget::limited(10_000, 100_000);
            let outcome = function.called(&few[..count], &budget);
            let expected = matches!(function.name, "range" | "indent");
            assert!(
                expected || outcome.map(drop) != Err(Failure::Exhausted),
                "{} of {count}",
                function.name
            );
        }
    }
}
