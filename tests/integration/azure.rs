//! Azure's demo roots: every query gets the verdict that the provider's documentation gives, each blocked one by the hop that
//! stops it there, and the rules that were written for no cloud fire.

use crate::documented::Root;

fn root(folder: &'static str) -> Root {
    Root {
        folder,
        sources: format!("{folder}/tf"),
        manifests: "testdata/azure/manifests".to_owned(),
        documentation: "",
    }
}

#[test]
fn verdicts_are_those_of_the_documentation() {
    root("testdata/azure/flat").check(36);
    root("testdata/azure/overlay").check(9);
}

#[test]
fn rules_that_know_no_cloud_fire() {
    for (folder, rules) in [
        ("testdata/azure/flat", ["CP101", "CP102", "CP103", "CP201"]),
        (
            "testdata/azure/overlay",
            ["CP101", "CP103", "CP201", "CP205"],
        ),
    ] {
        let fired = root(folder).fired();
        for rule in rules {
            assert!(fired.contains(rule), "no {rule} in {fired:?}");
        }
    }
}
