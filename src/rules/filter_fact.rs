//! Security groups and ACLs as facts, as wholes and by rule.

use super::border_fact::{CHANGE, change};
use super::fact::{Fact, certainty};
use super::field::{
    CERTAINTY, Shape, addresses, fields, flag, name, names, number, phrase, traffic, word,
};
use super::judged::Judged;
use super::kind::FactKind;
use super::source_block::source_block;
use super::subject::Subject;
use super::value::Value;
use crate::model::{
    AddressSet, Direction, Doubt, Filter, FilterAction, FilterPeer, FilterRule, Id, Network, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Every filter that the input declares.
pub(super) const FILTER: FactKind = FactKind {
    name: "filter",
    about: "a security group, ACL or other filter that the input declares",
    fields: FilterFields::FIELDS,
    crossing: false,
    facts: filters,
};

/// Every rule of such a filter.
pub(super) const FILTER_RULE: FactKind = FactKind {
    name: "filter-rule",
    about: "a rule of a filter that the input declares",
    fields: RuleFields::FIELDS,
    crossing: false,
    facts: rules,
};

const FILTER_NAME: Shape = name("the filter");
const BLOCK: Shape = name(
    "the filter without the keys of `count` and `for_each`: what one block of the source declares",
);
const FILTER_KIND: Shape =
    phrase("what it is, as its provider calls it: security group, network ACL");
const STATEFUL: Shape = flag("whether replies to what it let pass always pass");
const ATTACHED: Shape = flag(
    "whether something of the input carries it; unknown where it is not known what some of it carries",
);

fields! {
    /// A filter as a whole.
    FilterFields {
        certainty: CERTAINTY,
        filter: FILTER_NAME,
        block: BLOCK,
        filter_kind: FILTER_KIND,
        stateful: STATEFUL,
        change: CHANGE,
        attached: ATTACHED,
        named_by_others: flag("whether a rule of another filter names its members"),
        rules: number("how many rules it has"),
        lets_everything_pass: flag("whether it lets everyone send everything, both ways; unknown where rules of it are"),
        beside_border: names("borders of the networks that it stands in"),
    }
}

fields! {
    /// A rule of a filter.
    RuleFields {
        certainty: CERTAINTY,
        filter: FILTER_NAME,
        block: BLOCK,
        filter_kind: FILTER_KIND,
        stateful: STATEFUL,
        attached: ATTACHED,
        rule: name("the rule, by the name of what declares it"),
        direction: word(&["ingress", "egress"], "which way the packets go that it is about, seen from what carries the filter"),
        action: word(&["allow", "deny", "skip"], "what it does with them"),
        change: CHANGE,
        peers: addresses("the addresses at the other end; none where it names members of a filter"),
        anyone: flag("whether it is about all addresses of IPv4 or IPv6"),
        traffic: traffic("protocols and ports"),
        whole_peer_networks: names("networks across a border all of whose addresses it is about"),
        all_traffic: flag("whether it is about all protocols and ports"),
        beside_border: flag("whether a border leads out of a network in which something carries the filter"),
    }
}

/// Where filters stand.
struct FilterCarriers {
    /// The networks of what carries each.
    networks: BTreeMap<Id<Filter>, BTreeSet<Id<Network>>>,
    /// Why it may be carried by more.
    doubt: Doubt,
    /// Whether something carries a filter that is not known.
    open: bool,
    /// Filters whose members a rule of another names.
    named: BTreeSet<Id<Filter>>,
}

fn carriers(world: &World) -> FilterCarriers {
    let mut networks: BTreeMap<Id<Filter>, BTreeSet<Id<Network>>> = BTreeMap::new();
    let mut doubt = Doubt::none();
    let endpoints = world.endpoints.iter().flat_map(|(_, own)| &own.attachments);
    let placements = world
        .workloads
        .iter()
        .flat_map(|(_, own)| &own.pod_placements);
    let pods = placements.flat_map(|own| std::iter::once(&own.pod).chain(&own.node));
    for attachment in endpoints.chain(pods).chain(&world.nodes) {
        doubt = doubt.and(&attachment.doubt);
        for filter in &attachment.filters {
            networks
                .entry(*filter)
                .or_default()
                .insert(attachment.network);
        }
    }
    for (_, subnet) in world.subnets.iter() {
        doubt = doubt.and(&subnet.doubt);
        for filter in &subnet.filters {
            networks.entry(*filter).or_default().insert(subnet.network);
        }
    }
    for leg in world.borders.iter().flat_map(|(_, border)| &border.legs) {
        for (filter, _) in &leg.filters {
            networks.entry(*filter).or_default().insert(leg.to);
        }
    }
    let open = world
        .unknown_filters
        .iter()
        .any(|id| networks.contains_key(id));
    FilterCarriers {
        networks,
        doubt,
        open,
        named: named(world),
    }
}

impl FilterCarriers {
    fn attached(&self, filter: Id<Filter>) -> Value {
        if self.networks.contains_key(&filter) {
            return true.into();
        }
        if self.open || !self.doubt.is_certain() {
            return Value::Unknown(self.doubt.clone());
        }
        false.into()
    }

    /// The networks that borders join with those of the filter, and the names of those borders.
    fn peers(
        &self,
        filter: Id<Filter>,
        world: &World,
    ) -> (BTreeSet<Id<Network>>, BTreeSet<String>) {
        let own = self.networks.get(&filter);
        let (mut peers, mut names) = (BTreeSet::new(), BTreeSet::new());
        let is_own = |id: Id<Network>| own.is_some_and(|own| own.contains(&id));
        for (_, border) in world.borders.iter() {
            for leg in border.legs.iter().filter(|leg| leg.from != leg.to) {
                if is_own(leg.from) || is_own(leg.to) {
                    let far = if is_own(leg.from) { leg.to } else { leg.from };
                    peers.insert(far);
                    names.insert(border.name.clone());
                }
            }
        }
        (peers, names)
    }
}

fn filters(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let carriers = carriers(world);
    let declared = world.filters.iter().filter(|(_, own)| own.origin.is_some());
    declared
        .map(|(id, filter)| whole(id, filter, &carriers, world))
        .collect()
}

fn whole(id: Id<Filter>, filter: &Filter, carriers: &FilterCarriers, world: &World) -> Fact {
    let origin = filter.origin.clone();
    let (_, borders) = carriers.peers(id, world);
    let values = FilterFields {
        certainty: certainty(true),
        filter: filter.name.as_str().into(),
        block: source_block(&filter.name).into(),
        filter_kind: filter.kind.into(),
        stateful: filter.stateful.into(),
        change: change(origin.as_ref().map(|own| own.change)).into(),
        attached: carriers.attached(id),
        named_by_others: carriers.named.contains(&id).into(),
        rules: (filter.ingress.len() + filter.egress.len()).into(),
        lets_everything_pass: lets_everything_pass(filter),
        beside_border: borders.into_iter().collect::<Vec<_>>().into(),
    };
    Fact {
        values: values.values(),
        subjects: Subject::alone(
            &filter.name,
            &format!("{} `{}`", filter.kind, filter.name),
            origin,
        ),
        ..Fact::default()
    }
}

/// Filters whose members a rule of another filter names.
fn named(world: &World) -> BTreeSet<Id<Filter>> {
    let rules = world.filters.iter().flat_map(|(id, own)| {
        let rules = own.ingress.iter().chain(&own.egress);
        rules.map(move |rule| (id, rule))
    });
    let others = rules.filter_map(|(own, rule)| match rule.peer {
        FilterPeer::Members(named) if named != own => Some(named),
        _ => None,
    });
    others.collect()
}

fn lets_everything_pass(filter: &Filter) -> Value {
    let rules = || filter.ingress.iter().chain(&filter.egress);
    let doubt = rules().fold(filter.doubt.clone(), |sum, rule| sum.and(&rule.doubt));
    if !doubt.is_certain() {
        return Value::Unknown(doubt);
    }
    Direction::BOTH
        .iter()
        .all(|direction| is_open(filter.rules(*direction)))
        .into()
}

/// Whether the first rules of a list let everyone send everything.
fn is_open(rules: &[FilterRule]) -> bool {
    let mut sorted: Vec<&FilterRule> = rules.iter().collect();
    sorted.sort_by_key(|rule| rule.order);
    let mut passes = AddressSet::none();
    for rule in sorted {
        let all = rule.traffic.is_all();
        match (&rule.peer, rule.action) {
            (FilterPeer::Addresses(set), FilterAction::Allow) if all => passes = passes.union(set),
            (FilterPeer::Addresses(set), FilterAction::Deny) if set.is_subset(&passes) => {}
            (_, FilterAction::Allow) => {}
            _ => break,
        }
    }
    AddressSet::all_v4().is_subset(&passes)
}

fn rules(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let carriers = carriers(world);
    let mut out = Vec::new();
    for (id, filter) in world.filters.iter() {
        let (peers, _) = carriers.peers(id, world);
        for direction in Direction::BOTH {
            let each = filter.rules(direction).iter();
            let one = |rule| One {
                id,
                filter,
                direction,
                rule,
            };
            out.extend(each.filter_map(|rule| one(rule).fact(&peers, &carriers, world)));
        }
    }
    out
}

/// One rule of a filter.
struct One<'w> {
    id: Id<Filter>,
    filter: &'w Filter,
    direction: Direction,
    rule: &'w FilterRule,
}

