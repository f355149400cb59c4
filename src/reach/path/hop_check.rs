//! The fold over hops: each narrows what is left of a set of packets, and the first that leaves nothing is where a packet stops.

use super::evidence::Evidence;
use super::hop::{
    border, endpoint, entry_point, interface_filter, policy, reply, route, source_address,
    subnet_filter,
};
use super::location::EndCandidate;
use super::packet_set::PacketSet;
use super::path_candidate::{PathCandidate, PathKind};
use super::relay;
use crate::model::{
    AddressSet, Bounds, Hop, HopKind, Ledger, Reason, Relay, Traffic, Verdict, Witness,
};
use std::net::IpAddr;

/// One kind of hop.
pub(super) struct HopCheck {
    pub kind: HopKind,
    /// Whether the two locations and the border alone decide, whoever stands there.
    of_network: bool,
    /// What passes; none where this way has no such hop.
    pub passes: fn(&PathCandidate<'_, '_>) -> Option<Bounds<PacketSet>>,
    /// Why a packet passes or does not.
    pub evidence: fn(&PathCandidate<'_, '_>, &Witness, Verdict) -> Evidence,
}

/// All hops, in the order in which a packet meets them.
pub(super) const HOP_CHECKS: &[HopCheck] = &[
    HopCheck {
        kind: HopKind::PolicyEgress,
        of_network: false,
        passes: policy::passes_out,
        evidence: policy::evidence_out,
    },
    HopCheck {
        kind: HopKind::SourceAddress,
        of_network: false,
        passes: source_address::passes,
        evidence: source_address::evidence,
    },
    HopCheck {
        kind: HopKind::InterfaceFilterEgress,
        of_network: true,
        passes: interface_filter::passes_out,
        evidence: interface_filter::evidence_out,
    },
    HopCheck {
        kind: HopKind::SubnetFilterEgress,
        of_network: true,
        passes: subnet_filter::passes_out,
        evidence: subnet_filter::evidence_out,
    },
    HopCheck {
        kind: HopKind::Route,
        of_network: true,
        passes: route::passes,
        evidence: route::evidence,
    },
    HopCheck {
        kind: HopKind::Border,
        of_network: true,
        passes: border::passes,
        evidence: border::evidence,
    },
    HopCheck {
        kind: HopKind::SubnetFilterIngress,
        of_network: true,
        passes: subnet_filter::passes_in,
        evidence: subnet_filter::evidence_in,
    },
    HopCheck {
        kind: HopKind::InterfaceFilterIngress,
        of_network: true,
        passes: interface_filter::passes_in,
        evidence: interface_filter::evidence_in,
    },
    HopCheck {
        kind: HopKind::EntryPoint,
        of_network: false,
        passes: entry_point::passes,
        evidence: entry_point::evidence,
    },
    HopCheck {
        kind: HopKind::PolicyIngress,
        of_network: false,
        passes: policy::passes_in,
        evidence: policy::evidence_in,
    },
    HopCheck {
        kind: HopKind::Endpoint,
        of_network: true,
        passes: endpoint::passes,
        evidence: endpoint::evidence,
    },
    HopCheck {
        kind: HopKind::ReturnRoute,
        of_network: true,
        passes: reply::passes_route,
        evidence: reply::evidence_route,
    },
    HopCheck {
        kind: HopKind::ReturnFilter,
        of_network: true,
        passes: reply::passes_filter,
        evidence: reply::evidence_filter,
    },
];

/// What goes in at the source: every packet between the addresses of the two. What opens connections anew on the way may do so in
/// the other family.
pub(super) fn start(
    from: &EndCandidate<'_>,
    to: &EndCandidate<'_>,
    relay: Option<&Relay>,
    traffic: &Traffic,
) -> Bounds<PacketSet> {
    let sources = &from.location.addresses;
    let destinations = to.location.addresses.intersection(&from.destinations);
    let packets = PacketSet::between(sources, &destinations, traffic);
    Bounds::exact(relay.map_or(packets.clone(), |relay| {
        packets.union(&relay::across(relay, (sources, &destinations), traffic))
    }))
}

