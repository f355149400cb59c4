//! Routes as facts: one for each line of a route table that the input declares.

use super::border_fact::{CHANGE, change};
use super::fact::{Fact, certainty};
use super::field::{CERTAINTY, addresses, fields, flag, name, names, phrase, word};
use super::judged::Judged;
use super::kind::FactKind;
use super::subject::Subject;
use super::value::Value;
use crate::model::{AddressSet, Border, Doubt, Id, Route, RouteTable, Subnet, Target, World};
use std::collections::{BTreeMap, BTreeSet};

/// Every route that a line of the input declares.
pub(super) const ROUTE: FactKind = FactKind {
    name: "route",
    about: "a route that the input declares",
    fields: RouteFields::FIELDS,
    crossing: false,
    facts: routes,
};

fields! {
    /// A route.
    RouteFields {
        certainty: CERTAINTY,
        table: name("the route table"),
        route: name("the route, by the name of what declares it"),
        destination: addresses("where it leads; unknown where the input does not say"),
        to_everywhere: flag("whether it leads to all addresses of IPv4 or IPv6; unknown where the input does not say"),
        target: word(
            &["local", "border", "dropped", "nat", "outside", "unknown"],
            "what it leads into: the network itself, a border, nothing, a NAT gateway, a way out of what is modelled",
        ),
        reason: phrase("why it drops packets"),
        border: name("the border; empty where it leads into none"),
        border_kind: phrase("what the border is, as its provider calls it"),
        change: CHANGE,
        used: flag("whether a subnet uses its table"),
        subnets: names("the subnets that use, or may use, its table"),
        beyond: addresses("addresses of the destination that no network behind the border owns; unknown where the border's networks are not all known"),
        pending: flag("whether the border that it leads into is not surely up: it waits for acceptance, or is not linked"),
        beside_internet: flag("whether a route of its table leads to a gateway by which the Internet comes in"),
        known: flag("whether the input holds every network behind the border; true where it leads into none"),
        transit: flag("whether networks behind the border may lead on to others: a peering and access to a provider's services do not"),
    }
}

fn routes(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let users = users(world);
    let tables = world.route_tables.iter();
    let each = tables.flat_map(|(id, table)| table.routes.iter().map(move |route| (id, route)));
    each.filter_map(|(table, route)| fact(table, route, &users, world))
        .collect()
}

/// The fact of a route; none where no line declares it.
fn fact(id: Id<RouteTable>, route: &Route, users: &Users, world: &World) -> Option<Fact> {
    let origin = route.origin.clone()?;
    let table = &world.route_tables[id];
    let border = match route.target {
        Target::Border(border) => Some(border),
        _ => None,
    };
    let own = border.map(|border| &world.borders[border]);
    let title = own.map_or("", |border| border.name.as_str());
    let dead = own.filter(|border| is_dead(border, table, route));
    let dead = dead.map(|border| border.state.as_str());
    let values = RouteFields {
        certainty: certainty(route.doubt.is_certain()),
        table: table.name.as_str().into(),
        route: origin.address.to_string().into(),
        destination: destination(route),
        to_everywhere: route.destination.map_or_else(
            || Value::Unknown(route.doubt.clone()),
            |net| (net.prefix_len() == 0).into(),
        ),
        target: dead
            .map_or_else(|| target(&route.target), |_| "dropped")
            .into(),
        reason: match &route.target {
            Target::Drop(why) => why.as_str().into(),
            _ => dead.unwrap_or_default().into(),
        },
        border: title.into(),
        border_kind: own.map_or("", |border| border.kind).into(),
        change: change(Some(origin.change)).into(),
        used: users.used(id),
        subnets: users.names(id, world).into(),
        beyond: border.map_or_else(|| AddressSet::none().into(), |id| beyond(route, id, world)),
        pending: own.is_some_and(is_pending).into(),
        beside_internet: leads_to_internet(table).into(),
        known: own.is_none_or(|border| is_known(border, world)).into(),
        transit: own.is_some_and(is_transit).into(),
    };
    let address = origin.address.to_string();
    Some(Fact {
        values: values.values(),
        subjects: Subject::alone(&address, &format!("route `{address}`"), Some(origin)),
        gaps: route.doubt.gaps().to_vec(),
        ..Fact::default()
    })
}

