//! Calico as the network of pods: addresses from pools of its own, which the VPC does not know.
//! Source: Calico documentation, "Amazon Elastic Kubernetes Service (EKS)", "Configure outgoing NAT", the Installation
//! and IPPool references, "Configuring calico/node".

use super::pod_network::{Interface, PodInterface, PodPool, Translation};
use super::pool::{NodeSubnet, Pool};
use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, Note, Origin, World};

/// The pools of a cluster whose pods have addresses of Calico's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PodPools {
    /// The pools, at least one.
    pub pools: Vec<PodPool>,
    /// Why pods may have addresses of the VPC instead.
    pub doubt: Doubt,
}

/// Block, whether its pods are translated, and who says so; none where it is the default.
type Written = (AddressSet, bool, Option<Origin>);

/// The pool that Calico makes where nobody names one.
const DEFAULT: &str = "192.168.0.0/16";

/// Tells whether pods have addresses of Calico's, by its Installation or its DaemonSet; none where they do not.
pub fn of_objects(objects: &[Object], world: &mut World) -> Option<PodPools> {
    let installed = objects
        .iter()
        .find(|object| object.is("operator.tigera.io", "Installation"));
    let node = objects
        .iter()
        .find(|object| object.is("apps", "DaemonSet") && object.name == "calico-node");
    let (on, by) = match (installed, node) {
        (Some(object), _) => (
            Some(object.node.get("spec.cni.type").text() == Some("Calico")),
            object,
        ),
        (None, Some(object)) => (networks(object, objects), object),
        (None, None) => return None,
    };
    if on == Some(false) {
        return None;
    }
    let what = format!(
        "whether {} gives pods addresses of Calico's: its backend is set by a ConfigMap that is not in the input",
        by.title()
    );
    let doubt = if on.is_none() {
        world.doubt(GapKind::NotInInput, what, Some(by.origin.clone()))
    } else {
        Doubt::none()
    };
    let written = written(objects, installed, node);
    let all: AddressSet = written.iter().map(|pool| pool.0.clone()).collect();
    let pools = written
        .into_iter()
        .map(|pool| pod_pool(pool, &all, by, world))
        .collect();
    Some(PodPools { pools, doubt })
}

/// Whether the DaemonSet makes a network and does not only enforce policies; none where the input does not say.
fn networks(daemon_set: &Object, objects: &[Object]) -> Option<bool> {
    let variable = variable(daemon_set, "CALICO_NETWORKING_BACKEND");
    if variable.is_absent() {
        return Some(true);
    }
    if let Some(text) = variable.get("value").written() {
        return Some(text != "none");
    }
    let reference = variable.get("valueFrom.configMapKeyRef");
    let (name, key) = (
        reference.get("name").text()?.to_owned(),
        reference.get("key").text()?.to_owned(),
    );
    let map = objects
        .iter()
        .find(|object| object.is("", "ConfigMap") && object.name == name)?;
    map.node
        .get("data")
        .child(&key)
        .text()
        .map(|text| text != "none")
}

fn variable(daemon_set: &Object, name: &str) -> Node {
    let containers = daemon_set.node.get("spec.template.spec.containers").items();
    let found = containers
        .iter()
        .flat_map(|container| container.get("env").items())
        .find(|entry| entry.get("name").text() == Some(name));
    found.unwrap_or_else(|| daemon_set.node.get("spec").child(name))
}

