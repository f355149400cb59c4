//! ClusterNetworkPolicy of `policy.networking.k8s.io` (kubernetes-sigs/network-policy-api `apis/v1alpha2`) and that of the VPC CNI, which writes
//! ports as AdminNetworkPolicy does (EKS user guide, network policies).

use super::super::fault::Faults;
use super::super::object::Object;
use super::super::port::{self, Ports};
use super::tiered::{self, Dialect};
use super::{ADMIN, BASELINE, Reading, blank, tier};
use crate::ingest::yaml::Node;
use crate::model::{Policy, PolicyAction, Protocol};

const UPSTREAM: Dialect = Dialect {
    actions: &[
        ("Accept", PolicyAction::Allow),
        ("Deny", PolicyAction::Deny),
        ("Pass", PolicyAction::Pass),
    ],
    ports: ("protocols", protocol),
};
/// The user guide says Allow where the CRD says Accept.
const AWS: Dialect = Dialect {
    actions: &[
        ("Accept", PolicyAction::Allow),
        ("Allow", PolicyAction::Allow),
        ("Deny", PolicyAction::Deny),
        ("Pass", PolicyAction::Pass),
    ],
    ports: ("ports", tiered::admin_port),
};

/// Reads a policy of the network policy API.
pub(super) fn read(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    one(object, &UPSTREAM, reading)
}

/// Reads a policy of the VPC CNI.
pub(super) fn read_aws(object: &Object, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    one(object, &AWS, reading)
}

fn one(object: &Object, dialect: &Dialect, reading: &mut Reading<'_, '_>) -> Vec<Policy> {
    let spec = object.node.get("spec");
    reading
        .faults
        .only(&spec, &["tier", "priority", "subject", "ingress", "egress"]);
    let written = spec.get("tier");
    let rank = match written.text() {
        Some("Admin") => ADMIN,
        Some("Baseline") => BASELINE,
        _ => {
            reading
                .faults
                .mismatch(&written, "tier", "Admin or Baseline");
            ADMIN
        }
    };
    let name = if rank == ADMIN {
        "ClusterNetworkPolicy tier Admin"
    } else {
        "ClusterNetworkPolicy tier Baseline"
    };
    let mut policy = blank(object, "ClusterNetworkPolicy", tier(name, rank), reading);
    policy.order = tiered::priority(&spec, &mut reading.faults);
    policy.subject = tiered::subject(&spec, &mut reading.faults);
    policy.ingress = tiered::direction(object, "ingress", dialect, reading);
    policy.egress = tiered::direction(object, "egress", dialect, reading);
    vec![policy]
}

/// One of `tcp`, `udp`, `sctp` (each with a `destinationPort`) and `destinationNamedPort`.
fn protocol(node: &Node, ports: &mut Ports, faults: &mut Faults) {
    const FIELDS: &[&str] = &["tcp", "udp", "sctp", "destinationNamedPort"];
    faults.only(node, FIELDS);
    let name = node.get("destinationNamedPort");
    if !name.is_unset() {
        return ports
            .named
            .extend(faults.keep(tiered::named(&name, "destinationNamedPort")));
    }
    let known = [
        ("tcp", Protocol::TCP),
        ("udp", Protocol::UDP),
        ("sctp", Protocol::SCTP),
    ];
    let Some((field, protocol)) = known
        .into_iter()
        .find(|(field, _)| !node.get(field).is_absent())
    else {
        return faults.mismatch(node, "protocols", &format!("one of {}", FIELDS.join(", ")));
    };
    let port = node.child(field).get("destinationPort");
    faults.only(&node.child(field), &["destinationPort"]);
    faults.only(&port, &["number", "range"]);
    let range = if port.is_unset() {
        Some((1, u16::MAX))
    } else if port.get("range").is_unset() {
        faults
            .keep(port::number(&port.get("number"), "number"))
            .map(|number| (number, number))
    } else {
        faults.keep(port::range(&port.get("range")))
    };
    range
        .into_iter()
        .for_each(|(low, high)| ports.add(protocol, low, high));
}
