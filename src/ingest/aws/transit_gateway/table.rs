//! Route tables of transit gateways: associations, propagations, static routes. Source: Transit Gateway guide, "Transit
//! gateway route tables": longest prefix first, then static over propagated.

use super::attachment;
use super::hub;
use super::hubs::{AttachmentTarget, BEHIND, Hubs, Route, Table};
use crate::ingest::aws::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::aws::resource_type::TYPES;
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::aws::template::TEMPLATES;
use crate::ingest::terraform::{Mode, Resource, Target};
use crate::model::{AddressSet, Border, Doubt, GapKind, Id, IpNet, Origin};
use std::collections::BTreeSet;

/// Fills the tables and associates the attachments.
pub fn lower(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs) {
    let graph = lowering.graph;
    graph
        .of("aws_ec2_transit_gateway_route_table")
        .for_each(|(id, resource)| table(lowering, hubs, id, resource));
    graph
        .of("aws_ec2_transit_gateway_default_route_table_association")
        .for_each(|(_, resource)| default(lowering, hubs, resource, true));
    graph
        .of("aws_ec2_transit_gateway_default_route_table_propagation")
        .for_each(|(_, resource)| default(lowering, hubs, resource, false));
    for (_, resource) in graph.of("aws_ec2_transit_gateway_route_table_association") {
        associate(lowering, hubs, resource);
    }
    for (_, resource) in graph.of("aws_ec2_transit_gateway_policy_table_association") {
        choose_by_policy(lowering, hubs, resource);
    }
    (0..hubs.hub_attachments.len()).for_each(|number| default_association(lowering, hubs, number));
    defaults(lowering, hubs);
    for (_, resource) in graph.of("aws_ec2_transit_gateway_route_table_propagation") {
        propagation(lowering, hubs, resource);
    }
    for kind in [
        "aws_ec2_transit_gateway_route",
        "aws_ec2_transit_gateway_prefix_list_reference",
    ] {
        graph
            .of(kind)
            .filter(|(_, resource)| resource.mode == Mode::Managed)
            .for_each(|(_, resource)| route(lowering, hubs, resource));
    }
    unlisted(lowering, hubs);
}

/// What a type that is not modelled may add to a table that it names: routes to any attachment.
fn unlisted(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs) {
    let types = lowering.graph.types;
    let names = &["transit_gateway_route_table_id"];
    for template in lowering.templates(&TEMPLATES) {
        let doubt = lowering.may_make(&template);
        let tables = hubs.table_of.iter();
        let named = tables.filter(|(id, _)| template.may_change(**id));
        let mut changed: Vec<usize> = named.map(|(_, table)| *table).collect();
        let of_hubs = hubs.tables.iter().enumerate();
        changed.extend(of_hubs.filter_map(|(number, table)| {
            let hub = hubs.hubs.get(&table.border)?.resource;
            hub.filter(|hub| template.may_change(*hub)).map(|_| number)
        }));
        for table in changed {
            if let Some(table) = hubs.tables.get_mut(table) {
                table.rest = table.rest.and(&doubt);
            }
        }
    }
    for at in lowering.unlisted(names, |kind| TYPES.is_unlisted(types, kind)) {
        let doubt = lowering.may_add(at, "routes");
        for table in named(lowering, hubs, at.resource).all() {
            if let Some(table) = hubs.tables.get_mut(table) {
                table.rest = table.rest.and(&doubt);
            }
        }
    }
}

fn table(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    id: Id<Resource>,
    resource: &Resource,
) {
    let twin = lowering.twin(resource, |_, id| hubs.table_of.get(&id).copied());
    if let Some(table) = twin {
        hubs.table_of.insert(id, table);
        return;
    }
    let gateways = hub::named(
        lowering,
        hubs,
        Attribute::of(resource, "transit_gateway_id"),
    );
    // A table whose gateway is not known is as good as none: what is associated with it may be led anywhere.
    let Some(border) = gateways.first() else {
        return;
    };
    let mut rest = gateways.doubt();
    if resource.mode == Mode::Data {
        rest = rest.and(&lowering.doubt_of_hub(border));
    }
    hubs.tables.push(Table {
        border,
        name: lowering.name(id),
        routes: Vec::new(),
        rest,
        origin: Some(resource.origin.clone()),
    });
    hubs.table_of.insert(id, hubs.tables.len() - 1);
}

