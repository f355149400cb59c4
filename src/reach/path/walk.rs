//! The fold over hops: each narrows what is left of a region, and the first that leaves nothing is where a packet stops.

use super::region::Region;
use super::spot::Standing;
use super::way::{Evidence, PathKind, Way};
use super::{
    back, endpoint, entry_point, identity, interface_filter, link, policy, relay, route,
    subnet_filter,
};
use crate::model::{AddressSet, Bounds, Hop, HopKind, Traffic, Verdict, Witness};
use std::net::IpAddr;

/// One kind of hop.
pub(super) struct Gate {
    pub kind: HopKind,
    /// Whether the two spots and the border alone decide, whoever stands there.
    of_network: bool,
    /// What passes; none where this way has no such hop.
    pub passes: fn(&Way<'_, '_>) -> Option<Bounds<Region>>,
    /// Why a packet passes or does not.
    pub evidence: fn(&Way<'_, '_>, &Witness, Verdict) -> Evidence,
}

/// All hops, in the order in which a packet meets them.
pub(super) const GATES: &[Gate] = &[
    Gate {
        kind: HopKind::PolicyEgress,
        of_network: false,
        passes: policy::passes_out,
        evidence: policy::evidence_out,
    },
    Gate {
        kind: HopKind::SourceAddress,
        of_network: false,
        passes: identity::passes,
        evidence: identity::evidence,
    },
    Gate {
        kind: HopKind::InterfaceFilterEgress,
        of_network: true,
        passes: interface_filter::passes_out,
        evidence: interface_filter::evidence_out,
    },
    Gate {
        kind: HopKind::SubnetFilterEgress,
        of_network: true,
        passes: subnet_filter::passes_out,
        evidence: subnet_filter::evidence_out,
    },
    Gate {
        kind: HopKind::Route,
        of_network: true,
        passes: route::passes,
        evidence: route::evidence,
    },
    Gate {
        kind: HopKind::Border,
        of_network: true,
        passes: link::passes,
        evidence: link::evidence,
    },
    Gate {
        kind: HopKind::SubnetFilterIngress,
        of_network: true,
        passes: subnet_filter::passes_in,
        evidence: subnet_filter::evidence_in,
    },
    Gate {
        kind: HopKind::InterfaceFilterIngress,
        of_network: true,
        passes: interface_filter::passes_in,
        evidence: interface_filter::evidence_in,
    },
    Gate {
        kind: HopKind::EntryPoint,
        of_network: false,
        passes: entry_point::passes,
        evidence: entry_point::evidence,
    },
    Gate {
        kind: HopKind::PolicyIngress,
        of_network: false,
        passes: policy::passes_in,
        evidence: policy::evidence_in,
    },
    Gate {
        kind: HopKind::Endpoint,
        of_network: true,
        passes: endpoint::passes,
        evidence: endpoint::evidence,
    },
    Gate {
        kind: HopKind::ReturnRoute,
        of_network: true,
        passes: back::passes_route,
        evidence: back::evidence_route,
    },
    Gate {
        kind: HopKind::ReturnFilter,
        of_network: true,
        passes: back::passes_filter,
        evidence: back::evidence_filter,
    },
];

/// What goes in at the source: every packet between the addresses of the two.
pub(super) fn start(from: &Standing<'_>, to: &Standing<'_>, traffic: &Traffic) -> Bounds<Region> {
    let destinations = to.spot.addresses.intersection(&from.destinations);
    Bounds::exact(Region::between(
        &from.spot.addresses,
        &destinations,
        traffic,
    ))
}

