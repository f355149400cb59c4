//! VPC peering: connections, accepters, options. Source: VPC peering guide, "VPC peering connections lifecycle",
//! "Peering limitations", "Update your security groups to reference peer groups".

mod acceptance;

use self::acceptance::{Accepter, one_region, state, unknown_owner};
use super::lowering::{At, Attribute, Found, Lowering, MANY};
use super::owner::{Common, Owner};
use crate::ingest::aws::stage::{AtBorders, Borders};
use crate::ingest::lowering::{Family, Sees};
use crate::ingest::terraform::{NamedBy, Resource, ResourceFamily, Target};
use crate::model::{
    AddressSet, Border, Direction, Doubt, GapKind, Id, Leg, Network, NetworkOwner, Origin,
};
use std::collections::{BTreeMap, BTreeSet};

const KIND: &str = "VPC peering";
const CONNECTION: &str = "aws_vpc_peering_connection";
const ACCEPTER: &str = "aws_vpc_peering_connection_accepter";
const OPTIONS: &str = "aws_vpc_peering_connection_options";

/// VPC peering.
#[must_use]
pub fn family() -> Family<AtBorders> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_vpc_peering_connection",
                "aws_vpc_peering_connection_accepter",
                "aws_vpc_peering_connection_options",
            ],
            references: vec![NamedBy::new(
                &[
                    "aws_vpc_peering_connection",
                    "aws_vpc_peering_connection_accepter",
                    "aws_vpc_peering_connection_options",
                    "aws_vpc_peering_connections",
                ],
                &["vpc_peering_connection_id"],
            )],
            stand_ins: &[
                (
                    "aws_vpc_peering_connection_accepter",
                    "vpc_peering_connection_id",
                ),
                (
                    "aws_vpc_peering_connection_options",
                    "vpc_peering_connection_id",
                ),
            ],
            required: &[
                ("aws_vpc_peering_connection", &["vpc_id", "peer_vpc_id"]),
                (
                    "aws_vpc_peering_connection_accepter",
                    &["vpc_peering_connection_id"],
                ),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers connections, each with its accepter; an accepter whose connection is not in the input is one of its own.
fn lower(lowering: &mut Lowering<AtBorders>) {
    let graph = lowering.graph;
    let named = ("vpc_peering_connection_id", KIND);
    lowering.lowered.made.named_in_routes.push(named);
    let mut accepters: BTreeMap<Id<Resource>, Vec<Accepter>> = BTreeMap::new();
    let mut alone = Vec::new();
    for (id, resource) in graph.of(ACCEPTER) {
        let at = Attribute::of(resource, "vpc_peering_connection_id");
        let borders = graph.follow(at.value, &[CONNECTION]);
        let doubt = if borders.exact {
            Doubt::none()
        } else {
            lowering.resources(at, CONNECTION).doubt()
        };
        for target in &borders.targets {
            accepters
                .entry(target.resource)
                .or_default()
                .push(Accepter {
                    resource,
                    doubt: doubt.clone(),
                });
        }
        if borders.targets.is_empty() {
            alone.push((id, resource));
        }
    }
    for (id, resource) in graph.of(CONNECTION) {
        let twin = lowering.twin(resource, |lowering, id| {
            lowering.lowered.made.of.get(&id).copied()
        });
        let own = accepters.get(&id).map_or(&[][..], Vec::as_slice);
        let border = twin.unwrap_or_else(|| connection(lowering, id, resource, own));
        lowering.lowered.made.of.insert(id, border);
    }
    for (id, resource) in alone {
        let border = connection(
            lowering,
            id,
            resource,
            &[Accepter {
                resource,
                doubt: Doubt::none(),
            }],
        );
        lowering.lowered.made.of.insert(id, border);
        if let Some(id) = resource.values.get("vpc_peering_connection_id").text() {
            lowering
                .lowered
                .on_demand
                .borders
                .insert(id.to_owned(), border);
        }
    }
    for (id, resource) in graph.of(ACCEPTER).chain(graph.of(OPTIONS)) {
        let borders = graph.follow(
            resource.values.get("vpc_peering_connection_id"),
            &[CONNECTION, ACCEPTER],
        );
        let border = borders
            .targets
            .iter()
            .find_map(|target| lowering.lowered.made.of.get(&target.resource).copied());
        if let Some(border) = border {
            lowering.lowered.made.of.entry(id).or_insert(border);
        }
    }
    graph
        .of(OPTIONS)
        .for_each(|(id, resource)| note_names(lowering, id, resource));
}

fn connection(
    lowering: &mut Lowering<AtBorders>,
    id: Id<Resource>,
    resource: &Resource,
    accepters: &[Accepter],
) -> Id<Border> {
    let near = lowering.networks(Attribute::of(resource, "vpc_id"));
    let mut far = lowering.networks(Attribute::of(resource, "peer_vpc_id"));
    let mut state = state(lowering, resource, accepters, &far);
    if near.items.is_empty() || near.items.len() * far.items.len() > MANY {
        return loose(lowering, id, resource);
    }
    let open = far.items.is_empty();
    if open {
        let network = lowering.foreign_network(
            Attribute::of(resource, "peer_vpc_id"),
            &format!("accepter VPC of {}", resource.address),
        );
        far.add(network, far.rest.clone());
    }
    for (network, _) in &far.items {
        note_owner(lowering, resource, *network);
    }
    let mut legs = Vec::new();
    for (a, a_doubt) in &near.items {
        for (b, b_doubt) in near_to(&far, *a) {
            let doubt = state.doubt.and(a_doubt).and(b_doubt);
            if overlap(lowering, *a, *b) {
                state.text = "fails: address blocks of the two VPCs overlap".to_owned();
            } else if state.carries {
                legs.extend(pair(lowering, resource, (*a, *b), &doubt, accepters));
            }
        }
    }
    let origin = Some(resource.origin.clone());
    let border = lowering.world.borders.push(Border {
        name: lowering.name(id),
        kind: KIND,
        legs,
        state: state.text,
        origin,
    });
    if open || !near.rest.is_certain() || !far.rest.is_certain() {
        lowering.lowered.made.loose.insert(border);
    }
    border
}

/// Notes whose the far network is where the input does not hold it: what the connection names, else what is its own.
/// (An accepter says it of the network that asks, but for the region.)
fn note_owner(lowering: &mut Lowering<AtBorders>, resource: &Resource, far: Id<Network>) {
    let own = &lowering.world.networks[far];
    if own.known || own.owner != NetworkOwner::default() {
        return;
    }
    let owner = NetworkOwner {
        account: lowering.peer_owner(Owner::Account, Attribute::of(resource, "peer_owner_id")),
        region: (resource.kind == CONNECTION)
            .then(|| lowering.peer_owner(Owner::Region, Attribute::of(resource, "peer_region")))
            .flatten(),
    };
    lowering.world.networks[far].owner = owner;
}

/// A connection whose ends cannot be resolved, or that has too many candidates for them: routes that lead to it may lead
/// anywhere.
fn loose(lowering: &mut Lowering<AtBorders>, id: Id<Resource>, resource: &Resource) -> Id<Border> {
    let state = "what it joins cannot be resolved".to_owned();
    let border = Border {
        name: lowering.name(id),
        kind: KIND,
        legs: Vec::new(),
        state,
        origin: Some(resource.origin.clone()),
    };
    let border = lowering.world.borders.push(border);
    lowering.lowered.made.loose.insert(border);
    border
}

fn near_to(
    far: &Found<Id<Network>>,
    near: Id<Network>,
) -> impl Iterator<Item = &(Id<Network>, Doubt)> {
    far.items
        .iter()
        .filter(move |(network, _)| *network != near)
}

/// Overlap in any block fails the peering at once.
fn overlap(lowering: &Lowering<AtBorders>, a: Id<Network>, b: Id<Network>) -> bool {
    let [settled_a, settled_b] = [a, b].map(|id| lowering.world.settled_addresses(id));
    let [a, b] = [a, b].map(|id| &lowering.world.networks[id]);
    let certain = |network: &Network| network.known || network.addresses != AddressSet::all();
    certain(a)
        && certain(b)
        && a.doubt.is_certain()
        && b.doubt.is_certain()
        && !settled_a.is_disjoint(&settled_b)
}

/// The legs between a pair of networks: two, and two more in doubt where it is not known whether references to groups hold.
fn pair(
    lowering: &mut Lowering<AtBorders>,
    resource: &Resource,
    (a, b): (Id<Network>, Id<Network>),
    doubt: &Doubt,
    accepters: &[Accepter],
) -> Vec<Leg> {
    let region = one_region(lowering, resource, b);
    let members = match region {
        Common::Unknown => unknown_owner(lowering, resource, "region", "peer_region"),
        _ => Doubt::none(),
    };
    let because: Vec<(String, Option<Origin>)> = accepters
        .iter()
        .map(|accepter| accepter.resource)
        .filter(|accepter| accepter.address != resource.address)
        .map(|accepter| {
            (
                format!("the far side's `{}`", accepter.address),
                Some(accepter.origin.clone()),
            )
        })
        .collect();
    let leg = |from: Id<Network>, to: Id<Network>| {
        let [source, target] = [from, to].map(|id| &lowering.world.networks[id]);
        // The blocks of two peers never overlap, so a far side that is not known has none of the near side's addresses.
        let [from_settled, to_settled] = [from, to].map(|id| lowering.world.settled_addresses(id));
        let sources = if target.known && !source.known {
            source.addresses.difference(&to_settled)
        } else {
            source.addresses.clone()
        };
        let destinations = if source.known && !target.known {
            target.addresses.difference(&from_settled)
        } else {
            target.addresses.clone()
        };
        let doubt = doubt.and(&source.doubt).and(&target.doubt);
        let (filters, because) = (Vec::new(), because.clone());
        Leg {
            relay: None,
            from,
            entry: None,
            to,
            sources,
            destinations,
            filters,
            unjudged: Vec::new(),
            may_bypass: Vec::new(),
            keeps_members: Vec::new(),
            doubt,
            because,
        }
    };
    let plain = [leg(a, b), leg(b, a)];
    let keeping = plain.clone().map(|leg| Leg {
        keeps_members: vec![Direction::Ingress, Direction::Egress],
        doubt: leg.doubt.and(&members),
        ..leg
    });
    match region {
        Common::Yes => keeping.to_vec(),
        Common::No => plain.to_vec(),
        Common::Unknown => [plain, keeping].concat(),
    }
}

/// Options of the connection bear on names only: a public name of the peer resolves to a private address.
fn note_names(lowering: &mut Lowering<AtBorders>, id: Id<Resource>, resource: &Resource) {
    let Some(border) = lowering.lowered.made.of.get(&id).copied() else {
        return;
    };
    let allowed = |end: &str| {
        resource
            .values
            .get(end)
            .get("allow_remote_vpc_dns_resolution")
            .boolean()
            == Some(true)
    };
    if allowed("accepter") || allowed("requester") {
        let note = (
            "names of the peer resolve to private addresses".to_owned(),
            Some(resource.origin.clone()),
        );
        lowering.world.borders[border]
            .legs
            .iter_mut()
            .for_each(|leg| leg.because.push(note.clone()));
    }
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// The borders that an attribute names, where `own` tells which one a resource became. A known id that the input does not
    /// hold becomes a border from `near` to a network that is not in the input.
    pub fn borders_among(
        &mut self,
        at: Attribute,
        kind: &'static str,
        near: Option<Id<Network>>,
        own: impl Fn(&Self, Id<Resource>) -> Option<Id<Border>> + Copy,
    ) -> Found<Id<Border>> {
        let own = |lowering: &Self, target: &Target| own(lowering, target.resource);
        self.find(at, own, |lowering, at, id| {
            Some(lowering.foreign_link(at, id, kind, near))
        })
    }

    /// Doubt about where a border leads of which it cannot be resolved what it joins.
    pub fn loose_end(&mut self, at: Attribute, border: Option<Id<Border>>) -> Doubt {
        let name = border
            .map(|border| self.world.borders[border].name.clone())
            .unwrap_or_default();
        let what = format!(
            "what `{name}` joins cannot be resolved: routes that lead to it may lead anywhere"
        );
        self.world.doubt(
            GapKind::Unlinked,
            what,
            border
                .and_then(|border| self.world.borders[border].origin.clone())
                .or(Some(at.resource.origin.clone())),
        )
    }

    /// The border with a known id that is not in the input.
    pub fn foreign_link(
        &mut self,
        at: Attribute,
        id: &str,
        kind: &'static str,
        near: Option<Id<Network>>,
    ) -> Id<Border> {
        // A core network of Cloud WAN is named by its ARN in routes, by its id in attachments.
        let id = id.rsplit_once(":core-network/").map_or(id, |(_, id)| id);
        let known = self.lowered.on_demand.borders.get(id).copied();
        let border = known.unwrap_or_else(|| {
            let origin = Some(at.resource.origin_of(at.path));
            let state = "not in the input".to_owned();
            self.world.borders.push(Border {
                name: id.to_owned(),
                kind,
                legs: Vec::new(),
                state,
                origin,
            })
        });
        self.lowered.on_demand.borders.insert(id.to_owned(), border);
        let reached = |leg: &Leg| Some(leg.from) == near || Some(leg.to) == near;
        if let Some(near) = near.filter(|_| !self.world.borders[border].legs.iter().any(reached)) {
            let doubt = self.not_in_input(at, id);
            let far = self.foreign_network(at, &format!("far side of {id}"));
            // Another network of the input that names it may be the far side.
            let others: BTreeSet<Id<Network>> = self.world.borders[border]
                .legs
                .iter()
                .map(|leg| leg.from)
                .filter(|other| *other != far)
                .collect();
            self.open(border, near, far, &doubt);
            for other in others {
                let [own, theirs] =
                    [near, other].map(|id| self.world.networks[id].addresses.clone());
                self.join(border, (near, &own), (other, &theirs), &doubt);
            }
        }
        border
    }

    /// Adds legs both ways between a network and a far side of which nothing is known.
    pub fn open(&mut self, border: Id<Border>, near: Id<Network>, far: Id<Network>, doubt: &Doubt) {
        let own = self.world.networks[near].addresses.clone();
        let rest = self.world.networks[far]
            .addresses
            .difference(&self.world.settled_addresses(near));
        self.join(border, (near, &own), (far, &rest), doubt);
    }
}

impl<B: Sees<Borders>, M> Lowering<'_, At<B, M>> {
    /// The borders that an attribute names, as [`Lowering::borders_among`], once all are made.
    pub fn borders(
        &mut self,
        at: Attribute,
        kind: &'static str,
        near: Option<Id<Network>>,
    ) -> Found<Id<Border>> {
        self.borders_among(at, kind, near, |lowering, id| {
            lowering.seen::<Borders>().of.get(&id).copied()
        })
    }
}
