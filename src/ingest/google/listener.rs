//! What a regional internal load balancer takes: packets for the ports that it listens on, from clients of its own region
//! unless it lets in those of all regions.
//! Source: cloud.google.com/load-balancing/docs/internal, "Client access", "Forwarding rules and port specifications";
//! cloud.google.com/load-balancing/docs/l7-internal, "Client access"; Terraform provider,
//! `google_compute_forwarding_rule` (`allow_global_access`, `ports`, `all_ports`, `port_range`).

use super::lowering::{Attribute, Lowering};
use super::stage::AtMachines;
use crate::ingest::terraform::{Resource, Value};
use crate::model::{
    AddressSet, Doubt, Filter, FilterAction, FilterPeer, FilterRule, GapKind, Id, Origin, Protocol,
    Traffic,
};

/// The filter at a forwarding rule's address.
pub fn listener(
    lowering: &mut Lowering<AtMachines>,
    id: Id<Resource>,
    resource: &Resource,
) -> Id<Filter> {
    let (traffic, unsure) = packets(lowering, resource);
    let origin = Some(resource.origin.clone());
    let rule = |addresses: AddressSet, traffic: &Traffic, doubt: Doubt, origin: &Option<Origin>| {
        FilterRule {
            order: 0,
            action: FilterAction::Allow,
            peer: FilterPeer::Addresses(addresses),
            own: FilterPeer::anyone(),
            traffic: traffic.clone(),
            doubt,
            origin: origin.clone(),
        }
    };
    let clients = clients(lowering, resource);
    let ingress = clients
        .into_iter()
        .map(|(addresses, doubt)| rule(addresses, &traffic, doubt.and(&unsure), &origin))
        .collect();
    let egress = vec![rule(
        AddressSet::all(),
        &Traffic::all(),
        Doubt::none(),
        &None,
    )];
    let name = format!("listener of {}", lowering.name(id));
    let filter = Filter {
        name,
        kind: "load balancer",
        stateful: true,
        ingress,
        egress,
        doubt: Doubt::none(),
        origin,
    };
    lowering.world.filters.push(filter)
}

/// Addresses of clients, each part with the reason why it may not be let in.
fn clients(lowering: &mut Lowering<AtMachines>, resource: &Resource) -> Vec<(AddressSet, Doubt)> {
    let at = Attribute::of(resource, "allow_global_access");
    if at.value.boolean() == Some(true) {
        return vec![(AddressSet::all(), Doubt::none())];
    }
    let (mut here, mut elsewhere) = (AddressSet::none(), AddressSet::none());
    for (subnet, shape) in &lowering.lowered.on_demand.shapes {
        let own = &lowering.world.subnets[*subnet].addresses;
        match (shape.region.as_deref(), resource.region.as_deref()) {
            (Some(one), Some(other)) if one == other => here = here.union(own),
            (Some(_), Some(_)) => elsewhere = elsewhere.union(own),
            _ => {}
        }
    }
    let sure = here.difference(&elsewhere);
    let unsure = AddressSet::all()
        .difference(&sure)
        .difference(&elsewhere.difference(&here));
    let what = format!(
        "which clients of `{}` stand in its region is not all in the input",
        resource.address
    );
    let doubt = lowering
        .world
        .doubt(GapKind::NotInInput, what, Some(resource.origin.clone()));
    let mut out = vec![(sure.clone(), Doubt::none()), (unsure, doubt)];
    if at.value.is_unknown() {
        out.push((AddressSet::all().difference(&sure), lowering.unknown(at)));
    }
    out.retain(|(addresses, _)| !addresses.is_empty());
    out
}

/// The packets that it listens for, and why they may be others: all of its protocol where it names no port.
fn packets(lowering: &mut Lowering<AtMachines>, resource: &Resource) -> (Traffic, Doubt) {
    let values = &resource.values;
    for path in ["ip_protocol", "ports", "all_ports", "port_range"] {
        let value = values.get(path);
        if value.is_unknown() || value.items().iter().any(Value::is_unknown) {
            return (
                Traffic::all(),
                lowering.unknown(Attribute {
                    resource,
                    path,
                    value,
                }),
            );
        }
    }
    let protocol = match values.get("ip_protocol").text() {
        None | Some("") => Protocol::TCP,
        Some(text) => match Protocol::parse(text) {
            Some(protocol) => protocol,
            None => return (Traffic::all(), Doubt::none()),
        },
    };
    let listed = values
        .get("ports")
        .items()
        .iter()
        .chain(values.get("port_range").items());
    let ranges: Vec<(u16, u16)> = listed.filter_map(range).collect();
    if values.get("all_ports").boolean() == Some(true) || ranges.is_empty() {
        return (Traffic::protocol(protocol), Doubt::none());
    }
    (
        ranges
            .into_iter()
            .map(|(low, high)| Traffic::ports(protocol, low, high))
            .collect(),
        Doubt::none(),
    )
}

/// `443`, `80-90`.
fn range(value: &Value) -> Option<(u16, u16)> {
    let text = value
        .text()
        .map(str::to_owned)
        .or_else(|| value.integer().map(|number| number.to_string()))?;
    let (low, high) = text.split_once('-').unwrap_or((&text, &text));
    Some((low.trim().parse().ok()?, high.trim().parse().ok()?))
}
