//! A hop's reason as programs read it: its code, and the names and lines of the facts that it rests on.

use crate::model::{
    Direction, Filter, Id, Location, Note, Occupant, Policy, Reason, Target, Traffic, World,
};
use serde_json::{Value, json};

/// `{"code": …}` with the typed facts of the reason.
pub(super) fn reason(reason: &Reason, world: &World) -> Value {
    let mut out = Names { world }.facts(reason);
    if let Value::Object(facts) = &mut out {
        facts.insert("code".to_owned(), reason.code().into());
    }
    out
}

/// Puts names in place of ids.
struct Names<'w> {
    world: &'w World,
}

impl Names<'_> {
    fn facts(&self, of: &Reason) -> Value {
        match of {
            Reason::SourceAddress(_)
            | Reason::Admitted(_)
            | Reason::OwnAddress(_)
            | Reason::BareAddress(..)
            | Reason::OnlyAnswers(_)
            | Reason::OnlyOpens(_)
            | Reason::NatGateway(_)
            | Reason::Unplaced(_)
            | Reason::HostNetwork(_)
            | Reason::Itself(_)
            | Reason::Destination(..)
            | Reason::Pivot { .. } => self.end(of),
            Reason::RuleAllows { .. }
            | Reason::RuleDenies { .. }
            | Reason::NoRule { .. }
            | Reason::RulesUnknown(_) => self.filter(of),
            Reason::Route { .. } | Reason::RouteElsewhere { .. } | Reason::NoRoute { .. } => {
                self.route(of)
            }
            Reason::SubnetFiltersUnknown(id)
            | Reason::RouteTableUnknown(id)
            | Reason::RouteUncertain(id) => json!({"subnet": self.world.subnets[*id].name}),
            Reason::SubnetUnknown(id) => {
                json!({"network": id.map(|id| &self.world.networks[id].name)})
            }
            Reason::Border(_)
            | Reason::BorderLine { .. }
            | Reason::BorderNotEntered { .. }
            | Reason::SourceNotCarried { .. }
            | Reason::DestinationNotCarried { .. }
            | Reason::NotCarried(_)
            | Reason::PastFilters(_) => self.border(of),
            Reason::EntryPoint { .. }
            | Reason::ClientRefused { .. }
            | Reason::Service(..)
            | Reason::NoServicePort(_)
            | Reason::HostService(..) => self.entry_point(of),
            Reason::NoReplyPort
            | Reason::ReplyFiltersUnknown
            | Reason::BeyondInput
            | Reason::OwnNode
            | Reason::Unproved => json!({}),
            _ => self.policy(of),
        }
    }

    /// Who sends or takes the packet, and with which address.
    fn end(&self, of: &Reason) -> Value {
        match of {
            Reason::SourceAddress(note) | Reason::Admitted(note) => {
                json!({"assumed": note.assumed})
            }
            Reason::OwnAddress(location) => self.location(*location),
            Reason::BareAddress(address, location) => {
                let mut out = self.location(*location);
                insert(&mut out, "address", address.to_string());
                out
            }
            Reason::OnlyAnswers(id) | Reason::OnlyOpens(id) | Reason::NatGateway(id) => {
                json!({"endpoint": self.world.endpoints[*id].name})
            }
            Reason::Unplaced(id) | Reason::HostNetwork(id) | Reason::Itself(id) => {
                json!({"workload": self.world.workload_name(*id)})
            }
            Reason::Destination(occupant, location) => {
                let mut out = self.location(*location);
                self.insert_occupant(&mut out, *occupant);
                out
            }
            Reason::Pivot { occupant, certain } => {
                let mut out = json!({"certain": certain});
                self.insert_occupant(&mut out, *occupant);
                out
            }
            _ => json!({}),
        }
    }

    /// What stands before pods, and what hosts answer themselves.
    fn entry_point(&self, of: &Reason) -> Value {
        match of {
            Reason::EntryPoint { entry_point, .. } => {
                json!({"entry_point": self.world.entry_points[*entry_point].name})
            }
            Reason::ClientRefused {
                entry_point,
                client,
            } => {
                let own = &self.world.entry_points[*entry_point];
                json!({"entry_point": own.name, "client": client.to_string(), "admits": own.clients.to_string()})
            }
            Reason::Service(service, workload) => {
                json!({"service": self.world.service_title(*service), "workload": self.world.workload_name(*workload)})
            }
            Reason::NoServicePort(service) => {
                json!({"service": self.world.service_title(*service)})
            }
            Reason::HostService(titles, addresses) => {
                json!({"services": titles, "addresses": addresses.to_string()})
            }
            _ => json!({}),
        }
    }

    fn location(&self, location: Location) -> Value {
        match location {
            Location::Nowhere => json!({}),
            Location::Network(id) => json!({"network": self.world.networks[id].name}),
            Location::Subnet(id) => json!({"subnet": self.world.subnets[id].name}),
        }
    }

    fn insert_occupant(&self, out: &mut Value, occupant: Occupant) {
        match occupant {
            Occupant::Workload(id) => insert(out, "workload", self.world.workload_name(id)),
            Occupant::Endpoint(id) => {
                insert(out, "endpoint", self.world.endpoints[id].name.clone())
            }
            Occupant::Forwarder(id, _) => {
                let name = self.world.entry_points[id].name.clone();
                insert(out, "entry_point", name);
            }
            Occupant::Address(address) => insert(out, "address", address.to_string()),
        }
    }

    fn filter(&self, of: &Reason) -> Value {
        let name = |id: Id<Filter>| &self.world.filters[id].name;
        match of {
            Reason::RuleAllows {
                filter,
                direction,
                rule,
            }
            | Reason::RuleDenies {
                filter,
                direction,
                rule,
            } => {
                let written = self.world.filters[*filter].rules(*direction).get(*rule);
                let line = written.and_then(|rule| rule.origin.as_ref());
                let traffic = written.map(|rule| rule.traffic.to_string());
                json!({
                    "filter": name(*filter), "direction": direction.to_string(),
                    "rule": line.map(|origin| &*origin.address), "traffic": traffic,
                })
            }
            Reason::NoRule {
                filters,
                direction,
                packet,
            } => {
                let address = match direction {
                    Direction::Egress => packet.destination,
                    Direction::Ingress => packet.source,
                };
                let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
                json!({
                    "filters": filters.iter().map(|id| name(*id)).collect::<Vec<_>>(),
                    "direction": direction.to_string(), "address": address.to_string(),
                    "traffic": traffic.to_string(),
                })
            }
            Reason::RulesUnknown(id) => json!({"filter": name(*id)}),
            _ => json!({}),
        }
    }

    fn route(&self, of: &Reason) -> Value {
        match of {
            Reason::Route { table, route, .. } | Reason::RouteElsewhere { table, route } => {
                let own = &self.world.route_tables[*table];
                let route = own.routes.get(*route);
                json!({
                    "table": own.name,
                    "block": route.and_then(|route| route.destination).map(|block| block.to_string()),
                    "target": route.map(|route| self.target(&route.target)),
                })
            }
            Reason::NoRoute {
                tables,
                destination,
            } => {
                let name = |id| &self.world.route_tables[id].name;
                let tables: Vec<_> = tables.iter().map(|id| name(*id)).collect();
                json!({"tables": tables, "destination": destination.to_string()})
            }
            _ => json!({}),
        }
    }

    /// The name of what a route leads to; a word where that has none.
    fn target<'a>(&'a self, target: &'a Target) -> &'a str {
        match target {
            Target::Local => "local",
            Target::Border(id) => &self.world.borders[*id].name,
            Target::Drop(_) => "drop",
            Target::NatGateway(id) => &self.world.endpoints[*id].name,
            Target::Outside(way) => way,
            Target::Unknown => "unknown",
        }
    }

    fn border(&self, of: &Reason) -> Value {
        let name = |id| &self.world.borders[id].name;
        match of {
            Reason::Border(id) | Reason::NotCarried(id) | Reason::PastFilters(id) => {
                json!({"border": name(*id)})
            }
            Reason::BorderLine { border, .. } => json!({"border": name(*border)}),
            Reason::BorderNotEntered { border, subnet } => json!({
                "border": name(*border),
                "subnet": subnet.map(|id| &self.world.subnets[id].name),
            }),
            Reason::SourceNotCarried { border, source } => {
                json!({"border": name(*border), "source": source.to_string()})
            }
            Reason::DestinationNotCarried {
                border,
                destination,
                ..
            } => json!({"border": name(*border), "destination": destination.to_string()}),
            _ => json!({}),
        }
    }

    fn policy(&self, of: &Reason) -> Value {
        match of {
            Reason::NoPolicy {
                workload,
                direction,
            } => json!({
                "workload": self.world.workload_name(*workload),
                "direction": direction.to_string(),
            }),
            Reason::NotIsolated {
                policy,
                workload,
                direction,
            } => json!({
                "policy": self.named(*policy), "workload": self.world.workload_name(*workload),
                "direction": direction.to_string(),
            }),
            Reason::PolicyRule {
                policy,
                direction,
                rule,
                ..
            } => json!({
                "policy": self.named(*policy), "direction": direction.to_string(), "rule": rule + 1,
            }),
            Reason::PolicyUnclear(id) => json!({"policy": self.named(*id)}),
            Reason::Isolated {
                policies,
                direction,
            } => {
                let policies: Vec<Value> = policies.iter().map(|id| self.named(*id)).collect();
                json!({"policies": policies, "direction": direction.to_string()})
            }
            Reason::NotEnforced { note, idle } => json!({
                "why": note.text, "idle": idle.map(|id| self.named(id)),
            }),
            Reason::EnforcementUnknown { note, if_enforced } => json!({
                "why": note.as_ref().map(|note: &Note| &note.text),
                "if_enforced": reason(if_enforced, self.world),
            }),
            Reason::Tiers { before, last } => {
                let mut out = self.facts(last);
                let before = before.iter().map(|one| reason(one, self.world));
                insert(&mut out, "after", before.collect::<Vec<Value>>());
                out
            }
            Reason::ByService { service, reason } => {
                let mut out = self.facts(reason);
                insert(&mut out, "service", self.world.service_title(*service));
                out
            }
            _ => json!({}),
        }
    }

    /// A policy by its kind and name.
    fn named(&self, id: Id<Policy>) -> Value {
        json!({"kind": self.world.policies[id].kind, "name": self.world.policy_name(id)})
    }
}

fn insert(into: &mut Value, key: &str, value: impl Into<Value>) {
    if let Value::Object(facts) = into {
        facts.insert(key.to_owned(), value.into());
    }
}
