//! The other end of a rule: one of several fields, each its own sort of list.

use super::super::Reading;
use super::context::{Context, ResolvedPeer};
use super::selector::{self, Strangers};
use super::{block, entity, group, service};
use crate::ingest::kubernetes::label::label_selector;
use crate::ingest::yaml::Node;
use crate::model::{Doubt, GapKind, LabelsOf, PolicyPeer, Selector};

/// A field that names the other end.
pub(super) struct Member {
    pub(super) field: &'static str,
    /// Whether an empty list selects nobody; else it is as if the field were absent.
    closes: bool,
    /// Reads an element.
    read: fn(&Context<'_>, &Node, &mut Reading<'_, '_>) -> Vec<ResolvedPeer>,
}

/// The fields of a rule of its direction and action. Only one of them may stand in a rule.
pub(super) fn members(context: &Context<'_>) -> Vec<Member> {
    let member = |field, closes, read| Member {
        field,
        closes,
        read,
    };
    let mut out = if context.ingress {
        vec![
            member(
                "fromEndpoints",
                true,
                endpoints as fn(&Context<'_>, &Node, &mut Reading<'_, '_>) -> Vec<ResolvedPeer>,
            ),
            member("fromEntities", true, entity::ends),
            member("fromCIDR", true, block::single),
            member("fromCIDRSet", true, block::set),
            member("fromNodes", true, nodes),
            member("fromGroups", false, group::ends),
        ]
    } else {
        vec![
            member(
                "toEndpoints",
                true,
                endpoints as fn(&Context<'_>, &Node, &mut Reading<'_, '_>) -> Vec<ResolvedPeer>,
            ),
            member("toEntities", true, entity::ends),
            member("toCIDR", true, block::single),
            member("toCIDRSet", true, block::set),
            member("toNodes", true, nodes),
            member("toGroups", false, group::ends),
            member("toServices", false, service::ends),
        ]
    };
    if !context.ingress && !context.denies() {
        out.push(member("toFQDNs", false, names));
    }
    out
}

/// Everyone that a rule names; none where it does not speak of the other end.
pub(super) fn ends(
    context: &Context<'_>,
    rule: &Node,
    members: &[Member],
    reading: &mut Reading<'_, '_>,
) -> Option<Vec<ResolvedPeer>> {
    let mut out = None;
    let mut full = 0;
    for member in members {
        let node = rule.get(member.field);
        let items = reading.faults.list(&node, member.field);
        if node.is_unset() || items.is_empty() && !member.closes {
            continue;
        }
        full += usize::from(!items.is_empty());
        if full > 1 {
            reading.faults.add(
                &node.key_place(),
                format!("`{}` stands beside another field for the other end: expected a rule of its own", member.field),
            );
        }
        let found: &mut Vec<ResolvedPeer> = out.get_or_insert_with(Vec::new);
        for end in items
            .iter()
            .flat_map(|item| (member.read)(context, item, reading))
        {
            // Two names of one end (`host`, `remote-node`) are one rule.
            if !found
                .iter()
                .any(|own| own.peer == end.peer && own.doubt == end.doubt)
            {
                found.push(end);
            }
        }
    }
    out
}

fn endpoints(
    context: &Context<'_>,
    node: &Node,
    reading: &mut Reading<'_, '_>,
) -> Vec<ResolvedPeer> {
    let Some(chosen) = selector::peer(
        context.object,
        node,
        context.namespace,
        context.agent,
        reading,
    ) else {
        return Vec::new();
    };
    let mut out = vec![ResolvedPeer {
        peer: PolicyPeer::Pods(chosen.selector),
        doubt: chosen.doubt,
        place: node.place(),
    }];
    match chosen.strangers {
        Strangers::Nobody => {}
        Strangers::Entity(name) => out.extend(entity::of_name(context, &name, node, reading)),
        Strangers::Unclear => {
            let what = "selects by what labels are not there, which may hold for nodes and for addresses outside too";
            let doubt = context.doubt(GapKind::NotJudged, what, node, reading);
            let peer = PolicyPeer::Not(Box::new(PolicyPeer::Pods(Selector::Everything)));
            out.push(ResolvedPeer {
                peer,
                doubt,
                place: node.place(),
            });
        }
    }
    if let Some(origin) = context.agent.mesh.clone() {
        let what = "Cluster Mesh is configured: pods of other clusters may be known by their labels, and which are is not judged";
        let doubt = reading
            .lowering
            .world
            .doubt(GapKind::NotJudged, what, Some(origin));
        out.push(ResolvedPeer {
            peer: PolicyPeer::World,
            doubt,
            place: node.place(),
        });
    }
    let nobody = |end: &ResolvedPeer| end.peer == PolicyPeer::Pods(Selector::Nothing);
    if out.iter().any(|end| !nobody(end)) {
        out.retain(|end| !nobody(end));
    }
    out
}

/// Nodes by their labels, which are not in the input.
fn nodes(context: &Context<'_>, node: &Node, reading: &mut Reading<'_, '_>) -> Vec<ResolvedPeer> {
    let Some(selector) = reading.faults.keep(label_selector(node, LabelsOf::Pod)) else {
        return Vec::new();
    };
    let what =
        "names nodes by their labels, which has an effect only with `enable-node-selector-labels`";
    let doubt = match context.agent.node_labels {
        Some(true) => Doubt::none(),
        None => context.doubt(GapKind::NotJudged, what, node, reading),
        Some(false) => {
            reading
                .faults
                .add(&node.place(), "nodes are named by their labels: expected `enable-node-selector-labels` to be on in `cilium-config`");
            Doubt::none()
        }
    };
    vec![ResolvedPeer {
        peer: PolicyPeer::Nodes(selector),
        doubt,
        place: node.place(),
    }]
}

/// Domain names: what they resolve to is known at run time only, and never an address in the cluster.
fn names(context: &Context<'_>, node: &Node, reading: &mut Reading<'_, '_>) -> Vec<ResolvedPeer> {
    reading.faults.only(node, &["matchName", "matchPattern"]);
    let name = ["matchName", "matchPattern"]
        .iter()
        .find_map(|field| node.get(field).text().map(str::to_owned));
    let Some(name) = name else {
        reading
            .faults
            .mismatch(node, "toFQDNs", "`matchName` or `matchPattern`");
        return Vec::new();
    };
    let what = format!("names the domain `{name}`: its addresses are known at run time only");
    let doubt = context.doubt(GapKind::NotJudged, &what, node, reading);
    vec![ResolvedPeer {
        peer: PolicyPeer::World,
        doubt,
        place: node.place(),
    }]
}
