//! Route tables: which there are, which subnet uses which. Their routes are in [`super::route`].
//! Source: VPC user guide, "Route table concepts" and "Subnet route tables".

mod association;

use self::association::{associations, networks_by_subnets, settle};
use super::lowering::{Attribute, Found, Lowering};
use super::route;
use crate::ingest::aws::stage::{AtRoutes, Networks};
use crate::ingest::lowering::Family;
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target};
use crate::model::{Id, Network, Route, RouteTable};
use std::collections::BTreeSet;

/// Route tables with their routes, and the gateways that routes name.
#[must_use]
pub fn family() -> Family<AtRoutes> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "aws_default_route_table",
                "aws_egress_only_internet_gateway",
                "aws_internet_gateway",
                "aws_main_route_table_association",
                "aws_route",
                "aws_route_table",
                "aws_route_table_association",
                "aws_vpn_gateway_route_propagation",
            ],
            references: vec![
                NamedBy::new(
                    &[
                        "aws_route_table",
                        "aws_default_route_table",
                        "aws_route_tables",
                    ],
                    &[
                        "route_table_id",
                        "route_table_ids",
                        "default_route_table_id",
                        "main_route_table_id",
                    ],
                )
                .brought_by(&[
                    ("aws_vpc", "main_route_table_id"),
                    ("aws_vpc", "default_route_table_id"),
                ]),
                NamedBy::new(
                    &["aws_egress_only_internet_gateway"],
                    &["egress_only_gateway_id"],
                ),
                NamedBy::new(&["aws_ec2_carrier_gateway"], &["carrier_gateway_id"]),
                NamedBy::new(&["aws_ec2_local_gateway"], &["local_gateway_id"]),
                NamedBy::new(&["aws_internet_gateway"], &["internet_gateway_id"]),
                NamedBy::new(
                    &[
                        "aws_internet_gateway",
                        "aws_vpn_gateway",
                        "aws_nat_gateway",
                        "aws_vpc_endpoint",
                        "aws_ec2_carrier_gateway",
                    ],
                    &["gateway_id"],
                ),
            ],
            required: &[
                ("aws_route_table", &["vpc_id"]),
                ("aws_route", &["route_table_id"]),
                ("aws_route_table_association", &["route_table_id"]),
                (
                    "aws_main_route_table_association",
                    &["vpc_id", "route_table_id"],
                ),
                ("aws_default_route_table", &["default_route_table_id"]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers tables with their routes, and gives every subnet the table that holds for it.
fn lower(lowering: &mut Lowering<AtRoutes>) {
    let graph = lowering.graph;
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of("aws_route_table")
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let table = twin.unwrap_or_else(|| table(lowering, id, resource));
            lowering.lowered.made.of.insert(id, table);
        }
    }
    graph
        .of("aws_default_route_table")
        .for_each(|(id, resource)| default_table(lowering, id, resource));
    for network in lowering.world.networks.ids().collect::<Vec<_>>() {
        let default = lowering.default_table(network);
        lowering.lowered.made.main.entry(network).or_insert(default);
    }
    known_main_tables(lowering);
    for (_, resource) in graph.of("aws_main_route_table_association") {
        main_association(lowering, resource);
    }
    let of_subnet = associations(lowering);
    networks_by_subnets(lowering, &of_subnet);
    route::lower(lowering);
    for subnet in lowering.world.subnets.ids() {
        settle(
            lowering,
            subnet,
            of_subnet.get(&subnet).unwrap_or(&Found::default()),
        );
    }
}

fn table(
    lowering: &mut Lowering<AtRoutes>,
    id: Id<Resource>,
    resource: &Resource,
) -> Id<RouteTable> {
    let networks = lowering.networks(Attribute::of(resource, "vpc_id"));
    let name = lowering.name(id);
    let table = lowering.world.route_tables.push(RouteTable {
        name,
        routes: Vec::new(),
        origin: Some(resource.origin.clone()),
    });
    if let Some(network) = networks.certain() {
        lowering.lowered.made.network_of.insert(table, network);
        return table;
    }
    let networks = lowering.adopters(resource, networks);
    let loose = &mut lowering.lowered.made.loose;
    loose.insert(table, networks);
    table
}

/// `aws_default_route_table` adopts the table that came with the VPC and removes the routes it has.
fn default_table(lowering: &mut Lowering<AtRoutes>, id: Id<Resource>, resource: &Resource) {
    let own = |lowering: &Lowering<AtRoutes>, target: &Target| match target.attribute.as_str() {
        "default_route_table_id" | "main_route_table_id" => lowering
            .seen::<Networks>()
            .of
            .get(&target.resource)
            .copied(),
        _ => None,
    };
    let named = lowering.find(
        Attribute::of(resource, "default_route_table_id"),
        own,
        |_, _, _| None,
    );
    let networks = lowering.adopters(resource, named);
    let name = lowering.name(id);
    let table = lowering.world.route_tables.push(RouteTable {
        name,
        routes: Vec::new(),
        origin: Some(resource.origin.clone()),
    });
    lowering.lowered.made.of.insert(id, table);
    if networks.doubt().is_certain() {
        networks.give(table, &mut lowering.lowered.made.defaults);
        let sure = &mut lowering.lowered.made.network_of;
        sure.extend(networks.first().map(|network| (table, network)));
        return;
    }
    for (network, doubt) in &networks.items {
        let candidates = &mut lowering.lowered.made.candidates;
        let main = candidates.entry(*network).or_default();
        main.add(table, doubt.clone());
        main.rest = main.rest.and(doubt);
    }
    let loose = &mut lowering.lowered.made.loose;
    loose.insert(table, networks);
}