/// A gateway may be given another default table than the one that it came with.
fn default(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    resource: &Resource,
    association: bool,
) {
    let gateways = hub::named(
        lowering,
        hubs,
        Attribute::of(resource, "transit_gateway_id"),
    );
    let tables = named(lowering, hubs, resource);
    let borders: Vec<Id<Border>> = if gateways.items.is_empty() {
        hubs.hubs.keys().copied().collect()
    } else {
        gateways.all().collect()
    };
    for border in borders {
        let own = of_hub(hubs, &tables, border);
        let Some(hub) = hubs.hubs.get_mut(&border) else {
            continue;
        };
        let default = if association {
            &mut hub.association
        } else {
            &mut hub.propagation
        };
        if let (Some(_), Some(table)) = (gateways.certain(), tables.certain()) {
            *default = Found {
                items: vec![(table, Doubt::none())],
                rest: Doubt::none(),
            };
            continue;
        }
        let doubt = gateways.doubt().and(&tables.doubt());
        default
            .items
            .iter_mut()
            .for_each(|(_, own)| *own = own.and(&doubt));
        own.into_iter()
            .for_each(|(table, own)| default.add(table, own.and(&doubt)));
        default.rest = default.rest.and(&tables.rest);
    }
}

/// Those of the tables that are of a gateway.
fn of_hub(hubs: &Hubs, tables: &Found<usize>, border: Id<Border>) -> Vec<(usize, Doubt)> {
    let own = |(table, _): &&(usize, Doubt)| {
        hubs.tables
            .get(*table)
            .is_some_and(|table| table.border == border)
    };
    tables.items.iter().filter(own).cloned().collect()
}

/// The tables that `transit_gateway_route_table_id` names. One that is not known may be any of the input; one that the
/// input only names by its id is none of them.
fn named(lowering: &mut Lowering<AtBorders>, hubs: &Hubs, resource: &Resource) -> Found<usize> {
    let at = Attribute::of(resource, "transit_gateway_route_table_id");
    let own = |lowering: &Lowering<AtBorders>, target: &Target| {
        let hub = || {
            hubs.hubs
                .get(lowering.lowered.made.of.get(&target.resource)?)
        };
        match target.attribute.as_str() {
            "association_default_route_table_id" => hub().and_then(|hub| hub.association.first()),
            "propagation_default_route_table_id" => hub().and_then(|hub| hub.propagation.first()),
            _ => hubs.table_of.get(&target.resource).copied(),
        }
    };
    let mut found = lowering.find(at, own, |_, _, _| None);
    if found.items.is_empty() && found.rest.is_certain() {
        found.rest = lowering.unknown(at);
    }
    if at.value.text().is_none() {
        found.or_any(0..hubs.tables.len());
    }
    found
}

/// The attachments that `transit_gateway_attachment_id` names, of the table's gateway.
fn hub_attachments(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    resource: &Resource,
    border: Id<Border>,
) -> Found<usize> {
    attachment::named(
        lowering,
        hubs,
        Attribute::of(resource, "transit_gateway_attachment_id"),
        border,
    )
}

