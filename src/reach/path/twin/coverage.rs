//! Which kinds of hops and reasons random scenes meet, so that no kind is left to no twin.

use super::{entry_points, round};
use crate::model::{Hop, twin};
use std::cell::RefCell;
use std::collections::BTreeSet;

thread_local! {
    static MET: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// The name of a variant, as it is written.
fn name(value: &impl std::fmt::Debug) -> String {
    let text = format!("{value:?}");
    let end = text.find(|c: char| !c.is_ascii_alphanumeric());
    text.get(..end.unwrap_or(text.len()))
        .unwrap_or_default()
        .to_owned()
}

/// Notes a hop that a twin was asked about.
pub(super) fn met(hop: &Hop) {
    MET.with_borrow_mut(|met| {
        met.insert(name(&hop.kind));
        met.insert(name(&hop.reason));
    });
}

/// The variants of an enumeration, read off its source.
fn variants(source: &str, of: &str) -> BTreeSet<String> {
    let body = source.split(&format!("pub enum {of} {{")).nth(1).unwrap();
    let body = body.split("\n}").next().unwrap();
    let own = body.lines().filter_map(|line| line.strip_prefix("    "));
    own.filter(|line| line.starts_with(char::is_uppercase))
        .map(|line| {
            line.split(|c: char| !c.is_ascii_alphanumeric())
                .next()
                .unwrap()
                .to_owned()
        })
        .collect()
}

/// What no scene of these twins shows, and what holds it instead.
const ELSEWHERE: &[(&str, &[&str])] = &[
    (
        "no decision: here a trail ends (`the_node_speaks_for_the_pod_towards_peers`)",
        &["Endpoint", "Destination"],
    ),
    (
        "policies: `engine_and_twin_agree`, `engine_and_twin_agree_on_services`, `engine_and_twin_agree_on_tiers_and_orders`",
        &[
            "ByService",
            "EnforcementUnknown",
            "HostNetwork",
            "Itself",
            "NoServicePort",
            "NotEnforced",
            "NotIsolated",
            "OwnNode",
            "PolicyRule",
            "PolicyUnclear",
            "Service",
            "Tiers",
        ],
    ),
    (
        "stepping stones: `stones_agree_with_the_twin`",
        &["OnlyAnswers", "Pivot"],
    ),
    (
        "what is not known at all, while a scene's doubt is about lines: the law of unknown values (`laws::unknown`)",
        &[
            "BareAddress",
            "BeyondInput",
            "RouteTableUnknown",
            "RouteUncertain",
            "RulesUnknown",
            "SubnetFiltersUnknown",
            "SubnetUnknown",
            "Unplaced",
        ],
    ),
    (
        "packets that no border carries are compared, but their paths end before they have hops",
        &[
            "BorderLine",
            "DestinationNotCarried",
            "NotCarried",
            "SourceNotCarried",
        ],
    ),
    (
        "no scene of a twin has one: `an_echo_request_needs_an_echo_reply`, `engines::host_service`, \
         `a_relay_may_deliver_past_the_filters_of_its_server`",
        &["HostService", "NoReplyPort", "PastFilters"],
    ),
    ("what is said where a proof is missing", &["Unproved"]),
];

#[test]
fn each_kind_of_hop_and_reason_is_met_by_a_twin_or_has_its_test() {
    twin::hold("hops", round);
    twin::hold("hops of entry points", entry_points::ROUND);
    let mut all = variants(include_str!("../../../model/trail.rs"), "HopKind");
    all.extend(variants(include_str!("../../../model/reason.rs"), "Reason"));
    assert!(all.len() > 50, "{all:?}");
    let met = MET.take();
    let unmet: BTreeSet<&str> = all.difference(&met).map(String::as_str).collect();
    let elsewhere: BTreeSet<&str> = ELSEWHERE
        .iter()
        .flat_map(|(_, own)| *own)
        .copied()
        .collect();
    let forgotten: Vec<_> = unmet.difference(&elsewhere).collect();
    assert!(forgotten.is_empty(), "neither met nor named: {forgotten:?}");
    let unknown: Vec<_> = elsewhere
        .iter()
        .filter(|own| !all.contains(**own))
        .collect();
    assert!(unknown.is_empty(), "no such kind: {unknown:?}");
}
