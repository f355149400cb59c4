//! Sources that would never end, or fill the memory, are unknown instead.

use crate::ingest::terraform::source::Evaluator;
use crate::ingest::terraform::source::pairing::{Match, pair};
use crate::ingest::terraform::source::scope::Scope;
use crate::ingest::terraform::source::symbolic::{Budget, Failure, Symbolic};
use crate::ingest::terraform::source::testing::Fixture;
use crate::ingest::terraform::{Instances, Value};
use std::fmt::Write as _;

fn check(source: &str, expression: &str) {
    let fixture = Fixture::new(&[("main.tf", source)], &["t.n"]);
    let drawn = fixture.value(expression);
    assert!(
        drawn == "exhausted" || drawn.contains("?()"),
        "{expression}"
    );
}

#[test]
fn cycles_are_unknown() {
    check("locals {\n a = local.b\n b = local.a\n}", "local.a");
    check(
        "resource \"t\" \"n\" {\n x = t.n.y\n y = t.n.x\n}\nlocals { a = module.m.o }\nmodule \"m\" { source = \"./\" }\noutput \"o\" { value = local.a }",
        "local.a",
    );
}

#[test]
fn growth_has_an_end() {
    let mut doubling = "locals {\n a0 = [1, 2]\n s0 = \"xy\"\n n0 = [1]\n".to_owned();
    for n in 1..80 {
        let before = n - 1;
        writeln!(doubling, " a{n} = concat(local.a{before}, local.a{before})\n s{n} = \"${{local.s{before}}}${{local.s{before}}}\"\n n{n} = [local.n{before}, local.n{before}]").unwrap();
    }
    doubling.push('}');
    for expression in [
        "local.a79",
        "local.s79",
        "flatten(local.n79)",
        "jsonencode(local.n79)",
        "local.n79 == local.n79",
    ] {
        check(&doubling, expression);
    }
    check("", "setproduct(range(1000), range(1000), range(1000))");
    check("", "range(100000000)");
    check("", "[for a in range(3000) : [for b in range(3000) : a]]");
}

/// Expressions that would take gigabytes or hours, each after the locals that it needs, and what becomes of it.
const BOMBS: &[(&str, &str, &str)] = &[
    (
        "a = join(\"x\", range(50000))",
        "join(local.a, range(50000))",
        "given up",
    ),
    (
        "s = join(\"\", [for i in range(100000) : \"aaaaaaaaaa\"])",
        "[for i in range(100000) : \"${local.s}${i}\"]",
        "given up",
    ),
    (
        "s = join(\"\", [for i in range(10000) : \"aaaaaaaaaa\"])",
        "[for i in range(100) : length(\"${local.s}${i}\")]",
        "fine",
    ),
    (
        "",
        "length(\"%{ for i in range(100000) }%{ for j in range(100000) }x%{ endfor }%{ endfor }\")",
        "given up",
    ),
    (
        "",
        "length(\"%{ for i in range(100000) }%{ for j in range(100000) }%{ endfor }%{ endfor }\")",
        "given up",
    ),
    (
        "a = join(\"\", range(20000))",
        "replace(replace(replace(local.a, \"\", local.a), \"\", local.a), \"\", local.a)",
        "given up",
    ),
    (
        "a = join(\"\", range(5000))",
        "replace(local.a, \"/(.*)/\", join(\"\", [for i in range(50000) : \"$1\"]))",
        "given up",
    ),
    (
        "",
        "setproduct(range(400), range(400), range(400))",
        "given up",
    ),
    (
        "a = range(2000)",
        "[for i in local.a : length([for j in local.a : j if j < 0])]",
        "given up",
    ),
    (
        "a = range(30000)",
        "[for i in local.a : contains(local.a, -1)]",
        "given up",
    ),
    (
        "a = range(60000)",
        "[for i in local.a : local.a == local.a]",
        "given up",
    ),
    (
        "a = range(60000)",
        "{ for i in local.a : \"k${i}\" => merge({ for j in local.a : \"k${j}\" => j }, { a = i }) }",
        "given up",
    ),
    (
        "a = join(\"\", range(20000))",
        "[for i in range(1000) : regexall(\".*[^A-Z]|[A-Z]\", upper(local.a))]",
        "given up",
    ),
    (
        "",
        "regex(\"((((a{100}){100}){100}){100})\", \"a\")",
        "invalid",
    ),
    (
        "",
        "format(join(\"\", [for i in range(50000) : \"%4096d\"]), range(50000)...)",
        "given up",
    ),
    (
        "a = join(\"\", range(20000))",
        "formatlist(local.a, [for i in range(50000) : i])",
        "given up",
    ),
    (
        "",
        "cidrsubnets(\"fd00::/8\", [for i in range(150000) : 64]...)",
        "given up",
    ),
    (
        "",
        "yamldecode(\"a: &a [x,x,x,x,x,x,x,x,x]\\nb: &b [*a,*a,*a,*a,*a,*a,*a,*a,*a]\\nc: &c [*b,*b,*b,*b,*b,*b,*b,*b,*b]\\nd: &d [*c,*c,*c,*c,*c,*c,*c,*c,*c]\\ne: &e [*d,*d,*d,*d,*d,*d,*d,*d,*d]\\nf: [*e,*e,*e,*e,*e,*e,*e,*e,*e]\")",
        "invalid",
    ),
    (
        "a = join(\"\", [for i in range(20000) : \"<<<<<<<<<<\"])",
        "[for i in range(1000) : jsonencode(local.a)]",
        "given up",
    ),
    (
        "",
        "matchkeys(range(90000), range(90000), range(90000)) == [] ? 1 : 2",
        "given up",
    ),
];

