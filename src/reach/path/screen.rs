//! What a filter of the network lets pass, with both bounds.
//!
//! Ordered rules are read from the last to the first, so that each may override what the later ones say: a rule that is
//! certain overrides wherever it matches, one in doubt only where that widens the upper or narrows the lower bound.

use super::region::Region;
use crate::model::{
    AddressSet, Bounds, Crossing, Doubt, Filter, FilterAction, FilterPeer, FilterRule, FlowSet, Id,
    Network,
};
use crate::reach::Witness;
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
    pub fn region(&self, crossing: Crossing) -> Bounds<Region> {
        let part = |(own, flows): &(AddressSet, Bounds<FlowSet>)| {
            flows.map(|flows| Region::beside(own, flows, crossing))
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
    crossing: Crossing,
    ends: &Ends,
    membership: &Membership<'_>,
) -> Screen {
    let parts = parts(filter, crossing, &ends.own, membership).into_iter();
    Screen(
        parts
            .map(|part| {
                (
                    part.clone(),
                    passes_at(filter, crossing, ends, membership, &part),
                )
            })
            .collect(),
    )
}

/// The addresses at the filter's own end, apart where its rules tell them apart.
fn parts(
    filter: &Filter,
    crossing: Crossing,
    own: &Peer,
    membership: &Membership<'_>,
) -> Vec<AddressSet> {
    let mut out = vec![AddressSet::all()];
    for rule in rules(filter, crossing)
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
    crossing: Crossing,
    ends: &Ends,
    membership: &Membership<'_>,
    part: &AddressSet,
) -> Bounds<FlowSet> {
    let mut sum: Bounds<FlowSet> = Bounds::default();
    // What the rules from an order on let pass, for those that leave the decision to them.
    let mut later: Vec<(u32, Bounds<FlowSet>)> = Vec::new();
    let skips = rules(filter, crossing)
        .iter()
        .any(|rule| matches!(rule.action, FilterAction::Skip(_)));
    for rule in ordered(filter, crossing).into_iter().rev() {
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
        doubted(filter, crossing, sum)
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
fn doubted(filter: &Filter, crossing: Crossing, sum: Bounds<FlowSet>) -> Bounds<FlowSet> {
    let denies = !filter.stateful
        || rules(filter, crossing)
            .iter()
            .any(|rule| rule.action == FilterAction::Deny);
    Bounds {
        must: if denies { FlowSet::none() } else { sum.must },
        may: FlowSet::all(),
    }
}

/// The rule that decides about a packet: the first that matches it surely, else the first that may; and what is not certain
/// of the rules before it.
pub(super) fn decides<'f>(
    filter: &'f Filter,
    crossing: Crossing,
    ends: &Ends,
    membership: &Membership<'_>,
    packet: &Witness,
) -> (Option<&'f FilterRule>, Doubt) {
    let own = AddressSet::single(near(packet, crossing));
    let hits = |rule: &&FilterRule| {
        rule.traffic.of(packet.protocol).contains(packet.port)
            && matches(rule, ends, membership, &own)
                .may
                .contains(far(packet, crossing))
    };
    let (mut from, mut perhaps, mut doubt) = (0, None, Doubt::none());
    for rule in ordered(filter, crossing).into_iter().filter(hits) {
        match rule.action {
            _ if rule.order < from => {}
            _ if !rule.doubt.is_certain() => {
                doubt = doubt.and(&rule.doubt);
                perhaps = perhaps
                    .or(Some(rule).filter(|rule| !matches!(rule.action, FilterAction::Skip(_))));
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

/// The address of a packet at the filtered side.
pub(super) fn near(packet: &Witness, crossing: Crossing) -> IpAddr {
    match crossing {
        Crossing::Ingress => packet.destination,
        Crossing::Egress => packet.source,
    }
}
