//! Services as the other end: their pods, or the addresses of a service without pods (user guide, "Services based").

use super::super::Reading;
use super::block;
use super::context::{Context, ResolvedPeer};
use crate::ingest::kubernetes::label::{label_selector, labels};
use crate::ingest::kubernetes::object::Object;
use crate::ingest::kubernetes::service::selector;
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, Labels, LabelsOf, PolicyPeer, Selected};

/// The label by which an EndpointSlice names its service (kubernetes.io, well-known labels).
const OWNER: &str = "kubernetes.io/service-name";

/// The ends of an element of `toServices`.
pub(super) fn ends(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    reading
        .faults
        .only(node, &["k8sService", "k8sServiceSelector"]);
    let (named, chosen) = (node.get("k8sService"), node.get("k8sServiceSelector"));
    reading.faults.only(&named, &["serviceName", "namespace"]);
    reading.faults.only(&chosen, &["selector", "namespace"]);
    if named.is_unset() && chosen.is_unset() {
        reading
            .faults
            .mismatch(node, "toServices", "`k8sService` or `k8sServiceSelector`");
        return Vec::new();
    }
    let services = if named.is_unset() {
        by_labels(&chosen, reading)
    } else {
        by_name(context, &named, reading)
    };
    if services.is_empty() {
        let what = "names a Service that is not in the input";
        let doubt = context.doubt(GapKind::NotInInput, what, node, reading);
        return vec![ResolvedPeer {
            peer: PolicyPeer::Anyone,
            doubt,
            place: node.place(),
        }];
    }
    services
        .into_iter()
        .flat_map(|service| of_service(context, service, node, reading))
        .collect()
}

fn is_service(object: &&Object) -> bool {
    object.is("", "Service")
}

/// The namespace that a service is looked for in: the policy's own where none is written.
fn namespace(context: &Context<'_>, node: &Node) -> Option<String> {
    node.get("namespace")
        .text()
        .filter(|text| !text.is_empty())
        .or(context.namespace)
        .map(str::to_owned)
}

fn by_name<'a>(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'a, '_>,
) -> Vec<&'a Object> {
    let (name, space) = (node.get("serviceName"), namespace(context, node));
    let settings = reading.lowering.settings;
    let held = |object: &&Object| {
        name.text() == Some(&object.name)
            && space
                .as_deref()
                .is_none_or(|own| object.namespace_in(settings) == own)
    };
    reading
        .lowering
        .objects
        .iter()
        .copied()
        .filter(is_service)
        .filter(held)
        .collect()
}

/// Services by their labels; of every namespace where none is written.
fn by_labels<'a>(node: &Node, reading: &mut Reading<'a, '_>) -> Vec<&'a Object> {
    let Some(wanted) = reading
        .faults
        .keep(label_selector(&node.get("selector"), LabelsOf::Pod))
    else {
        return Vec::new();
    };
    let (settings, none) = (reading.lowering.settings, Labels::new());
    let space = node.get("namespace").text().map(str::to_owned);
    let faults = &mut reading.faults;
    let all = reading.lowering.objects.iter().copied().filter(is_service);
    let held = |object: &&Object| {
        let own = labels(&object.node.get("metadata.labels"), faults);
        let seen = Selected {
            pod: &own,
            namespace: "",
            namespace_labels: &none,
            service_account: "",
            service_account_labels: &none,
        };
        space
            .as_deref()
            .is_none_or(|space| space.is_empty() || object.namespace_in(settings) == space)
            && wanted.holds(seen)
    };
    all.filter(held).collect()
}

fn of_service(
    context: &Context<'_>,
    service: &Object,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    let space = service.namespace_in(reading.lowering.settings).to_owned();
    if let Some(pods) = selector(service, &space) {
        let what = format!(
            "names {}, which is defined more than once with different content",
            service.title()
        );
        let contested = reading.lowering.is_contested(service);
        let doubt = if contested {
            context.doubt(GapKind::NotJudged, &what, node, reading)
        } else {
            Doubt::none()
        };
        return vec![ResolvedPeer {
            peer: PolicyPeer::Pods(pods),
            doubt,
            place: node.place(),
        }];
    }
    let known = addresses(service, &space, reading);
    if known.is_empty() {
        let what = format!(
            "names {}, which selects no pods and whose addresses are not in the input",
            service.title()
        );
        let doubt = context.doubt(GapKind::NotInInput, &what, node, reading);
        return vec![ResolvedPeer {
            peer: block::outside(AddressSet::all()),
            doubt,
            place: node.place(),
        }];
    }
    vec![ResolvedPeer::sure(block::outside(known), node)]
}

/// The addresses behind a service that selects no pods: of its Endpoints and EndpointSlice objects.
fn addresses(service: &Object, space: &str, reading: &Reading<'_, '_>) -> AddressSet {
    let settings = reading.lowering.settings;
    let own = reading
        .lowering
        .objects
        .iter()
        .filter(|object| object.namespace_in(settings) == space);
    let mut out = AddressSet::none();
    for object in own {
        let written = if object.is("", "Endpoints") && object.name == service.name {
            object
                .node
                .get("subsets")
                .items()
                .iter()
                .flat_map(|subset| subset.get("addresses").items())
                .map(|entry| entry.get("ip"))
                .collect()
        } else if object.is("discovery.k8s.io", "EndpointSlice")
            && object.node.get("metadata.labels").child(OWNER).text() == Some(&service.name)
        {
            object
                .node
                .get("endpoints")
                .items()
                .iter()
                .flat_map(|entry| entry.get("addresses").items())
                .collect::<Vec<_>>()
        } else {
            continue;
        };
        let parsed = written
            .iter()
            .filter_map(|node| node.text()?.parse().ok().map(AddressSet::single));
        out = parsed.fold(out, |sum, one| sum.union(&one));
    }
    out
}
