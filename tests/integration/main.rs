//! The whole product at its boundaries: the real binary, and the library from files to verdicts. One binary of
//! tests, because every further one links the library again.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first thing that is not as expected"
)]

#[cfg(unix)]
mod action;
mod applied;
mod architecture;
mod azure;
mod bad_input;
mod baseline;
mod binary;
mod calico;
mod changes;
mod checklist;
mod cilium;
mod cloud_groups;
mod confirmed;
mod connectivity;
mod corpus;
mod deleted;
mod demo;
#[cfg(unix)]
mod documentation;
mod documented;
mod doubtful;
mod downloaded;
mod engines;
mod fingerprints;
mod fix;
mod fix_cases;
mod fix_engines;
mod front_door;
mod fuzz;
mod google;
mod grouped;
mod hostile_names;
mod identity;
mod incomplete;
mod inputs;
mod intent;
mod joined;
mod laws;
mod locations;
mod manifests;
mod messages;
mod mutated;
mod owners;
mod page;
mod pairs;
mod plan_and_state;
mod plans;
mod policy_truth;
mod proofs;
mod rendering;
mod replanned;
mod resource_types;
mod secrets;
mod soundness;
mod sources_without_plan;
mod stones;
mod suppressed;
#[cfg(unix)]
mod tools;
mod unknown_links;
mod words;
mod written_yaml;
