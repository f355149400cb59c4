//! Which objects plans and states hold at a moment.

use crate::ingest::terraform::testing::{file, read};
use crate::ingest::{Kind, PlanPhase};
use crate::model::Change;

const OLD: &str = r#"{"cidr_block":"old"}"#;
const NEW: &str = r#"{"cidr_block":"new"}"#;

/// What a plan with one change leaves at a moment, as `cidr change`, the objects separated by commas.
fn check(actions: &str, more: &str, phase: PlanPhase) -> String {
    let before =
        if actions.contains("create") && !actions.contains("delete") && !actions.contains("forget")
        {
            "null"
        } else {
            OLD
        };
    let after = if actions == "delete" || actions == "forget" {
        "null"
    } else {
        NEW
    };
    let actions: Vec<String> = actions
        .split_whitespace()
        .map(|action| format!("\"{action}\""))
        .collect();
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc"{more},
        "change":{{"actions":[{}],"before":{before},"after":{after},"after_unknown":{{}}}}}}],"prior_state":{{"values":{{"root_module":{{"resources":[
        {{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","values":{OLD}}}]}}}}}}}}"#,
        actions.join(",")
    );
    let read = read(&[&file("plan.json", &plan, Kind::Plan)], phase);
    let said = |change| match change {
        Change::None => "same",
        Change::Added => "added",
        Change::Updated => "updated",
    };
    let objects = read.graph.resources.iter().map(|(_, own)| {
        format!(
            "{} {}",
            own.values.get("cidr_block").text().unwrap(),
            said(own.origin.change)
        )
    });
    objects.collect::<Vec<_>>().join(", ")
}

#[test]
fn each_action_at_each_moment() {
    for (actions, more, before, after) in [
        ("no-op", "", "old same", "new same"),
        ("create", "", "", "new added"),
        ("update", "", "old updated", "new updated"),
        ("delete create", "", "old added", "new added"),
        ("create delete", "", "old added", "new added"),
        ("delete", "", "old same", ""),
        // Forgotten objects go on to exist, outside of Terraform's care.
        ("forget", "", "old same", "old same"),
        ("create forget", "", "old added", "new added, old same"),
        // A second object of the address, left over from a replacement that failed.
        ("delete", r#","deposed":"abcd1234""#, "old same", ""),
        (
            "no-op",
            r#","previous_address":"aws_vpc.z""#,
            "old same",
            "new same",
        ),
        // What is imported exists before, though not in the state.
        (
            "update",
            r#","importing":{"id":"vpc-1"}"#,
            "old updated",
            "new updated",
        ),
    ] {
        assert_eq!(
            check(actions, more, PlanPhase::Before),
            before,
            "before {actions}{more}"
        );
        assert_eq!(
            check(actions, more, PlanPhase::After),
            after,
            "after {actions}{more}"
        );
    }
}

/// Drift is what somebody changed behind Terraform's back: the plan was made after it was seen, and `before` holds it.
#[test]
fn drift_is_in_what_was_before() {
    let change = |before: &str, after: &str| {
        format!(
            r#"[{{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","change":{{"actions":["update"],"before":{before},"after":{after}}}}}]"#
        )
    };
    let (drifted, planned) = (change(r#"{"cidr_block":"stated"}"#, OLD), change(OLD, NEW));
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_drift":{drifted},"resource_changes":{planned}}}"#
    );
    for (phase, expected) in [(PlanPhase::Before, "old"), (PlanPhase::After, "new")] {
        let read = read(&[&file("plan.json", &plan, Kind::Plan)], phase);
        let found: Vec<_> = read
            .graph
            .resources
            .iter()
            .map(|(_, own)| own.values.get("cidr_block").text().unwrap())
            .collect();
        assert_eq!(found, [expected]);
    }
}

#[test]
fn data_sources_that_were_read_and_resources_out_of_the_plans_scope_are_in_the_prior_state() {
    let plan = r#"{"format_version":"1.2","planned_values":{},"resource_changes":[{"address":"data.aws_vpc.late","mode":"data","type":"aws_vpc",
        "change":{"actions":["read"],"before":null,"after":{"tags":{}},"after_unknown":{"id":true}}}],
        "prior_state":{"values":{"root_module":{"child_modules":[{"resources":[
        {"address":"module.m.data.aws_vpc.d","mode":"data","type":"aws_vpc","values":{"id":"vpc-1"}}]}],
        "resources":[{"address":"aws_vpc.untargeted","mode":"managed","type":"aws_vpc","values":{"id":"vpc-2"}}]}}}}"#;
    let all = |phase| {
        let read = read(&[&file("plan.json", plan, Kind::Plan)], phase);
        assert!(read.graph.gaps.is_empty());
        read.graph
            .resources
            .iter()
            .map(|(_, own)| own.address.clone())
            .collect::<Vec<_>>()
    };
    assert_eq!(
        all(PlanPhase::After),
        [
            "aws_vpc.untargeted",
            "data.aws_vpc.late",
            "module.m.data.aws_vpc.d"
        ]
    );
    assert_eq!(
        all(PlanPhase::Before),
        ["aws_vpc.untargeted", "module.m.data.aws_vpc.d"]
    );
}

/// The route is there, with nothing known of it, and it is said: its absence would be a route that is not taken.
#[test]
fn a_malformed_object_is_there_with_nothing_known() {
    let change = r#""change":{"actions":["create"],"after":{"cidr_block":"new"}}"#;
    for (object, address) in [
        (r#"{"address":5,"mode":"managed","type":"aws_route","name":"r","change":{}}"#.to_owned(), "aws_route.r"),
        (
            format!(r#"{{"address":5,"mode":"data","type":"aws_vpc","name":"v","module_address":"module.m",{change}}}"#),
            "module.m.data.aws_vpc.v",
        ),
        (r#"{"address":"aws_route.r[0]","mode":"managed","type":"aws_route","name":"r","change":[]}"#.to_owned(), "aws_route.r[0]"),
        (
            r#"{"address":"aws_route.r","mode":"managed","type":"aws_route","change":{"actions":["create"],"after":[]}}"#.to_owned(),
            "aws_route.r",
        ),
    ] {
        let plan = format!(r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{object}]}}"#);
        let read = read(&[&file("plan.json", &plan, Kind::Plan)], PlanPhase::After);
        let found: Vec<_> = read.graph.resources.iter().map(|(_, own)| (own.address.as_str(), own.values.is_unknown())).collect();
        assert_eq!((found, read.errors.len()), (vec![(address, true)], 1), "{object}");
    }
}
