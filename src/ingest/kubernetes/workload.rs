//! Workloads: pods and all that makes them from a template.

use super::fault::Faults;
use super::label::labels;
use super::lower::Lowering;
use super::object::Object;
use super::{namespace, port};
use crate::ingest::Settings;
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Labels, NamedPort, Origin, Workload};
use std::collections::{BTreeMap, BTreeSet};

/// A kind that makes pods.
#[derive(Debug)]
pub(super) struct WorkloadKind {
    group: &'static str,
    versions: &'static [&'static str],
    kind: &'static str,
    /// Path of the pod template; empty where the object is the pod.
    template: &'static str,
}

const fn kind(group: &'static str, versions: &'static [&'static str], kind: &'static str, template: &'static str) -> WorkloadKind {
    WorkloadKind { group, versions, kind, template }
}

const APPS: &[&str] = &["v1", "v1beta2", "v1beta1"];

/// Every kind that makes pods from a template it holds. Versions that the API server no longer serves are read all the same.
const KINDS: &[WorkloadKind] = &[
    kind("", &["v1"], "Pod", ""),
    kind("", &["v1"], "ReplicationController", "spec.template"),
    kind("apps", APPS, "Deployment", "spec.template"),
    kind("apps", APPS, "StatefulSet", "spec.template"),
    kind("apps", APPS, "DaemonSet", "spec.template"),
    kind("apps", APPS, "ReplicaSet", "spec.template"),
    kind("extensions", &["v1beta1"], "Deployment", "spec.template"),
    kind("extensions", &["v1beta1"], "DaemonSet", "spec.template"),
    kind("extensions", &["v1beta1"], "ReplicaSet", "spec.template"),
    kind("batch", &["v1"], "Job", "spec.template"),
    kind("batch", &["v1", "v1beta1", "v2alpha1"], "CronJob", "spec.jobTemplate.spec.template"),
    kind("apps.openshift.io", &["v1"], "DeploymentConfig", "spec.template"),
    kind("argoproj.io", &["v1alpha1"], "Rollout", "spec.template"),
];

/// The row of an object's kind.
pub(super) fn kind_of(object: &Object) -> Option<&'static WorkloadKind> {
    KINDS.iter().find(|known| object.is(known.group, known.kind) && known.versions.contains(&object.version.as_str()))
}

/// Whether some version of the kind is known.
pub(super) fn is_known(group: &str, kind: &str) -> bool {
    KINDS.iter().any(|known| (known.group, known.kind) == (group, kind))
}

