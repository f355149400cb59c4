//! Which kinds of hops and reasons random scenes meet, so that no kind is left to no twin.

use super::{entry_points, host_services, nat_gateway, relays, replies, round};
use crate::model::{Hop, twin};
use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;

thread_local! {
    static MET: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
    static ALONE: Cell<bool> = const { Cell::new(false) };
}

/// Whether hops are gathered, and answers are compared elsewhere.
pub(super) fn is_all_that_is_asked() -> bool {
    ALONE.get()
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
    ("what is said where a proof is missing", &["Unproved"]),
];

#[test]
fn each_kind_of_hop_and_reason_is_met_by_a_twin_or_has_its_test() {
    ALONE.set(true);
    twin::hold("hops", || (0..3).for_each(|_| round()));
    let others = [
        nat_gateway::ROUND,
        entry_points::ROUND,
        relays::ROUND,
        replies::ROUND,
        host_services::ROUND,
    ];
    others.into_iter().for_each(|own| twin::hold("hops", own));
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
