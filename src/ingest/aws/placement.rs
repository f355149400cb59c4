//! Services that put interfaces into the subnets that they are given: all alike but for the names of their attributes.

use super::attachment::{AttachmentSpec, Groups};
use super::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::aws::stage::AtEndpoints;
use crate::ingest::terraform::Resource;
use crate::model::{Endpoint, Id, PivotRisk, Subnet};

/// How one resource type names what it stands in.
#[derive(Clone, Copy, Debug)]
pub struct Placement {
    /// The type: `aws_db_instance`.
    pub kind: &'static str,
    /// What it is, for a person.
    pub noun: &'static str,
    /// Attributes that list subnets.
    pub subnets: &'static [&'static str],
    /// The attribute that names a subnet group, and the group's type; the group lists `subnet_ids`.
    pub subnet_group: Option<(&'static str, &'static str)>,
    /// Attributes that list security groups.
    pub groups: &'static [&'static str],
    /// Attributes that hold its own addresses.
    pub addresses: &'static [&'static str],
    /// The attribute that names the resource whose subnets and groups it shares, where it has none of its own.
    pub parent: Option<(&'static str, &'static str)>,
    /// Whether it stands in no VPC unless it is given subnets.
    pub optional: bool,
    /// Whether it only answers.
    pub answers_only: bool,
    /// Whether it takes no connections where it stands.
    pub opens_only: bool,
    /// Whether who gets into it can go on from there.
    pub pivot_risk: PivotRisk,
}

/// A placement with nothing set, of which is not known what can be made of it.
pub const PLAIN: Placement = Placement {
    kind: "",
    noun: "",
    subnets: &[],
    subnet_group: None,
    groups: &[],
    addresses: &[],
    parent: None,
    optional: false,
    answers_only: false,
    opens_only: false,
    pivot_risk: PivotRisk::Perhaps,
};

/// A managed service: who connects to it is given no means to choose where it connects to.
pub const SERVICE: Placement = Placement {
    pivot_risk: PivotRisk::Never,
    ..PLAIN
};

/// A managed data service: it answers, and opens no connections of its own.
pub const DATA: Placement = Placement {
    answers_only: true,
    ..SERVICE
};

/// What opens connections from its subnets, and takes none there.
pub const SENDER: Placement = Placement {
    opens_only: true,
    ..SERVICE
};

/// What runs its owner's programs and takes connections.
pub const COMPUTE: Placement = Placement {
    pivot_risk: PivotRisk::Freely,
    ..PLAIN
};

/// Lowers one resource.
pub fn place(
    lowering: &mut Lowering<AtEndpoints>,
    id: Id<Resource>,
    resource: &Resource,
    placement: &Placement,
) {
    let graph = lowering.graph;
    let parent = placement.parent.and_then(|(path, kind)| {
        lowering
            .resources(Attribute::of(resource, path), kind)
            .first()
    });
    let chain: Vec<&Resource> = std::iter::once(resource)
        .chain(parent.map(|parent| &graph.resources[parent]))
        .collect();
    let mut subnets = Found::default();
    let mut groups = Found::default();
    for resource in chain {
        if subnets == Found::default() {
            subnets = subnets_of(lowering, resource, placement);
        }
        if groups == Found::default() {
            groups = lowering.groups_at(resource, placement.groups);
        }
    }
    if placement.optional && subnets == Found::default() {
        return;
    }
    let addresses = lowering.addresses_at(resource, placement.addresses);
    let path = placement
        .subnets
        .first()
        .copied()
        .or(placement.subnet_group.map(|(path, _)| path))
        .unwrap_or_default();
    let attachments = lowering.attachments(&AttachmentSpec {
        resource,
        path,
        subnets,
        groups: Groups::Named(groups),
        addresses,
        interface: 0,
    });
    let origin = Some(resource.origin.clone());
    let Placement {
        noun: kind,
        answers_only,
        opens_only,
        pivot_risk,
        ..
    } = *placement;
    let endpoint = Endpoint {
        name: lowering.name(id),
        kind,
        attachments,
        answers_only,
        opens_only,
        pivot_risk,
        origin,
    };
    let endpoint = lowering.world.endpoints.push(endpoint);
    lowering.lowered.made.of.insert(id, endpoint);
}

fn subnets_of(
    lowering: &mut Lowering<AtEndpoints>,
    resource: &Resource,
    placement: &Placement,
) -> Found<Id<Subnet>> {
    let graph = lowering.graph;
    let mut out = Found::default();
    for path in placement
        .subnets
        .iter()
        .filter(|path| is_set(resource.values.get(path)))
    {
        // A repeated block (`subnet_mapping`) has one subnet in each element.
        match path.rsplit_once('.') {
            Some((block, attribute)) => {
                for element in resource.values.get(block).items() {
                    out.extend(lowering.subnets(Attribute {
                        resource,
                        path,
                        value: element.get(attribute),
                    }));
                }
            }
            None => out.extend(lowering.subnets(Attribute::of(resource, path))),
        }
    }
    if let Some((path, kind)) = placement.subnet_group {
        let groups = lowering.resources(Attribute::of(resource, path), kind);
        out.rest = out.rest.and(&groups.rest);
        for (group, doubt) in groups.items {
            let subnets = lowering.subnets(Attribute::of(&graph.resources[group], "subnet_ids"));
            out.rest = out.rest.and(&subnets.rest);
            subnets
                .items
                .into_iter()
                .for_each(|(subnet, own)| out.add(subnet, own.and(&doubt)));
        }
    }
    out
}
