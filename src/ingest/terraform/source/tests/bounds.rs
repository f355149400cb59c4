//! Sources that would never end, or fill the memory, are unknown instead.

use crate::ingest::terraform::Instances;
use crate::ingest::terraform::source::Evaluator;
use crate::ingest::terraform::source::testing::Fixture;
use std::fmt::Write as _;

fn check(source: &str, expression: &str) {
    let fixture = Fixture::new(&[("main.tf", source)], &["t.n"]);
    assert_eq!(fixture.value(expression), "?()", "{expression}");
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
        let body = evaluator
            .evaluate(&address("b.y", n))
            .unwrap()
            .body
            .symbolic();
        assert_eq!(
            fixture.draw(&body),
            format!("{{n = {n}, v = {}.id}}", address("a.x", n))
        );
    }
    println!("3,000 bodies in {:?}", start.elapsed());
}
