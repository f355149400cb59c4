//! Prefix lists: managed ones with their entries, read ones, and those that AWS owns.
//! Source: VPC user guide, "Managed prefix lists".

use super::lowering::{Attribute, Lowered, Lowering};
use crate::ingest::lowering::{Blocks, Family};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target, Value};
use crate::model::{Doubt, Id};

/// Prefix lists.
#[must_use]
pub fn family() -> Family<Lowered> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_ec2_managed_prefix_list",
                "aws_ec2_managed_prefix_list_entry",
                "aws_prefix_list",
            ],
            references: vec![NamedBy::new(
                &[
                    "aws_ec2_managed_prefix_list",
                    "aws_prefix_list",
                    "aws_ec2_managed_prefix_lists",
                ],
                &[
                    "prefix_list_id",
                    "prefix_list_ids",
                    "destination_prefix_list_id",
                ],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Gathers what the lists hold.
fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    for (id, resource) in graph.of("aws_ec2_managed_prefix_list") {
        let path = if resource.mode == Mode::Data {
            "entries"
        } else {
            "entry"
        };
        let mut blocks = Blocks::default();
        for entry in resource.values.get(path).items() {
            let more = lowering.blocks(Attribute {
                resource,
                path: "entry.cidr",
                value: entry.get("cidr"),
            });
            blocks.add(&more);
        }
        if resource.mode == Mode::Data && *resource.values.get(path) == Value::Computed {
            blocks.rest = lowering.unknown(Attribute::of(resource, path));
        }
        lowering.lowered.prefix_lists.insert(id, blocks);
    }
    for (_, resource) in graph.of("aws_ec2_managed_prefix_list_entry") {
        entry(lowering, resource);
    }
    // Lists that AWS owns hold addresses of its services, which no VPC can have.
    for (id, resource) in graph
        .of("aws_prefix_list")
        .chain(graph.of("aws_vpc_endpoint"))
    {
        let addresses = lowering
            .blocks(Attribute::of(resource, "cidr_blocks"))
            .addresses;
        lowering.lowered.prefix_lists.insert(
            id,
            Blocks {
                addresses,
                rest: Doubt::none(),
            },
        );
    }
}

fn entry(lowering: &mut Lowering, resource: &Resource) {
    let blocks = lowering.blocks(Attribute::of(resource, "cidr"));
    let lists = lowering.find(Attribute::of(resource, "prefix_list_id"), own, |_, _, _| {
        None
    });
    for (list, doubt) in lists.items {
        let own = lowering.lowered.prefix_lists.entry(list).or_default();
        if doubt.is_certain() {
            own.add(&blocks);
        } else {
            own.rest = own.rest.and(&doubt);
        }
    }
}

fn own(lowering: &Lowering, target: &Target) -> Option<Id<Resource>> {
    let wanted = lowering.graph.resources[target.resource].kind != "aws_vpc_endpoint"
        || target.attribute == "prefix_list_id";
    (wanted && lowering.lowered.prefix_lists.contains_key(&target.resource))
        .then_some(target.resource)
}

impl Lowering<'_> {
    /// The blocks of the prefix lists that an attribute names.
    pub fn prefix_lists(&mut self, at: Attribute) -> Blocks {
        let found = self.find(at, own, |_, _, _| None);
        let mut out = Blocks {
            rest: found.rest,
            ..Blocks::default()
        };
        for (list, doubt) in found.items {
            let blocks = self
                .lowered
                .prefix_lists
                .get(&list)
                .cloned()
                .unwrap_or_default();
            out.rest = out.rest.and(&blocks.rest).and(&doubt);
            if doubt.is_certain() {
                out.addresses = out.addresses.union(&blocks.addresses);
            }
        }
        out
    }
}
