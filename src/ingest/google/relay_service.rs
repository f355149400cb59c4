//! Private Service Connect: a forwarding rule in one network leads to the service attachment of another. Source:
//! cloud.google.com/vpc/docs/private-service-connect, "Endpoints", "Published services".

use super::lowering::{At, Lowering};
use super::stage::{AtRest, Machines, Networks, ProducedServices, Subnets};
use crate::ingest::lowering::{Family, Located, OuterNetworks, Part, RelayService, Sees};
use crate::ingest::terraform::{NamedBy, Resource, ResourceFamily};
use crate::model::{Endpoint, Id, Network, Subnet};

const CONNECT: RelayService = RelayService {
    name: "Private Service Connect",
    may_bypass: |_| false,
    parts: &[
        Part {
            is_part: is_endpoint,
            ..Part::new(
                "google_compute_forwarding_rule",
                &["network", "subnetwork"],
                &[],
                &["target"],
            )
        },
        Part {
            is_part: is_endpoint,
            ..Part::new(
                "google_compute_global_forwarding_rule",
                &["network", "subnetwork"],
                &[],
                &["target"],
            )
        },
        // A backend of load balancers of its network ("Private Service Connect backends").
        Part::new(
            "google_compute_region_network_endpoint_group",
            &["network", "subnetwork"],
            &[],
            &["psc_target_service"],
        ),
        Part::new(
            "google_compute_service_attachment",
            &[],
            &["nat_subnets", "target_service"],
            &[],
        ),
    ],
};

/// An endpoint is a forwarding rule that balances no load, and whose target is no bundle of Google's own services
/// (provider, `load_balancing_scheme`, `target`).
fn is_endpoint(rule: &Resource) -> bool {
    let target = rule.values.get("target").text();
    rule.values.get("load_balancing_scheme").text() == Some("")
        && !matches!(target, Some("all-apis" | "vpc-sc"))
}

impl<B, M> Located for At<B, M>
where
    B: Sees<Networks> + Sees<Subnets> + Sees<Machines> + Sees<ProducedServices>,
{
    fn network_of(&self, resource: Id<Resource>) -> Option<Id<Network>> {
        self.seen::<Networks>().of.get(&resource).copied()
    }

    fn subnet_of(&self, resource: Id<Resource>) -> Option<Id<Subnet>> {
        self.seen::<Subnets>().of.get(&resource).copied()
    }

    fn endpoint_of(&self, resource: Id<Resource>) -> Option<Id<Endpoint>> {
        let machine = self.seen::<Machines>().endpoints.get(&resource);
        let service = || self.seen::<ProducedServices>().endpoints.get(&resource);
        machine.or_else(service).copied()
    }

    fn outer_networks(&mut self) -> &mut OuterNetworks {
        &mut self.on_demand.outer
    }
}

/// Private Service Connect.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family {
        resources: ResourceFamily {
            references: vec![NamedBy::new(
                &["google_compute_service_attachment"],
                &["target", "psc_target_service"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers the service.
fn lower(lowering: &mut Lowering<AtRest>) {
    lowering.relay_service(&CONNECT);
}
