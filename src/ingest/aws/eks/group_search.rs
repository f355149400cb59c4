//! Security groups by id and by name, and what can be said of those that the input does not hold wholly.

use crate::ingest::aws::Lowering;
use crate::ingest::aws::stage::{Networks, SecurityGroups};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{Attachment, Filter, Id};
use std::collections::BTreeSet;

/// The name of the security group that comes with a VPC.
const DEFAULT: &str = "default";

/// Some security groups.
#[derive(Clone, Debug, Default)]
pub struct Groups(pub BTreeSet<Id<Filter>>);

impl Groups {
    /// The group with a known id, whoever declares it; none where no resource of the input tells that id.
    pub fn with_id(lowering: &Lowering, id: &str) -> Self {
        let held = lowering
            .graph
            .holding(id)
            .iter()
            .filter_map(|target| lowering.group_of(target));
        Groups(
            held.chain(lowering.lowered.on_demand.groups.get(id).copied())
                .collect(),
        )
    }

    /// The groups with a known name: one in each VPC at most.
    pub fn with_name(lowering: &Lowering, name: &str) -> Self {
        let lowered = &lowering.lowered;
        let named = |id: &Id<Resource>| {
            lowering.graph.resources[*id].values.get("name").text() == Some(name)
        };
        let mut out: BTreeSet<_> = lowered
            .seen::<SecurityGroups>()
            .of
            .iter()
            .filter(|(id, _)| named(id))
            .map(|(_, group)| *group)
            .collect();
        if name == DEFAULT {
            out.extend(lowered.seen::<SecurityGroups>().defaults.values());
            out.extend(lowered.on_demand.default_groups.values());
        }
        Groups(out)
    }

    /// Whether one of them is on an interface.
    pub fn on(&self, attachment: &Attachment) -> bool {
        attachment
            .filters
            .iter()
            .any(|group| self.0.contains(group))
    }
}

impl<'a> FromIterator<&'a Groups> for Groups {
    fn from_iter<I: IntoIterator<Item = &'a Groups>>(groups: I) -> Self {
        Groups(
            groups
                .into_iter()
                .flat_map(|groups| &groups.0)
                .copied()
                .collect(),
        )
    }
}

/// Whether a group surely is none that is known by another id: its own id is known, or yet to be given.
pub fn is_resolved(lowering: &Lowering, group: Id<Filter>) -> bool {
    let lowered = &lowering.lowered;
    let resource = |id: &Id<Resource>| &lowering.graph.resources[*id];
    let known = |id: &Id<Resource>, path: &str| resource(id).values.get(path).text().is_some();
    let of_network = |(id, network): (&Id<Resource>, _)| {
        lowered.seen::<SecurityGroups>().defaults.get(network) == Some(&group)
            && known(id, "default_security_group_id")
    };
    lowered.on_demand.groups.values().any(|own| *own == group)
        || lowered.seen::<SecurityGroups>().of.iter().any(|(id, own)| {
            *own == group && (resource(id).mode == Mode::Managed || known(id, "id"))
        })
        || lowered.seen::<Networks>().of.iter().any(of_network)
}

/// Whether the input puts groups on interfaces of which it does not tell whose they are.
pub fn may_be_attached_anywhere(lowering: &Lowering) -> bool {
    lowering
        .graph
        .of("aws_network_interface_sg_attachment")
        .any(|(_, resource)| {
            let holders = lowering.graph.follow(
                resource.values.get("network_interface_id"),
                &["aws_network_interface", "aws_instance"],
            );
            holders.targets.is_empty()
        })
}

/// Whether one of the groups may be used in further VPCs than its own (VPC user guide, "Associate security groups with multiple VPCs").
pub fn is_shared(lowering: &Lowering, groups: &Groups) -> bool {
    lowering
        .graph
        .of("aws_vpc_security_group_vpc_association")
        .any(|(_, resource)| {
            let named = lowering
                .graph
                .follow(resource.values.get("security_group_id"), &[]);
            !named.exact
                || named.targets.iter().any(|target| {
                    lowering
                        .group_of(target)
                        .is_none_or(|group| groups.0.contains(&group))
                })
        })
}
