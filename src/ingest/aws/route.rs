//! Routes: local ones, inline blocks, `aws_route`, propagated ones. Source: VPC user guide, "Route tables" and "Route
//! priority": longest prefix first; then static over propagated, and a block over a prefix list.

mod target;

use self::target::{listed, targets};
use super::lowering::{Attribute, Found, Lowering, is_set};
use super::resource_type::TYPES;
use super::template;
use crate::ingest::aws::stage::AtRoutes;
use crate::ingest::lowering::Learned;
use crate::ingest::terraform::{Mode, Resource, Value};
use crate::model::{AddressSet, Doubt, GapKind, Id, IpNet, Network, Route, RouteTable, Target};
use std::collections::BTreeMap;

/// Rank of a route to a block that was entered by hand.
const STATIC: u32 = 0;
/// Rank of a route to a prefix list.
const LIST: u32 = 1;
/// Rank of a propagated route.
const PROPAGATED: u32 = 2;

/// Fills all tables.
pub fn lower(lowering: &mut Lowering<AtRoutes>) {
    let graph = lowering.graph;
    let sure = lowering.lowered.made.network_of.iter();
    let mut tables: Vec<_> = sure
        .map(|(table, network)| (*table, *network, Doubt::none()))
        .collect();
    for (table, networks) in &lowering.lowered.made.loose {
        let each = networks.items.iter();
        tables.extend(each.map(|(network, doubt)| (*table, *network, doubt.clone())));
    }
    for (table, network, doubt) in tables {
        local(lowering, table, network, &doubt);
    }
    let mut loose = BTreeMap::new();
    for (_, resource) in graph
        .of("aws_route")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        separate(lowering, resource, &mut loose);
    }
    loose_routes(lowering, loose);
    for kind in ["aws_route_table", "aws_default_route_table"] {
        for (id, resource) in graph.of(kind) {
            let Some(table) = lowering.lowered.made.of.get(&id).copied() else {
                continue;
            };
            inline(lowering, table, resource);
            propagation(lowering, table, Attribute::of(resource, "propagating_vgws"));
        }
    }
    for (_, resource) in graph.of("aws_vpn_gateway_route_propagation") {
        for table in lowering
            .tables(Attribute::of(resource, "route_table_id"))
            .all()
        {
            propagation(lowering, table, Attribute::of(resource, "vpn_gateway_id"));
        }
    }
    unlisted(lowering);
    template::routes(lowering);
    unknown_tables(lowering);
}

/// What a type that is not modelled may add to a table that it names: routes anywhere, as a route server learns them.
fn unlisted(lowering: &mut Lowering<AtRoutes>) {
    let types = lowering.graph.types;
    let names = &["route_table_id", "route_table_ids"];
    for at in lowering.unlisted(names, |kind| TYPES.is_unlisted(types, kind)) {
        let doubt = lowering.may_add(at, "routes");
        let mut tables = lowering.tables(at);
        tables.or_any(lowering.world.route_tables.ids());
        for table in tables.all() {
            lowering.world.route_tables[table].routes.push(Route {
                destination: None,
                target: Target::Unknown,
                rank: STATIC,
                doubt: doubt.clone(),
                origin: Some(at.resource.origin.clone()),
            });
        }
    }
}

/// Every table delivers all blocks of its VPC locally.
fn local(
    lowering: &mut Lowering<AtRoutes>,
    table: Id<RouteTable>,
    network: Id<Network>,
    whether: &Doubt,
) {
    let Network {
        addresses,
        doubt,
        known,
        ..
    } = lowering.world.networks[network].clone();
    let unknown = addresses.v4 == AddressSet::all_v4().v4;
    let route = |destination, doubt| Route {
        destination,
        target: Target::Local,
        rank: STATIC,
        doubt: whether.and(&doubt),
        origin: None,
    };
    let routes: Vec<Route> = if unknown {
        vec![route(None, doubt)]
    } else {
        let doubt = if known { doubt } else { Doubt::none() };
        let v6 = lowering.world.doubt_of_v6(network);
        let of_block = |block: IpNet| {
            if block.prefix_len() == 0 {
                doubt.and(&v6)
            } else {
                doubt.clone()
            }
        };
        addresses
            .blocks()
            .into_iter()
            .map(|block| route(Some(block), of_block(block)))
            .collect()
    };
    lowering.world.route_tables[table].routes.extend(routes);
}