impl One<'_> {
    /// The fact; none where no line declares the rule.
    fn fact(
        &self,
        peers: &BTreeSet<Id<Network>>,
        carriers: &FilterCarriers,
        world: &World,
    ) -> Option<Fact> {
        let origin = self.rule.origin.clone()?;
        let named = match &self.rule.peer {
            FilterPeer::Addresses(set) => set.clone(),
            FilterPeer::Members(_) => AddressSet::none(),
        };
        let values = RuleFields {
            certainty: certainty(self.rule.doubt.is_certain()),
            filter: self.filter.name.as_str().into(),
            block: source_block(&self.filter.name).into(),
            filter_kind: self.filter.kind.into(),
            stateful: self.filter.stateful.into(),
            attached: carriers.attached(self.id),
            rule: origin.address.to_string().into(),
            direction: self.direction.to_string().into(),
            action: match self.rule.action {
                FilterAction::Allow => "allow",
                FilterAction::Deny => "deny",
                FilterAction::Skip(_) => "skip",
            }
            .into(),
            change: change(Some(origin.change)).into(),
            anyone: is_anyone(&named).into(),
            whole_peer_networks: covered(&named, peers, world).into(),
            peers: named.into(),
            beside_border: (!peers.is_empty()).into(),
            all_traffic: self.rule.traffic.is_all().into(),
            traffic: self.rule.traffic.clone().into(),
        };
        Some(Fact {
            values: values.values(),
            subjects: Subject::alone(
                &self.filter.name,
                &format!("{} `{}`", self.filter.kind, self.filter.name),
                Some(origin),
            ),
            gaps: self.rule.doubt.gaps().to_vec(),
            ..Fact::default()
        })
    }
}

fn is_anyone(named: &AddressSet) -> bool {
    [AddressSet::all_v4(), AddressSet::all_v6()]
        .iter()
        .any(|all| all.is_subset(named))
}

/// The networks across a border all of whose addresses are named. (One address alone is no whole network.)
fn covered(named: &AddressSet, peers: &BTreeSet<Id<Network>>, world: &World) -> Vec<String> {
    let whole = |id: &&Id<Network>| {
        let network = &world.networks[**id];
        let v4 = &network.addresses.v4;
        network.doubt.is_certain() && !v4.is_empty() && v4.is_subset(&named.v4)
    };
    let names = peers.iter().filter(whole);
    names.map(|id| world.networks[*id].name.clone()).collect()
}
