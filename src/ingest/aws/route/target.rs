//! What a route leads to: a border, a gateway, a NAT gateway, an appliance. Source: VPC user guide, "Example routing options".

use crate::ingest::aws::lowering::{Attribute, Found, Lowering, is_set};
use crate::ingest::aws::stage::{AtRoutes, Borders, Endpoints};
use crate::ingest::terraform::By;
use crate::model::{Border, Doubt, GapKind, Id, RouteTable, Target};

/// Attributes that name where a route leads, except borders.
const WAYS: &[(&str, &str)] = &[
    ("egress_only_gateway_id", "egress-only internet gateway"),
    ("carrier_gateway_id", "carrier gateway"),
    ("local_gateway_id", "local gateway of an Outpost"),
    ("odb_network_arn", "Oracle database network"),
];

/// Attributes that name an appliance which may do anything with the packet.
const APPLIANCES: &[&str] = &["network_interface_id", "instance_id", "vpc_endpoint_id"];

/// Where a route leads: one target, or several in doubt.
pub(super) fn targets(
    lowering: &mut Lowering<AtRoutes>,
    table: Id<RouteTable>,
    at: Attribute,
    prefix: &str,
) -> Vec<(Target, Doubt)> {
    let mut out = Vec::new();
    let borders = lowering.seen::<Borders>().named_in_routes.clone();
    let names = borders
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
    lowering: &mut Lowering<AtRoutes>,
    table: Id<RouteTable>,
    at: Attribute,
    name: &str,
) -> Vec<(Target, Doubt)> {
    let outside = |way: &str| vec![(Target::Outside(way.to_owned()), Doubt::none())];
    if let Some((_, way)) = WAYS.iter().find(|(own, _)| *own == name) {
        return outside(way);
    }
    let named = &lowering.seen::<Borders>().named_in_routes;
    if let Some((_, kind)) = named.iter().find(|(own, _)| *own == name).copied() {
        let near = lowering.lowered.made.network_of.get(&table).copied();
        let borders = lowering.borders(at, kind, near);
        return border_targets(lowering, at, borders);
    }
    match name {
        "gateway_id" => gateway(lowering, table, at),
        "nat_gateway_id" => nat_gateway(lowering, table, at),
        _ => appliance(lowering, at),
    }
}

/// Borders as targets; one of which it cannot be resolved what it joins may lead anywhere, and so may one of very many.
fn border_targets(
    lowering: &mut Lowering<AtRoutes>,
    at: Attribute,
    borders: Found<Id<Border>>,
) -> Vec<(Target, Doubt)> {
    let all = &lowering.seen::<Borders>().loose;
    let own: Vec<Id<Border>> = borders
        .all()
        .filter(|border| all.contains(border))
        .collect();
    let loose = |border: Id<Border>| own.contains(&border);
    let mut rest = borders.rest.clone();
    let crowd = borders.is_crowd();
    if crowd || borders.all().any(loose) {
        let doubt = borders
            .items
            .iter()
            .take(1)
            .fold(rest, |sum, (_, own)| sum.and(own));
        rest = if doubt.is_certain() {
            lowering.loose_end(at, borders.first())
        } else {
            doubt
        };
    }
    let legs = |border: Id<Border>| !lowering.world.borders[border].legs.is_empty();
    let kept = borders
        .items
        .into_iter()
        .filter(|(border, _)| !crowd && (legs(*border) || !loose(*border)));
    listed(
        kept.map(|(border, doubt)| (Target::Border(border), doubt))
            .collect(),
        rest,
    )
}

pub(super) fn listed(mut targets: Vec<(Target, Doubt)>, rest: Doubt) -> Vec<(Target, Doubt)> {
    if !rest.is_certain() {
        targets.push((Target::Unknown, rest));
    }
    targets
}

/// `gateway_id` names an internet gateway, a virtual private gateway, a gateway endpoint, or `local`.
fn gateway(
    lowering: &mut Lowering<AtRoutes>,
    table: Id<RouteTable>,
    at: Attribute,
) -> Vec<(Target, Doubt)> {
    let graph = lowering.graph;
    let one = |target| vec![(target, Doubt::none())];
    let text = at.value.text().unwrap_or_default();
    let near = lowering.lowered.made.network_of.get(&table).copied();
    let borders = graph.follow(at.value, &["aws_vpn_gateway"]);
    if text == "local" {
        one(Target::Local)
    } else if text.starts_with("vgw-") || !borders.targets.is_empty() {
        let borders = lowering.borders(at, "virtual private gateway", near);
        listed(
            borders
                .items
                .into_iter()
                .map(|(border, doubt)| (Target::Border(border), doubt))
                .collect(),
            borders.rest,
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
    lowering: &mut Lowering<AtRoutes>,
    table: Id<RouteTable>,
    at: Attribute,
) -> Vec<(Target, Doubt)> {
    let gateways = lowering.resources(at, "aws_nat_gateway");
    let endpoint = |(id, doubt)| {
        lowering
            .seen::<Endpoints>()
            .of
            .get(&id)
            .map(|endpoint| (Target::NatGateway(*endpoint), doubt))
    };
    let targets: Vec<_> = gateways.items.into_iter().filter_map(endpoint).collect();
    if !targets.is_empty() {
        return listed(targets, gateways.rest);
    }
    let near = lowering.lowered.made.network_of.get(&table).copied();
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

fn appliance(lowering: &mut Lowering<AtRoutes>, at: Attribute) -> Vec<(Target, Doubt)> {
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
