//! A part of a crossing, where the configuration wants some of it and not the rest.

use super::fact::Path;
use super::intent::Part;
use crate::model::{Direction, Id, Traffic, Verdict, Witness, Workload};
use crate::reach::{Engine, ExposureGroup, Party, Proof};
use std::net::IpAddr;
use std::rc::Rc;

/// The crossing as far as a part goes, with its proof: that of the whole crossing where its packet is one of the part.
pub(super) fn narrowed(
    exposure: &ExposureGroup,
    part: &Part,
    workload: Id<Workload>,
    engine: &Engine<'_>,
) -> (ExposureGroup, Path) {
    if part.far == exposure.far && part.traffic == exposure.proof.traffic {
        return (exposure.clone(), Path::Crossing(exposure.clone()));
    }
    let mut proof = Proof::clone(&exposure.proof);
    proof.traffic = part.traffic.clone();
    let told = is_among(&proof.witness, proof.direction, part);
    if !told {
        proof.witness = witness(&proof, part);
    }
    let mut own = exposure.clone();
    own.far = part.far.clone();
    own.proof = Rc::new(proof);
    let path = if told {
        Path::Crossing(own.clone())
    } else {
        path(&own, workload, engine)
    };
    (own, path)
}

/// The hops of a packet of the part; those of the whole crossing where nothing tells them.
fn path(own: &ExposureGroup, workload: Id<Workload>, engine: &Engine<'_>) -> Path {
    let (near, far) = (Party::Workload(workload), &own.far);
    let (from, to) = match own.proof.direction {
        Direction::Egress => (&near, far),
        Direction::Ingress => (far, &near),
    };
    let trail = engine.explain(from, to, &own.proof.traffic);
    if trail.verdict == Verdict::Blocked {
        Path::Crossing(own.clone())
    } else {
        Path::Hops(trail.hops)
    }
}

fn far_address(witness: &Witness, direction: Direction) -> IpAddr {
    match direction {
        Direction::Egress => witness.destination,
        Direction::Ingress => witness.source,
    }
}

fn is_among(witness: &Witness, direction: Direction, part: &Part) -> bool {
    let there = match &part.far {
        Party::Addresses(own) => own.contains(far_address(witness, direction)),
        Party::Workload(_) | Party::Endpoint(_) => true,
    };
    let Witness { protocol, port, .. } = *witness;
    let packet = if protocol.has_ports() {
        Traffic::ports(protocol, port, port)
    } else {
        Traffic::protocol(protocol)
    };
    there && !packet.intersection(&part.traffic).is_empty()
}

/// A packet of the part between the same ends.
fn witness(proof: &Proof, part: &Part) -> Witness {
    let mut out = proof.witness;
    if let Some((protocol, port)) = part.traffic.witness() {
        (out.protocol, out.port) = (protocol, port);
    }
    if let Party::Addresses(own) = &part.far
        && let Some(address) = own.first()
        && !own.contains(far_address(&out, proof.direction))
    {
        match proof.direction {
            Direction::Egress => out.destination = address,
            Direction::Ingress => out.source = address,
        }
    }
    out
}
