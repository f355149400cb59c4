//! One end of a Calico rule (`EntityRule` in projectcalico/calico `policy_common.go`, and its reading in
//! `libcalico-go/lib/backend/syncersv1/updateprocessors/rules.go`).

use super::super::super::object::Object;
use super::super::network::address_or_cidr;
use super::super::{Reading, both};
use super::expression::{ACCOUNT, Expression, NAMESPACE, OF_ACCOUNT};
use super::{known, selector};
use crate::ingest::yaml::Node;
use crate::model::{AddressSet, Doubt, GapKind, PolicyPeer, Selector};

/// Fields of an end, ports included.
pub(super) const FIELDS: &[&str] = &[
    "selector",
    "notSelector",
    "namespaceSelector",
    "serviceAccounts",
    "services",
    "nets",
    "notNets",
    "ports",
    "notPorts",
];

/// The expression in a field; none where there is none, and a fault where it cannot be read.
pub(super) fn expression(
    node: &Node,
    field: &str,
    reading: &mut Reading<'_, '_>,
) -> Option<Expression> {
    if node.is_unset() || node.text() == Some("") {
        return None;
    }
    let Some(text) = node.text() else {
        reading.faults.mismatch(
            node,
            field,
            "a selector as a string, such as \"app == 'web'\"",
        );
        return None;
    };
    match selector::parse(text) {
        Ok(Expression::Global) if field == "namespaceSelector" => Some(Expression::Global),
        Ok(found) if found.says_global() => {
            reading.faults.add(&node.place(), "`global()` stands here: expected it alone in the `namespaceSelector` of a rule's end");
            None
        }
        Ok(found) => Some(found),
        Err(wrong) => {
            reading
                .faults
                .add(&node.place(), format!("`{field}` is no selector: {wrong}"));
            None
        }
    }
}

/// Whom an end chooses by selectors; none where it names none at all. `own` is the namespace of the policy, to which the selectors are bound
/// unless they name others.
fn chosen(node: &Node, own: Option<&str>, reading: &mut Reading<'_, '_>) -> Option<Expression> {
    let namespaces = expression(&node.get("namespaceSelector"), "namespaceSelector", reading)
        .map(Expression::in_namespaces);
    let accounts = accounts(&node.get("serviceAccounts"), reading);
    let plain = expression(&node.get("selector"), "selector", reading);
    let negated = !node.get("notSelector").is_unset() && node.get("notSelector").text() != Some("");
    let parts: Vec<Expression> = accounts.into_iter().chain(plain).collect();
    let scope = match namespaces {
        Some(scope) => Some(scope),
        None if parts.is_empty() && !negated => None,
        None => own.map(|own| Expression::is_in(NAMESPACE, vec![own.to_owned()])),
    };
    scope.into_iter().chain(parts).reduce(Expression::and)
}

/// Service accounts by name, by label, or both.
fn accounts(node: &Node, reading: &mut Reading<'_, '_>) -> Option<Expression> {
    reading.faults.only(node, &["names", "selector"]);
    let mut names = Vec::new();
    for item in reading.faults.list(&node.get("names"), "names") {
        match item.text() {
            Some(name) => names.push(name.to_owned()),
            None => reading
                .faults
                .mismatch(&item, "names", "the name of a service account"),
        }
    }
    let by_label = expression(&node.get("selector"), "selector", reading)
        .map(|found| found.prefixed(OF_ACCOUNT));
    let by_name = (!names.is_empty()).then(|| Expression::is_in(ACCOUNT, names));
    by_label.into_iter().chain(by_name).reduce(Expression::and)
}

/// What the end that is the policy's own pods says of them.
pub(super) struct Near {
    /// The pods that it holds for.
    pub(super) subject: Selector,
    /// Why it may not hold for all of them.
    pub(super) doubt: Doubt,
    /// Others that it may hold for, with the reason.
    pub(super) further: Option<(Selector, Doubt)>,
}

/// Reads the end that is the policy's own pods. Where it also chooses network sets or host endpoints, it holds for pods at their addresses,
/// which is not judged.
pub(super) fn near(
    object: &Object,
    node: &Node,
    own: Option<&str>,
    reading: &mut Reading<'_, '_>,
) -> Near {
    let chosen = chosen(node, own, reading);
    let not = expression(&node.get("notSelector"), "notSelector", reading);
    let mut open = |expression: Option<&Expression>| {
        let reached = expression.is_some_and(|found| known::beyond_pods(found, reading.lowering));
        let what = format!(
            "a rule of {} chooses its own pods by addresses of network sets, which is not judged",
            object.title()
        );
        reached.then(|| {
            reading.lowering.world.doubt(
                GapKind::NotJudged,
                what,
                Some(object.origin_at(node.place())),
            )
        })
    };
    let (wide, narrow) = (open(chosen.as_ref()), open(not.as_ref()));
    let lowering = &*reading.lowering;
    let pods = |found: Option<Expression>| {
        found.map_or(Selector::Everything, |found| found.pods(lowering))
    };
    let rest = not.map_or(Selector::Everything, |found| {
        Selector::Not(Box::new(found.pods(lowering)))
    });
    let inside = pods(chosen);
    let others = both(Selector::Not(Box::new(inside.clone())), rest.clone());
    Near {
        subject: both(inside, rest),
        doubt: narrow.unwrap_or_default(),
        further: wide.map(|doubt| (others, doubt)),
    }
}

/// The other end as a condition, services left out. Selectors hold for those that Calico knows only, and what is not known is chosen by
/// `notSelector`; `nets` match pods by their address.
pub(super) fn far(
    node: &Node,
    own: Option<&str>,
    reading: &mut Reading<'_, '_>,
) -> (Vec<PolicyPeer>, Doubt) {
    let (mut parts, mut doubt) = (Vec::new(), Doubt::none());
    let chosen = chosen(node, own, reading);
    let not = expression(&node.get("notSelector"), "notSelector", reading);
    for (expression, holds) in chosen
        .iter()
        .map(|found| (found, true))
        .chain(not.iter().map(|found| (found, false)))
    {
        let (everyone, further) = known::parties(expression, reading);
        doubt = doubt.and(&further);
        parts.push(if holds {
            everyone
        } else {
            PolicyPeer::Not(Box::new(everyone))
        });
    }
    parts.extend(nets(node, "nets", reading).map(PolicyPeer::AddressesOfPodsToo));
    parts.extend(
        nets(node, "notNets", reading)
            .map(|set| PolicyPeer::Not(Box::new(PolicyPeer::AddressesOfPodsToo(set)))),
    );
    (parts, doubt)
}

/// A list of blocks and addresses; none where it is empty.
pub(super) fn nets(node: &Node, field: &str, reading: &mut Reading<'_, '_>) -> Option<AddressSet> {
    let items = reading.faults.list(&node.get(field), field);
    let each: Vec<AddressSet> = items
        .iter()
        .filter_map(|item| net(item, field, reading))
        .collect();
    (!items.is_empty()).then(|| each.into_iter().collect())
}

/// A block or an address.
pub(super) fn net(node: &Node, field: &str, reading: &mut Reading<'_, '_>) -> Option<AddressSet> {
    reading.faults.keep(address_or_cidr(node, field))
}
