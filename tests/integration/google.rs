//! Google Cloud: every query of the demo roots is answered as the provider's documentation says, each blocked one by the hop
//! that stops it there, and the rules fire on them as on any other cloud.

use crate::documented::Root;
use std::collections::BTreeSet;

fn root(folder: &'static str) -> Root {
    let (sources, manifests) = (format!("{folder}/infra"), format!("{folder}/rendered"));
    Root {
        folder,
        sources,
        manifests,
        documentation: "https://cloud.google.com/",
    }
}

#[test]
fn the_demo_is_answered_as_documented() {
    root("testdata/google").check(27);
}

#[test]
fn a_cluster_that_uses_routes_is_answered_as_documented() {
    root("testdata/google/routes").check(6);
}

#[test]
fn rules_fire_unchanged() {
    let set = |ids: &[&str]| {
        ids.iter()
            .map(|id| (*id).to_owned())
            .collect::<BTreeSet<_>>()
    };
    assert_eq!(
        root("testdata/google").fired(),
        set(&[
            "CP101", "CP102", "CP103", "CP106", "CP109", "CP110", "CP201", "CP208", "CP402",
            "CP407"
        ])
    );
    assert_eq!(
        root("testdata/google/routes").fired(),
        set(&["CP101", "CP103", "CP106", "CP109", "CP205", "CP501"])
    );
}