/// Associates attachments with a table. One that the input does not hold may lead them anywhere.
fn associate(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs, resource: &Resource) {
    let tables = named(lowering, hubs, resource);
    let mut borders: BTreeSet<Id<Border>> = tables
        .all()
        .filter_map(|table| hubs.tables.get(table))
        .map(|table| table.border)
        .collect();
    if tables.items.is_empty() {
        borders.extend(hubs.hubs.keys());
    }
    for border in borders {
        let own = of_hub(hubs, &tables, border);
        for (number, doubt) in hub_attachments(lowering, hubs, resource, border).items {
            let Some(hub_attachment) = hubs.hub_attachments.get_mut(number) else {
                continue;
            };
            own.iter()
                .for_each(|(table, own)| hub_attachment.tables.add(*table, own.and(&doubt)));
            if !tables.rest.is_certain() {
                hub_attachment.tables.rest =
                    hub_attachment.tables.rest.and(&tables.rest).and(&doubt);
            }
        }
    }
}

/// A policy table chooses a route table by rules that no resource shows: attachments with one may be led by any table of their
/// gateway. Source: Transit Gateway guide, "Transit gateway policy tables".
fn choose_by_policy(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs, resource: &Resource) {
    let what = format!(
        "which route tables `{}` chooses is not judged",
        resource.address
    );
    let origin = Some(resource.origin.clone());
    let doubt = lowering.world.doubt(GapKind::NotJudged, what, origin);
    let borders: Vec<Id<Border>> = hubs.hubs.keys().copied().collect();
    for border in borders {
        let of_gateway = hubs.tables.iter().enumerate();
        let of_gateway = of_gateway.filter(|(_, table)| table.border == border);
        let tables: Vec<usize> = of_gateway.map(|(number, _)| number).collect();
        for (number, own) in hub_attachments(lowering, hubs, resource, border).items {
            let Some(hub_attachment) = hubs.hub_attachments.get_mut(number) else {
                continue;
            };
            let doubt = own.and(&doubt);
            tables
                .iter()
                .for_each(|table| hub_attachment.tables.add(*table, doubt.clone()));
            hub_attachment.tables.rest = hub_attachment.tables.rest.and(&doubt);
        }
    }
}

/// An attachment that no association holds for sure goes with the gateway's default table. What others associate it with at a
/// gateway that the input does not manage is not known.
fn default_association(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs, number: usize) {
    let Some(hub_attachment) = hubs.hub_attachments.get_mut(number) else {
        return;
    };
    let Some(hub) = hubs.hubs.get(&hub_attachment.border) else {
        return;
    };
    let associated = hub_attachment
        .tables
        .items
        .iter()
        .any(|(_, doubt)| doubt.is_certain());
    let by_default = hub_attachment.associates.and(&hub.associates);
    if by_default.on && !associated {
        let doubt = by_default.doubt.and(&hub_attachment.tables.doubt());
        hub.association
            .items
            .iter()
            .for_each(|(table, own)| hub_attachment.tables.add(*table, own.and(&doubt)));
        hub_attachment.tables.rest = hub_attachment.tables.rest.and(&hub.association.rest);
    }
    if hub_attachment.tables.items.is_empty() && !hub.managed {
        hub_attachment.tables.rest = hub_attachment
            .tables
            .rest
            .and(&lowering.doubt_of_hub(hub_attachment.border));
    }
}

fn defaults(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs) {
    for number in 0..hubs.hub_attachments.len() {
        let Some(hub_attachment) = hubs.hub_attachments.get(number) else {
            continue;
        };
        let Some(hub) = hubs.hubs.get(&hub_attachment.border) else {
            continue;
        };
        let by_default = hub_attachment.propagates.and(&hub.propagates);
        if by_default.on {
            let origin = hub_attachment
                .resource
                .map(|id| lowering.graph.resources[id].origin.clone());
            for (table, doubt) in hub.propagation.items.clone() {
                propagate(
                    lowering,
                    hubs,
                    number,
                    table,
                    &doubt.and(&by_default.doubt),
                    origin.clone(),
                );
            }
        }
    }
}

