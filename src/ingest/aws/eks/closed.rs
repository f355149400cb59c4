//! Pods that are closed although no policy selects them: strict enforcing mode, and `DefaultDeny` of EKS Auto Mode.
//! Source: amazon-vpc-cni-k8s README, `NETWORK_POLICY_ENFORCING_MODE`; EKS user guide, "Create a Node Class for Amazon EKS".

use super::engine::MODE;
use super::facts::Facts;
use super::manifests::Manifests;
use super::setting::Settings;
use crate::model::{
    Cluster, Doubt, Enforced, Id, Origin, Policy, PolicySide, Selector, Tier, World,
};

/// Adds a policy that isolates every pod where the cluster's plugin does so.
pub fn policies(
    world: &mut World,
    cluster: Id<Cluster>,
    facts: &Facts,
    manifests: &Manifests,
    settings: &Settings,
) {
    let own = &world.clusters[cluster];
    if own.engine != "vpc-cni" || matches!(own.enforced, Enforced::No(_)) {
        return;
    }
    let declared = own.origin.clone();
    let mode = settings.word(MODE, &["standard", "strict"]);
    if let (true, Some(origin)) = (mode.may_be(&"strict"), mode.note.origin.or(declared)) {
        world.policies.push(policy(
            cluster,
            "strict mode of the VPC CNI",
            mode.doubt,
            origin,
        ));
        return;
    }
    let classes: Vec<Option<&Origin>> = manifests
        .node_classes
        .iter()
        .map(|class| class.closed.then_some(&class.origin))
        .collect();
    let all_closed = facts.pools.is_empty() && classes.iter().all(Option::is_some);
    if let (true, Some(Some(origin))) = (all_closed, classes.first()) {
        world.policies.push(policy(
            cluster,
            "DefaultDeny of EKS Auto Mode",
            Doubt::none(),
            (*origin).clone(),
        ));
    }
}

fn policy(cluster: Id<Cluster>, name: &str, doubt: Doubt, origin: Origin) -> Policy {
    let side = || {
        Some(PolicySide {
            isolates: true,
            rules: Vec::new(),
            origin: origin.clone(),
        })
    };
    Policy {
        cluster,
        kind: Policy::NO_OBJECT,
        name: name.to_owned(),
        namespace: None,
        tier: Tier::namespaced(),
        order: 0,
        subject: Selector::Everything,
        ingress: side(),
        egress: side(),
        inert: None,
        order_doubt: Doubt::none(),
        doubt,
        origin: origin.clone(),
    }
}
