//! Route tables of transit gateways: associations, propagations, static routes. Source: Transit Gateway guide, "Transit
//! gateway route tables": longest prefix first, then static over propagated.

use super::attachment::{self, End};
use super::hub::{self, Hubs};
use crate::ingest::aws::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::terraform::{Mode, Resource, Target};
use crate::model::{AddressSet, Doubt, GapKind, Id, IpNet, Link, Origin};

/// Rank of routes that a network outside may propagate for the blocks of networks of the input.
pub const BEHIND: u32 = 2;

/// One route table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The gateway.
    pub link: Id<Link>,
    /// Name to print.
    pub name: String,
    /// Its routes in any order.
    pub routes: Vec<Route>,
    /// Why it may hold further routes.
    pub rest: Doubt,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Destinations; none where they are not known.
    pub block: Option<IpNet>,
    /// 0 for static, 1 for propagated routes, [`BEHIND`].
    pub rank: u32,
    /// Attachments, each with its doubt; none drops the packet.
    pub to: Vec<(usize, Doubt)>,
    /// Why the route is not certain.
    pub doubt: Doubt,
    /// The line that declares it.
    pub origin: Option<Origin>,
}

/// Fills the tables and associates the attachments.
pub fn lower(lowering: &mut Lowering, hubs: &mut Hubs) {
    let graph = lowering.graph;
    graph.of("aws_ec2_transit_gateway_route_table").for_each(|(id, resource)| table(lowering, hubs, id, resource));
    graph.of("aws_ec2_transit_gateway_default_route_table_association").for_each(|(_, resource)| default(lowering, hubs, resource, true));
    graph.of("aws_ec2_transit_gateway_default_route_table_propagation").for_each(|(_, resource)| default(lowering, hubs, resource, false));
    for (_, resource) in graph.of("aws_ec2_transit_gateway_route_table_association") {
        associate(lowering, hubs, resource);
    }
    for joint in &mut hubs.joints {
        let hub = hubs.hubs.get(&joint.link).copied().unwrap_or_default();
        if joint.tables == Found::default() && joint.associates && hub.associates {
            joint.tables.add(hub.association, Doubt::none());
        }
    }
    defaults(lowering, hubs);
    for (_, resource) in graph.of("aws_ec2_transit_gateway_route_table_propagation") {
        propagation(lowering, hubs, resource);
    }
    for kind in ["aws_ec2_transit_gateway_route", "aws_ec2_transit_gateway_prefix_list_reference"] {
        graph.of(kind).filter(|(_, resource)| resource.mode == Mode::Managed).for_each(|(_, resource)| route(lowering, hubs, resource));
    }
}

fn table(lowering: &mut Lowering, hubs: &mut Hubs, id: Id<Resource>, resource: &Resource) {
    let twin = lowering.twin(resource, |_, id| hubs.table_of.get(&id).copied());
    if let Some(table) = twin {
        hubs.table_of.insert(id, table);
        return;
    }
    let gateways = hub::named(lowering, hubs, Attribute::of(resource, "transit_gateway_id"));
    let Some(link) = gateways.first() else { return };
    let mut rest = gateways.doubt();
    if resource.mode == Mode::Data {
        rest = rest.and(&lowering.doubt_of_hub(link));
    }
    hubs.tables.push(Table { link, name: lowering.name(id), routes: Vec::new(), rest, origin: Some(resource.origin.clone()) });
    hubs.table_of.insert(id, hubs.tables.len() - 1);
}

/// A gateway may be given another default table than the one that it came with.
fn default(lowering: &mut Lowering, hubs: &mut Hubs, resource: &Resource, association: bool) {
    let gateways = hub::named(lowering, hubs, Attribute::of(resource, "transit_gateway_id"));
    let tables = named(lowering, hubs, resource);
    if let (Some(link), Some(table)) = (gateways.certain(), tables.certain())
        && let Some(hub) = hubs.hubs.get_mut(&link)
    {
        *(if association { &mut hub.association } else { &mut hub.propagation }) = table;
    }
}

/// The tables that `transit_gateway_route_table_id` names.
fn named(lowering: &mut Lowering, hubs: &mut Hubs, resource: &Resource) -> Found<usize> {
    let at = Attribute::of(resource, "transit_gateway_route_table_id");
    let view: &Hubs = hubs;
    let own = |lowering: &Lowering, target: &Target| {
        let hub = || view.hubs.get(lowering.lowered.links.get(&target.resource)?).copied();
        match target.attribute.as_str() {
            "association_default_route_table_id" => hub().map(|hub| hub.association),
            "propagation_default_route_table_id" => hub().map(|hub| hub.propagation),
            _ => view.table_of.get(&target.resource).copied(),
        }
    };
    let mut found = lowering.find(at, own, |_, _, _| None);
    if found.items.is_empty() && !found.rest.is_certain() {
        (0..hubs.tables.len()).for_each(|table| found.add(table, found.rest.clone()));
    }
    found
}

