//! Objects that are no policies of pods, bear on who reaches whom all the same and are not read: they may refuse what everything else lets
//! pass, or let pass what policies deny.

mod kinds;

use super::super::engine::named;
use super::super::manifest_lowering::ManifestLowering;
use super::super::object::Object;
use super::super::port::Ports;
use super::istio::ROOT;
use super::{ADMIN, MESH, network, tier};
use crate::model::{
    Doubt, GapKind, Origin, Policy, PolicyPeer, PolicyRule, PolicySide, Protocol, Selector, Tier,
    Traffic,
};
use kinds::{By, Directions, KINDS, Unread, Whom};

fn kind_of(object: &Object) -> Option<&'static Unread> {
    KINDS
        .iter()
        .find(|row| object.is(row.group, row.kind))
        .filter(|row| (row.bears)(object))
}

/// Whether a kind of objects may only refuse or let pass as the table says, and is no policy that may do both.
pub(super) fn is_listed(group: &str, kind: &str) -> bool {
    KINDS
        .iter()
        .any(|row| (row.group, row.kind) == (group, kind))
}

/// What is missing because of an object of such a kind; none where it is of none, or bears on nothing.
pub(in super::super) fn unjudged(object: &Object) -> Option<String> {
    let row = kind_of(object)?;
    let Unread {
        group, kind, what, ..
    } = row;
    Some(format!("{kind} ({group}) is not modelled: it {what}"))
}

/// What the objects of the cluster may do, in doubt: one policy for each of them.
pub(super) fn policies(lowering: &mut ManifestLowering<'_>) -> Vec<Policy> {
    let engine = lowering.world.clusters[lowering.cluster].engine.clone();
    let engines = named(&engine);
    let mut first: Vec<(String, Doubt)> = Vec::new();
    let mut out = Vec::new();
    for object in lowering.objects {
        let Some((row, what)) = kind_of(object).zip(unjudged(object)) else {
            continue;
        };
        if !row.by.is_there(&engines) {
            continue;
        }
        // Those of a kind share the gap at the first of them.
        let known = first.iter().find(|(own, _)| *own == what);
        let doubt = known.map(|(_, doubt)| doubt.clone()).unwrap_or_else(|| {
            let origin = Some(object.origin.clone());
            lowering
                .world
                .doubt(GapKind::NotModelled, what.clone(), origin)
        });
        first.push((what, doubt.clone()));
        out.push(row.policy(object, doubt, lowering));
    }
    out
}

impl By {
    /// Whether it may be in a cluster of these engines; none where they are not known.
    fn is_there(self, engines: &[&str]) -> bool {
        match self {
            By::Mesh | By::Beside | By::Any => true,
            By::Engines(own) => engines.is_empty() || engines.iter().any(|one| own.contains(one)),
        }
    }

    fn tier(self) -> Tier {
        match self {
            By::Mesh | By::Beside => Tier {
                enforced_by_mesh: true,
                ..tier("service mesh", MESH)
            },
            By::Any | By::Engines(_) => tier("not modelled", ADMIN),
        }
    }

    fn traffic(self) -> Traffic {
        match self {
            By::Mesh => Traffic::protocol(Protocol::TCP),
            By::Beside | By::Any | By::Engines(_) => Traffic::all(),
        }
    }
}

impl Unread {
    fn policy(&self, object: &Object, doubt: Doubt, lowering: &ManifestLowering<'_>) -> Policy {
        let namespace = object.namespace_in(lowering.settings);
        let near = || Selector::InNamespace(namespace.to_owned());
        let subject = match self.whom {
            Whom::OwnNamespaceOrMesh if namespace == ROOT => Selector::Everything,
            Whom::OwnNamespace | Whom::OwnNamespaceOrMesh => near(),
            Whom::Everybody => Selector::Everything,
        };
        let origin = object.origin.clone();
        let side = || Some(self.side(&doubt, &origin));
        Policy {
            cluster: lowering.cluster,
            kind: Policy::NO_OBJECT,
            name: object.title(),
            namespace: None,
            tier: self.by.tier(),
            order: i64::MIN,
            subject,
            ingress: side()
                .filter(|_| matches!(self.directions, Directions::Incoming | Directions::Both)),
            egress: side().filter(|_| !matches!(self.directions, Directions::Incoming)),
            inert: None,
            doubt: Doubt::none(),
            order_doubt: Doubt::none(),
            origin: object.origin.clone(),
        }
    }

    fn side(&self, doubt: &Doubt, origin: &Origin) -> PolicySide {
        let peer = match self.directions {
            Directions::Leaving => {
                PolicyPeer::Not(Box::new(PolicyPeer::Pods(Selector::Everything)))
            }
            Directions::Incoming | Directions::Outgoing | Directions::Both => PolicyPeer::Anyone,
        };
        let rule = PolicyRule {
            action: self.action,
            traffic: self.by.traffic(),
            doubt: doubt.clone(),
            ..network::allow(peer, &Ports::all(), origin.clone())
        };
        PolicySide {
            isolates: false,
            rules: vec![rule],
            origin: origin.clone(),
        }
    }
}
