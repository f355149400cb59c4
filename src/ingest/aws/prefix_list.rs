//! Prefix lists: managed ones with their entries, read ones, and those that AWS owns.
//! Source: VPC user guide, "Managed prefix lists".

use super::lowering::{At, Attribute, Lowering};
use crate::ingest::aws::stage::{AtPrefixLists, PrefixLists};
use crate::ingest::lowering::{Blocks, Family, Sees};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target, Value};
use crate::model::{Doubt, Id};

/// Prefix lists.
#[must_use]
pub fn family() -> Family<AtPrefixLists> {
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
fn lower(lowering: &mut Lowering<AtPrefixLists>) {
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
        lowering.lowered.made.of.insert(id, blocks);
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
        lowering.lowered.made.of.insert(
            id,
            Blocks {
                addresses,
                rest: Doubt::none(),
            },
        );
    }
}

fn entry(lowering: &mut Lowering<AtPrefixLists>, resource: &Resource) {
    let blocks = lowering.blocks(Attribute::of(resource, "cidr"));
    let lists = lowering.find(Attribute::of(resource, "prefix_list_id"), own, |_, _, _| {
        None
    });
    for (list, doubt) in lists.items {
        let own = lowering.lowered.made.of.entry(list).or_default();
        if doubt.is_certain() {
            own.add(&blocks);
        } else {
            own.rest = own.rest.and(&doubt);
        }
    }
}

fn own(lowering: &Lowering<AtPrefixLists>, target: &Target) -> Option<Id<Resource>> {
    holds(lowering, &lowering.lowered.made, target)
}

/// The list that an attribute of a resource is.
fn holds<S>(lowering: &Lowering<S>, lists: &PrefixLists, target: &Target) -> Option<Id<Resource>> {
    let wanted = lowering.graph.resources[target.resource].kind != "aws_vpc_endpoint"
        || target.attribute == "prefix_list_id";
    (wanted && lists.of.contains_key(&target.resource)).then_some(target.resource)
}

impl<B: Sees<PrefixLists>, M> Lowering<'_, At<B, M>> {
    /// The blocks of the prefix lists that an attribute names.
    pub fn prefix_lists(&mut self, at: Attribute) -> Blocks {
        let own = |lowering: &Self, target: &Target| holds(lowering, lowering.seen(), target);
        let found = self.find(at, own, |_, _, _| None);
        let mut out = Blocks {
            rest: found.rest,
            ..Blocks::default()
        };
        for (list, doubt) in found.items {
            let blocks = self
                .seen::<PrefixLists>()
                .of
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