/// The attachments that `transit_gateway_attachment_id` names; where they cannot be told, all of the table's gateway.
fn joints(lowering: &mut Lowering, hubs: &Hubs, resource: &Resource, link: Id<Link>) -> Found<usize> {
    let at = Attribute::of(resource, "transit_gateway_attachment_id");
    let mut found = attachment::named(lowering, hubs, at, link);
    if found.items.is_empty() && !found.rest.is_certain() {
        let all = hubs.joints.iter().enumerate().filter(|(_, joint)| joint.link == link).map(|(number, _)| number);
        all.for_each(|joint| found.add(joint, found.rest.clone()));
    }
    found
}

fn associate(lowering: &mut Lowering, hubs: &mut Hubs, resource: &Resource) {
    for (table, doubt) in named(lowering, hubs, resource).items {
        let Some(link) = hubs.tables.get(table).map(|table| table.link) else { continue };
        for (joint, own) in joints(lowering, hubs, resource, link).items {
            if let Some(joint) = hubs.joints.get_mut(joint).filter(|joint| joint.link == link) {
                joint.tables.add(table, doubt.and(&own));
            }
        }
    }
}

fn defaults(lowering: &mut Lowering, hubs: &mut Hubs) {
    for number in 0..hubs.joints.len() {
        let Some(joint) = hubs.joints.get(number) else { continue };
        let hub = hubs.hubs.get(&joint.link).copied().unwrap_or_default();
        if joint.propagates && hub.propagates {
            let origin = lowering.graph.resources[joint.resource].origin.clone();
            propagate(lowering, hubs, number, hub.propagation, &Doubt::none(), Some(origin));
        }
    }
}

fn propagation(lowering: &mut Lowering, hubs: &mut Hubs, resource: &Resource) {
    for (table, doubt) in named(lowering, hubs, resource).items {
        let Some(link) = hubs.tables.get(table).map(|table| table.link) else { continue };
        for (joint, own) in joints(lowering, hubs, resource, link).items {
            propagate(lowering, hubs, joint, table, &doubt.and(&own), Some(resource.origin.clone()));
        }
    }
}

/// A VPC propagates its blocks. What a network outside of AWS propagates is not known: anything, and the blocks of the
/// input's networks after all other routes to them, of which they make none doubtful.
fn propagate(lowering: &mut Lowering, hubs: &mut Hubs, joint: usize, table: usize, doubt: &Doubt, origin: Option<Origin>) {
    let Some(end) = hubs.joints.get(joint).map(|joint| joint.end.clone()) else { return };
    let (blocks, behind, doubt) = match end {
        End::Network(network, _) => {
            let network = &lowering.world.networks[network];
            (network.addresses.blocks(), Vec::new(), doubt.and(&network.doubt))
        }
        End::Outer(network) => {
            let rest = AddressSet::all().difference(&lowering.known_addresses()).blocks();
            let known = lowering.world.networks.iter().filter(|(_, network)| network.known && network.doubt.is_certain());
            let behind: Vec<IpNet> = known.flat_map(|(_, network)| network.addresses.blocks()).collect();
            (rest, behind, doubt.and(&lowering.world.networks[network].doubt))
        }
        End::Hub => return,
    };
    let Some(table) = hubs.tables.get_mut(table) else { return };
    let to = vec![(joint, Doubt::none())];
    let route = |rank| {
        let (to, doubt, origin) = (to.clone(), doubt.clone(), origin.clone());
        move |block| Route { block: Some(block), rank, to: to.clone(), doubt: doubt.clone(), origin: origin.clone() }
    };
    table.routes.extend(blocks.into_iter().map(route(1)));
    table.routes.extend(behind.into_iter().map(route(BEHIND)));
}

/// A static route, or a reference to a prefix list.
fn route(lowering: &mut Lowering, hubs: &mut Hubs, resource: &Resource) {
    let list = resource.kind.ends_with("prefix_list_reference");
    let blocks = if list {
        lowering.prefix_lists(Attribute::of(resource, "prefix_list_id"))
    } else {
        lowering.blocks(Attribute::of(resource, "destination_cidr_block"))
    };
    let black = resource.values.get("blackhole").boolean() == Some(true);
    for (table, doubt) in named(lowering, hubs, resource).items {
        let Some(link) = hubs.tables.get(table).map(|table| table.link) else { continue };
        let mut to = Vec::new();
        if !black {
            to = joints(lowering, hubs, resource, link).items;
            if to.is_empty() && is_set(resource.values.get("transit_gateway_attachment_id")) {
                let what = format!("where the route of `{}` leads could not be told", resource.address);
                let doubt = lowering.world.doubt(GapKind::Unlinked, what, Some(resource.origin.clone()));
                if let Some(table) = hubs.tables.get_mut(table) {
                    table.rest = table.rest.and(&doubt);
                }
                continue;
            }
        }
        let certain = blocks.addresses.blocks().into_iter().map(|block| (Some(block), doubt.clone()));
        let rest = (!blocks.rest.is_certain()).then(|| (None, doubt.and(&blocks.rest)));
        let routes = certain.chain(rest).map(|(block, doubt)| Route {
            block,
            rank: 0,
            to: to.clone(),
            doubt,
            origin: Some(resource.origin.clone()),
        });
        if let Some(table) = hubs.tables.get_mut(table) {
            table.routes.extend(routes);
        }
    }
}
