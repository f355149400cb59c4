//! Tests of `merge`.

use crate::ingest::terraform::Instances;
use crate::ingest::terraform::resource::Value;
use crate::ingest::terraform::source::Evaluator;
use crate::ingest::terraform::source::testing::{Fixture, value};

/// The planned values of `t.n`, in which `"?"` is unknown, merged with what its block gives, drawn; then contradictions.
fn check(block: &str, planned: &str, expected: &str, contradictions: &[&str]) {
    let source = format!(
        "variable \"unset\" {{}}\nresource \"a\" \"x\" {{}}\nresource \"a\" \"y\" {{}}\nresource \"t\" \"n\" {{\n{block}\n}}"
    );
    let fixture = Fixture::new(
        &[("main.tf", &source)],
        &["a.x {\"id\": \"?\"}", "a.y {\"id\": \"?\"}", "t.n"],
    );
    let instances = Instances::of_input(&fixture.graph, 0, &fixture.variables);
    let evaluator = Evaluator::new(&fixture.tree, &instances);
    let evaluated = evaluator.evaluate("t.n").unwrap();
    let mut values = value(&serde_json::from_str(planned).unwrap());
    let merged = evaluator.merge(&mut values, &evaluated);
    assert_eq!(draw(&fixture, &values), expected, "{block}");
    assert_eq!(merged.contradictions, contradictions, "{block}");
}

/// Exact references as `a.x.id`, others as `?(a.x.id | a.y.id)`, unknown as `?`, what the provider decides as `computed`.
fn draw(fixture: &Fixture, value: &Value) -> String {
    match value {
        Value::Null => "null".to_owned(),
        Value::Computed => "computed".to_owned(),
        Value::Unknown => "?".to_owned(),
        Value::Draft(draft) => format!("~{}", draft.text.replace('\u{f8ff}', "|")),
        Value::Bool(value) => value.to_string(),
        Value::Number(number) => number.to_string(),
        Value::Text(text) => format!("{text:?}"),
        Value::Reference(reference) => {
            let targets: Vec<_> = reference
                .targets
                .iter()
                .map(|target| fixture.target(target))
                .collect();
            if reference.exact {
                targets.join(" | ")
            } else {
                format!("?({})", targets.join(" | "))
            }
        }
        Value::List(items) => format!(
            "[{}]",
            items
                .iter()
                .map(|item| draw(fixture, item))
                .collect::<Vec<_>>()
                .join(", ")
        ),
        Value::Map(map) => {
            let fields: Vec<_> = map
                .iter()
                .map(|(name, value)| format!("{name} = {}", draw(fixture, value)))
                .collect();
            format!("{{{}}}", fields.join(", "))
        }
    }
}

