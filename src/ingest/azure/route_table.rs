//! Effective routes of every subnet: system routes, those of gateways, and the user-defined ones of its route table.
//! Source: "Virtual network traffic routing" (virtual-networks-udr-overview): longest prefix first, then user-defined before
//! gateway (BGP) before system routes; routes to networks and peerings go before those of gateways even if shorter.

use super::lowering::{At, Attribute, Blocks, Found, Lowering, is_set};
use super::route::{self, GATEWAY, SYSTEM, USER, UserRoute};
use super::stage::{AtRoutes, Peerings, Subnets};
use crate::ingest::lowering::{Family, Sees};
use crate::ingest::terraform::{Mode, NamedBy, Resource, ResourceFamily, Target as Named, Value};
use crate::model::{
    AddressSet, Doubt, GapKind, Id, IpNet, Network, Route, RouteTable, Subnet, Target,
};
use std::collections::BTreeMap;

const TYPE: &str = "azurerm_route_table";

/// Prefixes that Azure drops unless a network or another route holds them ("Default", next hop `None`).
const DROPPED: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
];

/// Route tables with their routes.
#[must_use]
pub fn family() -> Family<AtRoutes> {
    Family {
        resources: ResourceFamily {
            types: vec![
                "azurerm_route",
                "azurerm_route_table",
                "azurerm_subnet_route_table_association",
            ],
            references: vec![NamedBy::new(
                &["azurerm_route_table"],
                &["route_table_id", "route_table_name"],
            )],
            required: &[
                (
                    "azurerm_subnet_route_table_association",
                    &["subnet_id", "route_table_id"],
                ),
                ("azurerm_route", &["route_table_name"]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Gives every subnet its table.
fn lower(lowering: &mut Lowering<AtRoutes>) {
    let graph = lowering.graph;
    let mut of_subnet: BTreeMap<Id<Subnet>, Found<Id<Resource>>> = BTreeMap::new();
    let mut loose = Doubt::none();
    for (_, resource) in graph.of("azurerm_subnet_route_table_association") {
        let tables = lowering.resources(Attribute::of(resource, "route_table_id"), TYPE);
        let subnets = lowering.subnets(Attribute::of(resource, "subnet_id"));
        loose = loose.and(&subnets.rest);
        for (subnet, doubt) in subnets.items {
            associate(&mut of_subnet, subnet, &tables, &doubt);
        }
    }
    for (subnet, at) in blocks(lowering, "route_table_id") {
        let tables = lowering.resources(at, TYPE);
        associate(&mut of_subnet, subnet, &tables, &Doubt::none());
    }
    let routes = route::read(lowering);
    for subnet in lowering.own_subnets() {
        let found = of_subnet.remove(&subnet).unwrap_or_default();
        settle(lowering, subnet, &found, &routes, &loose);
    }
}

fn associate(
    of_subnet: &mut BTreeMap<Id<Subnet>, Found<Id<Resource>>>,
    subnet: Id<Subnet>,
    tables: &Found<Id<Resource>>,
    doubt: &Doubt,
) {
    let own = of_subnet.entry(subnet).or_default();
    own.rest = own.rest.and(&tables.rest).and(doubt);
    tables
        .items
        .iter()
        .for_each(|(table, why)| own.add(*table, why.and(doubt)));
}

/// The attribute of a name in every block that makes a subnet: inside its network, or of a data source that reads it.
pub fn blocks<'g, B: Sees<Subnets>, M>(
    lowering: &Lowering<'g, At<B, M>>,
    name: &'static str,
) -> Vec<(Id<Subnet>, Attribute<'g>)> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for inline in &lowering.seen::<Subnets>().inline {
        let resource = &graph.resources[inline.resource];
        let block = resource.values.get("subnet").items().get(inline.number);
        let path = if name == "route_table_id" {
            "subnet.route_table_id"
        } else {
            "subnet.security_group"
        };
        out.extend(block.map(|block| {
            (
                inline.subnet,
                Attribute {
                    resource,
                    path,
                    value: block.get(name),
                },
            )
        }));
    }
    for (id, subnet) in &lowering.seen::<Subnets>().of {
        let resource = &graph.resources[*id];
        let path = if name == "route_table_id" {
            name
        } else {
            "network_security_group_id"
        };
        if resource.mode == Mode::Data {
            let all = lowering.lowered.on_demand.alternatives.of(*subnet);
            out.extend(all.map(|subnet| (subnet, Attribute::of(resource, path))));
        }
    }
    out.retain(|(_, at)| is_set(at.value));
    out
}

/// Exactly one table is right: the one that is associated, else system routes alone.
fn settle(
    lowering: &mut Lowering<AtRoutes>,
    subnet: Id<Subnet>,
    found: &Found<Id<Resource>>,
    routes: &BTreeMap<Id<Resource>, Vec<UserRoute>>,
    loose: &Doubt,
) {
    let network = lowering.world.subnets[subnet].network;
    let mut tables: Vec<Id<RouteTable>> = found
        .all()
        .map(|id| user_table(lowering, id, network, routes))
        .collect();
    let doubt = found.doubt().and(loose);
    if tables.is_empty() || !doubt.is_certain() {
        tables.push(system_table(lowering, network));
    }
    if !doubt.is_certain() {
        let others: Vec<Id<Resource>> = lowering.graph.of(TYPE).map(|(id, _)| id).collect();
        tables.extend(
            others
                .into_iter()
                .map(|id| user_table(lowering, id, network, routes)),
        );
    }
    tables.sort_unstable();
    tables.dedup();
    let prefixes = found.all().filter_map(|id| routes.get(&id)).flatten().fold(
        Blocks::default(),
        |mut sum, route| {
            sum.add(&route.destination);
            sum
        },
    );
    lowering.lowered.made.user_prefixes.insert(
        subnet,
        Blocks {
            rest: prefixes.rest.and(&doubt),
            ..prefixes
        },
    );
    let own = &mut lowering.world.subnets[subnet];
    own.tables = tables;
    own.doubt = own.doubt.and(&doubt);
}

/// The routes of a network's subnets without a table of their own.
fn system_table(lowering: &mut Lowering<AtRoutes>, network: Id<Network>) -> Id<RouteTable> {
    if let Some(table) = lowering.lowered.made.system.get(&network) {
        return *table;
    }
    let name = format!("system routes of {}", lowering.world.networks[network].name);
    let routes = system_routes(lowering, network, &[], true);
    let table = lowering.world.route_tables.push(RouteTable {
        name,
        routes,
        origin: None,
    });
    lowering.lowered.made.system.insert(network, table);
    table
}

/// A route table as it holds in the subnets of a network: its own routes, and the network's system routes.
fn user_table(
    lowering: &mut Lowering<AtRoutes>,
    id: Id<Resource>,
    network: Id<Network>,
    routes: &BTreeMap<Id<Resource>, Vec<UserRoute>>,
) -> Id<RouteTable> {
    if let Some(table) = lowering.lowered.made.of.get(&(id, network)) {
        return *table;
    }
    let graph = lowering.graph;
    let resource = &graph.resources[id];
    let used = lowering.lowered.made.of.keys().any(|(own, _)| *own == id);
    let name = lowering.name(id);
    let name = if used {
        format!("{name} in {}", lowering.world.networks[network].name)
    } else {
        name
    };
    let user = routes.get(&id).map_or(&[][..], Vec::as_slice);
    let propagates = match (
        resource
            .values
            .get("bgp_route_propagation_enabled")
            .boolean(),
        resource
            .values
            .get("disable_bgp_route_propagation")
            .boolean(),
    ) {
        (Some(enabled), _) => enabled,
        (None, Some(disabled)) => !disabled,
        (None, None) => true,
    };
    let mut own = system_routes(lowering, network, user, propagates);
    for route in user {
        own.extend(route.routes(lowering, network));
    }
    if resource.mode == Mode::Data {
        let what = format!(
            "`{}` is only read: the routes that it has are not all in the input",
            resource.address
        );
        let doubt = lowering
            .world
            .doubt(GapKind::NotInInput, what, Some(resource.origin.clone()));
        own.push(Route {
            destination: None,
            target: Target::Unknown,
            rank: USER,
            doubt,
            origin: Some(resource.origin.clone()),
        });
    }
    let table = RouteTable {
        name,
        routes: own,
        origin: Some(resource.origin.clone()),
    };
    let table = lowering.world.route_tables.push(table);
    lowering.lowered.made.of.insert((id, network), table);
    table
}

/// Routes that Azure adds by itself. `propagates`: whether those of gateways are among them. A user-defined default route
/// takes the place of the reserved prefixes that lead nowhere ("Routing example").
fn system_routes(
    lowering: &Lowering<AtRoutes>,
    network: Id<Network>,
    user: &[UserRoute],
    propagates: bool,
) -> Vec<Route> {
    let own = &lowering.world.networks[network];
    let mut out = Vec::new();
    let unknown = AddressSet::all_v4().is_subset(&own.addresses);
    let doubt = if own.known {
        own.doubt.clone()
    } else {
        Doubt::none()
    };
    if unknown {
        out.push(Route {
            destination: None,
            target: Target::Local,
            rank: SYSTEM,
            doubt: own.doubt.clone(),
            origin: None,
        });
    } else {
        out.extend(
            own.addresses
                .blocks()
                .into_iter()
                .map(|block| route(block, &Target::Local, SYSTEM, &doubt)),
        );
    }
    out.extend(to_neighbours(lowering, network, propagates));
    out.extend(reserved(lowering, network, user));
    let internet = Target::Outside("internet".to_owned());
    out.extend(
        ["0.0.0.0/0", "::/0"]
            .iter()
            .filter_map(|block| block.parse().ok())
            .map(|block| route(block, &internet, SYSTEM, &Doubt::none())),
    );
    let any = lowering
        .seen::<Peerings>()
        .loose
        .get(&network)
        .cloned()
        .or_else(|| (!own.known).then(|| own.doubt.clone()));
    out.extend(any.map(|doubt| Route {
        destination: None,
        target: Target::Unknown,
        rank: USER,
        doubt,
        origin: None,
    }));
    out
}

fn route(destination: IpNet, target: &Target, rank: u32, doubt: &Doubt) -> Route {
    Route {
        destination: Some(destination),
        target: target.clone(),
        rank,
        doubt: doubt.clone(),
        origin: None,
    }
}

/// Routes to what a network reaches by itself; those of gateways where they propagate, but for what is nearer.
fn to_neighbours(
    lowering: &Lowering<AtRoutes>,
    network: Id<Network>,
    propagates: bool,
) -> Vec<Route> {
    let own = &lowering.world.networks[network];
    let neighbours = lowering.lowered.neighbours(network);
    let direct = neighbours
        .clone()
        .filter(|one| !one.propagated && one.doubt.is_certain());
    let nearer = direct.fold(own.addresses.clone(), |sum, one| sum.union(&one.addresses));
    let mut out = Vec::new();
    for neighbour in neighbours.filter(|one| propagates || !one.propagated) {
        let target = Target::Border(neighbour.border);
        // Addresses that are not known may be any, and so more exact than every other route.
        if !neighbour.propagated && AddressSet::all_v4().is_subset(&neighbour.addresses) {
            out.push(Route {
                destination: None,
                target,
                rank: SYSTEM,
                doubt: neighbour.doubt.clone(),
                origin: None,
            });
            continue;
        }
        let (rank, blocks) = if neighbour.propagated {
            let further = neighbour.addresses.difference(&nearer);
            (GATEWAY, learned(&further, &neighbour.doubt))
        } else {
            (SYSTEM, neighbour.addresses.blocks())
        };
        let blocks = blocks.into_iter();
        out.extend(blocks.map(|block| route(block, &target, rank, &neighbour.doubt)));
    }
    out
}

/// Reserved prefixes that lead nowhere, where neither a user-defined default route nor a block of the network or a
/// neighbour takes their place.
fn reserved(lowering: &Lowering<AtRoutes>, network: Id<Network>, user: &[UserRoute]) -> Vec<Route> {
    let own = &lowering.world.networks[network];
    let neighbours = lowering.lowered.neighbours(network);
    let default: AddressSet = AddressSet::parse("0.0.0.0/0").unwrap_or_default();
    let overridden = user
        .iter()
        .any(|route| route.destination.addresses == default);
    let dropped = Target::Drop("Azure routes reserved private prefixes nowhere".to_owned());
    let held = |block: &IpNet| {
        own.addresses.blocks().contains(block)
            || neighbours
                .clone()
                .any(|one| one.addresses.blocks().contains(block))
    };
    let blocks = DROPPED
        .iter()
        .filter_map(|block| block.parse::<IpNet>().ok())
        .filter(|block| !overridden && !held(block));
    let route = |destination| Route {
        destination: Some(destination),
        target: dropped.clone(),
        rank: SYSTEM,
        doubt: Doubt::none(),
        origin: None,
    };
    blocks.map(route).collect()
}

/// The prefixes that a gateway learns for addresses. Where these are only what may be behind it, a prefix may be any of the
/// reserved ones, before which it then goes.
fn learned(addresses: &AddressSet, doubt: &Doubt) -> Vec<IpNet> {
    if doubt.is_certain() {
        return addresses.blocks();
    }
    let reserved: AddressSet = DROPPED
        .iter()
        .filter_map(|block| AddressSet::parse(block).ok())
        .collect();
    [
        addresses.intersection(&reserved),
        addresses.difference(&reserved),
    ]
    .iter()
    .flat_map(AddressSet::blocks)
    .collect()
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// The route tables whose name an attribute holds, or whose id.
    pub fn tables(&mut self, at: Attribute) -> Found<Id<Resource>> {
        match at.value {
            Value::Text(_) => self.by_name(at, TYPE),
            _ => self.find(
                at,
                |lowering, target: &Named| {
                    (lowering.graph.resources[target.resource].kind == TYPE)
                        .then_some(target.resource)
                },
                |_, _, _| None,
            ),
        }
    }
}
