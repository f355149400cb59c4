//! The sentence for a remark: what a policy or a rule of one does not do, and why.

use crate::model::{AddressSet, Direction, Id, IpNet, Policy, PolicyRule, World};
use crate::reach::{Remark, RemarkKind};

/// One sentence without a full stop, the policy or rule first.
pub(super) fn sentence(remark: &Remark, world: &World) -> String {
    let subject = match (remark.direction, remark.rule) {
        (Some(direction), Some(rule)) => named_rule(remark.policy, direction, rule, world),
        _ => named(remark.policy, world),
    };
    match &remark.kind {
        RemarkKind::Inert => {
            let why = world.policies[remark.policy].inert.as_deref();
            format!("{subject} has no effect: {}", why.unwrap_or_default())
        }
        RemarkKind::SelectsNothing {
            host_network: false,
        } => format!("{subject} selects no pod: none in its namespace has the labels"),
        RemarkKind::SelectsNothing { host_network: true } => {
            format!("{subject} selects only pods on the host network, which are outside of policy")
        }
        RemarkKind::MatchesNobody => {
            format!("{subject} matches nobody: no pod has the labels that it names")
        }
        RemarkKind::OtherCluster { workload } => format!(
            "{subject} matches nobody: only pods of another cluster have the labels, such as `{}`, and labels do not cross clusters; \
             name their addresses",
            world.workload_title(*workload)
        ),
        RemarkKind::UnknownPort => format!(
            "{subject} matches nothing: no pod that receives its packets has a port named {}",
            port_names(remark, world).join(" or ")
        ),
        RemarkKind::OutsideNetworks { addresses } => format!(
            "{subject} names {}, which is in no network that is joined with its own and behind no route",
            blocks(addresses)
        ),
        RemarkKind::Translated { workload, nodes } => format!(
            "{subject} names addresses of pods such as `{}`, whose packets arrive with the addresses of their nodes ({})",
            world.workload_title(*workload),
            blocks(nodes)
        ),
        RemarkKind::Shadowed { by, rule } => {
            let before = match (remark.direction, rule) {
                (Some(direction), Some(rule)) => named_rule(*by, direction, *rule, world),
                _ => named(*by, world),
            };
            format!(
                "{subject} changes nothing: {before} and others decide about all of its packets before"
            )
        }
        RemarkKind::Contradiction { other } => format!(
            "{} and {subject} disagree at the same priority, and which of them decides is not defined",
            named(*other, world)
        ),
    }
}

/// ``NetworkPolicy `shop/default-deny` ``.
fn named(id: Id<Policy>, world: &World) -> String {
    format!("{} `{}`", world.policies[id].kind, world.policy_name(id))
}

/// ``the rule on line 12 for egress of NetworkPolicy `shop/web` ``. (By its line: one entry of a list of rules may be
/// several rules here; by its place in the object where no line is known.)
fn named_rule(id: Id<Policy>, direction: Direction, rule: usize, world: &World) -> String {
    let side = world.policies[id].side(direction);
    let line = side
        .and_then(|side| side.rules.get(rule))
        .map_or(0, |rule| rule.origin.place.line);
    let which = match line {
        0 => format!("rule {}", rule + 1),
        line => format!("the rule on line {line}"),
    };
    format!("{which} for {direction} of {}", named(id, world))
}

/// The rule that is meant; none where the policy as a whole is.
pub(super) fn policy_rule<'w>(remark: &Remark, world: &'w World) -> Option<&'w PolicyRule> {
    let side = world.policies[remark.policy].side(remark.direction?)?;
    side.rules.get(remark.rule?)
}

fn port_names(remark: &Remark, world: &World) -> Vec<String> {
    policy_rule(remark, world)
        .into_iter()
        .flat_map(|rule| &rule.named_ports)
        .map(|port| format!("`{}`", port.name))
        .collect()
}

/// The first few blocks of addresses.
fn blocks(addresses: &AddressSet) -> String {
    let all: Vec<String> = addresses
        .blocks()
        .iter()
        .take(3)
        .map(IpNet::to_string)
        .collect();
    all.join(", ")
}
