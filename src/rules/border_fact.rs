//! Borders as facts: one for each pair of networks that one joins.

use super::fact::{Fact, certainty};
use super::field::{CERTAINTY, Shape, addresses, fields, flag, name, names, phrase, word};
use super::judged::Judged;
use super::kind::FactKind;
use super::subject::Subject;
use super::value::Value;
use crate::model::{
    AddressSet, Border, Change, Doubt, Id, Network, RouteTable, Subnet, Target, World,
};
use std::collections::BTreeSet;

/// Every pair of networks that a border joins.
pub(super) const BORDER: FactKind = FactKind {
    name: "border",
    about: "a border between two networks, one for each pair that it joins",
    fields: BorderFields::FIELDS,
    crossing: false,
    facts: borders,
};

pub(super) const CHANGE: Shape = word(&["none", "added", "updated"], "what the plan does with it");

const DIFFERS: &[&str] = &["same", "other", "unclear"];

fields! {
    /// A border between two networks.
    BorderFields {
        certainty: CERTAINTY,
        border: name("the border"),
        border_kind: phrase("what it is, as its provider calls it: peering, transit gateway"),
        state: phrase("what is known of its state"),
        change: CHANGE,
        networks: names("the two networks"),
        known: flag("whether the input holds both networks"),
        overlap: addresses("addresses that both networks own; unknown where those of one are not known"),
        routed: word(
            &["both-ways", "one-way", "not-at-all"],
            "whether route tables of both networks, of one, or of none lead into it; unknown where the input does not hold both networks",
        ),
        unrouted: flag("whether no route table of either network leads into it; false where the input does not say, since `routed` is unknown then and no two rules should say opposite things of one border"),
        routed_from: name("the network whose route tables lead into it, where only one does"),
        missing_in: name("the network that has no route into it, where only one has"),
        reason: phrase("from which side routes lead into it, as a sentence"),
        other_owner: flag("whether the networks are of two accounts or regions; unknown where the input does not say"),
        accounts: names("accounts, subscriptions or projects of the networks, as far as the input says"),
        account: word(DIFFERS, "whether the networks are of one account; unclear where the input does not say, which is no reason for a finding: what crosses is told all the same"),
        regions: names("regions of the networks, as far as the input says"),
        region: word(DIFFERS, "whether the networks are of one region; unclear where the input does not say, and where networks stand in all regions"),
    }
}

/// Two networks that a border joins, the lower id first.
#[derive(Clone, Copy)]
struct Pair {
    border: Id<Border>,
    near: Id<Network>,
    far: Id<Network>,
}

fn borders(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let mut out = Vec::new();
    for (id, border) in world.borders.iter() {
        let pairs: BTreeSet<_> = border
            .legs
            .iter()
            .filter(|leg| leg.from != leg.to)
            .map(|leg| (leg.from.min(leg.to), leg.from.max(leg.to)))
            .collect();
        let pair = |(near, far)| Pair {
            border: id,
            near,
            far,
        };
        out.extend(pairs.into_iter().map(|ends| fact(pair(ends), world)));
    }
    out
}

fn fact(pair: Pair, world: &World) -> Fact {
    let border = &world.borders[pair.border];
    let ends = [pair.near, pair.far].map(|id| world.networks[id].name.clone());
    let routes = [(pair.near, pair.far), (pair.far, pair.near)]
        .map(|(from, to)| leads(pair.border, from, to, world));
    let (only, missing) = match routes {
        [Leads::Yes, Leads::No] => (ends.first(), ends.last()),
        [Leads::No, Leads::Yes] => (ends.last(), ends.first()),
        _ => (None, None),
    };
    let name_of = |one: Option<&String>| Value::from(one.cloned().unwrap_or_default());
    let [near, far] = [pair.near, pair.far].map(|id| &world.networks[id].owner);
    let values = BorderFields {
        certainty: certainty(true),
        border: border.name.as_str().into(),
        border_kind: border.kind.into(),
        state: border.state.as_str().into(),
        change: change(border.origin.as_ref().map(|own| own.change)).into(),
        networks: ends.to_vec().into(),
        known: [pair.near, pair.far]
            .iter()
            .all(|id| world.networks[*id].known)
            .into(),
        overlap: overlap(pair, world),
        unrouted: (!is_relay(pair.border, world) && routes == [Leads::No; 2]).into(),
        routed: routed(pair.border, routes, world),
        routed_from: name_of(only),
        missing_in: name_of(missing),
        reason: reason(only, missing).into(),
        other_owner: Value::known(near.differs(far)),
        accounts: known([&near.account, &far.account]),
        account: differs(near.is_of_other_account(far)),
        regions: known([&near.region, &far.region]),
        region: differs(near.is_of_other_region(far)),
    };
    Fact {
        values: values.values(),
        subjects: Subject::alone(
            &border.name,
            &format!("{} `{}`", border.kind, border.name),
            border.origin.clone(),
        ),
        ..Fact::default()
    }
}

