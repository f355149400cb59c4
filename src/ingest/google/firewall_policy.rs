//! Firewall policies with their rules and what they are attached to: networks (global and regional policies), folders and
//! organizations (hierarchical policies).
//! Source: cloud.google.com/firewall/docs/firewall-policies-overview; cloud.google.com/firewall/docs/firewall-policies-rule-details,
//! "Firewall policy rules".

use super::ancestry;
use super::class::Named;
use super::lowering::{Attribute, Lowering, is_set};
use super::rule::{Action, Layer, Rule, known, priority, ways};
use super::stage::{AtRest, Networks};
use crate::ingest::terraform::{Mode, Resource, Target, Value};
use crate::model::{AddressSet, Direction, Doubt, GapKind, Id, Network, Traffic};
use std::collections::BTreeMap;

/// A form of policy: its type, the type with rules inside, the type of rules, the type of attachments.
struct Form {
    policies: [&'static str; 2],
    rule: &'static str,
    association: &'static str,
}

const FORMS: &[Form] = &[
    Form {
        policies: [
            "google_compute_firewall_policy",
            "google_compute_firewall_policy_with_rules",
        ],
        rule: "google_compute_firewall_policy_rule",
        association: "google_compute_firewall_policy_association",
    },
    Form {
        policies: [
            "google_compute_network_firewall_policy",
            "google_compute_network_firewall_policy_with_rules",
        ],
        rule: "google_compute_network_firewall_policy_rule",
        association: "google_compute_network_firewall_policy_association",
    },
    Form {
        policies: [
            "google_compute_region_network_firewall_policy",
            "google_compute_region_network_firewall_policy_with_rules",
        ],
        rule: "google_compute_region_network_firewall_policy_rule",
        association: "google_compute_region_network_firewall_policy_association",
    },
];

/// Parts of a match that name the other end by something that the input does not resolve.
const UNRESOLVED: &[&str] = &[
    "secure_tags",
    "fqdns",
    "region_codes",
    "threat_intelligences",
    "address_groups",
    "networks",
    "network_scope",
    "network_type",
];

/// Whether any policy is for one region only.
#[must_use]
pub fn has_regional<L>(lowering: &Lowering<'_, L>) -> bool {
    FORMS
        .last()
        .is_some_and(|form| lowering.graph.of(form.association).next().is_some())
}

/// Networks whose policies are asked before their VPC firewall rules, each with the reason why that may not be so.
#[must_use]
pub fn before_classic(lowering: &mut Lowering<AtRest>) -> BTreeMap<Id<Network>, Doubt> {
    let graph = lowering.graph;
    let mut out = BTreeMap::new();
    for (id, network) in lowering.seen::<Networks>().of.clone() {
        let at = Attribute::of(
            &graph.resources[id],
            "network_firewall_policy_enforcement_order",
        );
        if at.value.text() == Some("BEFORE_CLASSIC_FIREWALL") {
            out.insert(network, Doubt::none());
        } else if at.value.is_unknown() {
            out.insert(network, lowering.unknown(at));
        }
    }
    out
}

/// The rules of all policies, as those of the networks that they are attached to.
pub fn rules(lowering: &mut Lowering<AtRest>) -> Vec<Rule> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for form in FORMS {
        for (_, association) in graph
            .of(form.association)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            for (network, layer, doubt) in attached(lowering, form, association) {
                out.extend(of_policy(
                    lowering,
                    form,
                    association,
                    &Held {
                        network,
                        layer,
                        doubt,
                    },
                ));
            }
        }
    }
    out
}

/// Where a policy holds.
struct Held {
    network: Id<Network>,
    layer: Layer,
    doubt: Doubt,
}

fn attached(
    lowering: &mut Lowering<AtRest>,
    form: &Form,
    association: &Resource,
) -> Vec<(Id<Network>, Layer, Doubt)> {
    let at = Attribute::of(association, "attachment_target");
    if form.association == "google_compute_firewall_policy_association" {
        return ancestry::below(lowering, at);
    }
    let (layer, regional) = layer(lowering, form, association);
    let networks = lowering.networks(at);
    let doubt = |own: &Doubt| own.and(&networks.rest).and(&regional);
    let items = networks.items.iter();
    items
        .map(|(network, own)| (*network, layer.clone(), doubt(own)))
        .collect()
}