/// The pools that hold for pods: IPPool objects, else those of the Installation, else the one of the DaemonSet's variables, else the default.
fn written(
    objects: &[Object],
    installed: Option<&Object>,
    daemon_set: Option<&Object>,
) -> Vec<Written> {
    let is_pool = |object: &&Object| {
        object.kind == "IPPool"
            && matches!(
                object.group.as_str(),
                "projectcalico.org" | "crd.projectcalico.org"
            )
    };
    let block = |node: &Node| {
        node.text()
            .and_then(|text| AddressSet::parse(text).ok())
            .filter(|set| set.is_subset(&AddressSet::all_v4()))
    };
    let usable = |spec: &Node| {
        let uses = spec.get("allowedUses").items();
        spec.get("disabled").boolean() != Some(true)
            && (uses.is_empty() || uses.iter().any(|one| one.text() == Some("Workload")))
    };
    let own = objects
        .iter()
        .filter(is_pool)
        .filter(|object| usable(&object.node.get("spec")));
    let own = own.filter_map(|object| {
        let spec = object.node.get("spec");
        Some((
            block(&spec.get("cidr"))?,
            spec.get("natOutgoing").boolean() == Some(true),
            Some(object.origin_at(spec.get("cidr").place())),
        ))
    });
    let mut out: Vec<Written> = own.collect();
    if let Some(object) = installed.filter(|_| out.is_empty()) {
        let pools = object.node.get("spec.calicoNetwork.ipPools").items();
        out.extend(pools.iter().filter_map(|pool| {
            let translates = pool.get("natOutgoing").text() != Some("Disabled");
            Some((
                block(&pool.get("cidr"))?,
                translates,
                Some(object.origin_at(pool.place())),
            ))
        }));
    }
    if let Some(object) = daemon_set.filter(|_| out.is_empty()) {
        let (cidr, translates) = (
            variable(object, "CALICO_IPV4POOL_CIDR").get("value"),
            variable(object, "CALICO_IPV4POOL_NAT_OUTGOING"),
        );
        let translates = translates.get("value").written() != Some("false");
        out.extend(
            block(&cidr).map(|block| (block, translates, Some(object.origin_at(cidr.place())))),
        );
    }
    if out.is_empty() {
        out.extend(
            AddressSet::parse(DEFAULT)
                .ok()
                .map(|block| (block, true, None)),
        );
    }
    out
}

fn pod_pool(
    (addresses, translates, origin): Written,
    all: &AddressSet,
    by: &Object,
    world: &mut World,
) -> PodPool {
    let assumed = origin.is_none();
    if translates {
        let text = format!(
            "the pod has an address of Calico's pool {addresses}, and packets to outside its pools leave with the node's address"
        );
        let towards = AddressSet::all_v4().difference(all);
        return PodPool {
            addresses,
            towards,
            note: Note {
                text,
                origin,
                assumed,
            },
            doubt: Doubt::none(),
        };
    }
    let what = format!(
        "pods with addresses of Calico's pool {addresses} keep them (`natOutgoing` is off): whether the VPC carries them is not judged"
    );
    let doubt = world.doubt(
        GapKind::NotJudged,
        what,
        origin.clone().or_else(|| Some(by.origin.clone())),
    );
    let text = format!(
        "the pod has an address of Calico's pool {addresses} and keeps it, since `natOutgoing` is off"
    );
    PodPool {
        addresses,
        towards: AddressSet::none(),
        note: Note {
            text,
            origin,
            assumed,
        },
        doubt,
    }
}

impl PodPools {
    /// How pods sit on a node: with an address of any of the pools.
    pub fn pod_interfaces<'a>(
        &self,
        pool: &'a Pool,
        place: &'a NodeSubnet,
    ) -> impl Iterator<Item = PodInterface<'a>> {
        let pod_interface = move |own: &PodPool| {
            let interface = Interface::Pooled(Box::new(own.clone()));
            PodInterface {
                pool,
                place,
                interface,
                note: Some(own.note.clone()),
                doubt: self.doubt.and(&own.doubt),
            }
        };
        self.pools.iter().map(pod_interface)
    }
}

impl PodPool {
    /// How packets of its pods are translated.
    pub fn translation(&self) -> Translation {
        Translation {
            towards: self.towards.clone(),
            note: self.note.clone(),
            doubt: Doubt::none(),
        }
    }
}