#[test]
fn what_explodes_is_given_up() {
    for (locals, expression, expected) in BOMBS {
        let fixture = Fixture::new(&[("main.tf", &format!("locals {{\n{locals}\n}}"))], &[]);
        let instances = Instances::of_input(&fixture.graph, 0, &fixture.variables);
        let evaluator = Evaluator::new(&fixture.tree, &instances);
        let parsed = hcl_edit::parser::parse_expr(expression).unwrap();
        let outcome = evaluator.eval(&parsed, &Scope::module(0));
        let drawn = fixture.draw_outcome(&outcome);
        let limited = evaluator.budget.hits().0 > 0;
        match *expected {
            "fine" => assert_eq!(
                (drawn.starts_with('['), limited),
                (true, false),
                "{expression}"
            ),
            "invalid" => assert_eq!(
                (drawn.as_str(), limited),
                ("invalid", false),
                "{expression}"
            ),
            _ => assert!(
                limited && ["?()", "exhausted"].contains(&drawn.as_str()),
                "{expression}: {drawn}"
            ),
        }
    }
}

/// What one resource spends leaves enough for others, and all of them together have an end.
#[test]
fn the_root_has_one_budget() {
    let mut source = "resource \"a\" \"x\" {}\nresource \"a\" \"last\" { v = a.x.id }\n".to_owned();
    let mut plan = vec!["a.x {\"id\": \"?\"}".to_owned(), "a.last".to_owned()];
    for n in 0..40 {
        writeln!(source, "resource \"b\" \"y{n}\" {{\n v = \"%{{ for i in range(90000) }}%{{ for j in range(90000 + {n}) }}%{{ endfor }}%{{ endfor }}\"\n w = a.x.id\n}}").unwrap();
        plan.push(format!("b.y{n}"));
    }
    let plan: Vec<&str> = plan.iter().map(String::as_str).collect();
    let fixture = Fixture::new(&[("main.tf", &source)], &plan);
    let instances = Instances::of_input(&fixture.graph, 0, &fixture.variables);
    let evaluator = Evaluator::new(&fixture.tree, &instances);
    let first = evaluator.evaluate("b.y0").unwrap();
    assert!(first.cut.is_some());
    let drawn = |address: &str| {
        let evaluated = evaluator.evaluate(address).unwrap();
        let value = &evaluated.body.attributes["v"].0;
        fixture.draw(value)
    };
    assert_eq!(drawn("a.last"), "a.x.id");
    for n in 1..40 {
        assert_eq!(drawn(&format!("b.y{n}")), "?()");
    }
    let last = evaluator.evaluate("a.last").unwrap();
    assert!(last.cut.is_some());
    assert_eq!(drawn("a.last"), "?()");
}