#[test]
fn what_the_plan_knows_stays_and_what_it_leaves_open_is_traced() {
    check(
        "v = a.x.id\n k = 1",
        r#"{"v": "?", "k": 1, "other": "?"}"#,
        "{v = a.x.id, k = 1, other = computed}",
        &[],
    );
    check("v = null", r#"{"v": "?"}"#, "{v = computed}", &[]);
    check("v = var.unset", r#"{"v": "?"}"#, "{v = ?}", &[]);
    check(
        "v = var.unset ? a.x.id : a.y.id",
        r#"{"v": "?"}"#,
        "{v = ?(a.x.id | a.y.id)}",
        &[],
    );
    check(
        "v = [a.x.id, a.y.id]",
        r#"{"v": "?"}"#,
        "{v = [a.x.id, a.y.id]}",
        &[],
    );
    check(
        "v = { p = a.x.id, q = 1 }",
        r#"{"v": {"p": "?", "q": 1}}"#,
        "{v = {p = a.x.id, q = 1}}",
        &[],
    );
    check("v = a.x.id", r#"{}"#, "{v = a.x.id}", &[]);
}

#[test]
fn lists_keep_their_order_and_known_elements_of_sets_are_told_apart() {
    check(
        "v = [a.y.id, a.x.id]",
        r#"{"v": ["?", "?"]}"#,
        "{v = [a.y.id, a.x.id]}",
        &[],
    );
    check(
        "v = [a.y.id, \"k\"]",
        r#"{"v": ["k", "?"]}"#,
        "{v = [\"k\", a.y.id]}",
        &[],
    );
    check(
        "v = [a.x.id, a.x.id, a.y.id]",
        r#"{"v": ["?", "?"]}"#,
        "{v = [a.x.id, a.y.id]}",
        &[],
    );
    check(
        "v = [a.x.id, a.y.id, var.unset]",
        r#"{"v": ["?", "?"]}"#,
        "{v = [?(a.x.id | a.y.id), ?(a.x.id | a.y.id)]}",
        &[],
    );
}

#[test]
fn blocks_are_matched_by_what_is_known_of_them() {
    let two = "route {\n cidr = \"b\"\n to = a.x.id\n}\nroute {\n cidr = \"a\"\n to = a.y.id\n}";
    let planned =
        r#"{"route": [{"cidr": "a", "to": "?", "z": ""}, {"cidr": "b", "to": "?", "z": ""}]}"#;
    check(
        two,
        planned,
        r#"{route = [{cidr = "a", to = a.y.id, z = ""}, {cidr = "b", to = a.x.id, z = ""}]}"#,
        &[],
    );
    // Of blocks that the plan does not tell apart any pairing gives the same set.
    let alike = r#"{"route": [{"cidr": "?", "to": "?"}, {"cidr": "?", "to": "?"}]}"#;
    check(
        "route { to = a.x.id }\nroute { to = a.y.id }",
        alike,
        "{route = [{cidr = computed, to = a.x.id}, {cidr = computed, to = a.y.id}]}",
        &[],
    );
    // Where what is known does not decide, both are candidates.
    let open =
        "route {\n cidr = var.unset\n to = a.x.id\n}\nroute {\n cidr = var.unset\n to = a.y.id\n}";
    let either = "?(a.x.id | a.y.id)";
    check(
        open,
        r#"{"route": [{"cidr": "a", "to": "?"}, {"cidr": "b", "to": "?"}]}"#,
        &format!(r#"{{route = [{{cidr = "a", to = {either}}}, {{cidr = "b", to = {either}}}]}}"#),
        &[],
    );
    // One block is the other's leftover: the second can only be the first of the plan.
    let chain =
        "route {\n cidr = var.unset\n to = a.x.id\n}\nroute {\n cidr = \"a\"\n to = a.y.id\n}";
    check(
        chain,
        r#"{"route": [{"cidr": "a", "to": "?"}, {"cidr": "b", "to": "?"}]}"#,
        r#"{route = [{cidr = "a", to = a.y.id}, {cidr = "b", to = a.x.id}]}"#,
        &[],
    );
}

#[test]
fn dynamic_blocks_of_unknown_number_give_candidates() {
    let dynamic = "dynamic \"route\" {\n for_each = var.unset ? [a.x.id] : [a.y.id]\n content { to = route.value }\n}";
    check(
        dynamic,
        r#"{"route": "?"}"#,
        "{route = ?(a.x.id | a.y.id)}",
        &[],
    );
    check(
        dynamic,
        r#"{"route": [{"to": "?"}]}"#,
        "{route = [{to = ?(a.x.id | a.y.id)}]}",
        &[],
    );
    let sure =
        "dynamic \"route\" {\n for_each = [a.x.id, a.y.id]\n content { to = route.value }\n}";
    check(
        sure,
        r#"{"route": "?"}"#,
        "{route = [{to = a.x.id}, {to = a.y.id}]}",
        &[],
    );
}

#[test]
fn sources_that_contradict_the_plan_make_nothing_exact() {
    check(
        "cidr = \"10.0.0.0/8\"\n to = a.x.id",
        r#"{"cidr": "10.1.0.0/16", "to": "?"}"#,
        "{cidr = \"10.1.0.0/16\", to = ?(a.x.id)}",
        &["cidr"],
    );
    check(
        "cidr = \"10.0.0.5/8\"\n to = a.x.id",
        r#"{"cidr": "10.0.0.0/8", "to": "?"}"#,
        "{cidr = \"10.0.0.0/8\", to = a.x.id}",
        &[],
    );
    check(
        "data = \"plain\"\n to = a.x.id",
        r#"{"data": "0a1b", "to": "?"}"#,
        "{data = \"0a1b\", to = a.x.id}",
        &[],
    );
}
