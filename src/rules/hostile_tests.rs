//! Rule files that are wrong, each with the place and the whole message that its author gets.

use super::load;
use std::time::{Duration, Instant};

const RULE: &str = "id: XX001\ntitle: t\nseverity: low\nprecision: high\nselect: crossing\nmatch:\n  direction: egress\ngroup: [cluster]\n\
                    message: '{who} {reaches|reach} {far}'\nremediation: {text: t, example: e}\nhelp: h\nexamples: {fires: [], silent: []}\n";

/// What the author reads instead, where `change` does not make the rule wrong at `(line, column)` with this message.
fn differs(change: (&str, &str), at: (u64, u64), message: &str) -> Option<String> {
    let text = RULE.replace(change.0, change.1);
    assert_ne!(text, RULE, "{change:?} changes nothing");
    let error = load("x.yaml", &text).expect_err(change.1);
    let told = ((error.line, error.column), error.message.as_str()) == (at, message);
    (!told).then(|| format!("{}: {error}", change.1))
}

fn all_told(differ: impl Iterator<Item = Option<String>>) {
    let differ: Vec<String> = differ.flatten().collect();
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn the_rule_that_is_made_wrong_is_right() {
    assert_eq!(load("x.yaml", RULE).unwrap().id, "XX001");
}

/// What is changed in the rule, the place of the fault, and the message.
type Wrong = ((&'static str, &'static str), (u64, u64), &'static str);

const KEYS: &[Wrong] = &[
    (
        ("XX001", "X1"),
        (1, 5),
        "`X1` is no rule id: expected two capitals and three digits, as in CP101",
    ),
    (
        ("title: t", "title: ' '"),
        (2, 8),
        "`title` is empty: expected a few words that name what it finds",
    ),
    (("title: t", "title: [a]"), (2, 8), "expected a text"),
    (
        ("title: t", "title: t\ntitle: u"),
        (3, 1),
        "`title` is set twice: keep one of them",
    ),
    (
        ("severity: low", "severity: awful"),
        (3, 11),
        "`awful` is not known here: expected one of low, medium, high, critical",
    ),
    (
        ("severity: low", "severity: [a]"),
        (3, 11),
        "expected one word",
    ),
    (
        ("precision: high", "precision: sure"),
        (4, 12),
        "`sure` is not known here: expected one of very-high, high, medium, low",
    ),
    (
        ("match:\n  direction: egress", "match: [a]"),
        (6, 8),
        "a list is no condition: expected a map of fields, or of `all`, `any` and `none`",
    ),
    (
        ("match:\n  direction: egress\n", ""),
        (1, 5),
        "`match` or `when` is missing here: expected the condition under which the rule fires",
    ),
    (
        ("[cluster]", "cluster"),
        (8, 8),
        "expected a list (lines that begin with `- `, or `[a, b]`)",
    ),
    (
        ("text: t", "text: ''"),
        (10, 21),
        "`remediation.text` is empty: expected what to do, in a sentence",
    ),
    (
        ("remediation: {text: t, example: e}", "remediation: t"),
        (10, 14),
        "expected a map (lines of `key: value`)",
    ),
    (
        ("help: h", "help: ''"),
        (11, 7),
        "`help` is empty: expected why it matters, in a paragraph",
    ),
    (
        ("examples: {fires: [], silent: []}", "examples: {fires: []}"),
        (12, 12),
        "`silent` is missing here",
    ),
];

#[test]
fn keys_and_words_of_a_file() {
    all_told(
        KEYS.iter()
            .map(|(change, at, message)| differs(*change, *at, message)),
    );
    let error = |text: &str| load("x.yaml", text).unwrap_err().message;
    assert_eq!(error(""), "the file is empty: expected a map of its keys");
    assert!(error("help: *h").contains("an alias (`*name`) stands for nothing"));
    assert!(
        error(&RULE.replace("help: h", "hulp: h"))
            .starts_with("`hulp` is no key here: did you mean `help`? expected one of id, title")
    );
    assert_eq!(
        error(&RULE.replace("help: h\n", "")),
        "`help` is missing here"
    );
    assert!(error(&format!("{RULE}---\n{RULE}")).starts_with("a second document begins here"));
    assert!(
        error(&RULE.replace("crossing", "cros"))
            .starts_with("`cros` is no kind of fact: expected one of crossing")
    );
    assert!(
        error(&RULE.replace("crossing", "crosing"))
            .starts_with("`crosing` is no kind of fact: did you mean `crossing`?")
    );
    assert!(
        error(&RULE.replace("[cluster]", "[cloister]"))
            .starts_with("`cloister` is no field here: did you mean `cluster`?")
    );
    assert!(error(&RULE.replace("[cluster]", "[hops]")).starts_with("`hops` is no field here"));
    assert!(
        error(&RULE.replace("{far}", "{fur}"))
            .starts_with("`{fur}` is no field here: did you mean `far`?")
    );
    let group = "group: [cluster]\nreferences: [{title: p, url: not an address}]";
    assert!(
        error(&RULE.replace("group: [cluster]", group))
            .starts_with("`url` of a reference is no address")
    );
}

/// A condition in place of the rule's own, the place of the fault, and the message.
const CONDITIONS: &[(&str, (u64, u64), &str)] = &[
    (
        "direction: sideways",
        (7, 14),
        "`direction` cannot be `sideways`: expected one of ingress, egress",
    ),
    (
        "direction: engress",
        (7, 14),
        "`direction` cannot be `engress`: did you mean `egress`? expected one of ingress, egress",
    ),
    (
        "direction: 5",
        (7, 14),
        "`direction` cannot be `5`: expected one of ingress, egress",
    ),
    (
        "direction: {a: b}",
        (7, 15),
        "`a` is no condition on `direction`: expected one of is, in, not",
    ),
    (
        "direction: {at_least: 3}",
        (7, 15),
        "`at_least` is no condition on `direction`: expected one of is, in, not",
    ),
    (
        "direction: {}",
        (7, 14),
        "`direction` has no condition: expected one of is, in, not",
    ),
    (
        "direction: []",
        (7, 14),
        "`direction` is empty: expected at least one value",
    ),
    (
        "direction: {in: egress}",
        (7, 19),
        "`direction` cannot be `egress`: expected a list",
    ),
    (
        "direction:",
        (7, 12),
        "`direction` cannot be nothing: expected one of ingress, egress",
    ),
    (
        "host_network: maybe",
        (7, 17),
        "`host_network` cannot be `maybe`: expected true or false",
    ),
    (
        "reason: all",
        (7, 3),
        "`reason` cannot be compared: the field is only to be printed",
    ),
    (
        "namespace: 5",
        (7, 14),
        "`namespace` cannot be `5`: expected a name, in quotes where it looks like something else",
    ),
    (
        "namespace: {matches: '('}",
        (7, 24),
        "`(` is no regular expression: see https://docs.rs/regex for what is",
    ),
    (
        "namespace: {matches: 'a{1000}{1000}'}",
        (7, 24),
        "`a{1000}{1000}` is too large a regular expression: repeat less",
    ),
    (
        "namespace: {matches: [a]}",
        (7, 24),
        "a list is no regular expression: expected a text",
    ),
    (
        "namespace: {exists: maybe}",
        (7, 23),
        "`exists` cannot be `maybe`: expected true or false",
    ),
    (
        "traffic: tcp 443",
        (7, 12),
        "`traffic` is compared by a map: expected one of within, overlaps, exists, not",
    ),
    (
        "traffic: {overlaps: 5432}",
        (7, 23),
        "`5432` is no traffic: expected a protocol and ports, as `tcp 443, 8000-8999`",
    ),
    (
        "traffic: {overlaps: tcp 99999}",
        (7, 23),
        "`tcp 99999` is no traffic: expected a protocol and ports, as `tcp 443, 8000-8999`",
    ),
    (
        "far_addresses: {within: 10.0.0.0/40}",
        (7, 27),
        "`10.0.0.0/40` is no block of addresses: expected one as 10.0.0.0/16 or 10.0.0.1",
    ),
    (
        "far_addresses: {within: [10.0.0.0/8, here]}",
        (7, 40),
        "`here` is no block of addresses: expected one as 10.0.0.0/16 or 10.0.0.1",
    ),
    (
        "far_owners: a",
        (7, 15),
        "`far_owners` is compared by a map: expected one of any_of, every, exists, not",
    ),
    (
        "hops: {any_of: [a]}",
        (7, 18),
        "a list is no condition: expected a map of fields, or of `all`, `any` and `none`",
    ),
    (
        "hops: {any_of: {certain: yes please}}",
        (7, 28),
        "`certain` cannot be `yes please`: expected true or false",
    ),
    (
        "any: {direction: egress}",
        (7, 8),
        "`any` cannot be a map: expected a list",
    ),
    (
        "none: []",
        (7, 9),
        "`none` is empty: expected at least one value",
    ),
    (
        "all: [egress]",
        (7, 9),
        "`egress` is no condition: expected a map of fields, or of `all`, `any` and `none`",
    ),
];

#[test]
fn conditions_of_match() {
    let change = "direction: egress";
    all_told(
        CONDITIONS
            .iter()
            .map(|(text, at, message)| differs((change, text), *at, message)),
    );
    let error = |text: &str| {
        let text = RULE.replace("direction: egress", text);
        load("x.yaml", &text).unwrap_err().message
    };
    assert!(error("direktion: egress").starts_with(
        "`direktion` is no field here: did you mean `direction`? expected one of workload, privileges, direction, certainty, "
    ));
    assert!(error("steps: 3").starts_with("`steps` is no field here: "));
    assert!(
        error("hops: {any_of: {hip: route}}")
            .starts_with("`hip` is no field here: did you mean `hop`?")
    );
    let chain = RULE
        .replace("crossing", "chain")
        .replace("direction: egress", "steps: {at_least: many}");
    assert_eq!(
        load("x.yaml", &chain).unwrap_err().message,
        "`many` is no count: expected a number from 0"
    );
}

/// An expression, the column of the fault, and the message.
const EXPRESSIONS: &[(&str, u64, &str)] = &[
    (
        "direction == 'engress'",
        20,
        "it is never `engress`: did you mean `egress`? expected one of ingress, egress",
    ),
    ("host_network == 'yes'", 23, "true or false is never a text"),
    (
        "reason == 'x'",
        7,
        "`reason` cannot be compared: the field is only to be printed",
    ),
    (
        "workload",
        7,
        "the expression is a text: expected one that is true or false",
    ),
    (
        "workload.matches('(')",
        24,
        "`(` is no regular expression: see https://docs.rs/regex for what is",
    ),
    (
        "traffic.overlaps('5432')",
        24,
        "`5432` is no traffic: expected a protocol and ports, as `tcp 443, 8000-8999`",
    ),
    (
        "far_addresses.within('x')",
        28,
        "`x` is no block of addresses: expected one as 10.0.0.0/16 or 10.0.0.1",
    ),
    (
        "hops.map(h, h.certain)",
        7,
        "`map` and `filter` are no part of rules: expected `exists`, `all` or `exists_one`",
    ),
    (
        "hops.certain",
        7,
        "`.certain` of a list: use `exists` or `all` to look at each of it",
    ),
    (
        "workload + 'a' == 'b'",
        7,
        "`+` is no part of rules: facts are compared, not computed",
    ),
    (
        "host_network &&",
        22,
        "the expression is no CEL: mismatched input the end",
    ),
];

#[test]
fn expressions_of_when() {
    let with = |text: &str| format!("when: {text}\ngroup: [cluster]");
    let group = "group: [cluster]";
    all_told(
        EXPRESSIONS
            .iter()
            .map(|(text, column, message)| differs((group, &with(text)), (8, *column), message)),
    );
    for (text, part) in [
        ("\"has(direction)\"", "`has()` is refused"),
        ("hops.exists(h, has(h.hop))", "`has()` is refused"),
        (
            "getenv('HOME') == ''",
            "`getenv` is no function here: expected one of size, ip",
        ),
    ] {
        let error = load("x.yaml", &RULE.replace(group, &with(text))).unwrap_err();
        assert!(error.message.starts_with(part), "{error}");
    }
    // On the line of a block on which it stands.
    let block = "when: |\n  host_network &&\n    direktion == 'egress'\ngroup: [cluster]";
    let error = load("x.yaml", &RULE.replace("group: [cluster]", block)).unwrap_err();
    assert_eq!((error.line, error.column), (10, 5), "{error}");
    assert!(
        error
            .message
            .starts_with("`direktion` is no field here: did you mean `direction`?")
    );
}

#[test]
fn sizes_are_bounded() {
    let deep = |depth: usize| {
        format!(
            "{}direction: egress{}",
            "any: [{".repeat(depth),
            "}]".repeat(depth)
        )
    };
    let nested = differs(
        ("direction: egress", &deep(9)),
        (7, 65),
        "conditions are nested more than 8 deep",
    );
    assert_eq!(nested, None);
    let no = "not: {".repeat(9);
    let text = format!("direction: {{{no}is: egress}}{}", "}".repeat(9));
    let error = load("x.yaml", &RULE.replace("direction: egress", &text)).unwrap_err();
    assert_eq!(error.message, "conditions are nested more than 8 deep");
    for hostile in [
        RULE.replace("direction: egress", &deep(5000)),
        RULE.replace("help: h", &format!("help: {}", "h".repeat(2_000_000))),
        RULE.replace(
            "group: [cluster]",
            &format!("when: {}\ngroup: [cluster]", "(".repeat(3000)),
        ),
        RULE.replace(
            "group: [cluster]",
            &format!("when: \"{}\"\ngroup: [cluster]", "!".repeat(3000)),
        ),
        RULE.replace(
            "group: [cluster]",
            &format!("when: {}a\ngroup: [cluster]", "a && ".repeat(700)),
        ),
        format!(
            "a: &a [x,x,x,x,x,x,x,x,x]\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\n\
                 d: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\n{RULE}"
        ),
    ] {
        let begin = Instant::now();
        assert!(load("x.yaml", &hostile).is_err());
        assert!(
            begin.elapsed() < Duration::from_secs(1),
            "{:?}",
            begin.elapsed()
        );
    }
}
