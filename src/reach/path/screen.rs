//! What a filter of the network lets pass, with both bounds.
//!
//! Ordered rules are read from the last to the first, so that each may override what the later ones say: a rule that is
//! certain overrides wherever it matches, one in doubt only where that widens the upper or narrows the lower bound.

use super::region::Region;
use crate::model::{
    AddressSet, Bounds, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, FlowSet,
    Id, Network, Witness,
};
use std::cmp::Reverse;
use std::net::IpAddr;

/// The other end of a flow as the references of a filter's rules see it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Peer {
    /// An interface that carries these filters, as far as references to them reach it; ascending.
    Carrier(Vec<Id<Filter>>),
    /// An interface that carries these filters, and any other perhaps.
    Unresolved(Vec<Id<Filter>>),
    /// The owner of an address, not known, in this network.
    Stranger(Id<Network>),
}

impl Peer {
    /// An end that no reference reaches.
    pub fn beyond_reference() -> Self {
        Peer::Carrier(Vec::new())
    }
}

/// Both ends of a flow as a filter's rules see them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct Ends {
    /// The end that the filter guards.
    pub own: Peer,
    /// The other one.
    pub other: Peer,
}

/// What filters let pass in one direction: for disjoint sets of addresses at their own end, which together are all, the
/// traffic by the address of the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Screen(Vec<(AddressSet, Bounds<FlowSet>)>);

impl Screen {
    /// The same whatever the address at the own end.
    pub fn of(flows: Bounds<FlowSet>) -> Self {
        Screen(vec![(AddressSet::all(), flows)])
    }

    /// Both joined, part by part.
    pub fn zip(
        &self,
        other: &Screen,
        join: impl Fn(&FlowSet, &FlowSet) -> FlowSet + Copy,
    ) -> Screen {
        let pairs = self
            .0
            .iter()
            .flat_map(|mine| other.0.iter().map(move |theirs| (mine, theirs)));
        let both = pairs
            .map(|(mine, theirs)| (mine.0.intersection(&theirs.0), mine.1.zip(&theirs.1, join)));
        Screen(both.filter(|(part, _)| !part.is_empty()).collect())
    }

    /// What passes, where the own end has that address.
    pub fn at(&self, own: IpAddr) -> Bounds<FlowSet> {
        self.0
            .iter()
            .find(|(part, _)| part.contains(own))
            .map(|(_, flows)| flows.clone())
            .unwrap_or_default()
    }

    /// The packets that pass.
    pub fn region(&self, direction: Direction) -> Bounds<Region> {
        let part = |(own, flows): &(AddressSet, Bounds<FlowSet>)| {
            flows.map(|flows| Region::beside(own, flows, direction))
        };
        self.0
            .iter()
            .map(part)
            .fold(Bounds::default(), |sum, one| sum.zip(&one, Region::union))
    }
}

/// Addresses of those who carry a filter, in one network: surely theirs (the one address that one of them has), and
/// possibly theirs.
pub(super) type Membership<'a> = dyn Fn(Id<Filter>, Id<Network>) -> Bounds<AddressSet> + 'a;

/// The rules of one direction, the first that decides first.
pub(super) fn ordered(filter: &Filter, direction: Direction) -> Vec<&FilterRule> {
    let mut sorted: Vec<&FilterRule> = filter.rules(direction).iter().collect();
    sorted.sort_by_key(|rule| (rule.order, Reverse(rule.action)));
    sorted
}

/// Addresses that one end of a rule names.
fn named(names: &FilterPeer, end: &Peer, membership: &Membership<'_>) -> Bounds<AddressSet> {
    match (names, end) {
        (FilterPeer::Addresses(addresses), _) => Bounds::exact(addresses.clone()),
        (FilterPeer::Members(filter), Peer::Carrier(own) | Peer::Unresolved(own))
            if own.contains(filter) =>
        {
            Bounds::exact(AddressSet::all())
        }
        (FilterPeer::Members(_), Peer::Unresolved(_)) => Bounds {
            must: AddressSet::none(),
            may: AddressSet::all(),
        },
        (FilterPeer::Members(_), Peer::Carrier(_)) => Bounds::exact(AddressSet::none()),
        (FilterPeer::Members(filter), Peer::Stranger(network)) => membership(*filter, *network),
    }
}

/// Addresses at the other end that a rule matches, where its own end is one of `part`.
fn matches(
    rule: &FilterRule,
    ends: &Ends,
    membership: &Membership<'_>,
    part: &AddressSet,
) -> Bounds<AddressSet> {
    let other = named(&rule.peer, &ends.other, membership);
    let own = named(&rule.own, &ends.own, membership);
    let sure = rule.doubt.is_certain() && part.is_subset(&own.must);
    Bounds {
        must: if sure { other.must } else { AddressSet::none() },
        may: if part.is_disjoint(&own.may) {
            AddressSet::none()
        } else {
            other.may
        },
    }
}

/// What a direction of a filter lets pass.
pub(super) fn passes(
    filter: &Filter,
    direction: Direction,
    ends: &Ends,
    membership: &Membership<'_>,
) -> Screen {
    let parts = parts(filter, direction, &ends.own, membership).into_iter();
    Screen(
        parts
            .map(|part| {
                (
                    part.clone(),
                    passes_at(filter, direction, ends, membership, &part),
                )
            })
            .collect(),
    )
}

