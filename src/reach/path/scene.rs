//! Small worlds for tests, written as text: one fact a line, `?` at its end for one that is in doubt.
//!
//! ```text
//! network app 10.20.0.0/16             subnet nodes app 10.20.0.0/24 table=t acl=a    (also: inside)
//! route t 10.40.0.0/16 link:pcx @1     (a rank)
//! rule g egress allow tcp 5432 10.40.0.0/16        (also: members:h, @10 for an order, deny, skip:20,
//!                                                  own:10.40.0.9 or own:members:h)
//! link pcx app data entry=nodes        (also: strict: no members known across; into=acl, outof=acl: judged at the edges of
//!                                      both ways; stands=nodes: delivers into that subnet from inside;
//!                                      listens=10.20.0.9 sends=10.40.0.8: relays connections)
//! endpoint orders db 10.40.0.9 g       (also: onward:never, onward:perhaps)
//! pods web nodes 10.20.0.0/28 g        node web nodes 10.20.0.16/28 n 10.40.0.0/16    (the block: translated)
//! lets web egress tcp 5432 10.40.0.0/24    calls web cart    (pods of the cluster; else none call each other)
//! entry point lb tcp 8080 web 10.40.0.0/24    (to that port of web's pods, for these clients)
//! forwarder lb nodes 10.20.0.16/28 80 n keeps node admitted    (one more place that hands on; the last words as they hold)
//! ```

use super::evidence::Evidence;
use super::network_index::NetworkIndex;
use super::policy_evaluator::PolicyEvaluator;
use super::table::{CrossingTable, Crossings};
use crate::model::*;
use crate::reach::policy::Judged;
use crate::reach::{Party, SteppingStones};
use std::collections::BTreeMap;

/// A world with a guard that says what its `lets` lines say.
#[derive(Default)]
pub(super) struct Scene {
    pub world: World,
    names: BTreeMap<String, usize>,
    lets: BTreeMap<(Id<Workload>, Direction), Bounds<FlowSet>>,
    pub calls: BTreeMap<(Id<Workload>, Id<Workload>), Bounds<Traffic>>,
}

pub(super) fn block(text: &str) -> AddressSet {
    text.split(',')
        .map(|part| AddressSet::parse(part).unwrap())
        .collect()
}

/// `tcp 80`, `tcp 80-90`, `all`.
pub(super) fn traffic(protocol: &str, ports: &str) -> Traffic {
    let Some(protocol) = Protocol::parse(protocol) else {
        return Traffic::all();
    };
    let (low, high) = ports.split_once('-').unwrap_or((ports, ports));
    match (low.parse(), high.parse()) {
        (Ok(low), Ok(high)) => Traffic::ports(protocol, low, high),
        _ => Traffic::protocol(protocol),
    }
}

/// The number after `@`.
fn order(more: &[&str]) -> u32 {
    more.iter()
        .find_map(|word| word.strip_prefix('@'))
        .map_or(0, |order| order.parse().unwrap())
}

impl Scene {
    /// Asks the table of crossings of this world, with this guard.
    pub fn ask<T>(&self, question: impl FnOnce(&Crossings<'_, '_>) -> T) -> T {
        let (index, table) = (NetworkIndex::new(&self.world), CrossingTable::default());
        question(&Crossings::new(&index, self, &table))
    }

