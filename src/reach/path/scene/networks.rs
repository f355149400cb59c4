//! Lines about networks, what joins them, and what stands in them.

use super::{Scene, block, order, traffic};
use crate::model::*;

impl Scene {
    pub(super) fn network(&mut self, name: &str, at: &str, doubt: Doubt) {
        let network = Network {
            name: name.to_owned(),
            addresses: block(at),
            owner: crate::model::NetworkOwner::default(),
            known: doubt.is_certain(),
            doubt,
            origin: None,
        };
        let id = self.world.networks.push(network);
        self.enter("network", name, id.index());
    }

    pub(super) fn answers(&mut self, network: &str, at: &str, doubt: Doubt) {
        let network = self.find("network", network, &self.world.networks).unwrap();
        self.world.host_services.push(HostService {
            network,
            title: "instance metadata",
            gives_credentials: true,
            addresses: block(at),
            doubt,
        });
    }

    pub(super) fn route(
        &mut self,
        table: &str,
        to: &str,
        target: &str,
        more: &[&str],
        doubt: Doubt,
    ) {
        let target = self.target(target);
        let table = self.table(table);
        let route = Route {
            destination: to.parse().ok(),
            target,
            rank: order(more),
            doubt,
            origin: None,
        };
        self.world.route_tables[table].routes.push(route);
    }

    pub(super) fn rule(&mut self, filter: &str, direction: &str, words: &[&str], doubt: Doubt) {
        let [action, protocol, ports, peer, more @ ..] = words else {
            panic!("no rule: {words:?}");
        };
        let peer = self.peer(peer);
        let action = match action.strip_prefix("skip:") {
            Some(to) => FilterAction::Skip(to.parse().unwrap()),
            None if *action == "allow" => FilterAction::Allow,
            None => FilterAction::Deny,
        };
        let filter = self.filter(filter);
        let own = more
            .iter()
            .find_map(|word| word.strip_prefix("own:"))
            .map_or_else(FilterPeer::anyone, |own| self.peer(own));
        let rule = FilterRule {
            order: order(more),
            action,
            peer,
            own,
            traffic: traffic(protocol, ports),
            doubt,
            origin: None,
        };
        let own = &mut self.world.filters[filter];
        if direction == "egress" {
            own.egress.push(rule)
        } else {
            own.ingress.push(rule)
        }
    }

    pub(super) fn endpoint(
        &mut self,
        name: &str,
        subnet: &str,
        at: &str,
        more: &[&str],
        doubt: Doubt,
    ) {
        let (groups, marks): (Vec<&str>, Vec<&str>) = more.iter().partition(|word| {
            !["onward:", "opens:", "answers:"]
                .iter()
                .any(|mark| word.starts_with(mark))
        });
        let pivot_risk = match marks.first() {
            Some(&"onward:never") => PivotRisk::Never,
            Some(&"onward:perhaps") => PivotRisk::Perhaps,
            _ => PivotRisk::Freely,
        };
        let attachments = vec![self.attachment(subnet, at, &groups, doubt)];
        let endpoint = Endpoint {
            name: name.to_owned(),
            kind: "instance",
            attachments,
            answers_only: marks.contains(&"answers:only"),
            opens_only: marks.contains(&"opens:only"),
            pivot_risk,
            origin: None,
        };
        let id = self.world.endpoints.push(endpoint);
        self.enter("endpoint", name, id.index());
    }

    pub(super) fn peer(&mut self, text: &str) -> FilterPeer {
        match text.strip_prefix("members:") {
            Some(of) => FilterPeer::Members(self.filter(of)),
            None => FilterPeer::Addresses(block(text)),
        }
    }

    pub(super) fn table(&mut self, name: &str) -> Id<RouteTable> {
        self.find("table", name, &self.world.route_tables)
            .unwrap_or_else(|| {
                let id = self.world.route_tables.push(RouteTable {
                    name: name.to_owned(),
                    routes: Vec::new(),
                    origin: None,
                });
                self.enter("table", name, id.index());
                id
            })
    }

    /// A group, or an ACL where the name starts with `acl`.
    pub(super) fn filter(&mut self, name: &str) -> Id<Filter> {
        self.find("filter", name, &self.world.filters)
            .unwrap_or_else(|| {
                let (ingress, egress, stateful) =
                    (Vec::new(), Vec::new(), !name.starts_with("acl"));
                let filter = Filter {
                    name: name.to_owned(),
                    kind: "group",
                    stateful,
                    ingress,
                    egress,
                    doubt: Doubt::none(),
                    origin: None,
                };
                let id = self.world.filters.push(filter);
                self.enter("filter", name, id.index());
                id
            })
    }