/// The addresses at the filter's own end, apart where its rules tell them apart.
fn parts(
    filter: &Filter,
    direction: Direction,
    own: &Peer,
    membership: &Membership<'_>,
) -> Vec<AddressSet> {
    let mut out = vec![AddressSet::all()];
    for rule in filter
        .rules(direction)
        .iter()
        .filter(|rule| rule.own != FilterPeer::anyone())
    {
        let Bounds { must, may } = named(&rule.own, own, membership);
        for cut in [must, may] {
            out = out
                .iter()
                .flat_map(|part| [part.intersection(&cut), part.difference(&cut)])
                .filter(|part| !part.is_empty())
                .collect();
        }
    }
    out
}

/// The same for one part of the filter's own end, by the address of the other end.
fn passes_at(
    filter: &Filter,
    direction: Direction,
    ends: &Ends,
    membership: &Membership<'_>,
    part: &AddressSet,
) -> Bounds<FlowSet> {
    let mut sum: Bounds<FlowSet> = Bounds::default();
    // What the rules from an order on let pass, for those that leave the decision to them.
    let mut later: Vec<(u32, Bounds<FlowSet>)> = Vec::new();
    let skips = filter
        .rules(direction)
        .iter()
        .any(|rule| matches!(rule.action, FilterAction::Skip(_)));
    for rule in ordered(filter, direction).into_iter().rev() {
        let hit = matches(rule, ends, membership, part)
            .map(|addresses| FlowSet::of(addresses.clone(), rule.traffic.clone()));
        sum = match rule.action {
            FilterAction::Allow => sum.zip(&hit, FlowSet::union),
            FilterAction::Deny => Bounds {
                must: sum.must.difference(&hit.may),
                may: sum.may.difference(&hit.must),
            },
            FilterAction::Skip(to) => {
                let from = later
                    .iter()
                    .rfind(|(order, _)| *order >= to)
                    .map(|(_, bounds)| bounds.clone())
                    .unwrap_or_default();
                skipped(&sum, &hit, &from)
            }
        };
        if skips {
            later.push((rule.order, sum.clone()));
        }
    }
    if filter.doubt.is_certain() {
        sum
    } else {
        doubted(filter, direction, sum)
    }
}

/// Of what a rule hits the later rules decide, of the rest the next ones; what both let pass, passes in any case.
fn skipped(
    next: &Bounds<FlowSet>,
    hit: &Bounds<FlowSet>,
    later: &Bounds<FlowSet>,
) -> Bounds<FlowSet> {
    let rest = Bounds {
        must: next.must.difference(&hit.may),
        may: next.may.difference(&hit.must),
    };
    let either = Bounds {
        must: next.must.intersection(&later.must),
        may: FlowSet::none(),
    };
    let taken = hit.zip(later, FlowSet::intersection);
    rest.zip(&either, FlowSet::union)
        .zip(&taken, FlowSet::union)
}

/// Rules that are not in the list may allow anything; where the filter knows denials, they may deny anything as well.
fn doubted(filter: &Filter, direction: Direction, sum: Bounds<FlowSet>) -> Bounds<FlowSet> {
    let denies = !filter.stateful
        || filter
            .rules(direction)
            .iter()
            .any(|rule| rule.action == FilterAction::Deny);
    Bounds {
        must: if denies { FlowSet::none() } else { sum.must },
        may: FlowSet::all(),
    }
}

/// The rule that decides about a packet, by its position and action: of those that match it up to the first that surely
/// does, the first that allows it where it passes, else the first that denies it. With it what is not certain of these rules.
pub(super) fn decides(
    filter: &Filter,
    direction: Direction,
    ends: &Ends,
    membership: &Membership<'_>,
    (packet, passes): (&Witness, bool),
) -> Option<(usize, FilterAction, Doubt)> {
    let own = AddressSet::single(near(packet, direction));
    let wanted = if passes {
        FilterAction::Allow
    } else {
        FilterAction::Deny
    };
    let rules = filter.rules(direction);
    let mut sorted: Vec<usize> = (0..rules.len()).collect();
    sorted.sort_by_key(|at| {
        rules
            .get(*at)
            .map(|rule| (rule.order, Reverse(rule.action)))
    });
    let (mut from, mut found, mut doubt) = (0, None, Doubt::none());
    for at in sorted {
        let Some(rule) = rules.get(at).filter(|rule| rule.order >= from) else {
            continue;
        };
        if !rule.traffic.of(packet.protocol).contains(packet.port) {
            continue;
        }
        let hits = matches(rule, ends, membership, &own);
        if !hits.may.contains(far(packet, direction)) {
            continue;
        }
        doubt = doubt.and(&rule.doubt);
        if rule.action == wanted && found.is_none() {
            found = Some((at, rule.action));
        }
        if hits.must.contains(far(packet, direction)) {
            match rule.action {
                FilterAction::Skip(to) => from = to,
                FilterAction::Allow | FilterAction::Deny => break,
            }
        }
    }
    found.map(|(at, action)| (at, action, doubt))
}

/// The address at the other end of a packet from the filtered side.
pub(super) fn far(packet: &Witness, direction: Direction) -> IpAddr {
    match direction {
        Direction::Ingress => packet.source,
        Direction::Egress => packet.destination,
    }
}

/// The address of a packet at the filtered side.
pub(super) fn near(packet: &Witness, direction: Direction) -> IpAddr {
    match direction {
        Direction::Ingress => packet.destination,
        Direction::Egress => packet.source,
    }
}