/// How a region came through the hops of one way.
pub(super) struct Passage {
    /// What came through; empty where a hop stops everything.
    pub arrives: Bounds<Region>,
    /// What came to the last hop that was asked.
    before: Bounds<Region>,
    /// The hops with what each lets pass; the last one is the one that stops everything, where one does.
    passed: Vec<(&'static Gate, Bounds<Region>)>,
}

/// Where it is not known which IPv6 addresses the network of an end has, no IPv6 packet passes for sure.
fn settled(way: &Way<'_, '_>, start: Bounds<Region>) -> Bounds<Region> {
    if identity::doubt_of_v6(way).is_certain() {
        return start;
    }
    Bounds {
        must: start.must.intersection(&identity::v4()),
        may: start.may,
    }
}

/// Sends a region through the hops that count.
pub(super) fn pass(
    way: &Way<'_, '_>,
    start: Bounds<Region>,
    counts: impl Fn(&Gate) -> bool,
) -> Passage {
    let start = settled(way, start);
    let mut out = Passage {
        arrives: start.clone(),
        before: start,
        passed: Vec::new(),
    };
    for gate in GATES.iter().filter(|gate| counts(gate)) {
        let Some(mut passes) = (gate.passes)(way) else {
            continue;
        };
        if let Some(relay) = way.border.relay() {
            passes = relay::seen(relay, gate.kind, &passes);
        }
        let next = out.arrives.zip(&passes, Region::intersection);
        out.passed.push((gate, passes));
        out.before = std::mem::replace(&mut out.arrives, next);
        if out.arrives.may.is_empty() {
            return out;
        }
    }
    out.before = out.arrives.clone();
    out
}

impl Passage {
    /// The packet that came furthest.
    pub fn packet(&self) -> Option<Witness> {
        self.before
            .must
            .witness()
            .or_else(|| self.before.may.witness())
    }

    /// The packet that came furthest of those from a source; of all where none of it came that far.
    pub fn packet_from(&self, source: IpAddr) -> Option<Witness> {
        let own = Region::of(
            AddressSet::single(source),
            AddressSet::all(),
            Traffic::all(),
        );
        let of = |region: &Region| region.intersection(&own).witness();
        of(&self.before.must)
            .or_else(|| of(&self.before.may))
            .or_else(|| self.packet())
    }

    /// The kind of the hop that stopped it, as a number; the highest where none does.
    pub fn progress(&self) -> usize {
        if self.arrives.may.is_empty() {
            self.passed.last().map_or(0, |(gate, _)| gate.kind as usize)
        } else {
            usize::MAX
        }
    }
}

/// What of a region the network lets through, whoever stands at the ends.
pub(super) fn through_network(way: &Way<'_, '_>, start: Bounds<Region>) -> Bounds<Region> {
    pass(way, start, |gate| gate.of_network).arrives
}

/// The hops of one packet on a way.
pub(super) fn hops(way: &Way<'_, '_>, passage: &Passage, packet: &Witness) -> Vec<Hop> {
    let mut out = Vec::new();
    for (gate, passes) in &passage.passed {
        let verdict = match (passes.must.contains(packet), passes.may.contains(packet)) {
            (true, _) => Verdict::Reachable,
            (false, true) => Verdict::Possible,
            (false, false) => Verdict::Blocked,
        };
        let seen = relay::packet(way, gate, packet).unwrap_or(*packet);
        out.push(hop(
            gate.kind,
            verdict,
            (gate.evidence)(way, &seen, verdict),
        ));
        if gate.kind == HopKind::Border
            && verdict != Verdict::Blocked
            && matches!(way.border, PathKind::Over(..))
        {
            out.extend(
                link::further_lines(way)
                    .into_iter()
                    .map(|line| hop(HopKind::Border, verdict, line)),
            );
        }
    }
    out
}

/// A hop, with gaps only where they stand between it and certainty.
pub(super) fn hop(kind: HopKind, verdict: Verdict, evidence: Evidence) -> Hop {
    let gaps = if verdict == Verdict::Possible {
        evidence.doubt.gaps().to_vec()
    } else {
        Vec::new()
    };
    Hop {
        kind,
        verdict,
        reason: evidence.reason,
        origin: evidence.origin,
        assumed: evidence.assumed,
        gaps,
    }
}
