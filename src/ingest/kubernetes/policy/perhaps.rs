//! Pods that may never be there ([`perhaps`](crate::ingest::kubernetes::ObjectParts::perhaps)): what they send and receive may be nothing.

use super::super::manifest_lowering::ManifestLowering;
use super::super::object::Object;
use super::super::port::Ports;
use super::super::workload;
use super::alike::Alike;
use super::{MESH, network, tier};
use crate::model::{
    Doubt, GapKind, Id, Origin, Policy, PolicyAction, PolicyPeer, PolicyRule, PolicySide, Tier,
    Workload,
};

/// What may refuse all that such pods send and receive, whatever the engine: one policy for each object that makes them.
pub(super) fn policies(lowering: &mut ManifestLowering<'_>) -> Vec<Policy> {
    let objects = lowering.objects.iter().copied();
    let made = objects.filter(|object| workload::kind_of(object).is_some());
    let made: Vec<(&Object, &String)> = made
        .filter_map(|object| Some((object, object.perhaps.as_ref()?)))
        .collect();
    let mut out = Vec::new();
    for (object, why) in made {
        let kind = match object.applied {
            true => GapKind::IncompletePlan,
            false => GapKind::NotJudged,
        };
        let origin = Some(object.origin.clone());
        let doubt = lowering.world.doubt(kind, why.clone(), origin);
        let pods = pods(object, lowering);
        if !pods.is_empty() {
            out.push(refusal(object, &pods, doubt, lowering));
        }
    }
    out
}

/// The pods that an object makes.
fn pods(object: &Object, lowering: &ManifestLowering<'_>) -> Vec<Id<Workload>> {
    let all = lowering.world.workloads.iter();
    let own = all.filter(|(_, own)| own.cluster == lowering.cluster && own.origin == object.origin);
    own.map(|(id, _)| id).collect()
}

fn refusal(
    object: &Object,
    pods: &[Id<Workload>],
    doubt: Doubt,
    lowering: &ManifestLowering<'_>,
) -> Policy {
    let namespace = object.namespace_in(lowering.settings);
    Policy {
        cluster: lowering.cluster,
        kind: Policy::NO_OBJECT,
        name: format!("whether {} is there", object.title()),
        namespace: None,
        tier: Tier {
            enforced_by_mesh: true,
            ..tier("presence", MESH)
        },
        order: i64::MIN,
        subject: Alike::of(lowering).selector(namespace, pods),
        ingress: Some(side(&doubt, &object.origin)),
        egress: Some(side(&doubt, &object.origin)),
        inert: None,
        order_doubt: Doubt::none(),
        doubt: Doubt::none(),
        origin: object.origin.clone(),
    }
}

fn side(doubt: &Doubt, origin: &Origin) -> PolicySide {
    let rule = PolicyRule {
        action: PolicyAction::Deny,
        doubt: doubt.clone(),
        ..network::allow(PolicyPeer::Anyone, &Ports::all(), origin.clone())
    };
    PolicySide {
        isolates: false,
        rules: vec![rule],
        origin: origin.clone(),
    }
}
