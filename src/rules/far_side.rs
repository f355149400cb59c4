//! The far side of a crossing: its name, its addresses, whose it is, and how much it says.

use crate::model::{AddressSet, Attachment, Direction, Endpoint, Id, Network, Workload, World};
use crate::reach::{ExposureGroup, Party};
use std::collections::BTreeSet;
use std::net::IpAddr;

/// How many ranks of far sides there are.
pub(super) const FAR_SIDES: u8 = 5;

/// Which far sides speak first: resources, then pods, then control planes (which share the groups of their nodes), then bare
/// addresses, last those that all known holders refuse.
pub(super) fn rank(far: &Party, refused: bool, world: &World) -> u8 {
    match far {
        Party::Endpoint(id) => 2 * u8::from(is_control_plane(*id, world)),
        Party::Workload(_) => 1,
        Party::Addresses(_) => 3 + u8::from(refused),
    }
}

/// The word for what a far side is.
pub(super) fn far_kind(far: &Party, world: &World) -> &'static str {
    match far {
        Party::Endpoint(id) if is_control_plane(*id, world) => "kubernetes-api",
        Party::Endpoint(_) => "resource",
        Party::Workload(_) => "pods",
        Party::Addresses(_) => "addresses",
    }
}

fn is_control_plane(endpoint: Id<Endpoint>, world: &World) -> bool {
    let mut clusters = world.clusters.iter();
    clusters.any(|(_, cluster)| cluster.api_server == Some(endpoint))
}

/// Whether only addresses of networks are reached of which the input knows members: each of those that passes is a fact of
/// its own, so that where these addresses alone pass all known members refuse.
pub(super) fn is_refused(exposure: &ExposureGroup, peopled: &BTreeSet<Id<Network>>) -> bool {
    matches!(exposure.far, Party::Addresses(_))
        && exposure
            .proof
            .networks
            .iter()
            .all(|id| peopled.contains(id))
}

/// The networks of the input in which it knows something that holds an address.
pub(super) fn peopled(world: &World) -> BTreeSet<Id<Network>> {
    let resources = world.endpoints.iter();
    let resources = resources.flat_map(|(_, endpoint)| &endpoint.attachments);
    let workloads = world.workloads.iter();
    let pods = workloads.flat_map(|(_, workload)| &workload.pod_placements);
    let networks = resources
        .map(|attachment| attachment.network)
        .chain(pods.map(|placement| placement.pod.network));
    networks
        .filter(|network| world.networks[*network].known)
        .collect()
}

/// The name of a far side in findings: of many blocks the first.
#[must_use]
pub fn far_name(far: &Party, world: &World) -> String {
    match far {
        Party::Workload(id) => world.workload_title(*id),
        Party::Endpoint(id) if is_control_plane(*id, world) => {
            format!("Kubernetes API of {}", world.endpoints[*id].name)
        }
        Party::Endpoint(id) => world.endpoints[*id].name.clone(),
        Party::Addresses(addresses) => short_addresses(addresses),
    }
}

/// The first blocks of a set, the rest counted.
pub(super) fn short_addresses(addresses: &AddressSet) -> String {
    let blocks: Vec<String> = addresses.blocks().iter().map(ToString::to_string).collect();
    let more = blocks.len().saturating_sub(3);
    let first: Vec<String> = blocks.into_iter().take(3).collect();
    if more == 0 {
        first.join(", ")
    } else {
        format!("{} and {more} more blocks", first.join(", "))
    }
}

/// The far side as the first CIDR block that a policy would name.
pub(super) fn block(exposure: &ExposureGroup, world: &World) -> String {
    addresses(&exposure.far, world)
        .blocks()
        .first()
        .map_or_else(|| far_witness(exposure), ToString::to_string)
}

/// The addresses of a far side, as far as the input says.
pub(super) fn addresses(far: &Party, world: &World) -> AddressSet {
    let attached = |attachments: &[Attachment]| {
        let each = attachments.iter().map(|one| one.addresses.clone());
        each.collect::<AddressSet>()
    };
    match far {
        Party::Addresses(addresses) => addresses.clone(),
        Party::Endpoint(id) => attached(&world.endpoints[*id].attachments),
        Party::Workload(id) => world.workloads[*id]
            .pod_placements
            .iter()
            .map(|pod_placement| pod_placement.pod.addresses.clone())
            .collect(),
    }
}

/// Accounts and regions of networks; none where the input does not say that of one.
pub(super) fn owners(networks: &BTreeSet<Id<Network>>, world: &World) -> Option<Vec<String>> {
    let each = networks.iter().map(|id| world.networks[*id].owner.text());
    let owners: BTreeSet<String> = each.collect::<Option<_>>()?;
    (!owners.is_empty()).then(|| owners.into_iter().collect())
}

/// Whether the far side stands in another account or region than the workload; none where the input does not say.
pub(super) fn has_other_owner(
    exposure: &ExposureGroup,
    workload: Id<Workload>,
    world: &World,
) -> Option<bool> {
    let placements = world.workloads[workload].pod_placements.iter();
    let near: BTreeSet<_> = placements.map(|placement| placement.pod.network).collect();
    let far = &exposure.proof.networks;
    if near.is_empty() || far.is_empty() {
        return None;
    }
    let owner = |id: Id<Network>| &world.networks[id].owner;
    let not = |answer: Option<bool>| answer.map(|own| !own);
    // It stands in another one's where it differs from all that the workload may stand in.
    let is_own = |far: &Id<Network>| {
        let own = near.iter();
        any(own.map(|near| not(owner(*near).differs(owner(*far)))))
    };
    any(far.iter().map(|far| not(is_own(far))))
}

/// Whether one of them holds; none where that is not known.
fn any(each: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut out = Some(false);
    for one in each {
        out = match (out, one) {
            (Some(true), _) | (_, Some(true)) => Some(true),
            (Some(false), Some(false)) => Some(false),
            _ => None,
        };
    }
    out
}

fn far_witness(exposure: &ExposureGroup) -> String {
    let address = if exposure.proof.direction == Direction::Egress {
        exposure.proof.witness.destination
    } else {
        exposure.proof.witness.source
    };
    single(address)
}

/// One address as a CIDR block.
pub(super) fn single(address: IpAddr) -> String {
    let blocks = AddressSet::single(address).blocks();
    blocks.first().map(ToString::to_string).unwrap_or_default()
}
