//! Small worlds for tests, written as text: one fact a line, `?` at its end for one that is in doubt.
//!
//! ```text
//! network app 10.20.0.0/16             subnet nodes app 10.20.0.0/24 table=t acl=a    (also: inside)
//! route t 10.40.0.0/16 link:pcx @1     (a rank)
//! rule g egress allow tcp 5432 10.40.0.0/16        (also: members:h, @10 for an order, deny, skip:20,
//!                                                  own:10.40.0.9 or own:members:h)
//! link pcx app data entry=nodes        (also: strict: no members known across; into=acl, outof=acl: judged at the edges of
//!                                      both ways; stands=nodes: delivers into that subnet from inside;
//!                                      listens=10.20.0.9 sends=10.40.0.8: relays connections;
//!                                      past=db: its server may be reached past that filter)
//! answers app 169.254.169.254          (the hosts of the network answer there themselves)
//! endpoint orders db 10.40.0.9 g       (also: onward:never, onward:perhaps, opens:only, answers:only)
//! pods web nodes 10.20.0.0/28 g        node web nodes 10.20.0.16/28 n 10.40.0.0/16    (the block: translated)
//! lets web egress tcp 5432 10.40.0.0/24    calls web cart    (pods of the cluster; else none call each other)
//! entry point lb tcp 8080 web 10.40.0.0/24    (to that port of web's pods, for these clients)
//! forwarder lb nodes 10.20.0.16/28 80 n keeps node admitted    (one more place that hands on; the last words as they hold)
//! ```

mod clusters;
mod networks;
mod shown;

pub(super) use shown::{apart, shown};

use super::network_index::NetworkIndex;
use super::table::{CrossingTable, Crossings};
use crate::model::*;
use crate::reach::Party;
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
            ["network", name, at] => self.network(name, at, doubt),
            ["subnet", name, network, at, ref more @ ..] => {
                self.subnet(name, network, at, more, doubt)
            }
            ["route", table, to, target, ref more @ ..] => {
                self.route(table, to, target, more, doubt)
            }
            ["rule", filter, direction, ref words @ ..] => {
                self.rule(filter, direction, words, doubt)
            }
            ["link", name, one, other, ref more @ ..] => {
                self.border(name, one, other, more, &doubt)
            }
            ["answers", network, at] => self.answers(network, at, doubt),
            ["endpoint", name, subnet, at, ref more @ ..] => {
                self.endpoint(name, subnet, at, more, doubt)
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
                self.lets(name, direction, &flows, doubtful)
            }
            ["calls", from, to] => {
                let may = Traffic::all();
                let must = if doubtful {
                    Traffic::none()
                } else {
                    may.clone()
                };
                let ends = (self.workload(from), self.workload(to));
                self.calls.insert(ends, Bounds { must, may });
            }
            _ => panic!("no fact: {line}"),
        }
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
