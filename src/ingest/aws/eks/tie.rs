//! Which cluster a resource belongs to that names one.

use crate::ingest::aws::{Attribute, Found, Lowering};
use crate::ingest::terraform::{Graph, Mode, Resource, Target};
use crate::model::{Doubt, Id};
use std::collections::BTreeMap;

/// Type of the resource that a cluster is.
pub const KIND: &str = "aws_eks_cluster";

/// The clusters of the input: every resource of that type, managed or read, by the one that stands for it. A cluster
/// that one root reads and another manages is the managed one.
#[derive(Clone, Debug, Default)]
pub struct Clusters(BTreeMap<Id<Resource>, Id<Resource>>);

impl Clusters {
    /// Finds them.
    #[must_use]
    pub fn of(graph: &Graph) -> Self {
        let managed: Vec<Id<Resource>> = graph
            .of(KIND)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
            .map(|(id, _)| id)
            .collect();
        let mut out: BTreeMap<_, _> = managed.iter().map(|id| (*id, *id)).collect();
        for (id, resource) in graph
            .of(KIND)
            .filter(|(_, resource)| resource.mode == Mode::Data)
        {
            let read = out
                .values()
                .find(|own| same(&graph.resources[**own], resource))
                .copied();
            out.insert(
                id,
                read.or_else(|| twin(graph, resource, &managed))
                    .unwrap_or(id),
            );
        }
        Clusters(out)
    }

    /// The clusters, one resource for each, in order.
    #[must_use]
    pub fn all(&self) -> Vec<Id<Resource>> {
        self.0
            .iter()
            .filter(|(id, own)| id == own)
            .map(|(id, _)| *id)
            .collect()
    }

    /// The resource that stands for a cluster's resource.
    #[must_use]
    pub fn canonical(&self, id: Id<Resource>) -> Option<Id<Resource>> {
        self.0.get(&id).copied()
    }

    /// The clusters that an attribute names, each with the reason why it may be another. None where it names one that
    /// the input does not hold, which is a gap; all of them where it is not known.
    pub fn named(&self, lowering: &mut Lowering, at: Attribute) -> Vec<(Id<Resource>, Doubt)> {
        let own = |_: &Lowering, target: &Target| {
            self.canonical(target.resource)
                .filter(|_| NAMES.contains(&target.attribute.as_str()))
        };
        let found: Found<Id<Resource>> = lowering.find(at, own, |_, _, _| None);
        let near = self.nearest(lowering.graph, at.resource, &found);
        if near.is_empty() && at.value.text().is_none() {
            return self
                .all()
                .into_iter()
                .map(|id| (id, found.rest.clone()))
                .collect();
        }
        near
    }

    /// Of several clusters with one name those of the resource's own plan or state, else those that may be of its account and region.
    fn nearest(
        &self,
        graph: &Graph,
        resource: &Resource,
        found: &Found<Id<Resource>>,
    ) -> Vec<(Id<Resource>, Doubt)> {
        let input = |id: &Id<Resource>| {
            self.0
                .iter()
                .any(|(one, own)| own == id && graph.resources[*one].input == resource.input)
        };
        let owner = |id: &Id<Resource>| {
            let cluster = &graph.resources[*id];
            cluster.is_near(resource)
        };
        for near in [&input as &dyn Fn(&Id<Resource>) -> bool, &owner] {
            let some: Vec<_> = found
                .items
                .iter()
                .filter(|(id, _)| near(id))
                .cloned()
                .collect();
            if !some.is_empty() {
                return some;
            }
        }
        found.items.clone()
    }
}

/// Attributes of a cluster that hold its name.
pub const NAMES: &[&str] = &["name", "id", "cluster_id", "arn", ""];

/// The managed cluster that a data source with a name that is not known reads: the one whose name it takes, else the only one.
fn twin(graph: &Graph, data: &Resource, managed: &[Id<Resource>]) -> Option<Id<Resource>> {
    let name = data.values.get("name");
    if name.text().is_some_and(|name| !name.is_empty()) {
        return None;
    }
    let targets = graph.follow(name, &[KIND]).targets;
    let taken = targets
        .iter()
        .map(|target| target.resource)
        .find(|id| managed.contains(id));
    taken.or(match managed {
        [only] => Some(*only),
        _ => None,
    })
}

fn same(one: &Resource, other: &Resource) -> bool {
    let known = |path: &str| one.values.get(path).text().filter(|text| !text.is_empty());
    let equal =
        |path: &str| known(path).is_some_and(|text| other.values.get(path).text() == Some(text));
    equal("name") && one.may_be(other)
}
