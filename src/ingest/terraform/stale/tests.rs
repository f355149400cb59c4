//! Refreshed parents beside children that the plan takes away.

use crate::ingest::PlanPhase;
use crate::ingest::terraform::Value;
use crate::ingest::terraform::resource::Presence;
use crate::ingest::terraform::testing::file;
use crate::ingest::terraform::testing::read;

/// What of an attribute of a parent is left after a plan that does something to a child.
fn left(
    parent: (&str, &str),
    child: (&str, &str),
    actions: &str,
    configuration: &str,
    path: &str,
) -> Value {
    let [(kind, values), (own, before)] = [parent, child];
    let after = if actions == r#""delete""# {
        "null"
    } else {
        before
    };
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"configuration":{configuration},"resource_changes":[
        {{"address":"{kind}.p","mode":"managed","type":"{kind}","name":"p","change":{{"actions":["no-op"],"before":{values},"after":{values},"after_unknown":{{}}}}}},
        {{"address":"{own}.c","mode":"managed","type":"{own}","name":"c","change":{{"actions":[{actions}],"before":{before},"after":{after},"after_unknown":{{}}}}}}]}}"#
    );
    let file = file("plan.json", &plan, crate::ingest::Kind::Plan);
    let read = read(&[&file], PlanPhase::After);
    assert_eq!(read.errors, []);
    let id = read.graph.at(&format!("{kind}.p"))[0];
    read.graph.resources[id].values.get(path).clone()
}

