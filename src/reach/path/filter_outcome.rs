//! What a filter of the network lets pass, with both bounds.
//!
//! Ordered rules are read from the last to the first, so that each may override what the later ones say: a rule that is
//! certain overrides wherever it matches, one in doubt only where that widens the upper or narrows the lower bound.

use super::packet_set::PacketSet;
use crate::model::{
    AddressSet, Bounds, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, FlowSet,
    Id, Network, Traffic, Witness,
};
use rustc_hash::FxHashMap;
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

    /// The end as rules see it that refer to members of these filters alone.
    pub fn seen_by(&self, named: &[Id<Filter>]) -> Peer {
        let kept = |own: &Vec<Id<Filter>>| {
            let kept = own.iter().filter(|filter| named.contains(filter));
            kept.copied().collect()
        };
        match self {
            _ if named.is_empty() => Peer::beyond_reference(),
            Peer::Carrier(own) => Peer::Carrier(kept(own)),
            Peer::Unresolved(own) => Peer::Unresolved(kept(own)),
            Peer::Stranger(network) => Peer::Stranger(*network),
        }
    }
}

/// Both ends of a flow as a filter's rules see them.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct FilterEnds {
    /// The end that the filter guards.
    pub own: Peer,
    /// The other one.
    pub other: Peer,
}

/// What filters let pass in one direction: for disjoint sets of addresses at their own end, which together are all, the
/// traffic by the address of the other end.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct FilterOutcome(Vec<(AddressSet, Bounds<FlowSet>)>);

impl FilterOutcome {
    /// The same whatever the address at the own end.
    pub fn of(flows: Bounds<FlowSet>) -> Self {
        FilterOutcome(vec![(AddressSet::all(), flows)])
    }

