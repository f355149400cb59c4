//! One candidate path sent through all hops, stretch by stretch; its hops are derived when they are asked for.

use super::hop_check::{self, HopCheck, HopResults};
use super::location::{EndCandidate, Owner};
use super::network_index::NetworkIndex;
use super::packet_set::PacketSet;
use super::path_candidate::{PathCandidate, PathKind};
use super::pod_policies::PodPolicies;
use crate::model::{Bounds, Hop, Id, Network, Traffic, Verdict, Witness};
use crate::reach::Inward;

/// How a packet gets from one place to another.
#[derive(Clone, Copy, Debug)]
pub(super) enum Transit<'w> {
    /// As its source sends it.
    Direct(PathKind<'w>),
    /// Over the NAT gateway of that position among those that the source's tables name, and on from there.
    OverNatGateway(usize, PathKind<'w>),
}

/// What is sent.
#[derive(Clone, Copy)]
pub(super) struct Sent<'q> {
    pub traffic: &'q Traffic,
    /// Applied to what starts on the last stretch before an entry point or the destination.
    pub narrow: &'q dyn Fn(Bounds<PacketSet>) -> Bounds<PacketSet>,
}

impl<'q> Sent<'q> {
    /// All packets of the traffic.
    pub fn all(traffic: &'q Traffic) -> Self {
        Sent {
            traffic,
            narrow: &|packets| packets,
        }
    }
}

/// A part of a path on which packets keep their addresses.
pub(super) struct Stretch<'w> {
    pub from: EndCandidate<'w>,
    pub to: EndCandidate<'w>,
    pub border: PathKind<'w>,
    pub results: HopResults,
    /// The packet that the hops are about; none where none can be named, or it was not looked for yet.
    pub packet: Option<Witness>,
}

impl<'w> Stretch<'w> {
    /// Sends packets through those hops that count.
    pub fn pass(
        (index, evaluator): (&NetworkIndex<'w>, &dyn PodPolicies),
        (from, to): (EndCandidate<'w>, EndCandidate<'w>),
        border: PathKind<'w>,
        start: Bounds<PacketSet>,
        counts: impl Fn(&HopCheck) -> bool,
    ) -> Self {
        let path = PathCandidate {
            index,
            evaluator,
            from: &from,
            to: &to,
            border,
        };
        let results = hop_check::pass(&path, start, counts);
        Stretch {
            from,
            to,
            border,
            results,
            packet: None,
        }
    }

    /// The path that it is part of, as hops are asked about it.
    pub fn path<'s>(
        &'s self,
        index: &'s NetworkIndex<'w>,
        evaluator: &'s dyn PodPolicies,
    ) -> PathCandidate<'s, 'w> {
        PathCandidate {
            index,
            evaluator,
            from: &self.from,
            to: &self.to,
            border: self.border,
        }
    }
}

/// One end of a traversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct TraversalEnd {
    pub network: Option<Id<Network>>,
    /// The position of the placement of the pods that stand there.
    pub pod_placement: Option<usize>,
}

/// The end that a place is.
pub(super) fn end(place: &EndCandidate<'_>) -> TraversalEnd {
    let pod_placement = if let Owner::Pods(_, pod_placement) = place.owner {
        pod_placement.map(|(number, _)| number)
    } else {
        None
    };
    TraversalEnd {
        network: place.location.network,
        pod_placement,
    }
}

/// What becomes of packets on one candidate path.
pub(super) struct Traversal<'w> {
    /// Its stretches in order, up to the one on which everything is stopped.
    pub stretches: Vec<Stretch<'w>>,
    /// What arrives, and whose reply comes back.
    pub arrives: Bounds<PacketSet>,
    /// How far it came: the kind of the hop that stops it, as a number; the highest where none does.
    pub progress: usize,
    /// The packet that the proof is about, as it stands on the wire where it crosses the border.
    pub witness: Option<Witness>,
    /// Source and destination.
    pub ends: (TraversalEnd, TraversalEnd),
    /// The last part, where it goes through an entry point.
    pub inward: Option<Inward>,
}

impl<'w> Traversal<'w> {
    /// The traversal whose last stretch is this.
    pub fn of(before: Option<Stretch<'w>>, mut last: Stretch<'w>) -> Self {
        last.packet = last.results.packet();
        let first = before.as_ref().unwrap_or(&last);
        Traversal {
            arrives: last.results.arrives.clone(),
            progress: last.results.progress(),
            witness: last.packet,
            ends: (end(&first.from), end(&last.to)),
            inward: None,
            stretches: before.into_iter().chain([last]).collect(),
        }
    }

    /// Its verdict.
    pub fn verdict(&self) -> Verdict {
        verdict(&self.arrives)
    }

    /// The hops of its packets.
    pub fn hops(&self, index: &NetworkIndex<'w>, evaluator: &dyn PodPolicies) -> Vec<Hop> {
        let of = |stretch: &Stretch<'w>| {
            stretch.packet.map(|packet| {
                hop_check::hops(&stretch.path(index, evaluator), &stretch.results, &packet)
            })
        };
        self.stretches.iter().filter_map(of).flatten().collect()
    }
}

/// Reachable where something surely passes, possible where something may.
pub(super) fn verdict(bounds: &Bounds<PacketSet>) -> Verdict {
    match (bounds.must.is_empty(), bounds.may.is_empty()) {
        (false, _) => Verdict::Reachable,
        (true, false) => Verdict::Possible,
        (true, true) => Verdict::Blocked,
    }
}