fn destination(route: &Route) -> Value {
    route.destination.map_or_else(
        || Value::Unknown(route.doubt.clone()),
        |net| AddressSet::of(net).into(),
    )
}

fn target(target: &Target) -> &'static str {
    match target {
        Target::Local => "local",
        Target::Border(_) => "border",
        Target::Drop(_) => "dropped",
        Target::NatGateway(_) => "nat",
        Target::Outside(_) => "outside",
        Target::Unknown => "unknown",
    }
}

/// Which subnets use, or may use, which tables.
struct Users {
    by_table: BTreeMap<Id<RouteTable>, Vec<Id<Subnet>>>,
    /// Tables that a subnet surely uses.
    sure: BTreeSet<Id<RouteTable>>,
    /// Why subnets may use other tables.
    doubt: Doubt,
}

fn users(world: &World) -> Users {
    let mut out = Users {
        by_table: BTreeMap::new(),
        sure: BTreeSet::new(),
        doubt: Doubt::none(),
    };
    for (id, subnet) in world.subnets.iter() {
        for table in &subnet.tables {
            out.by_table.entry(*table).or_default().push(id);
        }
        match subnet.tables.as_slice() {
            [only] if subnet.doubt.is_certain() => {
                out.sure.insert(*only);
            }
            _ => out.doubt = out.doubt.and(&subnet.doubt),
        }
    }
    out
}

impl Users {
    fn used(&self, table: Id<RouteTable>) -> Value {
        if self.sure.contains(&table) {
            true.into()
        } else if self.by_table.contains_key(&table) || !self.doubt.is_certain() {
            Value::Unknown(self.doubt.clone())
        } else {
            false.into()
        }
    }

    fn names(&self, table: Id<RouteTable>, world: &World) -> Vec<String> {
        let subnets = self.by_table.get(&table).into_iter().flatten();
        subnets.map(|id| world.subnets[*id].name.clone()).collect()
    }
}

/// What of a route's destination no network behind the border owns.
fn beyond(route: &Route, border: Id<Border>, world: &World) -> Value {
    let Some(net) = route.destination else {
        return Value::Unknown(route.doubt.clone());
    };
    let mut behind = AddressSet::none();
    for leg in &world.borders[border].legs {
        let network = &world.networks[leg.to];
        if !network.known || !network.doubt.is_certain() {
            return Value::Unknown(network.doubt.clone());
        }
        behind = behind.union(&network.addresses);
    }
    AddressSet::of(net).difference(&behind).into()
}

fn is_known(border: &Border, world: &World) -> bool {
    let mut legs = border.legs.iter();
    legs.all(|leg| world.networks[leg.to].known)
}

/// Whether no way across the border is certain.
fn is_pending(border: &Border) -> bool {
    !border.legs.is_empty() && border.legs.iter().all(|leg| !leg.doubt.is_certain())
}

/// Whether nothing crosses the border any more, so that the route drops packets: it failed, was refused or deleted. (A route
/// into one of which it cannot be resolved what it joins has another beside it whose target is not known.)
fn is_dead(border: &Border, table: &RouteTable, route: &Route) -> bool {
    let unknown = table
        .routes
        .iter()
        .any(|other| other.destination == route.destination && other.target == Target::Unknown);
    border.legs.is_empty() && route.doubt.is_certain() && !unknown
}

/// Whether a route of a table leads to a gateway by which the Internet comes in as well. (The default routes to the Internet of
/// other clouds only lead out.)
fn leads_to_internet(table: &RouteTable) -> bool {
    let is_way = |way: &String| way == "internet gateway";
    let mut routes = table.routes.iter();
    routes.any(|route| matches!(&route.target, Target::Outside(way) if is_way(way)))
}

/// Whether what stands behind the border may lead on. (Private services access is a peering, too.)
fn is_transit(border: &Border) -> bool {
    !["peering", "private services access"]
        .iter()
        .any(|kind| border.kind.contains(kind))
}
