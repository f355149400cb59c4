//! What a chain may go by: groups of workloads, and of resources, that neither policies nor the network tell apart.

use super::super::classes::{Class, Presence};
use super::super::far::{self, Far};
use super::super::pod_policies::PodPolicies;
use super::super::table::Crossings;
use super::seams::Seams;
use crate::model::{
    AddressSet, Cluster, Endpoint, Filter, Id, Network, PivotRisk, Subnet, Verdict, Workload,
};
use crate::reach::Party;
use std::collections::{BTreeMap, BTreeSet};

/// Who is alike.
pub(super) enum Members {
    /// Workloads of one cluster, ascending.
    Pods(Id<Cluster>, Vec<Id<Workload>>),
    /// The first of some resources.
    Resource(Id<Endpoint>),
}

/// A group that chains may go by.
pub(super) struct Stone {
    /// The number of pods to the policies of their cluster; none for resources.
    pub kind: Option<usize>,
    /// Which of the presences is theirs.
    pub presence: usize,
    pub members: Members,
    /// Whether one can go on from there; never blocked.
    pub pivot_risk: Verdict,
}

impl Stone {
    /// The cluster of its workloads; none of resources.
    pub fn cluster(&self) -> Option<Id<Cluster>> {
        match self.members {
            Members::Pods(cluster, _) => Some(cluster),
            Members::Resource(_) => None,
        }
    }

    /// Whether both are pods of one cluster.
    pub fn is_beside(&self, other: &Stone) -> bool {
        match (&self.members, &other.members) {
            (Members::Pods(own, _), Members::Pods(cluster, _)) => own == cluster,
            _ => false,
        }
    }

    /// Its workloads.
    pub fn pods(&self) -> &[Id<Workload>] {
        if let Members::Pods(_, pods) = &self.members {
            pods
        } else {
            &[]
        }
    }

    /// The member that speaks for it.
    pub fn party(&self) -> Option<Party> {
        match &self.members {
            Members::Pods(_, pods) => pods.first().copied().map(Party::Workload),
            Members::Resource(id) => Some(Party::Endpoint(*id)),
        }
    }
}

/// Classes, divided where policies inside the cluster tell their members apart.
pub(super) fn of_pods(evaluator: &dyn PodPolicies, classes: &[&Class]) -> Vec<Stone> {
    let mut kinds: BTreeMap<(usize, Option<usize>), Vec<Id<Workload>>> = BTreeMap::new();
    for (number, class) in classes.iter().enumerate() {
        class.members.iter().for_each(|id| {
            kinds
                .entry((number, evaluator.kind(*id)))
                .or_default()
                .push(*id)
        });
    }
    let stone = |((presence, kind), pods): ((usize, _), _)| {
        let cluster = classes.get(presence)?.cluster;
        Some(Stone {
            kind,
            presence,
            members: Members::Pods(cluster, pods),
            pivot_risk: Verdict::Reachable,
        })
    };
    kinds.into_iter().filter_map(stone).collect()
}

/// Addresses of a place, as far as they are told apart.
#[derive(PartialEq, Eq, PartialOrd, Ord)]
enum At {
    /// One, between the same seams as others.
    One(usize),
    Some(AddressSet),
}

/// A place in which a resource may stand, as far as it bears on what passes; the last one: whether that is certain.
type ResourceLocation = (Id<Network>, Option<Id<Subnet>>, Vec<Id<Filter>>, At, bool);

/// The resources that one can go on from, in the networks of the classes' pods; each group by its first member, in the order
/// of the world. Their number among the presences is not set yet.
pub(super) fn of_resources<'p>(
    crossings: &Crossings<'_, '_>,
    seams: &Seams,
    (classes, fars): (&[&Class], &[&'p Far]),
) -> Vec<(Stone, &'p Presence)> {
    let world = crossings.index.world;
    let sides: BTreeSet<Id<Network>> = classes
        .iter()
        .flat_map(|class| far::networks(&crossings.table.locations, &class.presence))
        .collect();
    let near = |endpoint: &Endpoint| {
        endpoint
            .attachments
            .iter()
            .any(|at| sides.contains(&at.network))
    };
    let mut seen: BTreeSet<(Verdict, Vec<ResourceLocation>)> = BTreeSet::new();
    let mut out = Vec::new();
    let all = fars
        .iter()
        .flat_map(|far| far.parties.iter().map(move |party| (far, party)));
    let mut resources: Vec<(Id<Endpoint>, &Far)> = all
        .filter_map(|(far, party)| match party {
            Party::Endpoint(id) => Some((*id, *far)),
            _ => None,
        })
        .collect();
    resources.sort_by_key(|(id, _)| *id);
    for (id, far) in resources {
        let endpoint = &world.endpoints[id];
        let Some(pivot_risk) = pivot_risk(endpoint).filter(|_| near(endpoint)) else {
            continue;
        };
        if seen.insert((pivot_risk, places(endpoint, seams))) {
            out.push((
                Stone {
                    kind: None,
                    presence: 0,
                    members: Members::Resource(id),
                    pivot_risk,
                },
                &far.presence,
            ));
        }
    }
    out
}

/// Whether one can go on from a resource; none where one cannot.
fn pivot_risk(endpoint: &Endpoint) -> Option<Verdict> {
    match endpoint.pivot_risk {
        _ if endpoint.answers_only => None,
        PivotRisk::Never => None,
        PivotRisk::Perhaps => Some(Verdict::Possible),
        PivotRisk::Freely => Some(Verdict::Reachable),
    }
}

fn places(endpoint: &Endpoint, seams: &Seams) -> Vec<ResourceLocation> {
    let place = |at: &crate::model::Attachment| {
        let mut filters = at.filters.clone();
        filters.sort_unstable();
        filters.dedup();
        let single = at
            .addresses
            .first()
            .filter(|first| AddressSet::single(*first) == at.addresses);
        let addresses = single.map_or_else(
            || At::Some(at.addresses.clone()),
            |one| At::One(seams.between(one)),
        );
        (
            at.network,
            at.subnet,
            filters,
            addresses,
            at.doubt.is_certain(),
        )
    };
    let mut out: Vec<ResourceLocation> = endpoint.attachments.iter().map(place).collect();
    out.sort_unstable();
    out.dedup();
    out
}