fn propagation(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs, resource: &Resource) {
    for (table, doubt) in named(lowering, hubs, resource).items {
        let Some(border) = hubs.tables.get(table).map(|table| table.border) else {
            continue;
        };
        for (hub_attachment, own) in hub_attachments(lowering, hubs, resource, border).items {
            propagate(
                lowering,
                hubs,
                hub_attachment,
                table,
                &doubt.and(&own),
                Some(resource.origin.clone()),
            );
        }
    }
}

/// A VPC propagates its blocks. What a network outside of AWS propagates is not known: anything, and the blocks of the
/// input's networks after all other routes to them, of which they make none doubtful.
fn propagate(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    hub_attachment: usize,
    table: usize,
    doubt: &Doubt,
    origin: Option<Origin>,
) {
    let Some(end) = hubs
        .hub_attachments
        .get(hub_attachment)
        .map(|hub_attachment| hub_attachment.end.clone())
    else {
        return;
    };
    let (blocks, behind, doubt) = match end {
        AttachmentTarget::Network(network, _) => {
            let network = &lowering.world.networks[network];
            (
                network.addresses.blocks(),
                Vec::new(),
                doubt.and(&network.doubt),
            )
        }
        AttachmentTarget::Outer(network) => {
            let rest = AddressSet::all()
                .difference(&lowering.known_addresses())
                .blocks();
            let known = lowering
                .world
                .networks
                .iter()
                .filter(|(_, network)| network.known && network.doubt.is_certain());
            let behind: Vec<IpNet> = known
                .flat_map(|(_, network)| network.addresses.blocks())
                .collect();
            (
                rest,
                behind,
                doubt.and(&lowering.world.networks[network].doubt),
            )
        }
        AttachmentTarget::Hub => return,
    };
    // Where it is not known what is attached, neither is what it propagates.
    let unresolved = hubs
        .hub_attachments
        .get(hub_attachment)
        .filter(|hub_attachment| !hub_attachment.settled)
        .map(|hub_attachment| hub_attachment.doubt.clone());
    let doubt = doubt.and(&unresolved.unwrap_or_default());
    let Some(table) = hubs.tables.get_mut(table) else {
        return;
    };
    let to = vec![(hub_attachment, Doubt::none())];
    let route = |rank| {
        let (to, doubt, origin) = (to.clone(), doubt.clone(), origin.clone());
        move |block| Route {
            block: Some(block),
            rank,
            to: to.clone(),
            doubt: doubt.clone(),
            origin: origin.clone(),
        }
    };
    table.routes.extend(blocks.into_iter().map(route(1)));
    table.routes.extend(behind.into_iter().map(route(BEHIND)));
}

/// A static route, or a reference to a prefix list.
fn route(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs, resource: &Resource) {
    let list = resource.kind.ends_with("prefix_list_reference");
    let blocks = if list {
        lowering.prefix_lists(Attribute::of(resource, "prefix_list_id"))
    } else {
        lowering.blocks(Attribute::of(resource, "destination_cidr_block"))
    };
    let black = lowering.flag(resource, "blackhole", false);
    for (table, doubt) in named(lowering, hubs, resource).items {
        let Some(border) = hubs.tables.get(table).map(|table| table.border) else {
            continue;
        };
        let mut to = Vec::new();
        if !black.surely() {
            to = hub_attachments(lowering, hubs, resource, border).items;
            if to.is_empty() && is_set(resource.values.get("transit_gateway_attachment_id")) {
                let what = format!(
                    "where the route of `{}` leads cannot be resolved",
                    resource.address
                );
                let doubt =
                    lowering
                        .world
                        .doubt(GapKind::Unlinked, what, Some(resource.origin.clone()));
                if let Some(table) = hubs.tables.get_mut(table) {
                    table.rest = table.rest.and(&doubt);
                }
                continue;
            }
        }
        // It hides others either way: whether it leads on is all that is not known.
        to.iter_mut()
            .for_each(|(_, own)| *own = own.and(&black.doubt));
        let certain = blocks
            .addresses
            .blocks()
            .into_iter()
            .map(|block| (Some(block), doubt.clone()));
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