    /// Both joined, part by part.
    pub fn zip(
        &self,
        other: &FilterOutcome,
        join: impl Fn(&FlowSet, &FlowSet) -> FlowSet + Copy,
    ) -> FilterOutcome {
        let pairs = self
            .0
            .iter()
            .flat_map(|mine| other.0.iter().map(move |theirs| (mine, theirs)));
        let both = pairs
            .map(|(mine, theirs)| (mine.0.intersection(&theirs.0), mine.1.zip(&theirs.1, join)));
        FilterOutcome(both.filter(|(part, _)| !part.is_empty()).collect())
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
    pub fn packets(&self, direction: Direction) -> Bounds<PacketSet> {
        let part = |(own, flows): &(AddressSet, Bounds<FlowSet>)| {
            flows.map(|flows| PacketSet::beside(own, flows, direction))
        };
        self.0.iter().map(part).fold(Bounds::default(), |sum, one| {
            sum.zip(&one, PacketSet::union)
        })
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
    ends: &FilterEnds,
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
    ends: &FilterEnds,
    membership: &Membership<'_>,
) -> FilterOutcome {
    let parts = parts(filter, direction, &ends.own, membership).into_iter();
    FilterOutcome(
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

/// Rules next to one another that do the same to the same addresses, as one.
struct Step {
    action: FilterAction,
    order: u32,
    matches: Bounds<AddressSet>,
    traffic: Traffic,
}

/// The rules that may match at one part of the filter's own end, the first that decides first.
fn steps(
    filter: &Filter,
    direction: Direction,
    ends: &FilterEnds,
    membership: &Membership<'_>,
    part: &AddressSet,
) -> Vec<Step> {
    let ordered = ordered(filter, direction);
    let leaves = |rule: &FilterRule| matches!(rule.action, FilterAction::Skip(_));
    let in_order = ordered.iter().any(|rule| leaves(rule));
    // Between rules of one action order does not matter, unless a rule leaves the decision to those from an order on.
    let alike = |a: &&FilterRule, b: &&FilterRule| {
        a.action == b.action && !leaves(a) && (!in_order || a.order == b.order)
    };
    let mut out = Vec::new();
    for group in ordered.chunk_by(alike) {
        let mut traffic: FxHashMap<Bounds<AddressSet>, Vec<&Traffic>> = FxHashMap::default();
        for rule in group {
            let hit = matches(rule, ends, membership, part);
            if !hit.may.is_empty() {
                traffic.entry(hit).or_default().push(&rule.traffic);
            }
        }
        let Some(first) = group.first() else { continue };
        out.extend(traffic.into_iter().map(|(matches, traffic)| Step {
            action: first.action,
            order: first.order,
            matches,
            traffic: traffic.into_iter().collect(),
        }));
    }
    out
}

/// The same for one part of the filter's own end, by the address of the other end: one sweep over the addresses at which
/// rules begin and end to match.
fn passes_at(
    filter: &Filter,
    direction: Direction,
    ends: &FilterEnds,
    membership: &Membership<'_>,
    part: &AddressSet,
) -> Bounds<FlowSet> {
    let steps = steps(filter, direction, ends, membership, part);
    // At even positions where a step surely matches, at odd ones where it may.
    let matched = steps
        .iter()
        .flat_map(|step| [&step.matches.must, &step.matches.may]);
    let parts = AddressSet::overlay(matched);
    let decided = parts.into_iter().map(|(addresses, holding)| {
        let passes = decided(&hits(&steps, &holding));
        (addresses, passes)
    });
    let (must, may): (Vec<_>, Vec<_>) = decided
        .map(|(at, passes)| ((at.clone(), passes.must), (at, passes.may)))
        .unzip();
    let sum = Bounds {
        must: FlowSet::of_parts(must),
        may: FlowSet::of_parts(may),
    };
    if filter.doubt.is_certain() {
        sum
    } else {
        doubted(filter, direction, sum)
    }
}

/// A step that matches an address: surely or perhaps.
struct Hit<'s> {
    step: &'s Step,
    surely: bool,
}

/// The steps of which one of the two bounds is at one of the positions, in order.
fn hits<'s>(steps: &'s [Step], holding: &[usize]) -> Vec<Hit<'s>> {
    let both = holding.chunk_by(|a, b| a / 2 == b / 2);
    let hit = |bounds: &[usize]| {
        let first = bounds.first()?;
        Some(Hit {
            step: steps.get(first / 2)?,
            surely: first % 2 == 0,
        })
    };
    both.filter_map(hit).collect()
}

/// What steps let pass, read from the last to the first.
fn decided(hits: &[Hit<'_>]) -> Bounds<Traffic> {
    let mut sum: Bounds<Traffic> = Bounds::default();
    // What the steps from an order on let pass, for those that leave the decision to them.
    let mut later: Vec<(u32, Bounds<Traffic>)> = Vec::new();
    let alike =
        |a: &Hit<'_>, b: &Hit<'_>| a.step.action == b.step.action && a.step.order == b.step.order;
    for group in hits.chunk_by(alike).rev() {
        let Some(step) = group.first().map(|hit| hit.step) else {
            continue;
        };
        let surely = group.iter().filter(|hit| hit.surely);
        let hit = Bounds {
            must: surely.map(|hit| &hit.step.traffic).collect(),
            may: group.iter().map(|hit| &hit.step.traffic).collect(),
        };
        sum = match step.action {
            FilterAction::Allow => sum.zip(&hit, Traffic::union),
            FilterAction::Deny => Bounds {
                must: sum.must.difference(&hit.may),
                may: sum.may.difference(&hit.must),
            },
            FilterAction::Skip(to) => {
                let from = later.iter().rfind(|(order, _)| *order >= to);
                let from = from.map(|(_, bounds)| bounds.clone());
                skipped(&sum, &hit, &from.unwrap_or_default())
            }
        };
        later.push((step.order, sum.clone()));
    }
    sum
}

/// Of what a rule hits the later rules decide, of the rest the next ones; what both let pass, passes in any case.
fn skipped(
    next: &Bounds<Traffic>,
    hit: &Bounds<Traffic>,
    later: &Bounds<Traffic>,
) -> Bounds<Traffic> {
    let rest = Bounds {
        must: next.must.difference(&hit.may),
        may: next.may.difference(&hit.must),
    };
    let either = Bounds {
        must: next.must.intersection(&later.must),
        may: Traffic::none(),
    };
    let taken = hit.zip(later, Traffic::intersection);
    rest.zip(&either, Traffic::union)
        .zip(&taken, Traffic::union)
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
    ends: &FilterEnds,
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