    pub(super) fn subnet(
        &mut self,
        name: &str,
        network: &str,
        at: &str,
        more: &[&str],
        doubt: Doubt,
    ) {
        let network = self.find("network", network, &self.world.networks).unwrap();
        let tables = more
            .iter()
            .filter_map(|word| word.strip_prefix("table="))
            .map(|table| self.table(table))
            .collect();
        let filters = more
            .iter()
            .filter_map(|word| word.strip_prefix("acl="))
            .map(|acl| self.filter(acl))
            .collect();
        let filters_inside = more.contains(&"inside");
        let subnet = Subnet {
            name: name.to_owned(),
            network,
            addresses: block(at),
            tables,
            filters,
            filters_inside,
            doubt,
            origin: None,
        };
        let id = self.world.subnets.push(subnet);
        self.enter("subnet", name, id.index());
    }

    pub(super) fn target(&self, text: &str) -> Target {
        match text.split_once(':').unwrap_or((text, "")) {
            ("local", _) => Target::Local,
            ("link", border) => self
                .find("link", border, &self.world.borders)
                .map_or(Target::Drop("gone".to_owned()), Target::Border),
            ("nat", endpoint) => Target::NatGateway(
                self.find("endpoint", endpoint, &self.world.endpoints)
                    .unwrap(),
            ),
            ("drop", _) => Target::Drop("blackhole".to_owned()),
            ("out", _) => Target::Outside("internet gateway".to_owned()),
            _ => Target::Unknown,
        }
    }

    pub(super) fn border(
        &mut self,
        name: &str,
        one: &str,
        other: &str,
        more: &[&str],
        doubt: &Doubt,
    ) {
        let value = |key: &str| more.iter().find_map(|word| word.strip_prefix(key));
        let edges = [
            (value("into="), Direction::Ingress),
            (value("outof="), Direction::Egress),
        ];
        let filters: Vec<_> = edges
            .into_iter()
            .filter_map(|(name, crossing)| Some((self.filter(name?), crossing)))
            .collect();
        let past = value("past=").map(|name| self.filter(name));
        let relay = value("listens=").map(|listens| Relay {
            listens: block(listens),
            sends: block(value("sends=").unwrap_or("0.0.0.0/0")),
        });
        let network = |name: &str| self.find("network", name, &self.world.networks).unwrap();
        let subnet = |name: &str| self.find("subnet", name, &self.world.subnets).unwrap();
        let (entry, stands) = (value("entry=").map(subnet), value("stands=").map(subnet));
        let within = |subnet: &Id<Subnet>, network| self.world.subnets[*subnet].network == network;
        let leg = |from, to| Leg {
            from,
            entry: entry
                .filter(|subnet| within(subnet, from))
                .map(|subnet| vec![subnet]),
            to,
            sources: self.world.networks[from].addresses.clone(),
            destinations: self.world.networks[to].addresses.clone(),
            filters: filters.clone(),
            unjudged: stands
                .filter(|subnet| within(subnet, to))
                .into_iter()
                .collect(),
            may_bypass: past.into_iter().collect(),
            keeps_members: if more.contains(&"strict") {
                Vec::new()
            } else {
                vec![Direction::Ingress, Direction::Egress]
            },
            doubt: doubt.clone(),
            relay: relay.clone(),
            because: Vec::new(),
        };
        let legs = vec![
            leg(network(one), network(other)),
            leg(network(other), network(one)),
        ];
        let id = self.world.borders.push(Border {
            name: name.to_owned(),
            kind: "peering",
            legs,
            state: "active".to_owned(),
            origin: None,
        });
        self.enter("link", name, id.index());
    }

    pub(super) fn attachment(
        &mut self,
        subnet: &str,
        at: &str,
        groups: &[&str],
        doubt: Doubt,
    ) -> Attachment {
        let id = self.find("subnet", subnet, &self.world.subnets).unwrap();
        let filters = groups.iter().map(|group| self.filter(group)).collect();
        Attachment {
            network: self.world.subnets[id].network,
            subnet: Some(id),
            addresses: block(at),
            filters,
            interface: 0,
            doubt,
            origin: None,
        }
    }
}
