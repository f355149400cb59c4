//! The sentence for a hop: the one place where the typed reasons of a proof become words, for every format.
//!
//! A sentence has no full stop. Names of the input stand between backticks.

use crate::model::{
    AddressSet, Direction, Filter, FilterPeer, Hop, HopKind, Id, Location, Occupant, Policy,
    PolicySide, Reason, Route, RouteTable, RuleOutcome, Subnet, Target, Traffic, Verdict, Witness,
    World,
};
use crate::rules::traffic_words;

/// Most blocks of addresses that a sentence lists.
const MOST_BLOCKS: usize = 3;

/// Most policies that a sentence names as isolating.
const MOST_POLICIES: usize = 3;

/// Why the hop answers as it does; `world` is that of its trail.
#[must_use]
pub fn sentence(hop: &Hop, world: &World) -> String {
    let words = Words { world, hop };
    let text = words.of(&hop.reason);
    let drops = matches!(
        hop.reason,
        Reason::RuleDenies { .. } | Reason::NoRule { .. } | Reason::RulesUnknown(_)
    );
    if hop.kind == HopKind::ReturnFilter && hop.verdict == Verdict::Blocked && drops {
        format!("the reply is dropped: {text}")
    } else {
        text
    }
}

/// Makes the words for one hop.
struct Words<'a> {
    world: &'a World,
    hop: &'a Hop,
}

