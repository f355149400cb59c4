//! Private Service Connect: a forwarding rule in one network leads to the service attachment of another. Source:
//! cloud.google.com/vpc/docs/private-service-connect, "Endpoints", "Published services".

use super::lowering::{Lowered, Lowering};
use crate::ingest::lowering::{Family, Located, Part, RelayService};
use crate::ingest::terraform::{NamedBy, Resource, ResourceFamily};
use crate::model::{Endpoint, Id, Network, Subnet};

const CONNECT: RelayService = RelayService {
    name: "Private Service Connect",
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

impl Located for Lowered {
    fn network_of(&self, resource: Id<Resource>) -> Option<Id<Network>> {
        self.networks.get(&resource).copied()
    }

    fn subnet_of(&self, resource: Id<Resource>) -> Option<Id<Subnet>> {
        self.subnets.get(&resource).copied()
    }

    fn endpoint_of(&self, resource: Id<Resource>) -> Option<Id<Endpoint>> {
        self.endpoints.get(&resource).copied()
    }
}

/// Private Service Connect.
#[must_use]
pub fn family() -> Family<Lowered> {
    Family {
        resources: ResourceFamily {
            references: vec![NamedBy::new(
                &["google_compute_service_attachment"],
                &["target"],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers the service.
fn lower(lowering: &mut Lowering) {
    lowering.relay_service(&CONNECT);
}
