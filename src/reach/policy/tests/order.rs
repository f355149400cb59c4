//! Policies of one order of which it is not known which decides first.

use crate::model::{Bounds, Direction, Protocol, Verdict};
use crate::reach::fixture;
use crate::reach::policy::{Far, PolicyEvaluator};

/// What passes on some ports from `a/web` to `a/db`, by the policies of a tier that share a place: `must` or `may` for each port.
fn passes(policies: &str, ports: &[u16]) -> Vec<&'static str> {
    let world = fixture::world(&format!("pod a/web app=web\npod a/db app=db\n{policies}"));
    let [web, db] = ["a/web", "a/db"].map(|name| fixture::workload(&world, name));
    let judged = PolicyEvaluator::new(&world).between(web, db);
    let of = |port: &u16| {
        judged
            .bounds
            .map(|set| set.of(Protocol::TCP).contains(*port))
    };
    let word = |held: Bounds<bool>| match (held.must, held.may) {
        (true, _) => "passes",
        (false, true) => "may pass",
        (false, false) => "blocked",
    };
    ports.iter().map(|port| word(of(port))).collect()
}

/// A policy that allows ports 1 and 2 and denies port 3, and one that denies ports 2 and 3 and allows port 4.
const TIED: &str = "policy P a tier:5 order:1 tied:ab for app=db\n ingress isolates\n ingress allow anyone tcp/1-2\n ingress deny anyone tcp/3\n\
    policy P b tier:5 order:1 tied:ab for app=db\n ingress isolates\n ingress deny anyone tcp/2-3\n ingress allow anyone tcp/4\n";

#[test]
fn only_traffic_on_which_the_orders_disagree_is_in_doubt() {
    assert_eq!(
        passes(TIED, &[1, 2, 3, 4, 5]),
        ["passes", "may pass", "blocked", "passes", "blocked"]
    );
    let one_tie = TIED.replacen("tied:ab", "tied:a", 1);
    assert_eq!(
        passes(&one_tie, &[1, 2, 3, 4, 5]),
        ["passes", "passes", "blocked", "passes", "blocked"]
    );
}

#[test]
fn what_one_of_them_hands_on_may_be_decided_beyond() {
    let policies = "policy P a tier:5 order:1 tied:ab for app=db\n ingress deny anyone tcp/1-2\n\
        policy P b tier:5 order:1 tied:ab for app=db\n ingress pass anyone tcp/2-3\n\
        policy P c tier:9 for app=db\n ingress allow anyone tcp/2\n ingress deny anyone tcp/3\n";
    assert_eq!(
        passes(policies, &[1, 2, 3]),
        ["blocked", "may pass", "blocked"]
    );
}

#[test]
fn the_hop_names_the_gap_and_the_rule_that_may_let_it_pass() {
    let world = fixture::world(&format!("pod a/web app=web\npod a/db app=db\n{TIED}"));
    let [web, db] = ["a/web", "a/db"].map(|name| fixture::workload(&world, name));
    let evaluator = PolicyEvaluator::new(&world);
    let hop = |port: &str| {
        let traffic = fixture::traffic(port).unwrap();
        evaluator.hop(db, Direction::Ingress, None, Far::Workload(web), &traffic)
    };
    let open = hop("tcp/2");
    assert_eq!((open.verdict, open.gaps.len()), (Verdict::Possible, 1));
    assert!(!open.reason.stops());
    assert_eq!(hop("tcp/3").verdict, Verdict::Blocked);
    assert_eq!(hop("tcp/4").gaps, []);
}