impl Words<'_> {
    fn of(&self, reason: &Reason) -> String {
        match reason {
            Reason::SourceAddress(note) | Reason::Admitted(note) => note.text.clone(),
            Reason::OwnAddress(_)
            | Reason::BareAddress(..)
            | Reason::Unplaced(_)
            | Reason::OnlyAnswers(_)
            | Reason::NatGateway(_) => self.source(reason),
            Reason::RuleAllows { .. }
            | Reason::RuleDenies { .. }
            | Reason::NoRule { .. }
            | Reason::RulesUnknown(_)
            | Reason::SubnetFiltersUnknown(_)
            | Reason::NoReplyPort
            | Reason::ReplyFiltersUnknown => self.filter(reason),
            Reason::Route { .. }
            | Reason::RouteElsewhere { .. }
            | Reason::NoRoute { .. }
            | Reason::RouteTableUnknown(_)
            | Reason::RouteUncertain(_)
            | Reason::SubnetUnknown(_) => self.route(reason),
            Reason::Border(_)
            | Reason::BorderLine { .. }
            | Reason::BorderNotEntered { .. }
            | Reason::SourceNotCarried { .. }
            | Reason::DestinationNotCarried { .. }
            | Reason::NotCarried(_)
            | Reason::BeyondInput => self.border(reason),
            Reason::EntryPoint { .. } | Reason::ClientRefused { .. } => self.entry_point(reason),
            Reason::Destination(occupant, location) => self.destination(*occupant, *location),
            Reason::Pivot { occupant, certain } => self.pivot(*occupant, *certain),
            Reason::HostService(titles, addresses) => {
                let mut titles = titles.clone();
                titles.sort_unstable();
                titles.dedup();
                format!(
                    "every host answers {addresses} itself ({}): no route and no filter of the network comes before",
                    titles.join(", ")
                )
            }
            Reason::Service(service, workload) => format!(
                "Service `{}` leads to `{}`",
                self.world.service_title(*service),
                self.world.workload_title(*workload)
            ),
            Reason::NoServicePort(service) => format!(
                "Service `{}` leads nowhere on this port",
                self.world.service_title(*service)
            ),
            Reason::Unproved => "which path it takes is not proved".to_owned(),
            _ => self.policy(reason, None),
        }
    }

    fn source(&self, reason: &Reason) -> String {
        match reason {
            Reason::OwnAddress(location) => format!("its own{}", self.located(*location)),
            Reason::BareAddress(address, Location::Nowhere) => {
                format!("{address} is in no network of the input")
            }
            Reason::BareAddress(address, location) => {
                format!("{address}{}", self.located(*location))
            }
            Reason::OnlyAnswers(id) => format!(
                "`{}` only answers and opens no connections",
                self.world.endpoints[*id].name
            ),
            Reason::NatGateway(id) => format!(
                "`{}` puts its own address in place of the source's",
                self.world.endpoints[*id].name
            ),
            _ => "the input does not say where the pods are placed".to_owned(),
        }
    }

    /// ` in `subnet``; nothing for what is in no network.
    fn located(&self, location: Location) -> String {
        match location {
            Location::Nowhere => String::new(),
            Location::Network(id) => format!(" in `{}`", self.world.networks[id].name),
            Location::Subnet(id) => format!(" in `{}`", self.world.subnets[id].name),
        }
    }

    fn filter(&self, reason: &Reason) -> String {
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

    fn subnet(&self, id: Id<Subnet>) -> &str {
        &self.world.subnets[id].name
    }

    fn route(&self, reason: &Reason) -> String {
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

    fn border(&self, reason: &Reason) -> String {
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
            _ => "what lies beyond is not in the input".to_owned(),
        }
    }

    fn entry_point(&self, reason: &Reason) -> String {
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

    fn occupant(&self, occupant: Occupant) -> String {
        match occupant {
            Occupant::Workload(id) => format!("`{}`", self.world.workload_title(id)),
            Occupant::Endpoint(id) => format!("`{}`", self.world.endpoints[id].name),
            Occupant::Forwarder(id, number) => self.world.entry_points[id]
                .forwarders
                .get(number)
                .map(|forwarder| forwarder.name.clone())
                .unwrap_or_default(),
            Occupant::Address(address) => address.to_string(),
        }
    }

    fn destination(&self, occupant: Occupant, location: Location) -> String {
        let what = self.occupant(occupant);
        let network = match location {
            Location::Nowhere => return format!("{what} is in no network of the input"),
            Location::Network(id) => id,
            Location::Subnet(id) => self.world.subnets[id].network,
        };
        let own = &self.world.networks[network];
        match location {
            _ if !own.known => format!(
                "{what} would be in `{}`, which is not in the input",
                own.name
            ),
            Location::Subnet(id) => format!("{what} may stand in `{}`", self.subnet(id)),
            _ => format!("{what} is in no known subnet of `{}`", own.name),
        }
    }

    fn pivot(&self, occupant: Occupant, certain: bool) -> String {
        let name = self.occupant(occupant);
        let (what, them) = match occupant {
            Occupant::Endpoint(id) => {
                let kind = self.world.endpoints[id].kind;
                (format!("{name} ({kind}) takes the connection"), "it")
            }
            _ => (format!("pods of {name} take the connection"), "them"),
        };
        if certain {
            format!("{what}: who gets into {them} goes on from here")
        } else {
            format!("{what}: whether who gets into {them} can go on from here is not known")
        }
    }

    /// What policies say. `file`: that of the line which is shown beside the sentence, so that only another file is named.
    fn policy(&self, reason: &Reason, file: Option<&str>) -> String {
        match reason {
            Reason::HostNetwork(id) => format!(
                "`{}` runs on the host network, outside of network policy",
                self.world.workload_title(*id)
            ),
            Reason::Itself(id) => format!(
                "a pod of `{}` always reaches itself, whatever its policies say",
                self.world.workload_title(*id)
            ),
            Reason::OwnNode => {
                "policies are not enforced: what comes from a pod's own node is always let in, and pods on the host network may run there"
                    .to_owned()
            }
            Reason::NoPolicy {
                workload,
                direction,
            } => format!(
                "no policy selects `{}` for {direction}",
                self.world.workload_title(*workload)
            ),
            Reason::NotIsolated {
                policy,
                workload,
                direction,
            } => format!(
                "{} and others leave it open, and nothing isolates `{}` for {direction}",
                self.named(*policy),
                self.world.workload_title(*workload)
            ),
            Reason::PolicyRule {
                action,
                policy,
                direction,
                rule,
            } => self.policy_rule(*action, *policy, (*direction, *rule), file),
            Reason::PolicyUnclear(id) => {
                format!("{} cannot be resolved and may decide anything", self.named(*id))
            }
            Reason::Isolated {
                policies,
                direction,
            } => format!(
                "{} for {direction}, and no rule matches",
                self.isolating(policies)
            ),
            Reason::NotEnforced { note, idle } => {
                let idle = idle
                    .map(|id| format!("; {} has no effect", self.named(id)))
                    .unwrap_or_default();
                format!("policies are not enforced: {}{idle}", note.text)
            }
            Reason::EnforcementUnknown { note, if_enforced } => {
                let why = note.as_ref().map_or(
                    "the pods may be on the host network after all",
                    |note| note.text.as_str(),
                );
                let held = self.policy(if_enforced, file);
                format!("it is not known whether policies are enforced: {why}; if they are, {held}")
            }
            Reason::Tiers { before, last } => self.tiers(before, last),
            Reason::ByService { service, reason } => format!(
                "judged by the address of Service `{}`, before it becomes that of a pod: {}",
                self.world.service_title(*service),
                self.policy(reason, file)
            ),
            _ => String::new(),
        }
    }

    fn tiers(&self, before: &[Reason], last: &Reason) -> String {
        let file = self
            .hop
            .origin
            .as_ref()
            .map(|origin| &*origin.place.file)
            .filter(|_| !matches!(last, Reason::NotIsolated { .. } | Reason::NoPolicy { .. }));
        let mut parts: Vec<String> = before
            .iter()
            .map(|reason| self.policy(reason, file))
            .collect();
        parts.push(self.policy(last, None));
        parts.join("; ")
    }

    /// ``NetworkPolicy `shop/default-deny` ``.
    fn named(&self, id: Id<Policy>) -> String {
        policy(id, self.world)
    }

    fn side(&self, policy: Id<Policy>, direction: Direction) -> Option<&PolicySide> {
        self.world.policies[policy].side(direction)
    }

    fn policy_rule(
        &self,
        action: RuleOutcome,
        policy: Id<Policy>,
        (direction, rule): (Direction, usize),
        file: Option<&str>,
    ) -> String {
        let rule = self
            .side(policy, direction)
            .and_then(|side| side.rules.get(rule));
        let certain = rule.is_none_or(|rule| rule.doubt.is_certain());
        let verb = match (action, certain) {
            (RuleOutcome::Denies, true) => "denies it",
            (RuleOutcome::Denies, false) => "may deny it",
            (RuleOutcome::Passes, true) => "passes it on",
            (RuleOutcome::Passes, false) => "may pass it on",
            (RuleOutcome::Allows, true) => "allows it",
            (RuleOutcome::Allows, false) => "may allow it",
        };
        let place = match rule.map(|rule| &rule.origin.place) {
            Some(own) if own.line > 0 => match file {
                Some(file) if *file != *own.file => {
                    format!("{direction}, `{}` line {}", own.file, own.line)
                }
                _ => format!("{direction}, line {}", own.line),
            },
            _ => direction.to_string(),
        };
        format!("{} {verb} ({place})", self.named(policy))
    }

    /// Who isolates: the first few by name.
    fn isolating(&self, policies: &[Id<Policy>]) -> String {
        // Parts of one object go by one name.
        let mut all: Vec<String> = policies.iter().map(|id| self.named(*id)).collect();
        all.dedup();
        let names = all.get(..all.len().min(MOST_POLICIES)).unwrap_or_default();
        match (all.len() - names.len(), names.split_last()) {
            (0, Some((last, []))) => format!("{last} isolates"),
            (0, Some((last, front))) => format!("{} and {last} isolate", front.join(", ")),
            (more, _) => format!("{} and {more} more isolate", names.join(", ")),
        }
    }
}

/// ``NetworkPolicy `shop/default-deny` ``.
pub(super) fn policy(id: Id<Policy>, world: &World) -> String {
    format!("{} `{}`", world.policies[id].kind, world.policy_name(id))
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