/// The word for what the plan does.
pub(super) fn change(change: Option<Change>) -> &'static str {
    match change.unwrap_or_default() {
        Change::None => "none",
        Change::Added => "added",
        Change::Updated => "updated",
    }
}

fn reason(only: Option<&String>, missing: Option<&String>) -> String {
    match (only, missing) {
        (Some(only), Some(missing)) => {
            format!("routes of `{only}` lead into it, and no route of `{missing}` leads back")
        }
        _ => "the input does not say whether routes of both sides lead into it".to_owned(),
    }
}

fn overlap(pair: Pair, world: &World) -> Value {
    let ends = [pair.near, pair.far].map(|id| &world.networks[id]);
    let doubt = ends
        .iter()
        .fold(Doubt::none(), |sum, end| sum.and(&end.doubt));
    if !doubt.is_certain() {
        return Value::Unknown(doubt);
    }
    let own = [pair.near, pair.far].map(|id| world.settled_addresses(id));
    let [near, far] = own;
    near.intersection(&far).into()
}

fn differs(answer: Option<bool>) -> Value {
    match answer {
        Some(true) => "other",
        Some(false) => "same",
        None => "unclear",
    }
    .into()
}

/// Those of two names that are known, each once.
fn known(both: [&Option<String>; 2]) -> Value {
    let names: BTreeSet<String> = both.into_iter().flatten().cloned().collect();
    names.into_iter().collect::<Vec<_>>().into()
}

/// Whether routes of a network lead into a border.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Leads {
    Yes,
    No,
    Unknown,
}

/// Whether it takes connections up at addresses of the near side, and so needs no routes.
fn is_relay(border: Id<Border>, world: &World) -> bool {
    let mut legs = world.borders[border].legs.iter();
    legs.any(|leg| leg.relay.is_some())
}

fn routed(border: Id<Border>, routes: [Leads; 2], world: &World) -> Value {
    if is_relay(border, world) {
        return "both-ways".into();
    }
    match routes {
        [Leads::Yes, Leads::Yes] => "both-ways".into(),
        [Leads::No, Leads::No] => "not-at-all".into(),
        [Leads::Yes, Leads::No] | [Leads::No, Leads::Yes] => "one-way".into(),
        _ => Value::Unknown(Doubt::none()),
    }
}

/// Whether a route of one network leads over the border to addresses of the other.
fn leads(border: Id<Border>, from: Id<Network>, to: Id<Network>, world: &World) -> Leads {
    let far = &world.networks[to].addresses;
    let own = world.subnets.iter();
    let own: Vec<&Subnet> = own
        .filter(|(_, subnet)| subnet.network == from)
        .map(|(_, subnet)| subnet)
        .collect();
    let mut answer = if own.is_empty() || !world.networks[from].known {
        Leads::Unknown
    } else {
        Leads::No
    };
    for subnet in own {
        let settled = subnet.doubt.is_certain() && subnet.tables.len() == 1;
        for table in &subnet.tables {
            match table_leads(*table, border, far, world) {
                Leads::Yes if settled => return Leads::Yes,
                Leads::No if settled => {}
                _ => answer = Leads::Unknown,
            }
        }
        if subnet.tables.is_empty() {
            answer = Leads::Unknown;
        }
    }
    answer
}

fn table_leads(
    table: Id<RouteTable>,
    border: Id<Border>,
    far: &AddressSet,
    world: &World,
) -> Leads {
    let mut answer = Leads::No;
    for route in &world.route_tables[table].routes {
        let hits = route
            .destination
            .is_none_or(|net| !AddressSet::of(net).is_disjoint(far));
        match route.target {
            Target::Border(own) if own == border && hits => {
                if route.doubt.is_certain() && route.destination.is_some() {
                    return Leads::Yes;
                }
                answer = Leads::Unknown;
            }
            Target::Unknown if hits => answer = Leads::Unknown,
            _ => {}
        }
    }
    answer
}
