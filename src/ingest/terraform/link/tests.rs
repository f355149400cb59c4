//! Each case: the instances of a plan with what is unknown of them, the configuration, and the link that follows.

mod allotment;
mod lists;

use crate::ingest::terraform::testing::read;
use crate::ingest::terraform::testing::{file, read_plan};
use crate::ingest::terraform::{Address, LinkRow, Resource, Terraform, Value};
use crate::ingest::{Kind, PlanPhase};
use crate::model::Id;

/// Reads a plan that creates the instances; each is an address, and the unknown members as `path` or `path=known text`.
fn plan(instances: &[(&str, &str)], root: &str) -> Terraform {
    let changes: Vec<String> = instances
        .iter()
        .map(|(address, members)| change(address, members))
        .collect();
    let json = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{}],"configuration":{{"root_module":{root}}}}}"#,
        changes.join(",")
    );
    let read = read_plan(&json);
    assert_eq!(read.errors, []);
    read
}

fn change(address: &str, members: &str) -> String {
    let kind = Address::parse(address).unwrap().kind;
    let (known, unknown): (Vec<&str>, Vec<&str>) = members
        .split_whitespace()
        .partition(|member| member.contains('='));
    let known: Vec<String> = known
        .iter()
        .map(|member| member.split_once('=').unwrap())
        .map(|(name, json)| format!("\"{name}\":{json}"))
        .collect();
    let unknown: Vec<String> = unknown
        .iter()
        .map(|name| format!("\"{name}\":true"))
        .collect();
    format!(
        r#"{{"address":{},"mode":"managed","type":"{kind}","change":{{"actions":["create"],"after":{{{}}},"after_unknown":{{"id":true{}{}}}}}}}"#,
        serde_json::to_string(address).unwrap(),
        known.join(","),
        if unknown.is_empty() { "" } else { "," },
        unknown.join(",")
    )
}

