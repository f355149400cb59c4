//! What selectors can see of pods.

use super::kind::{WorkloadKind, kind_of};
use crate::ingest::InputError;
use crate::ingest::kubernetes::manifest_lowering::ManifestLowering;
use crate::ingest::kubernetes::{Faults, Object, labels, port};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, Labels, NamedPort, Origin, PodPrivileges};

/// Labels that controllers set, other for each pod or revision: by them alone the pods of one owner are not told apart.
pub(in crate::ingest::kubernetes) const GENERATED: &[&str] = &[
    "apps.kubernetes.io/pod-index",
    "batch.kubernetes.io/controller-uid",
    "batch.kubernetes.io/job-completion-index",
    "batch.kubernetes.io/job-name",
    "controller-revision-hash",
    "controller-uid",
    "job-name",
    "pod-template-generation",
    "pod-template-hash",
    "rollouts-pod-template-hash",
    "statefulset.kubernetes.io/pod-name",
];

/// Pods of one owner that no selector can tell apart.
pub(super) struct Shape {
    pub(super) labels: Labels,
    pub(super) annotations: Labels,
    pub(super) service_account: String,
    pub(super) named_ports: Vec<NamedPort>,
    pub(super) host_network: bool,
    pub(super) outside: Doubt,
    pub(super) privileges: PodPrivileges,
    pub(super) addresses: AddressSet,
    pub(super) origin: Origin,
}

/// The labels of the pods that an object makes, as they are written; none where it makes none.
pub(in crate::ingest::kubernetes) fn label_nodes(object: &Object) -> Vec<(String, Node)> {
    let kind = kind_of(object);
    kind.map(|kind| pod(object, kind.template).get("metadata.labels").entries())
        .unwrap_or_default()
}

/// The pods of an object.
pub(super) fn shape(
    object: &Object,
    kind: &WorkloadKind,
    lowering: &mut ManifestLowering<'_>,
) -> Shape {
    let pod = pod(object, kind.template);
    let spec = pod.get("spec");
    let (mut faults, mut hidden) = (Faults::default(), Faults::default());
    if spec.is_unset() && !object.hides(&in_spec(object, "")) {
        faults.mismatch(&spec, "spec", "the specification of a pod");
    }
    let host_network = spec.get("hostNetwork");
    if !host_network.is_unset() && host_network.boolean().is_none() {
        faults.mismatch(&host_network, "hostNetwork", "true or false");
    }
    let account = ["serviceAccountName", "serviceAccount"]
        .iter()
        .find_map(|field| spec.get(field).text().map(str::to_owned));
    let mut own_labels = labels(&pod.get("metadata.labels"), &mut faults);
    if kind.kind == "Job" {
        for key in ["batch.kubernetes.io/job-name", "job-name"] {
            own_labels.insert(key.to_owned(), object.name.clone());
        }
    }
    let shape = Shape {
        labels: own_labels,
        annotations: labels(&pod.get("metadata.annotations"), &mut faults),
        service_account: account
            .filter(|name| !name.is_empty())
            .unwrap_or_else(|| "default".to_owned()),
        named_ports: port::of_pod(
            &spec,
            if hides_ports(object) {
                &mut hidden
            } else {
                &mut faults
            },
        ),
        host_network: host_network.boolean() == Some(true),
        outside: outside(object, &host_network, lowering),
        privileges: PodPrivileges::default(),
        addresses: addresses(object, &mut faults),
        origin: object.origin.clone(),
    };
    lowering.errors.extend(faults.0);
    shape
}

/// The pod template of an object: what it names, else what stands at a path; itself where that is empty.
pub(super) fn pod(object: &Object, path: &str) -> Node {
    match &object.template {
        Some(template) => template.clone(),
        None if path.is_empty() => object.node.clone(),
        None => object.node.get(path),
    }
}