/// Tables that may hold routes of which it cannot be resolved which table they are in, each with one such route.
type Loose<'g> = BTreeMap<Id<RouteTable>, &'g Resource>;

fn separate<'g>(
    lowering: &mut Lowering<'g, AtRoutes>,
    resource: &'g Resource,
    loose: &mut Loose<'g>,
) {
    let mut tables = lowering.tables(Attribute::of(resource, "route_table_id"));
    tables.or_any(lowering.world.route_tables.ids());
    if tables.is_crowd() {
        tables
            .all()
            .for_each(|table| _ = loose.entry(table).or_insert(resource));
        return;
    }
    let names = Names {
        v4: "destination_cidr_block",
        v6: "destination_ipv6_cidr_block",
        prefix: "",
    };
    for (table, doubt) in tables.items {
        let routes = routes(
            lowering,
            table,
            Attribute {
                resource,
                path: "",
                value: &resource.values,
            },
            &names,
        );
        let own = routes.into_iter().map(|route| Route {
            doubt: route.doubt.and(&doubt),
            ..route
        });
        lowering.world.route_tables[table].routes.extend(own);
    }
}

/// Where very many routes could be in very many tables, each table may send anything anywhere.
fn loose_routes(lowering: &mut Lowering<AtRoutes>, loose: Loose) {
    let Some(first) = loose.values().next().copied() else {
        return;
    };
    let what = format!(
        "which routes are in which of {} route tables cannot be resolved, `{}` among them",
        loose.len(),
        first.address
    );
    let doubt = lowering
        .world
        .doubt(GapKind::Unlinked, what, Some(first.origin.clone()));
    for (table, resource) in loose {
        let origin = Some(resource.origin.clone());
        let any = Route {
            destination: None,
            target: Target::Unknown,
            rank: STATIC,
            doubt: doubt.clone(),
            origin,
        };
        lowering.world.route_tables[table].routes.push(any);
    }
}

/// Inline blocks; one whose destination a separate route of the table has already is that route as a refresh lists it.
fn inline(lowering: &mut Lowering<AtRoutes>, table: Id<RouteTable>, resource: &Resource) {
    let name = if resource.mode == Mode::Data {
        "routes"
    } else {
        "route"
    };
    for (n, block) in resource.values.get(name).items().iter().enumerate() {
        let (path, prefix) = (format!("{name}[{n}]"), format!("{name}[{n}]."));
        let names = Names {
            v4: "cidr_block",
            v6: "ipv6_cidr_block",
            prefix: &prefix,
        };
        let routes = routes(
            lowering,
            table,
            Attribute {
                resource,
                path: &path,
                value: block,
            },
            &names,
        );
        let own = &mut lowering.world.route_tables[table].routes;
        let known = |route: &Route| {
            let same = |old: &Route| {
                old.destination == route.destination
                    && old.doubt.is_certain()
                    && old.rank <= route.rank
            };
            route.destination.is_some() && own.iter().any(same)
        };
        // One block may make several: what it may lead to beside what it surely leads to.
        let fresh: Vec<Route> = routes.into_iter().filter(|route| !known(route)).collect();
        own.extend(fresh);
    }
}

/// How a form of route names its destinations.
struct Names<'a> {
    v4: &'a str,
    v6: &'a str,
    /// What stands before the name in the path of an attribute.
    prefix: &'a str,
}

fn routes(
    lowering: &mut Lowering<AtRoutes>,
    table: Id<RouteTable>,
    at: Attribute,
    names: &Names,
) -> Vec<Route> {
    let Attribute {
        resource,
        value: block,
        ..
    } = at;
    if block.is_unknown() {
        let doubt = lowering.unknown(at);
        let origin = Some(resource.origin_of(at.path));
        return vec![Route {
            destination: None,
            target: Target::Unknown,
            rank: STATIC,
            doubt,
            origin,
        }];
    }
    let targets = targets(lowering, table, at, names.prefix);
    let mut out = Vec::new();
    for (destination, rank, path, doubt) in destinations(lowering, at, names) {
        for (target, own) in &targets {
            let origin = Some(resource.origin_of(&path));
            out.push(Route {
                destination,
                target: target.clone(),
                rank,
                doubt: doubt.and(own),
                origin,
            });
        }
    }
    out
}

