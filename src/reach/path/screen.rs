//! What a filter of the network lets pass, with both bounds.
//!
//! Ordered rules are read from the last to the first, so that each may override what the later ones say: a rule that is
//! certain overrides wherever it matches, one in doubt only where that widens the upper or narrows the lower bound.

use crate::model::{AddressSet, Bounds, Crossing, Doubt, Filter, FilterAction, FilterPeer, FilterRule, FlowSet, Id, Network, Traffic};
use crate::reach::Witness;
use std::cmp::Reverse;
use std::net::IpAddr;

/// The other end of a flow as the references of a filter's rules see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Peer {
    /// An interface that carries these filters, as far as references to them reach it; ascending.
    Carrier(Vec<Id<Filter>>),
    /// The owner of an address, not known, in this network.
    Stranger(Id<Network>),
}

impl Peer {
    /// An end that no reference reaches.
    pub fn beyond_reference() -> Self {
        Peer::Carrier(Vec::new())
    }
}

/// Addresses of those who carry a filter, in one network: surely theirs (the one address that one of them has), and
/// possibly theirs.
pub(super) type Membership<'a> = dyn Fn(Id<Filter>, Id<Network>) -> Bounds<AddressSet> + 'a;

/// The rules of one direction.
pub(super) fn rules(filter: &Filter, crossing: Crossing) -> &[FilterRule] {
    match crossing {
        Crossing::Ingress => &filter.ingress,
        Crossing::Egress => &filter.egress,
    }
}

/// The rules of one direction, the first that decides first.
pub(super) fn ordered(filter: &Filter, crossing: Crossing) -> Vec<&FilterRule> {
    let mut sorted: Vec<&FilterRule> = rules(filter, crossing).iter().collect();
    sorted.sort_by_key(|rule| (rule.order, Reverse(rule.action)));
    sorted
}

/// Addresses that a rule matches.
pub(super) fn matches(rule: &FilterRule, peer: &Peer, membership: &Membership<'_>) -> Bounds<AddressSet> {
    let named = match (&rule.peer, peer) {
        (FilterPeer::Addresses(addresses), _) => Bounds::exact(addresses.clone()),
        (FilterPeer::Members(filter), Peer::Carrier(own)) if own.contains(filter) => Bounds::exact(AddressSet::all()),
        (FilterPeer::Members(_), Peer::Carrier(_)) => Bounds::exact(AddressSet::none()),
        (FilterPeer::Members(filter), Peer::Stranger(network)) => membership(*filter, *network),
    };
    if rule.doubt.is_certain() { named } else { Bounds { must: AddressSet::none(), may: named.may } }
}

/// What a direction of a filter lets pass, by the address of the other end.
pub(super) fn passes(filter: &Filter, crossing: Crossing, peer: &Peer, membership: &Membership<'_>) -> Bounds<FlowSet> {
    let mut sum: Bounds<FlowSet> = Bounds::default();
    // What the rules from an order on let pass, for those that leave the decision to them.
    let mut later: Vec<(u32, Bounds<FlowSet>)> = Vec::new();
    let skips = rules(filter, crossing).iter().any(|rule| matches!(rule.action, FilterAction::Skip(_)));
    for rule in ordered(filter, crossing).into_iter().rev() {
        let hit = matches(rule, peer, membership).map(|addresses| FlowSet::of(addresses.clone(), rule.traffic.clone()));
        sum = match rule.action {
            FilterAction::Allow => sum.zip(&hit, FlowSet::union),
            FilterAction::Deny => Bounds { must: sum.must.difference(&hit.may), may: sum.may.difference(&hit.must) },
            FilterAction::Skip(to) => {
                let from = later.iter().rfind(|(order, _)| *order >= to).map(|(_, bounds)| bounds.clone()).unwrap_or_default();
                skipped(&sum, &hit, &from)
            }
        };
        if skips {
            later.push((rule.order, sum.clone()));
        }
    }
    if filter.doubt.is_certain() { sum } else { doubted(filter, crossing, sum) }
}

/// Of what a rule hits the later rules decide, of the rest the next ones; what both let pass, passes in any case.
fn skipped(next: &Bounds<FlowSet>, hit: &Bounds<FlowSet>, later: &Bounds<FlowSet>) -> Bounds<FlowSet> {
    let rest = Bounds { must: next.must.difference(&hit.may), may: next.may.difference(&hit.must) };
    let either = Bounds { must: next.must.intersection(&later.must), may: FlowSet::none() };
    let taken = hit.zip(later, FlowSet::intersection);
    rest.zip(&either, FlowSet::union).zip(&taken, FlowSet::union)
}

/// Rules that are not in the list may allow anything; where the filter knows denials, they may deny anything as well.
fn doubted(filter: &Filter, crossing: Crossing, sum: Bounds<FlowSet>) -> Bounds<FlowSet> {
    let denies = !filter.stateful || rules(filter, crossing).iter().any(|rule| rule.action == FilterAction::Deny);
    Bounds { must: if denies { FlowSet::none() } else { sum.must }, may: FlowSet::all() }
}

/// The rule that decides about a packet: the first that matches it surely, else the first that may; and what is not certain
/// of the rules before it.
pub(super) fn decides<'f>(
    filter: &'f Filter,
    crossing: Crossing,
    peer: &Peer,
    membership: &Membership<'_>,
    traffic: &Traffic,
    address: IpAddr,
) -> (Option<&'f FilterRule>, Doubt) {
    let hits = |rule: &&FilterRule| matches(rule, peer, membership).may.contains(address) && !rule.traffic.intersection(traffic).is_empty();
    let (mut from, mut perhaps, mut doubt) = (0, None, Doubt::none());
    for rule in ordered(filter, crossing).into_iter().filter(hits) {
        match rule.action {
            _ if rule.order < from => {}
            _ if !rule.doubt.is_certain() => {
                doubt = doubt.and(&rule.doubt);
                perhaps = perhaps.or(Some(rule).filter(|rule| !matches!(rule.action, FilterAction::Skip(_))));
            }
            FilterAction::Skip(to) => from = to,
            FilterAction::Allow | FilterAction::Deny => return (Some(rule), doubt),
        }
    }
    (perhaps, doubt)
}

/// The address at the other end of a packet from the filtered side.
pub(super) fn far(packet: &Witness, crossing: Crossing) -> IpAddr {
    match crossing {
        Crossing::Ingress => packet.source,
        Crossing::Egress => packet.destination,
    }
}
