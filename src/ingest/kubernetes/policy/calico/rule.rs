//! One rule of a Calico policy (`Rule` in projectcalico/calico `policy_common.go`).

use super::super::super::object::Object;
use super::super::{ALLOW, Reading};
use super::service::behind;
use super::{entity, packets};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, PolicyAction, PolicyPeer, PolicyRule, PortName};

const FIELDS: &[&str] = &[
    "action",
    "ipVersion",
    "protocol",
    "notProtocol",
    "icmp",
    "notICMP",
    "source",
    "destination",
    "http",
    "metadata",
];

/// Reads a rule; nothing for one that only logs, and for one that cannot be read.
///
/// A rule looks at both ends in both directions: what it says of the policy's own pods narrows the subject.
pub(super) fn read(
    object: &Object,
    node: &Node,
    ingress: bool,
    own: Option<&str>,
    reading: &mut Reading<'_, '_>,
) -> Vec<PolicyRule> {
    reading.faults.only(node, FIELDS);
    let action = action(&node.get("action"), reading);
    let (source, destination) = (node.child("source"), node.child("destination"));
    reading.faults.only(&source, entity::FIELDS);
    reading.faults.only(&destination, entity::FIELDS);
    let (far, near) = if ingress {
        (&source, &destination)
    } else {
        (&destination, &source)
    };
    let packets = packets::read(node, &destination, &mut reading.faults);
    let (mut parts, mut doubt) = entity::far(far, own, reading);
    let (mut traffic, mut named_ports) = (packets.traffic, packets.named);
    if let Some(behind) = behind(object, far, ingress, reading) {
        parts.push(behind.peer);
        doubt = doubt.and(&behind.doubt);
        let meant = |port: &PortName| {
            port.protocol
                .is_some_and(|protocol| !traffic.of(protocol).is_empty())
        };
        named_ports.extend(behind.named.into_iter().filter(meant));
        traffic = traffic.intersection(&behind.traffic);
    }
    let ends = entity::near(object, near, own, reading);
    doubt = doubt.and(&undecided(
        object,
        node,
        near,
        packets.too_many,
        ingress,
        reading,
    ));
    let Some(action) = action else {
        return Vec::new();
    };
    let peer = match parts.len() {
        0 => PolicyPeer::Anyone,
        1 => parts.remove(0),
        _ => PolicyPeer::All(parts),
    };
    let (origin, subject) = (object.origin_at(node.place()), ends.subject);
    let rule = PolicyRule {
        order: ALLOW,
        action,
        subject,
        peer,
        traffic,
        named_ports,
        doubt: doubt.and(&ends.doubt),
        origin,
    };
    let further = ends.further.map(|(subject, doubt)| PolicyRule {
        subject,
        doubt: rule.doubt.and(&doubt),
        ..rule.clone()
    });
    let each = [Some(rule), further].into_iter().flatten();
    each.map(|rule| of_version(node, rule, reading)).collect()
}

/// What a rule does; none where it only logs, and where it says nothing that is known.
fn action(node: &Node, reading: &mut Reading<'_, '_>) -> Option<PolicyAction> {
    match node.text() {
        Some("Allow") => Some(PolicyAction::Allow),
        Some("Deny") => Some(PolicyAction::Deny),
        Some("Pass") => Some(PolicyAction::Pass),
        Some("Log") => None,
        _ => {
            reading
                .faults
                .mismatch(node, "action", "one of Allow, Deny, Pass, Log");
            None
        }
    }
}

/// What decides whether the rule matches and is not judged: requests, source ports, addresses of the policy's own pods, ports left out by name.
fn undecided(
    object: &Object,
    node: &Node,
    near: &Node,
    too_many: bool,
    ingress: bool,
    reading: &mut Reading<'_, '_>,
) -> Doubt {
    let (source, http) = (node.child("source"), node.get("http"));
    packets::check_source(node, &source, &mut reading.faults);
    if !http.is_unset() && (!ingress || node.get("action").text() != Some("Allow")) {
        reading.faults.add(
            &http.key_place(),
            "`http` stands here: expected it in ingress rules that allow only",
        );
    }
    if !near.get("services").is_unset() {
        reading.faults.add(
            &near.get("services").key_place(),
            "`services` names the policy's own pods: expected it at the other end of the rule",
        );
    }
    let conditions = [
        (http, "requests (`http`)"),
        (source.get("ports"), "source ports"),
        (source.get("notPorts"), "source ports"),
        (near.get("nets"), "addresses of its own pods"),
        (near.get("notNets"), "addresses of its own pods"),
    ];
    let excluded = too_many.then(|| {
        (
            node.get("destination.notPorts"),
            "names of ports that it leaves out",
        )
    });
    let met = conditions
        .into_iter()
        .filter(|(node, _)| !node.items().is_empty() || !node.entries().is_empty());
    met.chain(excluded)
        .fold(Doubt::none(), |doubt, (node, what)| {
            let text = format!(
                "a rule of {} depends on {what}, which is not judged",
                object.title()
            );
            doubt.and(&reading.lowering.world.doubt(
                GapKind::NotJudged,
                text,
                Some(object.origin_at(node.place())),
            ))
        })
}

/// Narrows a rule to one family of addresses.
fn of_version(node: &Node, rule: PolicyRule, reading: &mut Reading<'_, '_>) -> PolicyRule {
    let version = node.get("ipVersion");
    let family = match version.integer() {
        _ if version.is_unset() => return rule,
        Some(4) => AddressSet::all_v4(),
        Some(6) => AddressSet::all_v6(),
        _ => {
            reading.faults.mismatch(&version, "ipVersion", "4 or 6");
            return rule;
        }
    };
    PolicyRule {
        peer: PolicyPeer::All(vec![PolicyPeer::AddressesOfPodsToo(family), rule.peer]),
        ..rule
    }
}