/// How a set of packets came through the hops of one way.
pub(super) struct HopResults {
    /// What came through; empty where a hop stops everything.
    pub arrives: Bounds<PacketSet>,
    /// What came to the last hop that was asked.
    before: Bounds<PacketSet>,
    /// The hops with what each lets pass; the last one is the one that stops everything, where one does.
    passed: Vec<(&'static HopCheck, Bounds<PacketSet>)>,
}

/// Where it is not known which IPv6 addresses the network of an end has, no IPv6 packet passes for sure.
fn settled(path: &PathCandidate<'_, '_>, start: Bounds<PacketSet>) -> Bounds<PacketSet> {
    if source_address::doubt_of_v6(path).is_certain() {
        return start;
    }
    Bounds {
        must: start.must.intersection(&source_address::v4()),
        may: start.may,
    }
}

/// Sends a set of packets through the hops that count.
pub(super) fn pass(
    path: &PathCandidate<'_, '_>,
    start: Bounds<PacketSet>,
    counts: impl Fn(&HopCheck) -> bool,
) -> HopResults {
    let start = settled(path, start);
    let mut out = HopResults {
        arrives: start.clone(),
        before: start,
        passed: Vec::new(),
    };
    for check in HOP_CHECKS.iter().filter(|check| counts(check)) {
        let Some(mut passes) = (check.passes)(path) else {
            continue;
        };
        if let Some(relay) = path.border.relay() {
            passes = relay::seen(relay, check.kind, &passes);
        } else if path.may_hide_source() {
            passes = relay::if_hidden(check.kind, passes);
        }
        let next = out.arrives.zip(&passes, PacketSet::intersection);
        out.passed.push((check, passes));
        out.before = std::mem::replace(&mut out.arrives, next);
        if out.arrives.may.is_empty() {
            return out;
        }
    }
    out.before = out.arrives.clone();
    out
}

impl HopResults {
    /// The packet that came furthest.
    pub fn packet(&self) -> Option<Witness> {
        self.before
            .must
            .witness()
            .or_else(|| self.before.may.witness())
    }

    /// The packet that came furthest of those from a source; of all where none of it came that far.
    pub fn packet_from(&self, source: IpAddr) -> Option<Witness> {
        let own = PacketSet::of(
            AddressSet::single(source),
            AddressSet::all(),
            Traffic::all(),
        );
        let of = |packets: &PacketSet| packets.intersection(&own).witness();
        of(&self.before.must)
            .or_else(|| of(&self.before.may))
            .or_else(|| self.packet())
    }

    /// The kind of the hop that stopped it, as a number; the highest where none does.
    pub fn progress(&self) -> usize {
        if self.arrives.may.is_empty() {
            self.passed
                .last()
                .map_or(0, |(check, _)| check.kind as usize)
        } else {
            usize::MAX
        }
    }
}

/// What of a set of packets the network lets through, whoever stands at the ends.
pub(super) fn through_network(
    path: &PathCandidate<'_, '_>,
    start: Bounds<PacketSet>,
) -> Bounds<PacketSet> {
    pass(path, start, |check| check.of_network).arrives
}

/// The hops of one packet on a way.
pub(super) fn hops(
    path: &PathCandidate<'_, '_>,
    results: &HopResults,
    packet: &Witness,
) -> Vec<Hop> {
    let mut out = Vec::new();
    for (check, passes) in &results.passed {
        let verdict = match (passes.must.contains(packet), passes.may.contains(packet)) {
            (true, _) => Verdict::Reachable,
            (false, true) => Verdict::Possible,
            (false, false) => Verdict::Blocked,
        };
        let seen = path
            .border
            .relay()
            .and_then(|relay| relay::packet(relay, check.kind, || (check.passes)(path), packet));
        let seen = seen.or_else(|| hidden(path, check, packet));
        let seen = seen.unwrap_or(*packet);
        out.push(hop(
            check.kind,
            verdict,
            (check.evidence)(path, &seen, verdict),
        ));
        if check.kind == HopKind::Border
            && verdict != Verdict::Blocked
            && matches!(path.border, PathKind::Over(..))
        {
            out.extend(
                border::further_lines(path)
                    .into_iter()
                    .map(|line| hop(HopKind::Border, verdict, line)),
            );
        }
    }
    out
}

/// The packet as a hop may see it whose source is hidden on the way; none where it passes with its own.
fn hidden(path: &PathCandidate<'_, '_>, check: &HopCheck, packet: &Witness) -> Option<Witness> {
    if !path.may_hide_source() || !relay::hides_source(check.kind) {
        return None;
    }
    let passes = (check.passes)(path)?;
    if passes.may.contains(packet) {
        return None;
    }
    relay::packet(
        &relay::anyone(),
        check.kind,
        || Some(passes.clone()),
        packet,
    )
}

/// A hop, with gaps only where they stand between it and certainty.
pub(super) fn hop(kind: HopKind, verdict: Verdict, evidence: Evidence) -> Hop {
    let gaps = match (verdict, evidence.doubt.gaps(), &evidence.reason) {
        (Verdict::Possible, [], Reason::Unproved) => vec![Ledger::UNPROVED],
        (Verdict::Possible, gaps, _) => gaps.to_vec(),
        _ => Vec::new(),
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
