//! Routes: local ones, inline blocks, `aws_route`, propagated ones. Source: VPC user guide, "Route tables" and "Route
//! priority": longest prefix first; then static over propagated, and a block over a prefix list.

use super::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::lowering::Learned;
use crate::ingest::terraform::{By, Mode, Resource, Value};
use crate::model::{
    AddressSet, Border, Doubt, GapKind, Id, IpNet, Network, Route, RouteTable, Target,
};
use std::collections::BTreeMap;

/// Rank of a route to a block that was entered by hand.
const STATIC: u32 = 0;
/// Rank of a route to a prefix list.
const LIST: u32 = 1;
/// Rank of a propagated route.
const PROPAGATED: u32 = 2;

/// Fills all tables.
pub fn lower(lowering: &mut Lowering) {
    let graph = lowering.graph;
    let tables: Vec<_> = lowering
        .lowered
        .network_of_table
        .iter()
        .map(|(table, network)| (*table, *network))
        .collect();
    for (table, network) in tables {
        local(lowering, table, network);
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
            let Some(table) = lowering.lowered.route_tables.get(&id).copied() else {
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
    unknown_tables(lowering);
}

/// Every table delivers all blocks of its VPC locally.
fn local(lowering: &mut Lowering, table: Id<RouteTable>, network: Id<Network>) {
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
        doubt,
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

fn separate<'g>(lowering: &mut Lowering<'g>, resource: &'g Resource, loose: &mut Loose<'g>) {
    let mut tables = lowering.tables(Attribute::of(resource, "route_table_id"));
    if tables.items.is_empty() && !tables.rest.is_certain() {
        let graph = lowering.graph;
        let same = |id: &Id<Resource>| graph.resources[*id].input == resource.input;
        let all: Vec<_> = lowering
            .lowered
            .route_tables
            .iter()
            .filter(|(id, _)| same(id))
            .map(|(_, table)| *table)
            .collect();
        all.into_iter()
            .chain(lowering.world.route_tables.ids())
            .for_each(|table| tables.add(table, tables.rest.clone()));
    }
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
fn loose_routes(lowering: &mut Lowering, loose: Loose) {
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
fn inline(lowering: &mut Lowering, table: Id<RouteTable>, resource: &Resource) {
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
        for route in routes {
            let same = |old: &Route| {
                old.destination == route.destination
                    && old.doubt.is_certain()
                    && old.rank <= route.rank
            };
            if route.destination.is_none() || !own.iter().any(same) {
                own.push(route);
            }
        }
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
    lowering: &mut Lowering,
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
    lowering: &mut Lowering,
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
    out
}

/// Attributes that name where a route leads, except borders.
const WAYS: &[(&str, &str)] = &[
    ("egress_only_gateway_id", "egress-only internet gateway"),
    ("carrier_gateway_id", "carrier gateway"),
    ("local_gateway_id", "local gateway of an Outpost"),
    ("odb_network_arn", "Oracle database network"),
];

/// Attributes that name borders, with what they are.
const BORDERS: &[(&str, &str)] = &[
    ("vpc_peering_connection_id", "VPC peering"),
    ("transit_gateway_id", "transit gateway"),
    ("core_network_arn", "Cloud WAN"),
];

/// Attributes that name an appliance which may do anything with the packet.
const APPLIANCES: &[&str] = &["network_interface_id", "instance_id", "vpc_endpoint_id"];

/// Where a route leads: one target, or several in doubt.
fn targets(
    lowering: &mut Lowering,
    table: Id<RouteTable>,
    at: Attribute,
    prefix: &str,
) -> Vec<(Target, Doubt)> {
    let mut out = Vec::new();
    let names = BORDERS
        .iter()
        .chain(WAYS)
        .map(|(name, _)| *name)
        .chain(APPLIANCES.iter().copied())
        .chain(["gateway_id", "nat_gateway_id"]);
    let mut set: Vec<&str> = names.filter(|name| is_set(at.value.get(name))).collect();
    // What is known wins over what the provider merely marks as known after apply.
    if set.iter().any(|name| !at.value.get(name).is_unknown()) {
        set.retain(|name| !at.value.get(name).is_unknown());
    }
    // The interface of an instance or NAT gateway is computed beside what names it.
    if set.len() > 1 {
        set.retain(|name| *name != "network_interface_id");
    }
    for name in &set {
        let path = format!("{prefix}{name}");
        let at = Attribute {
            resource: at.resource,
            path: &path,
            value: at.value.get(name),
        };
        out.extend(target(lowering, table, at, name));
    }
    if out.is_empty() {
        out.push((Target::Unknown, lowering.unknown(at)));
    }
    if set.len() > 1 {
        let all: Vec<String> = set.iter().map(|name| format!("`{name}`")).collect();
        let what = format!(
            "which of {} is the target of the route of `{}` cannot be resolved",
            all.join(" and "),
            at.resource.address
        );
        let doubt = lowering.world.doubt(
            GapKind::Unlinked,
            what,
            Some(at.resource.origin_of(at.path)),
        );
        out.iter_mut().for_each(|(_, own)| *own = own.and(&doubt));
    }
    let black = at.value.get("state").text() == Some("blackhole");
    if black
        && !out
            .iter()
            .any(|(target, _)| matches!(target, Target::Border(_)))
    {
        return vec![(Target::Drop("blackhole".to_owned()), Doubt::none())];
    }
    out
}

fn target(
    lowering: &mut Lowering,
    table: Id<RouteTable>,
    at: Attribute,
    name: &str,
) -> Vec<(Target, Doubt)> {
    let outside = |way: &str| vec![(Target::Outside(way.to_owned()), Doubt::none())];
    if let Some((_, way)) = WAYS.iter().find(|(own, _)| *own == name) {
        return outside(way);
    }
    if let Some((_, kind)) = BORDERS.iter().find(|(own, _)| *own == name) {
        let near = lowering.lowered.network_of_table.get(&table).copied();
        let links = lowering.links(at, kind, near);
        return borders(lowering, at, links);
    }
    match name {
        "gateway_id" => gateway(lowering, table, at),
        "nat_gateway_id" => nat_gateway(lowering, table, at),
        _ => appliance(lowering, at),
    }
}

/// Borders as targets; one of which it cannot be resolved what it joins may lead anywhere, and so may one of very many.
fn borders(
    lowering: &mut Lowering,
    at: Attribute,
    links: Found<Id<Border>>,
) -> Vec<(Target, Doubt)> {
    let all = lowering.lowered.loose_links.clone();
    let loose = |link: Id<Border>| all.contains(&link);
    let mut rest = links.rest.clone();
    let crowd = links.is_crowd();
    if crowd || links.all().any(loose) {
        let doubt = links
            .items
            .iter()
            .take(1)
            .fold(rest, |sum, (_, own)| sum.and(own));
        rest = if doubt.is_certain() {
            lowering.loose_end(at, links.first())
        } else {
            doubt
        };
    }
    let legs = |link: Id<Border>| !lowering.world.borders[link].legs.is_empty();
    let kept = links
        .items
        .into_iter()
        .filter(|(link, _)| !crowd && (legs(*link) || !loose(*link)));
    listed(
        kept.map(|(link, doubt)| (Target::Border(link), doubt))
            .collect(),
        rest,
    )
}

fn listed(mut targets: Vec<(Target, Doubt)>, rest: Doubt) -> Vec<(Target, Doubt)> {
    if !rest.is_certain() {
        targets.push((Target::Unknown, rest));
    }
    targets
}

/// `gateway_id` names an internet gateway, a virtual private gateway, a gateway endpoint, or `local`.
fn gateway(lowering: &mut Lowering, table: Id<RouteTable>, at: Attribute) -> Vec<(Target, Doubt)> {
    let graph = lowering.graph;
    let one = |target| vec![(target, Doubt::none())];
    let text = at.value.text().unwrap_or_default();
    let near = lowering.lowered.network_of_table.get(&table).copied();
    let links = graph.follow(at.value, &["aws_vpn_gateway"]);
    if text == "local" {
        one(Target::Local)
    } else if text.starts_with("vgw-") || !links.targets.is_empty() {
        let links = lowering.links(at, "virtual private gateway", near);
        listed(
            links
                .items
                .into_iter()
                .map(|(link, doubt)| (Target::Border(link), doubt))
                .collect(),
            links.rest,
        )
    } else if text.starts_with("vpce-")
        || !graph
            .follow(at.value, &["aws_vpc_endpoint"])
            .targets
            .is_empty()
    {
        one(Target::Outside("gateway endpoint".to_owned()))
    } else if text.starts_with("igw-")
        || !graph
            .follow(at.value, &["aws_internet_gateway"])
            .targets
            .is_empty()
    {
        one(Target::Outside("internet gateway".to_owned()))
    } else {
        vec![(Target::Unknown, lowering.unlinked(at, &[], By::Gap))]
    }
}

fn nat_gateway(
    lowering: &mut Lowering,
    table: Id<RouteTable>,
    at: Attribute,
) -> Vec<(Target, Doubt)> {
    let gateways = lowering.resources(at, "aws_nat_gateway");
    let endpoint = |(id, doubt)| {
        lowering
            .lowered
            .endpoints
            .get(&id)
            .map(|endpoint| (Target::NatGateway(*endpoint), doubt))
    };
    let targets: Vec<_> = gateways.items.into_iter().filter_map(endpoint).collect();
    if !targets.is_empty() {
        return listed(targets, gateways.rest);
    }
    let near = lowering.lowered.network_of_table.get(&table).copied();
    if let (Some(near), Some(id)) = (near, at.value.text()) {
        return vec![(
            Target::NatGateway(lowering.foreign_nat_gateway(at, id, near)),
            Doubt::none(),
        )];
    }
    vec![(
        Target::Unknown,
        gateways.rest.and(&lowering.unlinked(at, &[], By::Gap)),
    )]
}

fn appliance(lowering: &mut Lowering, at: Attribute) -> Vec<(Target, Doubt)> {
    let what = format!(
        "the route of `{}` leads through an appliance (`{}`), which is not analysed",
        at.resource.address, at.path
    );
    vec![(
        Target::Unknown,
        lowering.world.doubt(
            GapKind::NotJudged,
            what,
            Some(at.resource.origin_of(at.path)),
        ),
    )]
}

/// Routes that a virtual private gateway enters by itself: their blocks are not in the input. They lead anywhere but to the
/// networks of the input, so that static routes to those stay certain; to such that have a way out themselves as well.
fn propagation(lowering: &mut Lowering, table: Id<RouteTable>, at: Attribute) {
    if !is_set(at.value) || *at.value == Value::List(Vec::new()) {
        return;
    }
    let near = lowering.lowered.network_of_table.get(&table).copied();
    let links: Found<_> = lowering.links(at, "virtual private gateway", near);
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
    for (link, why) in &links.items {
        let origin = Some(at.resource.origin_of(at.path));
        let learned = Learned {
            table,
            network: near,
            link: *link,
            rank: PROPAGATED,
            doubt: doubt.and(why),
            origin,
        };
        lowering.lowered.outer.learn(learned);
    }
    let targets = listed(
        links
            .items
            .into_iter()
            .map(|(link, doubt)| (Target::Border(link), doubt))
            .collect(),
        links.rest,
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
fn unknown_tables(lowering: &mut Lowering) {
    let tables: Vec<_> = lowering
        .lowered
        .default_tables
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
            .filter(|(_, link)| link.legs.iter().any(|leg| leg.from == network));
        let targets: Vec<Target> = joins
            .map(|(link, _)| Target::Border(link))
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
