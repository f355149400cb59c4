//! Whether a peering connection carries packets: its status, who accepts it, and whether both ends have one owner.
//! Source: VPC peering guide, "VPC peering connection lifecycle".

use super::CONNECTION;
use crate::ingest::aws::lowering::{Attribute, Found, Lowering};
use crate::ingest::aws::owner::{Common, Owner};
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::terraform::Resource;
use crate::model::{Doubt, GapKind, Id, Network};

/// Who accepts a connection, and why it may be another connection that it accepts.
pub(super) struct Accepter<'g> {
    pub resource: &'g Resource,
    pub doubt: Doubt,
}

/// Whether the connection carries packets, and what the trail says of that.
pub(super) struct State {
    pub text: String,
    pub doubt: Doubt,
    pub carries: bool,
}

impl State {
    fn carrying(text: impl Into<String>, doubt: Doubt) -> State {
        State {
            text: text.into(),
            doubt,
            carries: true,
        }
    }
}

/// The state of a connection: its status where AWS has reported one, else who accepts it.
pub(super) fn state(
    lowering: &mut Lowering<AtBorders>,
    resource: &Resource,
    accepters: &[Accepter],
    far: &Found<Id<Network>>,
) -> State {
    if let Some(status) = by_status(resource, accepters) {
        return status;
    }
    let accepts =
        |accepter: &&Accepter| accepter.resource.values.get("auto_accept").boolean() == Some(true);
    if let Some(Accepter { resource, doubt }) = accepters
        .iter()
        .filter(accepts)
        .min_by_key(|accepter| accepter.doubt.gaps().len())
    {
        let text = format!("active once applied, accepted by `{}`", resource.address);
        return State::carrying(text, doubt.clone());
    }
    let accepts_itself =
        resource.kind == CONNECTION && resource.values.get("auto_accept").boolean() == Some(true);
    match one_owner(lowering, resource, far) {
        Common::Yes if accepts_itself => {
            return State::carrying("active once applied", Doubt::none());
        }
        Common::Unknown if accepts_itself => {
            let doubt = unknown_owner(lowering, resource, "account and region", "auto_accept");
            let text = "active once applied, if both ends are of one account and region";
            return State::carrying(text, doubt);
        }
        _ => {}
    }
    let by = resource
        .values
        .get("peer_owner_id")
        .text()
        .unwrap_or("the other side")
        .to_owned();
    let what = format!(
        "`{}` waits for acceptance by {by}: its routes are black holes until then",
        resource.address
    );
    let doubt = lowering.world.doubt(
        GapKind::NotAccepted,
        what,
        Some(resource.origin_of("auto_accept")),
    );
    State::carrying(format!("waits for acceptance by {by}"), doubt)
}

/// The state that a status known from AWS tells.
fn by_status(resource: &Resource, accepters: &[Accepter]) -> Option<State> {
    let sure = accepters
        .iter()
        .filter(|accepter| accepter.doubt.is_certain())
        .map(|accepter| accepter.resource);
    let all: Vec<&Resource> = std::iter::once(resource).chain(sure).collect();
    let status = |wanted: &str| {
        all.iter()
            .any(|one| one.values.get("accept_status").text() == Some(wanted))
    };
    if status("active") || status("provisioning") {
        return Some(State::carrying("active", Doubt::none()));
    }
    let dead = ["failed", "expired", "rejected", "deleted", "deleting"];
    let dead = dead.into_iter().find(|dead| status(dead))?;
    Some(State {
        text: dead.to_owned(),
        doubt: Doubt::none(),
        carries: false,
    })
}

/// Whether both ends are in one region.
pub(super) fn one_region(
    lowering: &Lowering<AtBorders>,
    resource: &Resource,
    far: Id<Network>,
) -> Common {
    let peer = Attribute::of(resource, "peer_region");
    lowering.common_with_peer(Owner::Region, peer, far)
}

/// Whether both ends are of one account and region: only then does `auto_accept` of the requester accept.
/// Source: `aws_vpc_peering_connection`, `auto_accept`.
fn one_owner(
    lowering: &Lowering<AtBorders>,
    resource: &Resource,
    far: &Found<Id<Network>>,
) -> Common {
    let peer = Attribute::of(resource, "peer_owner_id");
    Common::of_one(far.all().map(|far| {
        lowering
            .common_with_peer(Owner::Account, peer, far)
            .and(one_region(lowering, resource, far))
    }))
}

/// Doubt about whether both ends of a connection have an owner in common.
pub(super) fn unknown_owner(
    lowering: &mut Lowering<AtBorders>,
    resource: &Resource,
    what: &str,
    path: &str,
) -> Doubt {
    let what = format!(
        "whether both ends of `{}` are of one {what} is not known",
        resource.address
    );
    let origin = Some(resource.origin_of(path));
    lowering.world.doubt(GapKind::UnknownValue, what, origin)
}
