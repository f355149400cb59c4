//! Expressions against one made-up kind of fact.

use super::super::field::{
    Field, Shape, addresses, fields, flag, items, name, names, number, phrase, traffic, word,
};
use super::super::truth::Truth::{self, Maybe, No, Yes};
use super::super::value::{Fields, Value};
use super::read;
use crate::model::{AddressSet, Doubt, Protocol, Traffic};
use std::collections::BTreeSet;

const BERTHS: Shape = items(Berth::FIELDS, "its berths");

fields! {
    /// A berth.
    Berth {
        depth: number("in metres"),
        dry: flag("whether it falls dry"),
    }
}

fields! {
    /// A harbour.
    Harbour {
        place: name("its name"),
        tide: word(&["high", "low"], "the water"),
        lit: flag("whether its lighthouse is lit"),
        keeper: flag("whether somebody keeps it"),
        boats: number("how many are in"),
        flags: names("what flies"),
        berths: BERTHS,
        block: addresses("its addresses"),
        open: traffic("what passes"),
        story: phrase("what people say"),
    }
}

const FIELDS: &[Field] = Harbour::FIELDS;

fn harbour() -> super::super::value::Values {
    let berth = |depth: usize, dry: Value| {
        let depth = depth.into();
        Berth { depth, dry }.values()
    };
    Harbour {
        place: "Aber".into(),
        tide: "low".into(),
        lit: true.into(),
        keeper: Value::Unknown(Doubt::none()),
        boats: 3usize.into(),
        flags: vec!["yellow".to_owned(), "red".to_owned()].into(),
        berths: vec![
            berth(2, true.into()),
            berth(5, Value::Unknown(Doubt::none())),
        ]
        .into(),
        block: AddressSet::parse("10.1.0.0/16").unwrap().into(),
        open: Traffic::ports(Protocol::TCP, 5432, 5432).into(),
        story: "".into(),
    }
    .values()
}

fn check(text: &str, expected: Truth) {
    let program = read(text, FIELDS).unwrap_or_else(|wrong| panic!("{text}: {wrong:?}"));
    let holds = program.holds(Fields::of(&harbour()), &mut BTreeSet::new());
    assert_eq!(holds, expected, "{text}");
}

#[test]
fn what_is_known_is_decided_and_what_is_not_stays_open() {
    for (text, expected) in [
        ("tide == 'low' && lit", Yes),
        ("tide != 'low'", No),
        ("keeper", Maybe),
        ("!keeper", Maybe),
        ("keeper && !lit", No),
        ("lit || keeper", Yes),
        ("keeper || keeper", Maybe),
        ("boats >= 3 && boats < 4", Yes),
        ("boats > 3 || boats <= 2", No),
        ("place in ['Aber', 'Brest']", Yes),
        ("'red' in flags", Yes),
        ("boats in [1, 2]", No),
        ("size(flags) == 2 && berths.size() == 2", Yes),
        ("flags.exists(f, f.startsWith('y'))", Yes),
        ("flags.all(f, f.endsWith('d'))", No),
        (
            "flags.exists_one(f, f.contains('e') && f.matches('^r'))",
            Yes,
        ),
        ("berths.exists(b, b.dry)", Yes),
        ("berths.all(b, b.dry)", Maybe),
        ("berths.exists_one(b, b.dry)", Maybe),
        ("berths.exists(b, b.depth > 9)", No),
        (
            "berths.exists(b, flags.exists(f, f == place || b.depth == 5))",
            Yes,
        ),
        (
            "block.within('10.0.0.0/8') && block.overlaps(cidr('10.1.2.0/24'))",
            Yes,
        ),
        ("block.containsIP(ip('10.2.0.1'))", No),
        ("cidr('10.0.0.0/8').containsCIDR(block)", Yes),
        ("open.overlaps('tcp 5000-6000') && open.within('tcp')", Yes),
        ("lit ? boats == 3 : keeper", Yes),
        ("(keeper ? 'a' : 'a') == 'a'", Yes),
        ("(keeper ? 'a' : 'b') == 'a'", Maybe),
    ] {
        check(text, expected);
    }
}

/// An expression, where in it the fault is, and a part of the message.
const WRONG: &[(&str, usize, &str)] = &[
    (
        "tied == 'low'",
        0,
        "`tied` is no field here: did you mean `tide`?",
    ),
    (
        "lit && tide == 'ebb'",
        15,
        "it is never `ebb`: expected one of high, low",
    ),
    ("tide in ['hihg']", 8, "did you mean `high`?"),
    ("boats == 'three'", 9, "a number is never a text"),
    ("story == ''", 0, "only to be printed"),
    ("boats", 0, "the expression is a number"),
    (
        "lit && boats",
        7,
        "this is a number: expected true or false",
    ),
    ("has(berths.dry)", 4, "`has()` is refused"),
    ("berths.dry", 0, "use `exists` or `all`"),
    ("place.size", 0, "which has no fields"),
    ("berths.exists(b, b.dept > 3)", 17, "did you mean `depth`?"),
    (
        "berths.map(b, b.depth)",
        0,
        "`map` and `filter` are no part of rules",
    ),
    (
        "berths.filter(b, b.dry)",
        0,
        "`map` and `filter` are no part of rules",
    ),
    (
        "place.exists(b, b == 'a')",
        0,
        "this is a text: expected a list",
    ),
    (
        "flags.exists(a, flags.exists(b, flags.exists(c, c == a)))",
        32,
        "more than 2 comprehensions",
    ),
    ("place + 'x' == 'y'", 0, "`+` is no part of rules"),
    ("place.upper() == 'X'", 0, "`upper` is no function here"),
    ("place.startWith('X')", 0, "did you mean `startsWith`?"),
    ("place.matches('(')", 14, "no regular expression"),
    (
        "block.containsIP(ip('10.0.0'))",
        20,
        "no block of addresses",
    ),
    ("block.within(cidr('10.0.0.1'))", 18, "expected a block"),
    ("open.overlaps('5432')", 14, "no traffic"),
    (
        "lit &&",
        6,
        "the expression is no CEL: mismatched input the end",
    ),
    ("lit ==== keeper", 6, "the expression is no CEL"),
    ("", 0, "the expression is no CEL"),
    ("{'a': lit}", 0, "maps and messages are no part of rules"),
    ("boats == 1.5", 9, "this kind of value is no part of rules"),
    ("[lit] == [lit]", 1, "a list holds texts"),
];

#[test]
fn names_and_types_are_checked_before_anything_runs() {
    let mut differ = Vec::new();
    for (text, offset, part) in WRONG {
        let wrong = read(text, FIELDS).expect_err(text);
        if !wrong.message.contains(part) || wrong.offset != *offset {
            differ.push(format!("{text}: {wrong:?}"));
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn size_and_depth_are_bounded() {
    let many = vec!["lit"; 200].join(" && ");
    for (text, part) in [
        (
            format!("{}lit{}", "(".repeat(900), ")".repeat(900)),
            "nested more than",
        ),
        (format!("{}lit", "!(".repeat(900)), "nested more than"),
        (many, "more than 300 parts"),
        (
            format!("place == '{}'", "a".repeat(4000)),
            "longer than 4000 bytes",
        ),
    ] {
        let wrong = read(&text, FIELDS).unwrap_err();
        assert!(wrong.message.contains(part), "{}", wrong.message);
    }
}
