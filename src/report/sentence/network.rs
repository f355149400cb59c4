//! What filters, routes, borders and entry points say.

use super::Words;
use crate::model::{
    AddressSet, Direction, Filter, FilterPeer, Id, Reason, Route, RouteTable, Subnet, Target,
    Traffic, Verdict, Witness,
};
use crate::rules::traffic_words;

/// Most blocks of addresses that a sentence lists.
const MOST_BLOCKS: usize = 3;

impl Words<'_> {
    pub fn filter(&self, reason: &Reason) -> String {
        match reason {
            Reason::RuleAllows {
                filter,
                direction,
                rule,
            } => self.rule(*filter, *direction, *rule, true),
            Reason::RuleDenies {
                filter,
                direction,
                rule,
            } => self.rule(*filter, *direction, *rule, false),
            Reason::NoRule {
                filters,
                direction,
                packet,
            } => self.no_rule(filters, *direction, packet),
            Reason::RulesUnknown(id) => {
                format!(
                    "the rules of `{}` are not all known",
                    self.world.filters[*id].name
                )
            }
            Reason::SubnetFiltersUnknown(id) => {
                format!("what `{}` filters is not certain", self.subnet(*id))
            }
            Reason::NoReplyPort => {
                "no port that a client may have chosen (1024-65535) passes all filters on the way back"
                    .to_owned()
            }
            _ => "what filters the reply is not certain".to_owned(),
        }
    }

    fn rule(&self, filter: Id<Filter>, direction: Direction, rule: usize, allows: bool) -> String {
        let own = &self.world.filters[filter];
        let (verb, before, after) = match (direction, allows) {
            (Direction::Egress, true) => ("lets out", "to", "from"),
            (Direction::Egress, false) => ("denies", "to", "from"),
            (Direction::Ingress, true) => ("admits", "from", "to"),
            (Direction::Ingress, false) => ("denies", "from", "to"),
        };
        let Some(rule) = own.rules(direction).get(rule) else {
            return format!("`{}` {verb} it", own.name);
        };
        let guarded = if rule.own == FilterPeer::anyone() {
            String::new()
        } else {
            format!(" {after} {}", self.end(&rule.own))
        };
        format!(
            "`{}` {verb} {} {before} {}{guarded}",
            own.name,
            traffic_words(&rule.traffic),
            self.end(&rule.peer)
        )
    }

    fn end(&self, end: &FilterPeer) -> String {
        match end {
            FilterPeer::Addresses(addresses) => blocks(addresses),
            FilterPeer::Members(of) => format!("members of `{}`", self.world.filters[*of].name),
        }
    }

    fn no_rule(&self, filters: &[Id<Filter>], direction: Direction, packet: &Witness) -> String {
        let names: Vec<String> = filters
            .iter()
            .map(|filter| format!("`{}`", self.world.filters[*filter].name))
            .collect();
        let (verb, preposition, address) = match direction {
            Direction::Egress => ("lets out", "to", packet.destination),
            Direction::Ingress => ("admits", "from", packet.source),
        };
        let what = Traffic::ports(packet.protocol, packet.port, packet.port);
        format!(
            "no rule of {} {verb} {what} {preposition} {address}",
            names.join(", ")
        )
    }

    pub fn route(&self, reason: &Reason) -> String {
        match reason {
            Reason::Route {
                table,
                route,
                subnet,
            } => self.forwarded(*table, *route, *subnet),
            Reason::RouteElsewhere { table, route } => {
                let Some(route) = self.world.route_tables[*table].routes.get(*route) else {
                    return String::new();
                };
                let elsewhere = match route.target {
                    Target::Drop(_) => "",
                    _ => ", which does not lead there",
                };
                format!("{}{elsewhere}", self.line(route))
            }
            Reason::NoRoute {
                tables,
                destination,
            } => {
                let names: Vec<String> = tables
                    .iter()
                    .map(|table| format!("`{}`", self.world.route_tables[*table].name))
                    .collect();
                format!("{} has no route to {destination}", names.join(", "))
            }
            Reason::RouteTableUnknown(id) => {
                format!("the route table of `{}` is not known", self.subnet(*id))
            }
            Reason::RouteUncertain(id) => {
                format!("the route from `{}` is not certain", self.subnet(*id))
            }
            Reason::SubnetUnknown(Some(id)) => format!(
                "the subnet in `{}` is not known, and so its route table is not",
                self.world.networks[*id].name
            ),
            _ => "a source outside of all networks of the input sends it by routes that are not known"
                .to_owned(),
        }
    }

    fn forwarded(&self, table: Id<RouteTable>, route: usize, subnet: Id<Subnet>) -> String {
        let Some(route) = self.world.route_tables[table].routes.get(route) else {
            return String::new();
        };
        let tables = self.world.subnets[subnet].tables.len();
        let line = self.line(route);
        if self.hop.verdict == Verdict::Possible && tables > 1 {
            let subnet = self.subnet(subnet);
            format!("{line}, if `{subnet}` has that one of {tables} tables")
        } else {
            line
        }
    }

    /// `10.40.0.0/16 to `app_data``.
    fn line(&self, route: &Route) -> String {
        let prefix = route.destination.map_or_else(
            || "a prefix that is not known".to_owned(),
            |block| block.to_string(),
        );
        match &route.target {
            Target::Local => format!("{prefix} is local"),
            Target::Border(id) => format!("{prefix} to `{}`", self.world.borders[*id].name),
            Target::Drop(why) => format!("{prefix} is dropped: {why}"),
            Target::NatGateway(id) => format!(
                "{prefix} to `{}`, which translates",
                self.world.endpoints[*id].name
            ),
            Target::Outside(way) => format!("{prefix} out by the {way}"),
            Target::Unknown => format!("{prefix} to a target that is not known"),
        }
    }

    pub fn border(&self, reason: &Reason) -> String {
        let name = |id| &self.world.borders[id].name;
        match reason {
            Reason::Border(id) => format!("`{}`, {}", name(*id), self.world.borders[*id].state),
            Reason::BorderLine { border, leg, line } => {
                let leg = self.world.borders[*border].legs.get(*leg);
                leg.and_then(|leg| leg.because.get(*line))
                    .map(|(text, _)| text.clone())
                    .unwrap_or_default()
            }
            Reason::BorderNotEntered { border, subnet } => format!(
                "`{}` is not entered from `{}`",
                name(*border),
                subnet.map(|id| self.subnet(id)).unwrap_or_default()
            ),
            Reason::SourceNotCarried { border, source } => {
                format!("`{}` does not carry packets from {source}", name(*border))
            }
            Reason::DestinationNotCarried {
                border,
                leg,
                destination,
            } => {
                let leg = self.world.borders[*border].legs.get(*leg);
                let further = leg
                    .and_then(|leg| leg.because.first())
                    .map(|(text, _)| format!(": {text}"))
                    .unwrap_or_default();
                format!(
                    "`{}` does not carry packets to {destination}{further}",
                    name(*border)
                )
            }
            Reason::NotCarried(id) => format!("`{}` does not carry it", name(*id)),
            Reason::PastFilters(id) => format!(
                "what goes over `{}` may not be held against what filters there",
                name(*id)
            ),
            _ => "what lies beyond is not in the input".to_owned(),
        }
    }

    pub fn entry_point(&self, reason: &Reason) -> String {
        match reason {
            Reason::ClientRefused {
                entry_point,
                client,
            } => {
                let own = &self.world.entry_points[*entry_point];
                format!("{} lets in {} only, not {client}", own.name, own.clients)
            }
            Reason::EntryPoint {
                entry_point,
                forwarder,
            } => {
                let own = &self.world.entry_points[*entry_point];
                let Some(takes) = own.forwarders.get(*forwarder) else {
                    return own.name.clone();
                };
                let port = match takes.ports {
                    (low, high) if low == high => format!("port {low}"),
                    (low, high) => format!("some port of {low}-{high}"),
                };
                let name = &takes.name;
                if *forwarder == 0 {
                    let protocol = own.protocol.to_string().to_ascii_lowercase();
                    format!("{}: {name} takes {protocol} {port}", own.name)
                } else {
                    format!("{name} takes it on {port}")
                }
            }
            _ => String::new(),
        }
    }
}

/// Addresses as a few blocks.
fn blocks(addresses: &AddressSet) -> String {
    let all = addresses.blocks();
    if all.len() <= MOST_BLOCKS {
        return addresses.to_string();
    }
    let shown: Vec<String> = all
        .iter()
        .take(MOST_BLOCKS)
        .map(ToString::to_string)
        .collect();
    format!(
        "{} and {} more blocks",
        shown.join(", "),
        all.len() - MOST_BLOCKS
    )
}