#[test]
fn depth_has_an_end() {
    let mut chain = "locals {\n a0 = 1\n".to_owned();
    for n in 1..5000 {
        writeln!(chain, " a{n} = [local.a{}]", n - 1).unwrap();
    }
    chain.push('}');
    let fixture = Fixture::new(&[("main.tf", &chain)], &[]);
    assert!(fixture.value("local.a4999").contains("?()"));
}

#[test]
fn pairing_blocks_is_paid_for() {
    let maker = Budget::of(1_000);
    let number = |n: u32| Symbolic::Number(f64::from(n));
    let given: Vec<Symbolic> = (0..300)
        .map(|n| maker.map([("k", number(n))]).unwrap())
        .collect();
    let block = |n: u32| {
        let known = ("k".into(), Value::Number(f64::from(n)));
        Value::Map([known].into_iter().collect())
    };
    let planned: Vec<Value> = (0..300).rev().map(block).collect();
    let budget = Budget::of(0);
    let found = pair(&planned, &given, &budget).unwrap();
    assert_eq!(found.first(), Some(&Match::Sure(299)));
    assert!(budget.steps() > 300 * 300 / 4);
    let small = Budget::limited(10_000, 1 << 20);
    assert_eq!(pair(&planned, &given, &small), Err(Failure::Exhausted));
}

#[test]
fn long_chains_of_steps_have_an_end() {
    let fixture = Fixture::new(&[("main.tf", "resource \"a\" \"x\" {}")], &["a.x"]);
    for (step, count) in [
        ("[*]", 50_000),
        ("[0]", 50_000),
        (".b", 50_000),
        ("[\"k\"]", 50_000),
    ] {
        let drawn = fixture.value(&format!("a.x.id{}", step.repeat(count)));
        assert!(
            ["?()", "?(a.x.id)", "exhausted", "invalid", "a.x.id"].contains(&drawn.as_str()),
            "{step}"
        );
    }
}

#[test]
fn thousands_of_instances_cost_what_they_are() {
    let source = "locals { all = { for n in range(3000) : \"k${n}\" => n } }\nresource \"a\" \"x\" { for_each = local.all }\n\
        resource \"b\" \"y\" {\n for_each = local.all\n v = a.x[each.key].id\n n = each.value\n}";
    let address = |block: &str, n: u32| format!("{block}[\"k{n}\"]");
    let plan: Vec<String> = (0..3000)
        .flat_map(|n| {
            [
                format!("{} {{\"id\": \"?\"}}", address("a.x", n)),
                address("b.y", n),
            ]
        })
        .collect();
    let fixture = Fixture::new(
        &[("main.tf", source)],
        &plan.iter().map(String::as_str).collect::<Vec<_>>(),
    );
    let instances = Instances::of_input(&fixture.graph, 0, &fixture.variables);
    let evaluator = Evaluator::new(&fixture.tree, &instances);
    let start = std::time::Instant::now();
    for n in 0..3000 {
        let evaluated = evaluator.evaluate(&address("b.y", n)).unwrap();
        assert_eq!(
            fixture.draw_outcome(&evaluated.body.symbolic(&evaluator.budget)),
            format!("{{n = {n}, v = {}.id}}", address("a.x", n))
        );
    }
    println!("3,000 bodies in {:?}", start.elapsed());
}
