//! What security groups, network ACLs and route tables do not stand before: Amazon VPC User Guide, "Security groups" and "Network ACLs" (traffic
//! that they do not filter: DNS, DHCP, instance metadata, ECS task metadata, time synchronisation); EKS user guide, "EKS Pod Identity".

use super::Lowering;
use crate::ingest::aws::stage::AtRest;
use crate::ingest::lowering::Family;
use crate::ingest::lowering::host_service::{Row, enter};
use crate::model::{AddressSet, Doubt, HostService};
use std::net::{IpAddr, Ipv4Addr};

const ROWS: &[Row] = &[
    ("instance metadata", "169.254.169.254,fd00:ec2::254", true),
    ("name resolution", "169.254.169.253,fd00:ec2::253", false),
    (
        "time synchronisation",
        "169.254.169.123,fd00:ec2::123",
        false,
    ),
    ("EKS Pod Identity", "169.254.170.23,fd00:ec2::23", false),
    ("ECS task metadata and credentials", "169.254.170.2", false),
];

/// What AWS answers on every host itself.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Enters them for every network of AWS, with its resolver at the second address of its first block.
fn lower(lowering: &mut Lowering<AtRest>) {
    let networks: Vec<_> = lowering.world.networks.ids().collect();
    for network in networks {
        enter(lowering.world, network, ROWS, &Doubt::none());
        let name = lowering.world.networks[network].name.clone();
        let graph = lowering.graph;
        let first = graph.at(&name).iter().find_map(|id| {
            let block = graph.resources[*id].values.get("cidr_block");
            match AddressSet::parse(block.text()?).ok()?.first()? {
                IpAddr::V4(first) => Some(u32::from(first).checked_add(2)?),
                IpAddr::V6(_) => None,
            }
        });
        if let Some(resolver) = first {
            lowering.world.host_services.push(HostService {
                network,
                title: "name resolution",
                gives_credentials: false,
                addresses: AddressSet::single(Ipv4Addr::from(resolver).into()),
                doubt: Doubt::none(),
            });
        }
    }
}
