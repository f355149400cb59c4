//! VPC firewall rules, those that a network named `default` comes with among them.
//! Source: cloud.google.com/firewall/docs/firewalls, "VPC firewall rules", "Pre-populated rules in the default network".

use super::class::Named;
use super::lowering::{Attribute, Lowering};
use super::rule::{Action, Layer, Rule, known, priority, ways};
use super::stage::{AtRest, Networks};
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{AddressSet, Direction, Doubt, Id, Network, Protocol, Traffic};

/// Priority of a rule that says none.
const PRIORITY: u32 = 1000;

/// The rules of all networks.
pub fn rules(lowering: &mut Lowering<AtRest>) -> Vec<Rule> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for (_, resource) in graph
        .of("google_compute_firewall")
        .filter(|(_, resource)| resource.mode == Mode::Managed)
    {
        let networks = lowering.networks(Attribute::of(resource, "network"));
        for (network, doubt) in &networks.items {
            out.extend(rule(
                lowering,
                resource,
                *network,
                &doubt.and(&networks.rest),
            ));
        }
    }
    let named: Vec<Id<Network>> = lowering
        .lowered
        .on_demand
        .tables
        .keys()
        .copied()
        .filter(|network| is_default(lowering, *network))
        .collect();
    for network in named {
        out.extend(populated(lowering, network));
    }
    out
}

fn rule(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    network: Id<Network>,
    doubt: &Doubt,
) -> Vec<Rule> {
    let values = &resource.values;
    let disabled = values.get("disabled");
    if disabled.boolean() == Some(true) {
        return Vec::new();
    }
    let mut doubt = doubt.clone();
    for path in ["disabled", "direction", "priority"] {
        if values.get(path).is_unknown() {
            doubt = doubt.and(&lowering.unknown(Attribute::of(resource, path)));
        }
    }
    ways(values.get("direction"))
        .iter()
        .flat_map(|way| one_way(lowering, resource, network, &doubt, *way))
        .collect()
}

fn one_way(
    lowering: &mut Lowering<AtRest>,
    resource: &Resource,
    network: Id<Network>,
    doubt: &Doubt,
    way: Direction,
) -> Vec<Rule> {
    let values = &resource.values;
    let egress = way == Direction::Egress;
    let (ranges, narrowed) = if egress {
        ("destination_ranges", "source_ranges")
    } else {
        ("source_ranges", "destination_ranges")
    };
    let own = lowering.blocks(Attribute::of(resource, narrowed));
    let doubt = doubt.and(&own.rest);
    let own = if own.addresses.is_empty() {
        AddressSet::all()
    } else {
        own.addresses
    };
    let peers = lowering.named(
        Attribute::of(resource, "source_tags"),
        Attribute::of(resource, "source_service_accounts"),
    );
    let targets = lowering.named(
        Attribute::of(resource, "target_tags"),
        Attribute::of(resource, "target_service_accounts"),
    );
    let blocks = blocks(
        lowering,
        Attribute::of(resource, ranges),
        egress || peers.is_empty(),
    );
    let priority = priority(values.get("priority"), PRIORITY);
    let mut out = Vec::new();
    for (path, action) in [("allow", Action::Allow), ("deny", Action::Deny)] {
        let packets = lowering.packets(Attribute::of(resource, path), "protocol");
        if packets.is_empty() {
            continue;
        }
        out.push(Rule {
            network,
            layer: Layer::Classic,
            priority,
            way,
            action,
            blocks: blocks.clone(),
            own: own.clone(),
            peers: peers.clone(),
            targets: targets.clone(),
            cluster: None,
            packets,
            doubt: doubt.clone(),
            origin: Some(resource.origin_of(path)),
        });
    }
    out
}

/// Blocks of the other end; every IPv4 address where none is given and nothing else names the other end.
fn blocks(
    lowering: &mut Lowering<AtRest>,
    at: Attribute,
    else_all: bool,
) -> Vec<(AddressSet, Doubt)> {
    let mut out = known(lowering.blocks(at));
    if out.is_empty() && else_all {
        out.push((AddressSet::all_v4(), Doubt::none()));
    }
    out
}

/// Whether it is the network that comes with a project. One that Terraform makes has the name only.
fn is_default(lowering: &Lowering<AtRest>, network: Id<Network>) -> bool {
    let own = &lowering.world.networks[network];
    let read = lowering
        .seen::<Networks>()
        .of
        .iter()
        .find(|(_, id)| **id == network)
        .map(|(id, _)| &lowering.graph.resources[*id]);
    !own.known
        && (own.name.ends_with("/networks/default")
            || read.is_some_and(|own| own.values.get("name").text() == Some("default")))
}

/// The rules with which it comes, if nobody has removed them.
fn populated(lowering: &mut Lowering<AtRest>, network: Id<Network>) -> Vec<Rule> {
    let doubt = lowering.world.networks[network].doubt.clone();
    let inside = AddressSet::parse("10.128.0.0/9").unwrap_or_default();
    let any = AddressSet::all_v4;
    let all = [Protocol::TCP, Protocol::UDP, Protocol::ICMP]
        .map(Traffic::protocol)
        .into_iter()
        .collect();
    let open = [
        (inside, all),
        (any(), Traffic::ports(Protocol::TCP, 22, 22)),
        (any(), Traffic::ports(Protocol::TCP, 3389, 3389)),
        (any(), Traffic::protocol(Protocol::ICMP)),
    ];
    let rule = |(addresses, traffic): (AddressSet, Traffic)| Rule {
        network,
        layer: Layer::Classic,
        priority: 65534,
        way: Direction::Ingress,
        action: Action::Allow,
        blocks: vec![(addresses, Doubt::none())],
        own: AddressSet::all(),
        peers: Named::default(),
        targets: Named::default(),
        cluster: None,
        packets: vec![(traffic, Doubt::none())],
        doubt: doubt.clone(),
        origin: None,
    };
    open.into_iter().map(rule).collect()
}