/// Labels that controllers set, other for each pod or revision: by them alone the pods of one owner are not told apart.
pub(super) const GENERATED: &[&str] = &[
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
struct Shape {
    labels: Labels,
    annotations: Labels,
    service_account: String,
    named_ports: Vec<NamedPort>,
    host_network: bool,
    addresses: AddressSet,
    origin: Origin,
}

/// Namespace, name and kind.
type Owner = (String, String, String);

/// Enters all workloads, by namespace, name and kind. Pods whose owner can be told are that owner; pods of one owner that differ in what
/// selectors look at are several workloads of one name.
pub(super) fn lower(objects: &[&Object], lowering: &mut Lowering<'_>) {
    let makers: Vec<(&Object, &WorkloadKind)> = objects.iter().filter_map(|object| Some((*object, kind_of(object)?))).collect();
    let present: BTreeSet<Owner> = makers.iter().map(|(object, _)| own_name(object, lowering.settings)).collect();
    let owners: BTreeMap<Owner, Owner> = makers.iter().filter_map(|(object, _)| owner_of(object, &present, lowering.settings)).collect();
    let mut shapes: BTreeMap<Owner, Vec<Shape>> = BTreeMap::new();
    // Templates before pods, so that a workload stands where its template does.
    let (pods, templates): (Vec<_>, Vec<_>) = makers.into_iter().partition(|(object, _)| object.is("", "Pod"));
    for (object, kind) in templates.into_iter().chain(pods) {
        let own = own_name(object, lowering.settings);
        let top = topmost(&own, &owners);
        let made_by_present = top != own && present.contains(&top);
        if is_over(object) || (made_by_present && !object.is("", "Pod")) {
            continue;
        }
        let shape = shape(object, kind, lowering);
        add(shapes.entry(top).or_default(), shape);
    }
    for ((namespace, name, kind), shapes) in shapes {
        for shape in shapes {
            push(&namespace, &name, &kind, shape, lowering);
        }
    }
}

fn own_name(object: &Object, settings: &Settings) -> Owner {
    (object.namespace_in(settings).to_owned(), object.name.clone(), object.kind.clone())
}

/// What made the object, where that says whose pods they are: a pod's owner always, that of others where it is in the input. The pods that a
/// node runs by itself are their own.
fn owner_of(object: &Object, present: &BTreeSet<Owner>, settings: &Settings) -> Option<(Owner, Owner)> {
    let references = object.node.get("metadata.ownerReferences").items();
    let controls = |reference: &&Node| reference.get("controller").boolean() == Some(true);
    let reference = references.iter().find(controls).or(references.first())?;
    let own = own_name(object, settings);
    let kind = reference.get("kind").text().unwrap_or(&object.kind).to_owned();
    let owner = (own.0.clone(), reference.get("name").text()?.to_owned(), kind);
    let counts = (object.is("", "Pod") && owner.2 != "Node") || present.contains(&owner);
    (counts && owner != own).then_some((own, owner))
}

fn topmost(own: &Owner, owners: &BTreeMap<Owner, Owner>) -> Owner {
    let mut top = own;
    // A chain is pod, ReplicaSet, Deployment; more steps than objects would be a circle.
    for _ in 0..=owners.len() {
        let Some(next) = owners.get(top) else { break };
        top = next;
    }
    top.clone()
}

/// Whether it is a pod that has ended and holds no address any more.
fn is_over(object: &Object) -> bool {
    object.is("", "Pod") && matches!(object.node.get("status.phase").text(), Some("Succeeded" | "Failed"))
}

fn shape(object: &Object, kind: &WorkloadKind, lowering: &mut Lowering<'_>) -> Shape {
    let pod = if kind.template.is_empty() { object.node.clone() } else { object.node.get(kind.template) };
    let spec = pod.get("spec");
    let mut faults = Faults::default();
    if spec.is_unset() {
        faults.mismatch(&spec, "spec", "the specification of a pod");
    }
    let account = ["serviceAccountName", "serviceAccount"].iter().find_map(|field| spec.get(field).text().map(str::to_owned));
    let mut own_labels = labels(&pod.get("metadata.labels"), &mut faults);
    if kind.kind == "Job" {
        for key in ["batch.kubernetes.io/job-name", "job-name"] {
            own_labels.insert(key.to_owned(), object.name.clone());
        }
    }
    let shape = Shape {
        labels: own_labels,
        annotations: labels(&pod.get("metadata.annotations"), &mut faults),
        service_account: account.filter(|name| !name.is_empty()).unwrap_or_else(|| "default".to_owned()),
        named_ports: port::of_pod(&spec, &mut faults),
        host_network: spec.get("hostNetwork").boolean() == Some(true),
        addresses: addresses(&object.node, &mut faults),
        origin: object.origin.clone(),
    };
    lowering.errors.extend(faults.0);
    shape
}

fn addresses(node: &Node, faults: &mut Faults) -> AddressSet {
    let mut written: Vec<Node> = node.get("status.podIPs").items().iter().map(|entry| entry.get("ip")).collect();
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
fn add(shapes: &mut Vec<Shape>, new: Shape) {
    let twin = shapes.iter_mut().find(|own| {
        own.named_ports == new.named_ports
            && own.host_network == new.host_network
            && own.service_account == new.service_account
            && told_apart(&own.labels).eq(told_apart(&new.labels))
    });
    match twin {
        Some(own) => {
            own.addresses = own.addresses.union(&new.addresses);
            own.labels.retain(|key, value| new.labels.get(key) == Some(value));
        }
        None => shapes.push(new),
    }
}

fn told_apart(labels: &Labels) -> impl Iterator<Item = (&String, &String)> {
    labels.iter().filter(|(key, _)| !GENERATED.contains(&key.as_str()))
}

fn push(in_namespace: &str, name: &str, kind: &str, shape: Shape, lowering: &mut Lowering<'_>) {
    let Some(namespace) = namespace::id(in_namespace, lowering) else { return };
    let Shape { labels, annotations, service_account, named_ports, host_network, addresses, origin } = shape;
    let account = (in_namespace.to_owned(), service_account.clone());
    lowering.world.workloads.push(Workload {
        cluster: lowering.cluster,
        namespace,
        name: name.to_owned(),
        kind: kind.to_owned(),
        labels,
        annotations,
        service_account,
        service_account_labels: lowering.service_accounts.get(&account).cloned().unwrap_or_default(),
        named_ports,
        host_network,
        addresses,
        footings: Vec::new(),
        origin,
    });
}
