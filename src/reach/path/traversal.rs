//! One candidate path sent through all hops, stretch by stretch; its hops are told when they are asked for.

use super::fabric::Fabric;
use super::policy::Guard;
use super::region::Region;
use super::spot::{Owner, Standing};
use super::walk::{self, Gate, Passage};
use super::way::{PathKind, Way};
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
    pub narrow: &'q dyn Fn(Bounds<Region>) -> Bounds<Region>,
}

impl<'q> Sent<'q> {
    /// All packets of the traffic.
    pub fn all(traffic: &'q Traffic) -> Self {
        Sent {
            traffic,
            narrow: &|region| region,
        }
    }
}

/// A part of a path on which packets keep their addresses.
pub(super) struct Stretch<'w> {
    pub from: Standing<'w>,
    pub to: Standing<'w>,
    pub border: PathKind<'w>,
    pub passage: Passage,
    /// The packet that the hops are about; none where none can be named, or it was not looked for yet.
    pub packet: Option<Witness>,
}

impl<'w> Stretch<'w> {
    /// Sends packets through those hops that count.
    pub fn pass(
        (fabric, guard): (&Fabric<'w>, &dyn Guard),
        (from, to): (Standing<'w>, Standing<'w>),
        border: PathKind<'w>,
        start: Bounds<Region>,
        counts: impl Fn(&Gate) -> bool,
    ) -> Self {
        let way = Way {
            fabric,
            guard,
            from: &from,
            to: &to,
            border,
        };
        let passage = walk::pass(&way, start, counts);
        Stretch {
            from,
            to,
            border,
            passage,
            packet: None,
        }
    }

    /// The path that it is part of, as hops are asked about it.
    pub fn way<'s>(&'s self, fabric: &'s Fabric<'w>, guard: &'s dyn Guard) -> Way<'s, 'w> {
        Way {
            fabric,
            guard,
            from: &self.from,
            to: &self.to,
            border: self.border,
        }
    }
}

/// One end of a traversal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct End {
    pub network: Option<Id<Network>>,
    /// The position of the placement of the pods that stand there.
    pub pod_placement: Option<usize>,
}

/// The end that a standing is.
pub(super) fn end(standing: &Standing<'_>) -> End {
    let pod_placement = if let Owner::Pods(_, pod_placement) = standing.owner {
        pod_placement.map(|(number, _)| number)
    } else {
        None
    };
    End {
        network: standing.spot.network,
        pod_placement,
    }
}

/// What becomes of packets on one candidate path.
pub(super) struct Traversal<'w> {
    /// Its stretches in order, up to the one on which everything is stopped.
    pub stretches: Vec<Stretch<'w>>,
    /// What arrives, and whose reply comes back.
    pub arrives: Bounds<Region>,
    /// How far it came: the kind of the hop that stops it, as a number; the highest where none does.
    pub progress: usize,
    /// The packet that the proof is about, as it stands on the wire where it crosses the border.
    pub witness: Option<Witness>,
    /// Source and destination.
    pub ends: (End, End),
    /// The last part, where it goes through an entry point.
    pub inward: Option<Inward>,
}

impl<'w> Traversal<'w> {
    /// The traversal whose last stretch is this.
    pub fn of(before: Option<Stretch<'w>>, mut last: Stretch<'w>) -> Self {
        last.packet = last.passage.packet();
        let first = before.as_ref().unwrap_or(&last);
        Traversal {
            arrives: last.passage.arrives.clone(),
            progress: last.passage.progress(),
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
    pub fn hops(&self, fabric: &Fabric<'w>, guard: &dyn Guard) -> Vec<Hop> {
        let of = |stretch: &Stretch<'w>| {
            stretch
                .packet
                .map(|packet| walk::hops(&stretch.way(fabric, guard), &stretch.passage, &packet))
        };
        self.stretches.iter().filter_map(of).flatten().collect()
    }
}

/// Reachable where something surely passes, possible where something may.
pub(super) fn verdict(bounds: &Bounds<Region>) -> Verdict {
    match (bounds.must.is_empty(), bounds.may.is_empty()) {
        (false, _) => Verdict::Reachable,
        (true, false) => Verdict::Possible,
        (true, true) => Verdict::Blocked,
    }
}