/// A resource block: `type.name`, its expressions, and `for_each` references (none where empty).
fn block(name: &str, expressions: &str, for_each: &str) -> String {
    let (kind, name) = name.split_once('.').unwrap();
    let for_each = if for_each.is_empty() {
        String::new()
    } else {
        format!(r#","for_each_expression":{{"references":{for_each}}}"#)
    };
    format!(
        r#"{{"mode":"managed","type":"{kind}","name":"{name}","expressions":{expressions}{for_each}}}"#
    )
}

/// The links as `address attribute -> targets (how)`.
fn links(read: &Terraform) -> Vec<String> {
    links_of(&read.links)
}

fn links_of(rows: &[LinkRow]) -> Vec<String> {
    rows.iter()
        .map(|row| {
            format!(
                "{} {} -> {} ({})",
                row.address,
                row.attribute,
                row.to.join(" "),
                row.by.word()
            )
        })
        .collect()
}

fn check(instances: &[(&str, &str)], root: &str, expected: &[&str]) {
    assert_eq!(links(&plan(instances, root)), expected);
}

fn root(blocks: &[String]) -> String {
    format!(r#"{{"resources":[{}]}}"#, blocks.join(","))
}

#[test]
fn a_reference_names_its_resource() {
    let blocks = [
        block("aws_vpc.a", "{}", ""),
        block("aws_vpc.b", "{}", ""),
        block(
            "aws_subnet.s",
            r#"{"vpc_id":{"references":["aws_vpc.a.id","aws_vpc.a"]}}"#,
            "",
        ),
    ];
    check(
        &[
            ("aws_vpc.a", ""),
            ("aws_vpc.b", ""),
            ("aws_subnet.s", "vpc_id"),
        ],
        &root(&blocks),
        &["aws_subnet.s vpc_id -> aws_vpc.a (reference)"],
    );
}

#[test]
fn instances_are_paired_by_key_and_by_number() {
    let blocks = [
        block("aws_vpc.v", "{}", r#"["local.all"]"#),
        block(
            "aws_subnet.s",
            r#"{"vpc_id":{"references":["aws_vpc.v","each.key"]}}"#,
            r#"["local.all"]"#,
        ),
        block(
            "aws_route_table_association.r",
            r#"{"subnet_id":{"references":["aws_subnet.n","count.index"]}}"#,
            "",
        ),
    ];
    check(
        &[
            (r#"aws_vpc.v["a.b"]"#, ""),
            (r#"aws_vpc.v["c/[d]"]"#, ""),
            (r#"aws_subnet.s["c/[d]"]"#, "vpc_id"),
            ("aws_subnet.n[0]", ""),
            ("aws_subnet.n[1]", ""),
            ("aws_route_table_association.r[1]", "subnet_id"),
        ],
        &root(&blocks),
        &[
            "aws_route_table_association.r[1] subnet_id -> aws_subnet.n[1] (reference)",
            r#"aws_subnet.s["c/[d]"] vpc_id -> aws_vpc.v["c/[d]"] (reference)"#,
        ],
    );
}

/// A module of the configuration that only hands its argument on has no resource, so no instance of it is seen.
#[test]
fn a_module_without_resources_is_followed() {
    let pass = r#"{"outputs":{"value":{"expression":{"references":["var.value"]}}}}"#;
    let of_subnet = |references: &str| {
        block(
            "aws_subnet.s",
            &format!(r#"{{"vpc_id":{{"references":{references}}}}}"#),
            "",
        )
    };
    let root = |for_each: &str, references: &str| {
        format!(
            r#"{{"module_calls":{{"p":{{"module":{pass},"expressions":{{"value":{{"references":["aws_vpc.a.id","aws_vpc.a"]}}}}{for_each}}}}},"resources":[{}]}}"#,
            of_subnet(references)
        )
    };
    let instances = [("aws_subnet.s", "vpc_id"), ("aws_vpc.a", "")];
    let link = &["aws_subnet.s vpc_id -> aws_vpc.a (reference)"];
    check(
        &instances,
        &root("", r#"["module.p.value","module.p"]"#),
        link,
    );
    let each = r#","for_each_expression":{"references":["local.x"]}"#;
    let keyed = r#"["module.p[\"k\"].value","module.p[\"k\"]","module.p"]"#;
    check(&instances, &root(each, keyed), link);
}

#[test]
fn references_that_lead_to_nothing_still_set_an_attribute() {
    let root = format!(
        r#"{{"resources":[{}]}}"#,
        block(
            "aws_subnet.s",
            r#"{"vpc_id":{"references":["aws_subnet.t.tags","aws_subnet.t"]}}"#,
            ""
        )
    );
    check(
        &[("aws_subnet.s", "vpc_id"), ("aws_subnet.t", "tags")],
        &root,
        &["aws_subnet.s vpc_id ->  (gap)"],
    );
}

#[test]
fn variables_lead_out_of_a_module_and_outputs_into_one() {
    let net = format!(
        r#"{{"outputs":{{"subnets":{{"expression":{{"references":["aws_subnet.s"]}}}}}},"resources":[{}]}}"#,
        block("aws_subnet.s", "{}", "")
    );
    let app = format!(
        r#"{{"resources":[{}]}}"#,
        block(
            "aws_instance.i",
            r#"{"subnet_id":{"references":["var.subnet"]}}"#,
            ""
        )
    );
    let root = format!(
        r#"{{"module_calls":{{"net":{{"module":{net},"for_each_expression":{{"references":["local.x"]}}}},
        "app":{{"module":{app},"expressions":{{"subnet":{{"references":["module.net[\"x.y\"].subnets[1]","module.net[\"x.y\"].subnets","module.net[\"x.y\"]"]}}}}}}}}}}"#
    );
    let instances = [
        (r#"module.net["x.y"].aws_subnet.s[0]"#, ""),
        (r#"module.net["x.y"].aws_subnet.s[1]"#, ""),
        (r#"module.net["z"].aws_subnet.s[1]"#, ""),
        ("module.app.aws_instance.i", "subnet_id"),
    ];
    check(
        &instances,
        &root,
        &[
            r#"module.app.aws_instance.i subnet_id -> module.net["x.y"].aws_subnet.s[1] (reference)"#,
        ],
    );
}

#[test]
fn the_wanted_type_decides_among_flattened_references() {
    let refs = r#"{"route":{"references":["aws_nat_gateway.n.id","aws_nat_gateway.n","aws_vpc_peering_connection.p.id","aws_vpc_peering_connection.p"]}}"#;
    let blocks = [block("aws_route_table.t", refs, "")];
    let mut read = links(&plan(
        &[
            ("aws_nat_gateway.n", ""),
            ("aws_vpc_peering_connection.p", ""),
            ("aws_route_table.t", "route=[{}]"),
        ],
        &root(&blocks),
    ));
    assert_eq!(read.pop(), None, "nothing is unknown");
    let changes = r#"[{"address":"aws_nat_gateway.n","type":"aws_nat_gateway","change":{"actions":["create"],"after":{}}},
        {"address":"aws_vpc_peering_connection.p","type":"aws_vpc_peering_connection","change":{"actions":["create"],"after":{}}},
        {"address":"aws_route_table.t","type":"aws_route_table","change":{"actions":["create"],"after":{"route":[{"cidr_block":"10.0.0.0/8"},{}]},
        "after_unknown":{"route":[{"vpc_peering_connection_id":true},{"nat_gateway_id":true}]}}}]"#;
    let json = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":{changes},"configuration":{{"root_module":{}}}}}"#,
        root(&blocks)
    );
    let expected = [
        "aws_route_table.t route.nat_gateway_id -> aws_nat_gateway.n (reference)",
        "aws_route_table.t route.vpc_peering_connection_id -> aws_vpc_peering_connection.p (reference)",
    ];
    assert_eq!(links(&read_plan(&json)), expected);
}

#[test]
fn operands_without_instances_drop_out_and_the_others_are_followed_by_attribute() {
    let refs = r#"["aws_vpc_ipv4_cidr_block_association.a[0].vpc_id","aws_vpc_ipv4_cidr_block_association.a[0]","aws_vpc_ipv4_cidr_block_association.a",
        "aws_vpc.v[0].id","aws_vpc.v[0]","aws_vpc.v"]"#;
    let blocks = [
        block(
            "aws_vpc_ipv4_cidr_block_association.a",
            r#"{"vpc_id":{"references":["aws_vpc.v[0].id","aws_vpc.v[0]","aws_vpc.v"]}}"#,
            "",
        ),
        block(
            "aws_subnet.s",
            &format!(r#"{{"vpc_id":{{"references":{refs}}}}}"#),
            "",
        ),
    ];
    let without = [("aws_vpc.v[0]", ""), ("aws_subnet.s", "vpc_id")];
    check(
        &without,
        &root(&blocks),
        &["aws_subnet.s vpc_id -> aws_vpc.v[0] (reference)"],
    );
    let with = [
        ("aws_vpc.v[0]", ""),
        ("aws_vpc_ipv4_cidr_block_association.a[0]", "vpc_id"),
        ("aws_subnet.s", "vpc_id"),
    ];
    let expected = [
        "aws_subnet.s vpc_id -> aws_vpc.v[0] (reference)",
        "aws_vpc_ipv4_cidr_block_association.a[0] vpc_id -> aws_vpc.v[0] (reference)",
    ];
    check(&with, &root(&blocks), &expected);
}

#[test]
fn an_accepter_is_its_connection() {
    let blocks = [
        block("aws_vpc_peering_connection.p", "{}", ""),
        block(
            "aws_vpc_peering_connection_accepter.a",
            r#"{"vpc_peering_connection_id":{"references":["aws_vpc_peering_connection.p.id","aws_vpc_peering_connection.p"]}}"#,
            "",
        ),
        block(
            "aws_route.r",
            r#"{"vpc_peering_connection_id":{"references":["aws_vpc_peering_connection_accepter.a.id","aws_vpc_peering_connection_accepter.a"]}}"#,
            "",
        ),
    ];
    let instances = [
        ("aws_vpc_peering_connection.p", ""),
        (
            "aws_vpc_peering_connection_accepter.a",
            "vpc_peering_connection_id",
        ),
        ("aws_route.r", "vpc_peering_connection_id"),
    ];
    let expected = [
        "aws_route.r vpc_peering_connection_id -> aws_vpc_peering_connection.p (reference)",
        "aws_vpc_peering_connection_accepter.a vpc_peering_connection_id -> aws_vpc_peering_connection.p (reference)",
    ];
    check(&instances, &root(&blocks), &expected);
}

#[test]
fn what_the_configuration_does_not_set_is_no_link() {
    let rule = r#"{"cidr_blocks":{"constant_value":["10.0.0.0/8"]},"security_group_id":{"references":["aws_security_group.g.id","aws_security_group.g"]}}"#;
    let blocks = [
        block("aws_security_group.g", "{}", ""),
        block("aws_security_group_rule.r", rule, ""),
    ];
    let instances = [
        ("aws_security_group.g", ""),
        (
            "aws_security_group_rule.r",
            "source_security_group_id security_group_id",
        ),
    ];
    check(
        &instances,
        &root(&blocks),
        &["aws_security_group_rule.r security_group_id -> aws_security_group.g (reference)"],
    );
}

#[test]
fn guesses_say_so_and_gaps_are_listed() {
    let local = r#"{"vpc_id":{"references":["local.vpc_id"]}}"#;
    let blocks = [
        block("aws_vpc.v", "{}", ""),
        block("aws_subnet.s", local, ""),
    ];
    check(
        &[("aws_vpc.v", ""), ("aws_subnet.s", "vpc_id")],
        &root(&blocks),
        &["aws_subnet.s vpc_id -> aws_vpc.v (assumed)"],
    );
    let two = [
        ("aws_vpc.v[0]", ""),
        ("aws_vpc.v[1]", ""),
        ("aws_subnet.s", "vpc_id"),
    ];
    check(&two, &root(&blocks), &["aws_subnet.s vpc_id ->  (gap)"]);
    let conditional = r#"{"vpc_id":{"references":["var.c","aws_vpc.a.id","aws_vpc.a","aws_vpc.b.id","aws_vpc.b"]}}"#;
    let blocks = [block("aws_subnet.s", conditional, "")];
    let candidates = [
        ("aws_vpc.a", ""),
        ("aws_vpc.b", ""),
        ("aws_subnet.s", "vpc_id"),
    ];
    check(
        &candidates,
        &root(&blocks),
        &["aws_subnet.s vpc_id -> aws_vpc.a aws_vpc.b (gap)"],
    );
}

#[test]
fn a_configuration_that_refers_to_itself_ends() {
    let module = r#"{"outputs":{"a":{"expression":{"references":["var.a"]}}},"resources":[]}"#;
    let root = format!(
        r#"{{"module_calls":{{"m":{{"module":{module},"expressions":{{"a":{{"references":["module.m.a","module.m"]}}}}}}}},"resources":[{}]}}"#,
        block(
            "aws_subnet.s",
            r#"{"vpc_id":{"references":["module.m.a","module.m"]}}"#,
            ""
        )
    );
    let instances = [("module.m.aws_vpc.v", ""), ("aws_subnet.s", "vpc_id")];
    check(&instances, &root, &["aws_subnet.s vpc_id ->  (gap)"]);
}

#[test]
fn what_is_not_evaluated_is_a_gap() {
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{},{}]}}"#,
        change("aws_vpc.v", ""),
        change("aws_subnet.s", "vpc_id")
    );
    let gaps = |index: &str| {
        let source = format!(
            "resource \"aws_vpc\" \"v\" {{}}\nresource \"aws_subnet\" \"s\" {{\n  vpc_id = [aws_vpc.v.id][{index}]\n}}\n"
        );
        let files = [
            file("plan.json", &plan, Kind::Plan),
            file("main.tf", &source, Kind::Sources),
        ];
        let read = read(&files.iter().collect::<Vec<_>>(), PlanPhase::After);
        let what = read.graph.gaps.into_iter().map(|gap| gap.what);
        (links_of(&read.links), what.collect::<Vec<_>>())
    };
    let (links, said) = gaps("0");
    assert_eq!(links, ["aws_subnet.s vpc_id -> aws_vpc.v (source)"]);
    assert_eq!(said, [""; 0]);
    let (links, said) = gaps("length(setproduct(range(1000), range(1000))) - 1000000");
    assert_eq!(links, ["aws_subnet.s vpc_id -> aws_vpc.v (gap)"]);
    assert_eq!(
        said,
        [
            "an expression of `aws_subnet.s` is not evaluated: more than 200000 elements; what it gives is unknown"
        ]
    );
}

/// What a plan puts off to a later one may be made or not: it is there, and what it joins is in doubt.
#[test]
fn what_is_put_off_is_linked_in_doubt() {
    let route = |actions: &str, before: &str| {
        format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"complete":false,"configuration":{{"root_module":{{"resources":[
            {{"address":"aws_route.r","mode":"managed","type":"aws_route","name":"r","expressions":{{"route_table_id":{{"references":["aws_route_table.t.id","aws_route_table.t"]}}}}}}]}}}},
            "resource_changes":[{{"address":"aws_route_table.t","mode":"managed","type":"aws_route_table","name":"t","change":{{"actions":["create"],"after":{{}},"after_unknown":{{"id":true}}}}}}],
            "deferred_changes":[{{"reason":"instance_count_unknown","resource_change":{{"address":"aws_route.r","mode":"managed","type":"aws_route","name":"r","change":{{
            "actions":[{actions}],"before":{before},"after":{{"destination_cidr_block":"10.0.0.0/8"}},"after_unknown":{{"route_table_id":true}}}}}}}}]}}"#
        )
    };
    for (actions, before, count) in [
        (r#""create""#, "null", 1),
        (
            r#""update""#,
            r#"{"destination_cidr_block":"10.1.0.0/16"}"#,
            2,
        ),
    ] {
        let read = read_plan(&route(actions, before));
        assert_eq!(read.errors, []);
        let own = read.graph.at("aws_route.r");
        assert_eq!(own.len(), count, "{actions}");
        let table = |id: &Id<Resource>| -> Value {
            read.graph.resources[*id]
                .values
                .get("route_table_id")
                .clone()
        };
        let links: Vec<_> = own
            .iter()
            .map(table)
            .filter(|value| value.is_unknown())
            .collect();
        assert!(
            !links.is_empty()
                && links.iter().all(
                    |value| matches!(value, Value::Reference(own) if !own.exact && own.closed)
                ),
            "{links:?}"
        );
        assert!(
            read.graph
                .gaps
                .iter()
                .any(|gap| gap.what.contains("aws_route.r") && gap.what.contains("deferred"))
        );
    }
}