/// The path of a field of the pods that an object makes; of their whole specification where the field is empty.
pub(in crate::ingest::kubernetes) fn in_spec(object: &Object, field: &str) -> String {
    let template = kind_of(object)
        .map(|kind| kind.template)
        .unwrap_or_default();
    [template, "spec", field]
        .into_iter()
        .filter(|part| !part.is_empty())
        .collect::<Vec<_>>()
        .join(".")
}

/// Whether names or numbers of the containers' ports are not known.
pub(in crate::ingest::kubernetes) fn hides_ports(object: &Object) -> bool {
    if object.hidden.is_empty() {
        return false;
    }
    let lists = ["containers.ports", "initContainers.ports"].map(|field| in_spec(object, field));
    let below = |list: &String| {
        ["name", "containerPort", "protocol"]
            .iter()
            .any(|field| object.hides(&format!("{list}.{field}")))
    };
    lists.iter().any(|list| object.hides(list) || below(list))
}

/// What is wrong with the first named port of the pods that cannot be read; none where all can, or are not known anyway.
pub(in crate::ingest::kubernetes) fn unread_port(object: &Object) -> Option<InputError> {
    if hides_ports(object) {
        return None;
    }
    let mut faults = Faults::default();
    port::of_pod(&object.node.get(&in_spec(object, "")), &mut faults);
    faults.0.into_iter().next()
}

/// Why the pods may be on the host network: it is not known yet whether they are, or what is written is no answer.
fn outside(object: &Object, written: &Node, lowering: &mut ManifestLowering<'_>) -> Doubt {
    let path = in_spec(object, "hostNetwork");
    let is_open = !written.is_unset() && written.boolean().is_none();
    let why = match object.hides(&path) {
        true => "is not known yet",
        false if is_open => "is neither true nor false, and something may replace it",
        false => return Doubt::none(),
    };
    let what = format!(
        "`{path}` of {} {why}: whether policies hold for its pods is not known",
        object.title()
    );
    lowering
        .world
        .doubt(GapKind::UnknownValue, what, Some(object.origin.clone()))
}

/// All addresses of a pod; none where one of them is not known.
fn addresses(object: &Object, faults: &mut Faults) -> AddressSet {
    let hides = |path| object.hides_part(path);
    if hides("status.podIP") || hides("status.podIPs") {
        return AddressSet::none();
    }
    let node = &object.node;
    let mut written: Vec<Node> = node
        .get("status.podIPs")
        .items()
        .iter()
        .map(|entry| entry.get("ip"))
        .collect();
    written.push(node.get("status.podIP"));
    let one = |node: &Node| {
        let text = node.text().filter(|text| !text.is_empty())?;
        let address = text.parse().map(AddressSet::single).ok();
        if address.is_none() {
            faults.mismatch(node, "podIP", "an IP address");
        }
        address
    };
    written.iter().filter_map(one).collect()
}

/// Adds pods to those of the same owner: to a shape that selectors cannot tell from it, else as a shape of its own.
pub(super) fn add(shapes: &mut Vec<Shape>, new: Shape) {
    let twin = shapes.iter_mut().find(|own| {
        own.named_ports == new.named_ports
            && own.host_network == new.host_network
            && own.outside == new.outside
            && own.service_account == new.service_account
            && told_apart(&own.labels).eq(told_apart(&new.labels))
    });
    match twin {
        Some(own) => {
            // The addresses of all of them are not known where those of one are not.
            let known = !own.addresses.is_empty() && !new.addresses.is_empty();
            own.addresses = match known {
                true => own.addresses.union(&new.addresses),
                false => AddressSet::none(),
            };
            own.privileges.asked.extend(new.privileges.asked);
            own.privileges.doubt = own.privileges.doubt.and(&new.privileges.doubt);
            own.labels
                .retain(|key, value| new.labels.get(key) == Some(value));
        }
        None => shapes.push(new),
    }
}

fn told_apart(labels: &Labels) -> impl Iterator<Item = (&String, &String)> {
    labels
        .iter()
        .filter(|(key, _)| !GENERATED.contains(&key.as_str()))
}
