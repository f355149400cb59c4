//! Where packets enter and leave an attachment: its subnets, by the ACL that is asked there.

use super::hubs::{AttachmentTarget, HubAttachment};
use crate::ingest::aws::lowering::{Found, Lowering};
use crate::ingest::aws::stage::{AtBorders, Subnets, Zone};
use crate::model::{Doubt, Filter, GapKind, Id, Network, Origin, Subnet};
use std::collections::BTreeMap;

/// One alternative at an end: where it holds, and the ACL of the attachment's subnets that packets pass there.
pub(super) struct AclGroup {
    /// Subnets of the attachment with that ACL; their zones.
    pub subnets: Vec<Id<Subnet>>,
    /// The ACL, unless it is the one that AWS makes.
    pub acl: Option<Id<Filter>>,
    /// Why it is not known which subnet this is, where its ACL may matter: then it may be any of the network's.
    pub doubt: Doubt,
}

/// The subnets of an attachment, by ACL. An end without subnets is one gate without ACL.
pub(super) fn acl_groups(
    lowering: &Lowering<AtBorders>,
    hub_attachment: &HubAttachment,
) -> Vec<AclGroup> {
    let unnamed = |doubt| AclGroup {
        subnets: Vec::new(),
        acl: None,
        doubt,
    };
    let AttachmentTarget::Network(network, subnets) = &hub_attachment.end else {
        return vec![unnamed(Doubt::none())];
    };
    let mut out: Vec<AclGroup> = Vec::new();
    for subnet in subnets.all() {
        let filters = &lowering.world.subnets[subnet].filters;
        let acl = filters
            .first()
            .copied()
            .filter(|acl| lowering.world.filters[*acl].origin.is_some());
        match out.iter_mut().find(|acl_group| acl_group.acl == acl) {
            Some(acl_group) => acl_group.subnets.push(subnet),
            None => out.push(AclGroup {
                subnets: vec![subnet],
                acl,
                doubt: Doubt::none(),
            }),
        }
    }
    if out.is_empty() || !subnets.rest.is_certain() {
        let matters = lowering
            .world
            .subnets
            .iter()
            .any(|(_, subnet)| subnet.network == *network && !admits_all(lowering, subnet));
        out.push(unnamed(if matters {
            subnets.rest.clone()
        } else {
            Doubt::none()
        }));
    }
    out
}

/// Whether a subnet surely has the ACL that AWS makes, which lets everything pass.
fn admits_all(lowering: &Lowering<AtBorders>, subnet: &Subnet) -> bool {
    let by_aws = |acl: &Id<Filter>| lowering.world.filters[*acl].origin.is_none();
    subnet.doubt.is_certain() && subnet.filters.iter().all(by_aws)
}

/// An attachment has one subnet in each zone, and what is in a zone enters by that one; what is in a subnet of the attachment
/// enters by that very subnet, so that its ACL is asked twice (Transit Gateway guide, "Transit gateway attachments to a VPC";
/// "Network ACLs for transit gateways", same subnet). Each set of subnets whose packets may enter by the gate, with a doubt;
/// none named where packets of every subnet may.
pub(super) fn entries(
    lowering: &mut Lowering<AtBorders>,
    from: Id<Network>,
    hub_attachment: &HubAttachment,
    acl_groups: &[AclGroup],
    acl_group: &AclGroup,
) -> Vec<(Option<Vec<Id<Subnet>>>, Doubt)> {
    let (mut sure, mut unsure, mut kept_out) = (Vec::new(), Vec::new(), false);
    let known_subnets = matches!(&hub_attachment.end, AttachmentTarget::Network(_, Found { rest, .. }) if rest.is_certain());
    let attached: Vec<Id<Subnet>> = acl_groups
        .iter()
        .flat_map(|acl_group| acl_group.subnets.clone())
        .collect();
    for (id, _) in lowering
        .world
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.network == from)
    {
        match enters(
            &lowering.seen::<Subnets>().zones,
            id,
            &attached,
            acl_group,
            known_subnets,
        ) {
            Enters::Surely => sure.push(id),
            Enters::Perhaps => unsure.push(id),
            Enters::Not => kept_out = true,
        }
    }
    let zones = &lowering.seen::<Subnets>().zones;
    let known = known_subnets && !acl_group.subnets.is_empty();
    let known = known
        && acl_group
            .subnets
            .iter()
            .all(|served| zones.contains_key(served));
    if !known && !kept_out && unsure.is_empty() {
        return vec![(None, Doubt::none())];
    }
    let mut out = vec![(Some(sure), Doubt::none())];
    if let Some(first) = unsure.first() {
        let own = lowering.world.subnets[*first].name.clone();
        let what = format!(
            "`{own}` has the zone's id where a subnet of {} has its name: whether it is one zone is not known",
            name(lowering, hub_attachment)
        );
        let doubt = lowering
            .world
            .doubt(GapKind::Unlinked, what, origin(lowering, hub_attachment));
        out.push((Some(unsure), doubt));
    }
    out
}

/// Whether packets of a subnet enter an attachment by one of its gates.
enum Enters {
    Surely,
    Perhaps,
    Not,
}

/// `attached`: all subnets of the attachment; `known_subnets`: whether there are no others.
fn enters(
    zones: &BTreeMap<Id<Subnet>, Zone>,
    subnet: Id<Subnet>,
    attached: &[Id<Subnet>],
    acl_group: &AclGroup,
    known_subnets: bool,
) -> Enters {
    if attached.contains(&subnet) {
        return if acl_group.subnets.contains(&subnet) {
            Enters::Surely
        } else {
            Enters::Not
        };
    }
    let own = zones.get(&subnet);
    let same = |served: &Id<Subnet>| own.zip(zones.get(served)).map(|(own, other)| own.is(other));
    if let Some(serves) = attached
        .iter()
        .find(|served| same(served) == Some(Some(true)))
    {
        return if acl_group.subnets.contains(serves) {
            Enters::Surely
        } else {
            Enters::Not
        };
    }
    let served: Vec<Option<Option<bool>>> = acl_group.subnets.iter().map(same).collect();
    match () {
        // A zone that is not known may be any.
        () if !known_subnets || acl_group.subnets.is_empty() || served.contains(&None) => {
            Enters::Surely
        }
        () if served.contains(&Some(None)) => Enters::Perhaps,
        () => Enters::Not,
    }
}

/// An attachment as trails name it.
pub(super) fn name(lowering: &Lowering<AtBorders>, hub_attachment: &HubAttachment) -> String {
    let address = hub_attachment
        .resource
        .map(|id| format!("`{}`", lowering.graph.resources[id].address));
    address.unwrap_or_else(|| "an attachment that is not in the input".to_owned())
}

pub(super) fn origin(
    lowering: &Lowering<AtBorders>,
    hub_attachment: &HubAttachment,
) -> Option<Origin> {
    hub_attachment
        .resource
        .map(|id| lowering.graph.resources[id].origin.clone())
}
