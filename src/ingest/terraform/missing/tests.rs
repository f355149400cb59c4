//! What an incomplete plan leaves out, by what its configuration and its sources tell of it.

use crate::ingest::terraform::resource::Presence;
use crate::ingest::terraform::testing::file;
use crate::ingest::terraform::testing::read;
use crate::ingest::{Kind, PlanPhase};

const ROUTE: &str = r#"{"address":"aws_route.r","mode":"managed","type":"aws_route","name":"r","expressions":
    {"route_table_id":{"references":["aws_route_table.t.id","aws_route_table.t"]},"destination_cidr_block":{"constant_value":"10.9.0.0/16"}}"#;
const TABLE: &str = r#"{"address":"aws_route_table.t","mode":"managed","type":"aws_route_table","name":"t","change":
    {"actions":["no-op"],"before":{"id":"rtb-1"},"after":{"id":"rtb-1"},"after_unknown":{}}}"#;

fn change(address: &str, actions: &str) -> String {
    let after = if actions == r#""delete""# {
        "null"
    } else {
        r#"{"destination_cidr_block":"10.9.0.0/16"}"#
    };
    format!(
        r#"{{"address":{address:?},"mode":"managed","type":"aws_route","name":"r","change":{{"actions":[{actions}],"before":{{}},"after":{after},"after_unknown":{{}}}}}}"#
    )
}

/// The routes that may be or not after a plan with these members: `more` of the document, of the block and of the changes.
fn perhaps(document: &str, block: &str, changes: &[String], sources: Option<&str>) -> Vec<String> {
    let changes = [&[TABLE.to_owned()], changes].concat().join(",");
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}}{document},"configuration":{{"root_module":{{"resources":[
        {{"address":"aws_route_table.t","mode":"managed","type":"aws_route_table","name":"t","expressions":{{}}}},{ROUTE}{block}}}]}}}},
        "resource_changes":[{changes}]}}"#
    );
    let plan = file("plan.json", &plan, Kind::Plan);
    let sources = sources.map(|text| file("main.tf", text, Kind::Sources));
    let files: Vec<_> = [Some(&plan), sources.as_ref()]
        .into_iter()
        .flatten()
        .collect();
    let read = read(&files, PlanPhase::After);
    assert_eq!(read.errors, []);
    let uncertain = read
        .graph
        .resources
        .iter()
        .filter(|(_, own)| own.presence != Presence::Sure);
    uncertain.map(|(_, own)| own.address.clone()).collect()
}

const PART: &str = r#","complete":false"#;
const NONE: [&str; 0] = [];

#[test]
fn what_an_incomplete_plan_leaves_out_may_be_there() {
    for part in [
        PART,
        r#","errored":true"#,
        r#","errored":true,"applyable":false,"complete":false"#,
    ] {
        assert_eq!(perhaps(part, "", &[], None), ["aws_route.r"], "{part}");
    }
    for whole in [
        r#","complete":true"#,
        "",
        r#","complete":true,"applyable":false"#,
    ] {
        assert_eq!(perhaps(whole, "", &[], None), NONE, "{whole}");
    }
    assert_eq!(
        perhaps(PART, "", &[change("aws_route.r", r#""create""#)], None),
        NONE
    );
    assert_eq!(
        perhaps(PART, "", &[change("aws_route.r", r#""delete""#)], None),
        NONE
    );
}

/// A plan without `complete` is of an OpenTofu, or of an old Terraform: only what its sources surely declare is left out.
#[test]
fn a_plan_that_does_not_say_whether_it_is_complete() {
    let source = |repeat: &str| {
        format!(
            "resource \"aws_route_table\" \"t\" {{}}\nresource \"aws_route\" \"r\" {{\n{repeat}\n}}\n"
        )
    };
    assert_eq!(perhaps("", "", &[], Some(&source(""))), ["aws_route.r"]);
    assert_eq!(perhaps("", "", &[], Some(&source("count = 0"))), NONE);
    assert_eq!(
        perhaps("", "", &[], Some(&source("count = data.x.y.z"))),
        NONE
    );
    assert_eq!(
        perhaps(r#","complete":true"#, "", &[], Some(&source(""))),
        NONE
    );
}

#[test]
fn how_many_instances_there_are_is_told_by_the_sources_else_by_the_configuration() {
    let first = [change("aws_route.r[0]", r#""create""#)];
    let count = |count: &str| format!(r#","count_expression":{{"constant_value":{count}}}"#);
    assert_eq!(perhaps(PART, &count("0"), &[], None), NONE);
    assert_eq!(perhaps(PART, &count("2"), &first, None), ["aws_route.r[1]"]);
    let open = r#","count_expression":{"references":["var.n"]}"#;
    // Which further ones there are is not known.
    assert_eq!(perhaps(PART, open, &first, None), ["aws_route.r"]);
    let source = |count: &str| {
        format!(
            "locals {{\n n = {count}\n}}\nresource \"aws_route_table\" \"t\" {{}}\nresource \"aws_route\" \"r\" {{\n count = local.n\n}}\n"
        )
    };
    assert_eq!(perhaps(PART, open, &first, Some(&source("1"))), NONE);
    assert_eq!(perhaps(PART, open, &[], Some(&source("0"))), NONE);
    assert_eq!(
        perhaps(PART, open, &first, Some(&source("3"))),
        ["aws_route.r[1]", "aws_route.r[2]"]
    );
}

/// What is not planned of what exists may become what the configuration says, or stay.
#[test]
fn what_exists_and_is_not_planned_in_a_failed_plan_is_in_doubt() {
    let prior = r#","prior_state":{"values":{"root_module":{"resources":[{"address":"aws_route.r","mode":"managed","type":"aws_route",
        "values":{"route_table_id":"rtb-1","destination_cidr_block":"10.1.0.0/16"}}]}}}"#;
    let failed = format!(r#"{prior},"errored":true"#);
    assert_eq!(
        perhaps(&failed, "", &[], None),
        ["aws_route.r", "aws_route.r"]
    );
    // Applying a plan for some targets leaves the others alone.
    assert_eq!(perhaps(&format!("{prior}{PART}"), "", &[], None), NONE);
}