    pub fn read(text: &str) -> Scene {
        let mut scene = Scene::default();
        let world = &mut scene.world;
        let enforced = Enforced::Yes(Note {
            text: "tests".to_owned(),
            origin: None,
            assumed: true,
        });
        let cluster = Cluster {
            name: "c".to_owned(),
            title: None,
            engine: "tests".to_owned(),
            enforced,
            blocks_match_pods: true,
            to_own_node: None,
            unresolved: Doubt::none(),
            api_server: None,
            origin: None,
        };
        world.clusters.push(cluster);
        for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
            scene.fact(line);
        }
        scene
    }

    fn find<T>(&self, kind: &str, name: &str, arena: &Arena<T>) -> Option<Id<T>> {
        let at = self.names.get(&format!("{kind} {name}"))?;
        arena.ids().nth(*at)
    }

    fn enter(&mut self, kind: &str, name: &str, at: usize) {
        self.names.insert(format!("{kind} {name}"), at);
    }

    fn fact(&mut self, line: &str) {
        let doubtful = line.ends_with('?');
        let doubt = if doubtful {
            self.world.doubt(GapKind::UnknownValue, line, None)
        } else {
            Doubt::none()
        };
        let words: Vec<&str> = line.trim_end_matches('?').split_whitespace().collect();
        match words[..] {
            ["network", name, at] => {
                let network = Network {
                    name: name.to_owned(),
                    addresses: block(at),
                    owner: None,
                    known: !doubtful,
                    doubt,
                    origin: None,
                };
                let id = self.world.networks.push(network);
                self.enter("network", name, id.index());
            }
            ["subnet", name, network, at, ref more @ ..] => {
                self.subnet(name, network, at, more, doubt)
            }
            ["route", table, to, target, ref more @ ..] => {
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
            [
                "rule",
                filter,
                direction,
                action,
                protocol,
                ports,
                peer,
                ref more @ ..,
            ] => {
                let peer = self.peer(peer);
                let order = order(more);
                let action = match action.strip_prefix("skip:") {
                    Some(to) => FilterAction::Skip(to.parse().unwrap()),
                    None if action == "allow" => FilterAction::Allow,
                    None => FilterAction::Deny,
                };
                let filter = self.filter(filter);
                let own = more
                    .iter()
                    .find_map(|word| word.strip_prefix("own:"))
                    .map_or_else(FilterPeer::anyone, |own| self.peer(own));
                let rule = FilterRule {
                    order,
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
            ["link", name, one, other, ref more @ ..] => self.link(name, one, other, more, &doubt),
            ["endpoint", name, subnet, at, ref groups @ ..] => {
                let (group, marks): (Vec<&str>, Vec<&str>) =
                    groups.iter().partition(|word| !word.starts_with("onward:"));
                let pivot_risk = match marks.first() {
                    Some(&"onward:never") => PivotRisk::Never,
                    Some(&"onward:perhaps") => PivotRisk::Perhaps,
                    _ => PivotRisk::Freely,
                };
                let attachments = vec![self.attachment(subnet, at, &group, doubt)];
                let endpoint = Endpoint {
                    name: name.to_owned(),
                    kind: "instance",
                    attachments,
                    answers_only: false,
                    pivot_risk,
                    origin: None,
                };
                let id = self.world.endpoints.push(endpoint);
                self.enter("endpoint", name, id.index());
            }
            ["pods", name, subnet, at, ref groups @ ..] => {
                self.pods(name, subnet, at, groups, doubt)
            }
            ["node", name, subnet, at, group, translated] => {
                let node = self.attachment(subnet, at, &[group], Doubt::none());
                let id = self.workload(name);
                let pod_placement = self.world.workloads[id].pod_placements.last_mut().unwrap();
                (pod_placement.node, pod_placement.translated) = (Some(node), block(translated));
            }
            ["door", name, protocol, port, pods, clients] => {
                self.entry_point(name, (protocol, port), pods, clients, doubt)
            }
            ["relay", entry_point, subnet, at, port, group, ref more @ ..] => {
                self.forwarder(entry_point, (subnet, at), port, group, more)
            }
            ["lets", name, direction, protocol, ports, far] => {
                let flows = FlowSet::of(block(far), traffic(protocol, ports));
                let direction = if direction == "egress" {
                    Direction::Egress
                } else {
                    Direction::Ingress
                };
                let own = self
                    .lets
                    .entry((self.workload(name), direction))
                    .or_default();
                own.may = own.may.union(&flows);
                own.must = if doubtful {
                    own.must.clone()
                } else {
                    own.must.union(&flows)
                };
            }
            ["calls", from, to] => {
                let must = if doubtful {
                    Traffic::none()
                } else {
                    Traffic::all()
                };
                self.calls.insert(
                    (self.workload(from), self.workload(to)),
                    Bounds {
                        must,
                        may: Traffic::all(),
                    },
                );
            }
            _ => panic!("no fact: {line}"),
        }
    }

    fn peer(&mut self, text: &str) -> FilterPeer {
        match text.strip_prefix("members:") {
            Some(of) => FilterPeer::Members(self.filter(of)),
            None => FilterPeer::Addresses(block(text)),
        }
    }

    fn workload(&self, name: &str) -> Id<Workload> {
        self.find("pods", name, &self.world.workloads).unwrap()
    }

    fn table(&mut self, name: &str) -> Id<RouteTable> {
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
    fn filter(&mut self, name: &str) -> Id<Filter> {
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

    fn subnet(&mut self, name: &str, network: &str, at: &str, more: &[&str], doubt: Doubt) {
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

    fn target(&self, text: &str) -> Target {
        match text.split_once(':').unwrap_or((text, "")) {
            ("local", _) => Target::Local,
            ("link", link) => self
                .find("link", link, &self.world.borders)
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

    fn link(&mut self, name: &str, one: &str, other: &str, more: &[&str], doubt: &Doubt) {
        let value = |key: &str| more.iter().find_map(|word| word.strip_prefix(key));
        let edges = [
            (value("into="), Direction::Ingress),
            (value("outof="), Direction::Egress),
        ];
        let filters: Vec<_> = edges
            .into_iter()
            .filter_map(|(name, crossing)| Some((self.filter(name?), crossing)))
            .collect();
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

    fn attachment(&mut self, subnet: &str, at: &str, groups: &[&str], doubt: Doubt) -> Attachment {
        let id = self.find("subnet", subnet, &self.world.subnets).unwrap();
        let filters = groups.iter().map(|group| self.filter(group)).collect();
        Attachment {
            network: self.world.subnets[id].network,
            subnet: Some(id),
            addresses: block(at),
            filters,
            doubt,
            origin: None,
        }
    }

    fn pods(&mut self, name: &str, subnet: &str, at: &str, groups: &[&str], doubt: Doubt) {
        let pod = self.attachment(subnet, at, groups, Doubt::none());
        let note = Note {
            text: "its own".to_owned(),
            origin: None,
            assumed: false,
        };
        let enforced = Enforced::Yes(note.clone());
        let pod_placement = PodPlacement {
            name: name.to_owned(),
            pod,
            node: None,
            translated: AddressSet::none(),
            identity: note,
            enforced,
            doubt,
        };
        if let Some(id) = self.find("pods", name, &self.world.workloads) {
            self.world.workloads[id].pod_placements.push(pod_placement);
            return;
        }
        let place = Place {
            file: "scene".into(),
            line: 1,
            column: 1,
            length: 0,
        };
        let cluster = self.world.clusters.ids().next().unwrap();
        let namespace = Namespace {
            cluster,
            name: name.to_owned(),
            labels: Labels::new(),
            annotations: Labels::new(),
            declared: true,
            origin: None,
        };
        let workload = Workload {
            cluster,
            namespace: self.world.namespaces.push(namespace),
            name: name.to_owned(),
            kind: "Pod".to_owned(),
            labels: Labels::new(),
            annotations: Labels::new(),
            service_account: "default".to_owned(),
            service_account_labels: Labels::new(),
            named_ports: Vec::new(),
            host_network: false,
            outside: Doubt::none(),
            addresses: AddressSet::none(),
            pod_placements: vec![pod_placement],
            origin: Origin {
                place,
                inner: None,
                address: name.into(),
                change: Change::None,
            },
        };
        let id = self.world.workloads.push(workload);
        self.enter("pods", name, id.index());
    }

    fn entry_point(
        &mut self,
        name: &str,
        (protocol, port): (&str, &str),
        pods: &str,
        clients: &str,
        doubt: Doubt,
    ) {
        let place = Place {
            file: "scene".into(),
            line: 1,
            column: 1,
            length: 0,
        };
        let entry_point = EntryPoint {
            name: name.to_owned(),
            kind: "door",
            forwarders: Vec::new(),
            protocol: Protocol::parse(protocol).unwrap(),
            clients: block(clients),
            workloads: vec![self.workload(pods)],
            target: EntryPointTarget::Number(port.parse().unwrap()),
            doubt,
            origin: Origin {
                place,
                inner: None,
                address: name.into(),
                change: Change::None,
            },
        };
        let id = self.world.entry_points.push(entry_point);
        self.enter("door", name, id.index());
    }

    fn forwarder(
        &mut self,
        entry_point: &str,
        (subnet, at): (&str, &str),
        port: &str,
        group: &str,
        more: &[&str],
    ) {
        let attachments = vec![self.attachment(subnet, at, &[group], Doubt::none())];
        let note = || Note {
            text: "handed on".to_owned(),
            origin: None,
            assumed: false,
        };
        let port: u16 = port.parse().unwrap();
        let says = |word: &str| more.contains(&word);
        let forwarder = Forwarder {
            name: "relay".to_owned(),
            attachments,
            ports: (port, port),
            destinations: more
                .iter()
                .find_map(|word| word.strip_prefix("as="))
                .map(block)
                .unwrap_or_default(),
            doubt: Doubt::none(),
            keeps_client: says("keeps"),
            sends: note(),
            admitted: says("admitted").then(note),
            own_pods: says("node").then(|| {
                if says("exempt") {
                    Enforced::No(note())
                } else {
                    Enforced::Yes(note())
                }
            }),
        };
        let id = self
            .find("door", entry_point, &self.world.entry_points)
            .unwrap();
        self.world.entry_points[id].forwarders.push(forwarder);
    }

    /// A workload or endpoint by name, or addresses.
    pub fn party(&self, name: &str) -> Party {
        let pods = self
            .find("pods", name, &self.world.workloads)
            .map(Party::Workload);
        let endpoint = || {
            self.find("endpoint", name, &self.world.endpoints)
                .map(Party::Endpoint)
        };
        pods.or_else(endpoint)
            .unwrap_or_else(|| Party::Addresses(block(name)))
    }
}

impl PolicyEvaluator for Scene {
    fn outside(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        _: Option<usize>,
    ) -> Judged<FlowSet> {
        let bounds = self
            .lets
            .get(&(workload, direction))
            .cloned()
            .unwrap_or_else(|| Bounds::exact(FlowSet::all()));
        Judged {
            bounds,
            doubt: Doubt::none(),
        }
    }

    fn by_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        _: &AddressSet,
    ) -> Bounds<FlowSet> {
        self.outside(workload, Direction::Ingress, pod_placement)
            .bounds
    }

    fn between(&self, from: Id<Workload>, to: Id<Workload>) -> Bounds<Traffic> {
        self.calls.get(&(from, to)).cloned().unwrap_or_default()
    }

    fn kind(&self, workload: Id<Workload>) -> Option<usize> {
        Some(workload.index())
    }

    fn evidence(
        &self,
        workload: Id<Workload>,
        direction: Direction,
        _: Option<usize>,
        packet: &Witness,
    ) -> Evidence {
        let address = match direction {
            Direction::Egress => packet.destination,
            Direction::Ingress => packet.source,
        };
        let passes = self.outside(workload, direction, None).bounds.may;
        let passes = passes.at(address).of(packet.protocol).contains(packet.port);
        Evidence::new(if passes {
            Reason::NoPolicy {
                workload,
                direction,
            }
        } else {
            Reason::Isolated {
                policies: Vec::new(),
                direction,
            }
        })
    }

    fn evidence_of_node(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
        packet: &Witness,
        _: Verdict,
    ) -> Evidence {
        self.evidence(workload, Direction::Ingress, pod_placement, packet)
    }
}

/// A hop for an assertion: its verdict, kind and reason, and the names of what the reason rests on.
pub(super) fn shown(hop: &Hop, world: &World) -> String {
    let facts = match &hop.reason {
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
            let own = &world.filters[*filter];
            let rule = &own.rules(*direction)[*rule];
            format!(
                "{}: {} {}{}",
                own.name,
                rule.traffic,
                end(&rule.peer, world),
                if rule.own == FilterPeer::anyone() {
                    String::new()
                } else {
                    format!(" at {}", end(&rule.own, world))
                }
            )
        }
        Reason::NoRule {
            filters, packet, ..
        } => {
            let names: Vec<&str> = filters
                .iter()
                .map(|filter| world.filters[*filter].name.as_str())
                .collect();
            let traffic = Traffic::ports(packet.protocol, packet.port, packet.port);
            format!("{}: {traffic} {}", names.join(" "), packet.source)
        }
        Reason::Route { table, route, .. } | Reason::RouteElsewhere { table, route } => {
            let table = &world.route_tables[*table];
            let route = &table.routes[*route];
            let target = match &route.target {
                Target::Border(id) => world.borders[*id].name.clone(),
                target => format!("{target:?}"),
            };
            let block = route.destination.map(|block| block.to_string());
            format!("{}: {} to {target}", table.name, block.unwrap_or_default())
        }
        Reason::NoRoute {
            tables,
            destination,
        } => format!("{}: {destination}", world.route_tables[tables[0]].name),
        Reason::Destination(_, Location::Network(id)) => world.networks[*id].name.clone(),
        Reason::NatGateway(id) => world.endpoints[*id].name.clone(),
        _ => String::new(),
    };
    format!(
        "{} {} {} {facts}",
        hop.verdict.word(),
        hop.kind.word(),
        hop.reason.code()
    )
}

fn end(peer: &FilterPeer, world: &World) -> String {
    match peer {
        FilterPeer::Addresses(addresses) => addresses.to_string(),
        FilterPeer::Members(filter) => format!("members:{}", world.filters[*filter].name),
    }
}

/// Chains with one start and one far side each, in order.
pub(super) fn apart(found: &[SteppingStones]) -> Vec<SteppingStones> {
    let each = |chain: &SteppingStones| {
        let one = |(from, far): (_, &Party)| SteppingStones {
            starts: vec![from],
            fars: vec![far.clone()],
            ..chain.clone()
        };
        chain.pairs().map(one).collect::<Vec<_>>()
    };
    let mut out: Vec<SteppingStones> = found.iter().flat_map(each).collect();
    out.sort_by(|a, b| (&a.starts, &a.fars).cmp(&(&b.starts, &b.fars)));
    out
}
