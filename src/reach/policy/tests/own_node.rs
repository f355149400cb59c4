//! What comes from a pod's own node.

use super::judge::check;
use crate::model::{Reason, Traffic, Verdict};
use crate::reach::policy::PolicyEvaluator;
use crate::reach::{Party, fixture};

#[test]
fn a_pod_lets_in_what_may_come_from_its_own_node() {
    // Where nothing tells where pods run, some placement is the same node; what a mesh decides holds there as well.
    let deny = "policy NetworkPolicy b/deny
           ingress isolates
           egress isolates
         policy Mesh b/mesh tier:1 by-mesh
           ingress isolates
           ingress pass anyone tcp/9";
    check(&format!(
        "pod a/agent host
         pod b/web
         {deny}
         #= a/agent -> b/web: tcp 9
         #= b/web -> a/agent: no traffic"
    ));
    // Nodes of another pool are other nodes, and pods without a node have none of their own. (A place is a pool by its nodes' addresses.)
    check(&format!(
        "pod a/agent host
           place yes at:10.0.0.0/24 node:10.0.0.0/28
         pod b/near
           place yes at:10.0.0.0/24 node:10.0.0.0/28
         pod b/far
           place yes at:10.0.0.0/24 node:10.0.1.0/28
         pod b/nowhere
           place yes at:10.0.0.0/24
         {deny}
         #= a/agent -> b/near: tcp 9
         #= a/agent -> b/far: no traffic
         #= a/agent -> b/nowhere: no traffic"
    ));
}

#[test]
fn the_trail_says_that_it_is_the_own_node() {
    let world = fixture::world(
        "pod a/agent host\npod b/web\npolicy NetworkPolicy b/deny\n ingress isolates\n",
    );
    let evaluator = PolicyEvaluator::new(&world);
    let [from, to] =
        ["a/agent", "b/web"].map(|title| Party::Workload(fixture::workload(&world, title)));
    let trail = evaluator.explain(&from, &to, &Traffic::all()).unwrap();
    let last = trail.hops.last().unwrap();
    assert_eq!(trail.verdict, Verdict::Reachable);
    assert!(
        last.reason == Reason::OwnNode && last.assumed,
        "{:?}",
        last.reason
    );
}