/// A VPC whose main table is known by id and held by a table of the input.
fn known_main_tables(lowering: &mut Lowering<AtRoutes>) {
    let graph = lowering.graph;
    let networks: Vec<_> = lowering
        .seen::<Networks>()
        .of
        .iter()
        .map(|(id, network)| (*id, *network))
        .collect();
    for (id, network) in networks {
        let main = graph.resources[id].values.get("main_route_table_id").text();
        if let Some(table) = main.and_then(|main| lowering.table_with_id(main)) {
            lowering.lowered.made.main.insert(network, table);
        }
    }
}

/// A table is of the VPC whose main table it becomes, so it tells the VPC where the association does not.
fn main_association(lowering: &mut Lowering<AtRoutes>, resource: &Resource) {
    let [vpc, table] = ["vpc_id", "route_table_id"].map(|path| Attribute::of(resource, path));
    let mut networks = lowering.networks(vpc);
    let tables = lowering.tables(table);
    if networks.items.is_empty() {
        let doubt = if networks.rest.is_certain() {
            lowering.unknown(vpc)
        } else {
            networks.rest.clone()
        };
        let known: BTreeSet<Id<Network>> = tables
            .all()
            .filter_map(|table| lowering.lowered.made.network_of.get(&table).copied())
            .collect();
        let any = if known.is_empty() {
            lowering.networks_of_input(resource.input)
        } else {
            known
        };
        any.into_iter()
            .for_each(|network| networks.add(network, doubt.clone()));
    }
    for (network, doubt) in &networks.items {
        if let (Some(table), true) = (tables.certain(), networks.doubt().is_certain()) {
            lowering.lowered.made.main.insert(*network, table);
            continue;
        }
        let mut all = tables.clone();
        all.or_any(lowering.tables_of(*network));
        let candidates = lowering
            .lowered
            .made
            .candidates
            .entry(*network)
            .or_default();
        all.items
            .into_iter()
            .for_each(|(table, own)| candidates.add(table, own.and(doubt)));
        candidates.rest = candidates.rest.and(&tables.rest).and(doubt);
    }
}

impl Lowering<'_, AtRoutes> {
    /// The main table of a network: what subnets without an association use.
    pub fn main_table(&mut self, network: Id<Network>) -> Id<RouteTable> {
        let main = self.lowered.made.main.get(&network).copied();
        main.unwrap_or_else(|| self.default_table(network))
    }

    /// The table that came with a network: adopted by the input, or as AWS makes it. That of a network which the input
    /// does not hold may have any route.
    pub fn default_table(&mut self, network: Id<Network>) -> Id<RouteTable> {
        if let Some(table) = self.lowered.made.defaults.get(&network) {
            return *table;
        }
        let name = format!("main route table of {}", self.world.networks[network].name);
        let table = self.world.route_tables.push(RouteTable {
            name,
            routes: Vec::new(),
            origin: None,
        });
        self.lowered.made.defaults.insert(network, table);
        self.lowered.made.network_of.insert(table, network);
        table
    }

    /// The tables of the input that are or may be of a network.
    fn tables_of(&self, network: Id<Network>) -> Vec<Id<RouteTable>> {
        let sure = self.lowered.made.network_of.iter();
        let sure = sure.filter(|(_, own)| **own == network);
        let loose = self.lowered.made.loose.iter();
        let loose = loose.filter(|(_, found)| found.all().any(|own| own == network));
        let sure = sure.map(|(table, _)| *table);
        sure.chain(loose.map(|(table, _)| *table)).collect()
    }

    /// The networks that a table is or may be of; none for one that the input only names.
    fn networks_of_table(&self, table: Id<RouteTable>) -> Vec<Id<Network>> {
        let sure = self.lowered.made.network_of.get(&table);
        let loose = self.lowered.made.loose.get(&table);
        let perhaps = loose.into_iter().flat_map(Found::all);
        sure.copied().into_iter().chain(perhaps).collect()
    }

    fn table_with_id(&self, id: &str) -> Option<Id<RouteTable>> {
        self.graph
            .holding(id)
            .iter()
            .find_map(|target| self.lowered.made.of.get(&target.resource).copied())
    }

    fn table_of(&self, target: &Target) -> Option<Id<RouteTable>> {
        if let Some(network) = self.seen::<Networks>().of.get(&target.resource) {
            let own = self.graph.resources[target.resource]
                .values
                .get(&target.attribute)
                .text();
            return match target.attribute.as_str() {
                "default_route_table_id" | "main_route_table_id" => {
                    let held = own.and_then(|id| self.table_with_id(id));
                    held.or_else(|| self.lowered.made.defaults.get(network).copied())
                }
                _ => None,
            };
        }
        match target.attribute.as_str() {
            "id" | "arn" | "" | "route_table_id" => {
                self.lowered.made.of.get(&target.resource).copied()
            }
            _ => None,
        }
    }

    /// The route tables that an attribute names; those that the input only names by id are added to the world and may have
    /// any further route.
    pub fn tables(&mut self, at: Attribute) -> Found<Id<RouteTable>> {
        self.find(at, Self::table_of, |lowering, at, id| {
            Some(lowering.foreign_table(at, id))
        })
    }

    fn foreign_table(&mut self, at: Attribute, id: &str) -> Id<RouteTable> {
        if let Some(table) = self.lowered.on_demand.route_tables.get(id) {
            return *table;
        }
        let doubt = self.not_in_input(at, id);
        let origin = Some(at.resource.origin_of(at.path));
        let any = Route {
            destination: None,
            target: crate::model::Target::Unknown,
            rank: 0,
            doubt,
            origin: None,
        };
        let table = self.world.route_tables.push(RouteTable {
            name: id.to_owned(),
            routes: vec![any],
            origin,
        });
        self.lowered
            .on_demand
            .route_tables
            .insert(id.to_owned(), table);
        table
    }
}