/// A parent with its values, a child, the parent's attribute, and what is left of it.
type Case = (
    (&'static str, String),
    (&'static str, &'static str),
    &'static str,
    String,
);

fn security_groups() -> Vec<Case> {
    let rule = |blocks: &str| {
        format!(
            r#"{{"protocol":"tcp","from_port":443,"to_port":443,"cidr_blocks":[{blocks}],"security_groups":[],"self":false}}"#
        )
    };
    let group = |list: &str, inner: &str| format!(r#"{{"id":"sg-1","{list}":[{inner}]}}"#);
    vec![
        (
            (
                "aws_security_group",
                group("ingress", &rule(r#""10.0.0.0/8","10.9.0.0/16""#)),
            ),
            (
                "aws_security_group_rule",
                r#"{"security_group_id":"sg-1","type":"ingress","protocol":"6","from_port":443,"to_port":443,"cidr_blocks":["10.0.0.0/8"]}"#,
            ),
            "ingress",
            format!("[{}]", rule(r#""10.9.0.0/16""#)),
        ),
        (
            (
                "aws_default_security_group",
                group("egress", &rule(r#""10.0.0.0/8""#)),
            ),
            (
                "aws_vpc_security_group_egress_rule",
                r#"{"security_group_id":"sg-1","ip_protocol":"tcp","from_port":443,"to_port":443,"cidr_ipv4":"10.0.0.0/8"}"#,
            ),
            "egress",
            "[]".to_owned(),
        ),
        // Another port is another rule.
        (
            (
                "aws_security_group",
                group("ingress", &rule(r#""10.0.0.0/8""#)),
            ),
            (
                "aws_vpc_security_group_ingress_rule",
                r#"{"security_group_id":"sg-1","ip_protocol":"tcp","from_port":80,"to_port":80,"cidr_ipv4":"10.0.0.0/8"}"#,
            ),
            "ingress",
            format!("[{}]", rule(r#""10.0.0.0/8""#)),
        ),
    ]
}

fn other_parents_of_aws() -> Vec<Case> {
    vec![
        (
            ("aws_network_acl", r#"{"id":"acl-1","ingress":[{"rule_no":90},{"rule_no":100}],"egress":[{"rule_no":90}]}"#.to_owned()),
            ("aws_network_acl_rule", r#"{"network_acl_id":"acl-1","egress":false,"rule_number":90}"#),
            "ingress",
            r#"[{"rule_no":100}]"#.to_owned(),
        ),
        (
            ("aws_network_acl", r#"{"id":"acl-1","ingress":[{"rule_no":90}],"egress":[{"rule_no":90}]}"#.to_owned()),
            ("aws_network_acl_rule", r#"{"network_acl_id":"acl-1","egress":false,"rule_number":90}"#),
            "egress",
            r#"[{"rule_no":90}]"#.to_owned(),
        ),
        (
            ("aws_network_acl", r#"{"id":"acl-1","subnet_ids":["subnet-1","subnet-2"]}"#.to_owned()),
            ("aws_network_acl_association", r#"{"network_acl_id":"acl-1","subnet_id":"subnet-1"}"#),
            "subnet_ids",
            r#"["subnet-2"]"#.to_owned(),
        ),
        (
            ("aws_route_table", r#"{"id":"rtb-1","route":[{"cidr_block":"10.1.0.0/16","ipv6_cidr_block":""},{"cidr_block":"10.2.0.0/16"}]}"#.to_owned()),
            ("aws_route", r#"{"route_table_id":"rtb-1","destination_cidr_block":"10.1.0.0/16","destination_ipv6_cidr_block":null}"#),
            "route",
            r#"[{"cidr_block":"10.2.0.0/16"}]"#.to_owned(),
        ),
        (
            ("aws_vpc", r#"{"id":"vpc-1","main_route_table_id":"rtb-2","default_route_table_id":"rtb-1"}"#.to_owned()),
            ("aws_main_route_table_association", r#"{"vpc_id":"vpc-1","route_table_id":"rtb-2","original_route_table_id":"rtb-3"}"#),
            "main_route_table_id",
            r#""rtb-3""#.to_owned(),
        ),
        (
            ("aws_vpc", r#"{"id":"vpc-1","main_route_table_id":"rtb-2","default_route_table_id":"rtb-1"}"#.to_owned()),
            ("aws_main_route_table_association", r#"{"vpc_id":"vpc-1","route_table_id":"rtb-2"}"#),
            "main_route_table_id",
            r#""rtb-1""#.to_owned(),
        ),
        (
            ("aws_vpc_endpoint", r#"{"id":"vpce-1","security_group_ids":["sg-1","sg-2"]}"#.to_owned()),
            ("aws_vpc_endpoint_security_group_association", r#"{"vpc_endpoint_id":"vpce-1","security_group_id":"sg-2"}"#),
            "security_group_ids",
            r#"["sg-1"]"#.to_owned(),
        ),
    ]
}

fn parents_of_azure_and_google() -> Vec<Case> {
    vec![
        (
            ("azurerm_network_security_group", r#"{"name":"Web","resource_group_name":"rg","security_rule":[{"name":"Deny"},{"name":"allow"}]}"#.to_owned()),
            ("azurerm_network_security_rule", r#"{"name":"deny","resource_group_name":"RG","network_security_group_name":"web"}"#),
            "security_rule",
            r#"[{"name":"allow"}]"#.to_owned(),
        ),
        // A group of that name in another resource group.
        (
            ("azurerm_network_security_group", r#"{"name":"web","resource_group_name":"rg","security_rule":[{"name":"deny"}]}"#.to_owned()),
            ("azurerm_network_security_rule", r#"{"name":"deny","resource_group_name":"other","network_security_group_name":"web"}"#),
            "security_rule",
            r#"[{"name":"deny"}]"#.to_owned(),
        ),
        (
            ("azurerm_route_table", r#"{"name":"t","resource_group_name":"rg","route":[{"name":"a"}]}"#.to_owned()),
            ("azurerm_route", r#"{"name":"a","resource_group_name":"rg","route_table_name":"t"}"#),
            "route",
            "[]".to_owned(),
        ),
        (
            ("azurerm_virtual_network", r#"{"name":"v","resource_group_name":"rg","subnet":[{"name":"a"},{"name":"b"}]}"#.to_owned()),
            ("azurerm_subnet", r#"{"name":"a","resource_group_name":"rg","virtual_network_name":"v"}"#),
            "subnet",
            r#"[{"name":"b"}]"#.to_owned(),
        ),
        (
            ("google_container_cluster", r#"{"name":"c","node_pool":[{"name":"a"},{"name":"b"}]}"#.to_owned()),
            ("google_container_node_pool", r#"{"name":"a","cluster":"c"}"#),
            "node_pool",
            r#"[{"name":"b"}]"#.to_owned(),
        ),
    ]
}

/// Each child that a plan deletes is taken out of its parent's list, and what stands beside it stays.
#[test]
fn what_a_deleted_child_had_is_taken_out_of_its_parent() {
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let cases = [
        security_groups(),
        other_parents_of_aws(),
        parents_of_azure_and_google(),
    ]
    .concat();
    for ((kind, values), child, path, expected) in &cases {
        for actions in [r#""delete""#, r#""delete","create""#, r#""update""#] {
            let found = left((kind, values), *child, actions, "{}", path);
            assert_eq!(
                found,
                json(expected),
                "{kind} {path} without {} ({actions})",
                child.0
            );
        }
        // A child that stays is shown rightly.
        let found = left((kind, values), *child, r#""no-op""#, "{}", path);
        assert_eq!(found, *json(values).get(path), "{kind} {path}");
    }
}

/// What the configuration itself sets in a parent is no mirror.
#[test]
fn a_block_that_the_configuration_sets_stays() {
    let configuration = r#"{"root_module":{"resources":[{"address":"aws_network_acl.p","mode":"managed","type":"aws_network_acl","name":"p","expressions":{"ingress":{"constant_value":[]}}}]}}"#;
    let parent = (
        "aws_network_acl",
        r#"{"id":"acl-1","ingress":[{"rule_no":90}]}"#,
    );
    let child = (
        "aws_network_acl_rule",
        r#"{"network_acl_id":"acl-1","egress":false,"rule_number":90}"#,
    );
    let found = left(parent, child, r#""delete""#, configuration, "ingress");
    assert_eq!(found.items().len(), 1);
}

/// Whether a child is in doubt beside a parent that the plan changes, whose configuration sets `sets`.
fn is_wiped(parent: (&str, &str), child: (&str, &str), actions: [&str; 2], sets: &str) -> bool {
    let [(kind, values), (own, inner)] = [parent, child];
    let [of_parent, of_child] = actions;
    let configuration = format!(
        r#"{{"root_module":{{"resources":[{{"address":"{kind}.p","mode":"managed","type":"{kind}","name":"p","expressions":{{{sets}}}}}]}}}}"#
    );
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"configuration":{configuration},"resource_changes":[
        {{"address":"{kind}.p","mode":"managed","type":"{kind}","name":"p","change":{{"actions":["{of_parent}"],"before":{values},"after":{values},"after_unknown":{{}}}}}},
        {{"address":"{own}.c","mode":"managed","type":"{own}","name":"c","change":{{"actions":["{of_child}"],"before":{inner},"after":{inner},"after_unknown":{{}}}}}}]}}"#
    );
    let file = file("plan.json", &plan, crate::ingest::Kind::Plan);
    let read = read(&[&file], PlanPhase::After);
    let id = read.graph.at(&format!("{own}.c"))[0];
    read.graph.resources[id].presence == Presence::Wiped
}

#[test]
fn an_update_of_a_parent_with_a_list_of_its_own_wipes_what_it_leaves_out() {
    let cases = [
        (
            (
                "aws_network_acl",
                r#"{"id":"acl-1","ingress":[{"rule_no":100}]}"#,
            ),
            (
                "aws_network_acl_rule",
                r#"{"network_acl_id":"acl-1","egress":false,"rule_number":90}"#,
            ),
            r#""ingress":{"constant_value":[]}"#,
        ),
        (
            (
                "aws_route_table",
                r#"{"id":"rtb-1","route":[{"cidr_block":"10.2.0.0/16"}]}"#,
            ),
            (
                "aws_route",
                r#"{"route_table_id":"rtb-1","destination_cidr_block":"10.1.0.0/16"}"#,
            ),
            r#""route":{"references":["var.routes"]}"#,
        ),
        (
            ("aws_security_group", r#"{"id":"sg-1","egress":[]}"#),
            (
                "aws_vpc_security_group_egress_rule",
                r#"{"security_group_id":"sg-1","ip_protocol":"-1","cidr_ipv4":"0.0.0.0/0"}"#,
            ),
            r#""egress":{"constant_value":[]}"#,
        ),
        (
            (
                "azurerm_route_table",
                r#"{"name":"t","resource_group_name":"rg","route":[]}"#,
            ),
            (
                "azurerm_route",
                r#"{"name":"a","resource_group_name":"rg","route_table_name":"t"}"#,
            ),
            r#""route":{"constant_value":[]}"#,
        ),
    ];
    for (parent, child, sets) in cases {
        let name = child.0;
        assert!(is_wiped(parent, child, ["update", "no-op"], sets), "{name}");
        assert!(
            is_wiped(parent, child, ["update", "update"], sets),
            "{name}"
        );
        // What the plan makes is made after the parent is updated; a parent that stays as it is takes nothing away.
        assert!(
            !is_wiped(parent, child, ["update", "create"], sets),
            "{name}"
        );
        assert!(!is_wiped(parent, child, ["no-op", "no-op"], sets), "{name}");
        assert!(!is_wiped(parent, child, ["update", "no-op"], ""), "{name}");
    }
    // What the list has as well stays.
    let group = r#"{"id":"sg-1","ingress":[{"protocol":"tcp","from_port":443,"to_port":443,"cidr_blocks":["10.0.0.0/8"],"self":false}]}"#;
    let rule = r#"{"security_group_id":"sg-1","ip_protocol":"tcp","from_port":443,"to_port":443,"cidr_ipv4":"10.0.0.0/8"}"#;
    let sets = r#""ingress":{"constant_value":[]}"#;
    let parent = ("aws_security_group", group);
    let child = ("aws_vpc_security_group_ingress_rule", rule);
    assert!(!is_wiped(parent, child, ["update", "no-op"], sets));
}
