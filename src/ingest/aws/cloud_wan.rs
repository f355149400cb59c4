//! Core networks of Cloud WAN: which of the attached VPCs its segments let meet is not judged, so that each may reach each
//! other. Source: Cloud WAN user guide, "What is AWS Cloud WAN", "Core network policies"; provider,
//! `aws_networkmanager_vpc_attachment`.

use super::lowering::{Attribute, Lowering};
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{NamedBy, ResourceFamily};
use crate::model::{Border, Doubt, GapKind, Id, Network};
use std::collections::BTreeMap;

const KIND: &str = "Cloud WAN";

/// Core networks of Cloud WAN.
#[must_use]
pub fn family() -> Family<AtBorders> {
    Family {
        resources: ResourceFamily {
            references: vec![NamedBy::new(
                &["aws_networkmanager_core_network"],
                &["core_network_id", "core_network_arn"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers core networks with the VPCs that are attached to them.
fn lower(lowering: &mut Lowering<AtBorders>) {
    let graph = lowering.graph;
    let named = ("core_network_arn", KIND);
    lowering.lowered.made.named_in_routes.push(named);
    for (id, resource) in graph.of("aws_networkmanager_core_network") {
        let border = Border {
            name: lowering.name(id),
            kind: KIND,
            legs: Vec::new(),
            state: "connects as its policy says, which is not judged".to_owned(),
            origin: Some(resource.origin.clone()),
        };
        let border = lowering.world.borders.push(border);
        lowering.lowered.made.of.insert(id, border);
    }
    let mut members: BTreeMap<Id<Border>, BTreeMap<Id<Network>, Doubt>> = BTreeMap::new();
    for (_, resource) in graph.of("aws_networkmanager_vpc_attachment") {
        let networks = lowering.networks(Attribute::of(resource, "vpc_arn"));
        let cores = lowering.borders_among(
            Attribute::of(resource, "core_network_id"),
            KIND,
            None,
            |lowering, id| lowering.lowered.made.of.get(&id).copied(),
        );
        for (core, doubt) in cores.items {
            let own = networks.items.iter();
            let own = own.map(|(network, why)| (*network, why.and(&doubt)));
            members.entry(core).or_default().extend(own);
        }
    }
    for (core, networks) in members {
        connect(lowering, core, &networks);
    }
}

/// Adds legs between each two networks, and to what else is attached.
fn connect(
    lowering: &mut Lowering<AtBorders>,
    core: Id<Border>,
    networks: &BTreeMap<Id<Network>, Doubt>,
) {
    let Border { name, origin, .. } = lowering.world.borders[core].clone();
    let what =
        format!("which of the networks that are attached to `{name}` may meet is not judged");
    let policy = lowering.world.doubt(GapKind::NotJudged, what, origin);
    let beyond = lowering.behind(core);
    for (number, (one, why)) in networks.iter().enumerate() {
        let doubt = policy.and(why);
        for (other, their) in networks.iter().skip(number + 1) {
            let [own, theirs] =
                [one, other].map(|id| lowering.world.networks[*id].addresses.clone());
            lowering.join(core, (*one, &own), (*other, &theirs), &doubt.and(their));
        }
        let doubt = doubt.and(&lowering.world.networks[beyond].doubt);
        lowering.open(core, *one, beyond, &doubt);
    }
}
