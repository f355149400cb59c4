//! Rules by Service (`ServiceMatch` in projectcalico/calico `policy_common.go`): the pods behind it, and for what is sent to them their ports.

use super::super::super::object::Object;
use super::super::super::service::{self, selector};
use super::super::Reading;
use crate::ingest::yaml::Node;
use crate::model::{
    Doubt, EntryPointTarget, GapKind, PolicyPeer, PortName, Selector, Traffic, Workload,
};

/// What a rule by Service matches.
pub(super) struct Behind {
    /// The pods behind it.
    pub(super) peer: PolicyPeer,
    /// Their ports; every port where the Service is the source.
    pub(super) traffic: Traffic,
    /// Their ports by name.
    pub(super) named: Vec<PortName>,
    /// Why it may be less.
    pub(super) doubt: Doubt,
}

/// Fields that may not stand beside `services`.
const ALONE: &[&str] = &[
    "selector",
    "notSelector",
    "namespaceSelector",
    "serviceAccounts",
    "nets",
    "notNets",
];

/// What stands behind the Service that the other end of a rule names; none where it names none.
pub(super) fn behind(
    object: &Object,
    end: &Node,
    ingress: bool,
    reading: &mut Reading<'_, '_>,
) -> Option<Behind> {
    let node = end.get("services");
    if node.is_unset() {
        return None;
    }
    reading.faults.only(&node, &["name", "namespace"]);
    let set = |field: &&str| {
        end.get(field).text().is_some_and(|text| !text.is_empty())
            || !end.get(field).items().is_empty()
            || !end.get(field).entries().is_empty()
    };
    if let Some(other) = ALONE.iter().find(|field| set(field)) {
        reading.faults.add(
            &end.get(other).key_place(),
            format!("`{other}` stands beside `services`: expected `services` alone"),
        );
    }
    let Some(name) = node
        .get("name")
        .text()
        .filter(|name| !name.is_empty())
        .map(str::to_owned)
    else {
        reading
            .faults
            .mismatch(&node.get("name"), "name", "the name of a Service");
        return Some(unknown(Doubt::none()));
    };
    let Some(namespace) = namespace(object, &node, reading) else {
        return Some(unknown(Doubt::none()));
    };
    let settings = reading.lowering.settings;
    let same = |one: &&&Object| {
        one.is("", "Service") && one.name == name && one.namespace_in(settings) == namespace
    };
    let service = reading.lowering.objects.iter().find(same).copied();
    pods_of(
        object,
        &node,
        ingress,
        (service, &namespace, &name),
        reading,
    )
}

/// What stands behind a Service that a rule names at `node`; an `ExternalName` has no endpoints.
fn pods_of(
    object: &Object,
    node: &Node,
    ingress: bool,
    (service, namespace, name): (Option<&Object>, &str, &str),
    reading: &mut Reading<'_, '_>,
) -> Option<Behind> {
    if service.is_some_and(|service| service.node.get("spec.type").text() == Some("ExternalName")) {
        let nobody = PolicyPeer::Any(Vec::new());
        return Some(Behind {
            peer: nobody,
            traffic: Traffic::none(),
            named: Vec::new(),
            doubt: Doubt::none(),
        });
    }
    let at = |what: String| (what, Some(object.origin_at(node.place())));
    let Some((service, pods)) =
        service.and_then(|service| Some((service, selector(service, namespace)?)))
    else {
        let (what, origin) = at(format!(
            "{} names the Service {namespace}/{name}, whose endpoints the input does not say",
            object.title()
        ));
        return Some(unknown(reading.lowering.world.doubt(
            GapKind::NotInInput,
            what,
            origin,
        )));
    };
    if reading.lowering.is_contested(service) {
        let (what, origin) = at(format!(
            "{} names the Service {namespace}/{name}, which is defined more than once with different content",
            object.title()
        ));
        return Some(unknown(reading.lowering.world.doubt(
            GapKind::NotJudged,
            what,
            origin,
        )));
    }
    let (traffic, named) = if ingress {
        (Traffic::all(), Vec::new())
    } else {
        ports(service)
    };
    let (peer, doubt) = on_nodes_too(object, node, pods, reading);
    Some(Behind {
        peer,
        traffic,
        named,
        doubt,
    })
}

/// The pods behind a Service, and the nodes of those that are on the host network: which nodes they are on is not known.
fn on_nodes_too(
    object: &Object,
    node: &Node,
    pods: Selector,
    reading: &mut Reading<'_, '_>,
) -> (PolicyPeer, Doubt) {
    let world = &mut *reading.lowering.world;
    let behind = |(id, own): (crate::model::Id<Workload>, &Workload)| {
        own.host_network && pods.holds(world.selected(id))
    };
    let cluster = reading.lowering.cluster;
    if !world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == cluster)
        .any(behind)
    {
        return (PolicyPeer::Pods(pods), Doubt::none());
    }
    let what = format!(
        "{} names a Service of pods on the host network: which nodes they are on is not known",
        object.title()
    );
    let doubt = world.doubt(
        GapKind::NotInInput,
        what,
        Some(object.origin_at(node.place())),
    );
    (
        PolicyPeer::Any(vec![
            PolicyPeer::Pods(pods),
            PolicyPeer::Nodes(Selector::Everything),
        ]),
        doubt,
    )
}

fn unknown(doubt: Doubt) -> Behind {
    Behind {
        peer: PolicyPeer::Anyone,
        traffic: Traffic::all(),
        named: Vec::new(),
        doubt,
    }
}

/// The namespace of the Service: that of the policy where the rule names none; policies without one must name it.
fn namespace(object: &Object, node: &Node, reading: &mut Reading<'_, '_>) -> Option<String> {
    let written = node
        .get("namespace")
        .text()
        .filter(|name| !name.is_empty())
        .map(str::to_owned);
    if written.is_none() && object.kind == "GlobalNetworkPolicy" {
        reading.faults.mismatch(
            &node.get("namespace"),
            "namespace",
            "the namespace of the Service, since the policy has none",
        );
        return None;
    }
    written.or_else(|| Some(object.namespace_in(reading.lowering.settings).to_owned()))
}

/// The ports of the pods behind a Service.
fn ports(service: &Object) -> (Traffic, Vec<PortName>) {
    let (mut traffic, mut named) = (Traffic::none(), Vec::new());
    for port in service::ports(service) {
        match port.target {
            EntryPointTarget::Number(number) => {
                traffic = traffic.union(&Traffic::ports(port.protocol, number, number))
            }
            EntryPointTarget::Name(name) => named.push(PortName {
                name,
                protocol: Some(port.protocol),
            }),
            EntryPointTarget::Unknown => traffic = traffic.union(&Traffic::protocol(port.protocol)),
        }
    }
    (traffic, named)
}