/// The list in which an association's policy stands, and why it may not hold: a regional one whose region is not known may hold
/// in each.
fn layer(lowering: &mut Lowering<AtRest>, form: &Form, association: &Resource) -> (Layer, Doubt) {
    if !form.association.contains("_region_") {
        return (Layer::Global, Doubt::none());
    }
    let Some(region) = association.region.clone() else {
        let at = Attribute::of(association, "region");
        return (Layer::Global, lowering.unknown(at));
    };
    let mut unsure = Doubt::none();
    let mut classes = lowering.lowered.on_demand.classes.keys();
    if classes.any(|class| class.region.is_none()) {
        let what = format!(
            "the region of what `{}` may be for is not known",
            association.address
        );
        let origin = Some(association.origin.clone());
        unsure = lowering.world.doubt(GapKind::UnknownValue, what, origin);
    }
    (Layer::Regional(region, unsure), Doubt::none())
}

fn of_policy(
    lowering: &mut Lowering<AtRest>,
    form: &Form,
    association: &Resource,
    held: &Held,
) -> Vec<Rule> {
    let graph = lowering.graph;
    let is = |lowering: &Lowering<AtRest>, target: &Target| {
        form.policies
            .contains(&lowering.graph.resources[target.resource].kind.as_str())
            .then_some(target.resource)
    };
    let policies = lowering.find(
        Attribute::of(association, "firewall_policy"),
        is,
        |_, _, _| None,
    );
    let mut out = Vec::new();
    for (policy, doubt) in &policies.items {
        let held = Held {
            network: held.network,
            layer: held.layer.clone(),
            doubt: held.doubt.and(doubt),
        };
        let resource = &graph.resources[*policy];
        for block in resource.values.get("rule").items() {
            out.extend(rule(lowering, resource, "rule.", block, &held));
        }
        for (_, resource) in graph
            .of(form.rule)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
        {
            let own = lowering.find(Attribute::of(resource, "firewall_policy"), is, |_, _, _| {
                None
            });
            let named = own.items.iter().find(|(id, _)| id == policy);
            let open = Some(&own.rest).filter(|rest| !rest.is_certain());
            if let Some(doubt) = named.map(|(_, doubt)| doubt).or(open) {
                let held = Held {
                    network: held.network,
                    layer: held.layer.clone(),
                    doubt: held.doubt.and(doubt),
                };
                out.extend(rule(lowering, resource, "", &resource.values, &held));
            }
        }
    }
    if !policies.rest.is_certain() {
        out.extend(unknown(held, &policies.rest));
    }
    out
}

/// A policy of which nothing is known may allow and deny anything.
fn unknown(held: &Held, doubt: &Doubt) -> Vec<Rule> {
    let one = |action, way| Rule {
        network: held.network,
        layer: held.layer.clone(),
        priority: 0,
        way,
        action,
        blocks: vec![(AddressSet::all(), Doubt::none())],
        own: AddressSet::all(),
        peers: Named::default(),
        targets: Named::default(),
        cluster: None,
        packets: vec![(Traffic::all(), Doubt::none())],
        doubt: held.doubt.and(doubt),
        origin: None,
    };
    let ways = [Direction::Ingress, Direction::Egress];
    ways.into_iter()
        .flat_map(|way| [one(Action::Allow, way), one(Action::Deny, way)])
        .collect()
}

/// A rule as it may be read: once for each way and action that it may have.
fn rule(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    front: &str,
    values: &Value,
    held: &Held,
) -> Vec<Rule> {
    let aimed = aimed(lowering, resource, values, held.network);
    let Some(aimed) = aimed.filter(|_| values.get("disabled").boolean() != Some(true)) else {
        return Vec::new();
    };
    let mut doubt = held.doubt.and(&aimed);
    for key in ["disabled", "direction", "priority", "action", "match"] {
        if values.get(key).is_unknown() {
            doubt = doubt.and(&lowering.unknown(Attribute {
                resource,
                path: &format!("{front}{key}"),
                value: values.get(key),
            }));
        }
    }
    let actions: &[Action] = match values.get("action").text() {
        Some("deny") => &[Action::Deny],
        Some("goto_next") => &[Action::Next],
        Some("allow") => &[Action::Allow],
        action => {
            doubt = if action.is_some() {
                doubt.and(&inspected(lowering, resource, front))
            } else {
                doubt
            };
            &[Action::Allow, Action::Deny]
        }
    };
    let mut out = Vec::new();
    for way in ways(values.get("direction")) {
        let rule = one_way(
            lowering,
            resource,
            front,
            values,
            &Held {
                doubt: doubt.clone(),
                layer: held.layer.clone(),
                ..*held
            },
            *way,
        );
        out.extend(actions.iter().map(|action| Rule {
            action: *action,
            ..rule.clone()
        }));
    }
    out
}