/// Terraform refuses a subnet without `vpc_id` (AWS provider, `aws_subnet`: "Required"), so a plan that shows no expression for it
/// does not show all; the provider chooses `availability_zone`, which may be left out.
#[test]
fn what_must_be_set_and_is_not_shown_is_no_choice_of_the_provider() {
    let instances = [("aws_subnet.s", "vpc_id availability_zone")];
    let read = plan(&instances, &root(&[block("aws_subnet.s", "{}", "")]));
    let (_, subnet) = read.graph.of("aws_subnet").next().unwrap();
    let value = |name: &str| subnet.values.get(name).clone();
    assert_eq!(value("vpc_id"), Value::Unknown);
    assert_eq!(value("availability_zone"), Value::Computed);
}

#[test]
fn a_service_attachment_is_named_by_rules_and_by_groups() {
    for (kind, attribute) in [
        ("google_compute_forwarding_rule", "target"),
        (
            "google_compute_region_network_endpoint_group",
            "psc_target_service",
        ),
    ] {
        let attachment = "google_compute_service_attachment.p";
        let (own, expression) = (
            format!("{kind}.e"),
            format!(r#"{{"{attribute}":{{"references":["{attachment}.id","{attachment}"]}}}}"#),
        );
        check(
            &[(attachment, ""), (&own, attribute)],
            &root(&[block(attachment, "{}", ""), block(&own, &expression, "")]),
            &[&format!("{own} {attribute} -> {attachment} (reference)")],
        );
    }
}