/// Blocks that a route is for, each with its rank, the path of its attribute, and a doubt.
fn destinations(
    lowering: &mut Lowering<AtRoutes>,
    at: Attribute,
    names: &Names,
) -> Vec<(Option<IpNet>, u32, String, Doubt)> {
    let Attribute {
        resource,
        value: block,
        ..
    } = at;
    let mut out = Vec::new();
    for (name, rank) in [
        (names.v4, STATIC),
        (names.v6, STATIC),
        ("destination_prefix_list_id", LIST),
    ] {
        let path = format!("{}{name}", names.prefix);
        let value = block.get(name);
        if !is_set(value) {
            continue;
        }
        let at = Attribute {
            resource,
            path: &path,
            value,
        };
        let blocks = if rank == LIST {
            lowering.prefix_lists(at)
        } else {
            lowering.blocks(at)
        };
        out.extend(
            blocks
                .addresses
                .blocks()
                .into_iter()
                .map(|block| (Some(block), rank, path.clone(), Doubt::none())),
        );
        if !blocks.rest.is_certain() {
            // An IPv6 block that AWS will choose must not cast doubt on IPv4.
            let destination = if name == names.v6 {
                "::/0".parse().ok()
            } else {
                None
            };
            out.push((destination, rank, path.clone(), blocks.rest));
        }
    }
    // A route has to have a destination, so where it seems to have none it is not known.
    let path = format!("{}{}", names.prefix, names.v4);
    if out.is_empty() && matches!(block.get(names.v4), Value::Computed) {
        let at = Attribute {
            resource,
            path: &path,
            value: block.get(names.v4),
        };
        let doubt = lowering.unknown(at);
        out.push((None, STATIC, path, doubt));
    }
    out
}

/// Routes that a virtual private gateway enters by itself: their blocks are not in the input. They lead anywhere but to the
/// networks of the input, so that static routes to those stay certain; to such that have a way out themselves as well.
fn propagation(lowering: &mut Lowering<AtRoutes>, table: Id<RouteTable>, at: Attribute) {
    if !is_set(at.value) || *at.value == Value::List(Vec::new()) {
        return;
    }
    let near = lowering.lowered.made.network_of.get(&table).copied();
    let borders: Found<_> = lowering.borders(at, "virtual private gateway", near);
    let what = format!(
        "the routes that a virtual private gateway propagates into `{}` are not in the input",
        lowering.world.route_tables[table].name
    );
    let doubt = lowering.world.doubt(
        GapKind::NotInInput,
        what,
        Some(at.resource.origin_of(at.path)),
    );
    let own = lowering.known_addresses();
    for (border, why) in &borders.items {
        let origin = Some(at.resource.origin_of(at.path));
        let learned = Learned {
            table,
            network: near,
            border: *border,
            rank: PROPAGATED,
            doubt: doubt.and(why),
            origin,
        };
        lowering.lowered.on_demand.outer.learn(learned);
    }
    let targets = listed(
        borders
            .items
            .into_iter()
            .map(|(border, doubt)| (Target::Border(border), doubt))
            .collect(),
        borders.rest,
    );
    for block in AddressSet::all().difference(&own).blocks() {
        for (target, why) in &targets {
            let origin = Some(at.resource.origin_of(at.path));
            let route = Route {
                destination: Some(block),
                target: target.clone(),
                rank: PROPAGATED,
                doubt: doubt.and(why),
                origin,
            };
            lowering.world.route_tables[table].routes.push(route);
        }
    }
}

/// The default table of a network that the input does not hold may send any packet over any of its borders.
fn unknown_tables(lowering: &mut Lowering<AtRoutes>) {
    let tables: Vec<_> = lowering
        .lowered
        .made
        .defaults
        .iter()
        .map(|(network, table)| (*network, *table))
        .collect();
    for (network, table) in tables {
        let unmanaged = !lowering.world.networks[network].known
            && lowering.world.route_tables[table].origin.is_none();
        if !unmanaged {
            continue;
        }
        let doubt = lowering.world.networks[network].doubt.clone();
        let joins = lowering
            .world
            .borders
            .iter()
            .filter(|(_, border)| border.legs.iter().any(|leg| leg.from == network));
        let targets: Vec<Target> = joins
            .map(|(border, _)| Target::Border(border))
            .chain([Target::Unknown])
            .collect();
        let any = |target| Route {
            destination: None,
            target,
            rank: STATIC,
            doubt: doubt.clone(),
            origin: None,
        };
        lowering.world.route_tables[table]
            .routes
            .extend(targets.into_iter().map(any));
    }
}