/// A rule that allows, read for one way.
fn one_way(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    front: &str,
    values: &Value,
    held: &Held,
    way: Direction,
) -> Rule {
    let egress = way == Direction::Egress;
    let matched = values.get("match");
    let (far, near) = if egress {
        ("dest", "src")
    } else {
        ("src", "dest")
    };
    let blocks = ends(lowering, resource, front, matched, far);
    let (own, narrowed) = targeted(lowering, resource, front, matched, near);
    let at = |key| Attribute {
        resource,
        path: "match.layer4_configs",
        value: values.get("match").get(key),
    };
    let mut packets = lowering.packets(at("layer4_configs"), "ip_protocol");
    packets.extend(lowering.packets(at("layer4_config"), "ip_protocol"));
    Rule {
        network: held.network,
        layer: held.layer.clone(),
        priority: priority(values.get("priority"), 0),
        way,
        action: Action::Allow,
        blocks,
        own,
        peers: Named::default(),
        targets: targets(lowering, resource, front, values),
        cluster: None,
        packets: if packets.is_empty() {
            vec![(Traffic::all(), Doubt::none())]
        } else {
            packets
        },
        doubt: held.doubt.and(&narrowed),
        origin: Some(resource.origin_of(front.trim_end_matches('.'))),
    }
}

/// Why the rule may not be for this network; none where it surely is not. It is for all networks unless it lists some.
fn aimed(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    values: &Value,
    network: Id<Network>,
) -> Option<Doubt> {
    let value = values.get("target_resources");
    if value.items().is_empty() {
        return Some(Doubt::none());
    }
    let named = lowering.networks(Attribute {
        resource,
        path: "target_resources",
        value,
    });
    let mut items = named.items.into_iter();
    items
        .find(|(own, _)| *own == network)
        .map(|(_, doubt)| doubt)
        .or_else(|| Some(named.rest).filter(|rest| !rest.is_certain()))
}

fn inspected(lowering: &mut Lowering<AtRest>, resource: &Resource, front: &str) -> Doubt {
    let what = format!(
        "what `{}` does with packets that it hands to inspection is not judged",
        resource.address
    );
    lowering.world.doubt(
        GapKind::NotJudged,
        what,
        Some(resource.origin_of(&format!("{front}action"))),
    )
}

fn targets(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    front: &str,
    values: &Value,
) -> Named {
    let path = format!("{front}target_service_accounts");
    let (accounts, mut rest) = lowering.accounts(Attribute {
        resource,
        path: &path,
        value: values.get("target_service_accounts"),
    });
    let tags = ["target_secure_tags", "target_secure_tag"]
        .iter()
        .any(|key| !values.get(key).items().is_empty());
    if tags {
        let what = format!(
            "which instances have the secure tags that `{}` is for is not modelled",
            resource.address
        );
        rest = rest.and(&lowering.world.doubt(
            GapKind::NotModelled,
            what,
            Some(resource.origin_of(&format!("{front}target_secure_tags"))),
        ));
    }
    Named {
        tags: Default::default(),
        accounts,
        rest,
    }
}

/// Blocks of the other end.
fn ends(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    front: &str,
    matched: &Value,
    far: &str,
) -> Vec<(AddressSet, Doubt)> {
    let path = format!("{front}match.{far}_ip_ranges");
    let mut out = known(lowering.blocks(Attribute {
        resource,
        path: &path,
        value: matched.get(&format!("{far}_ip_ranges")),
    }));
    let text = "names the other end by something that the input does not resolve";
    if let Some(doubt) = unresolved(lowering, resource, (front, matched, far), text) {
        out.push((AddressSet::all(), doubt));
    }
    if out.is_empty() {
        out.push((AddressSet::all(), Doubt::none()));
    }
    out
}

/// Addresses of the targets that the rule is about, and the doubt where it names them by other things too.
fn targeted(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    front: &str,
    matched: &Value,
    near: &str,
) -> (AddressSet, Doubt) {
    let path = format!("{front}match.{near}_ip_ranges");
    let own = lowering.blocks(Attribute {
        resource,
        path: &path,
        value: matched.get(&format!("{near}_ip_ranges")),
    });
    let narrowed = unresolved(
        lowering,
        resource,
        (front, matched, near),
        "narrows the rule to some of its targets",
    )
    .unwrap_or_default();
    (
        if own.addresses.is_empty() {
            AddressSet::all()
        } else {
            own.addresses
        },
        own.rest.and(&narrowed),
    )
}

fn unresolved(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    (front, matched, side): (&str, &Value, &str),
    text: &str,
) -> Option<Doubt> {
    let is_there = |part: &&&str| {
        let value = matched.get(&format!("{side}_{part}"));
        is_set(value) && !value.items().is_empty()
    };
    let part = UNRESOLVED.iter().find(is_there)?;
    let what = format!("`{side}_{part}` of `{}` {text}", resource.address);
    Some(lowering.world.doubt(
        GapKind::NotModelled,
        what,
        Some(resource.origin_of(&format!("{front}match.{side}_{part}"))),
    ))
}
