//! Judgement by network policy alone, held against published truth: connectivity lists of an analyser, conformance suites,
//! and checks for missing policies. Skips with a message where the folders do not stand beside the clone.

#![expect(
    clippy::unwrap_used,
    clippy::panic,
    clippy::indexing_slicing,
    reason = "a test may stop at the first thing that is not as expected"
)]

use crosspeer::ingest::{File, PlanPhase, Settings, ingest};
use crosspeer::model::{
    AddressSet, Direction, FlowSet, Protocol, Traffic, Verdict, Workload, World,
};
use crosspeer::model::{Id, Namespace};
use crosspeer::reach::{DirectionIsolation, Engine, NamespaceIsolation, Party, Scope};
use serde_json::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

fn corpus(folder: &str) -> Option<PathBuf> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("../shared/corpus")
        .join(folder);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no ../shared/corpus/{folder} beside this clone");
    None
}

fn entries(folder: &Path) -> Vec<PathBuf> {
    let mut out: Vec<PathBuf> = std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .collect();
    out.sort();
    out
}

fn files(path: &Path, out: &mut Vec<File>) {
    if path.is_dir() {
        entries(path).iter().for_each(|inner| files(inner, out));
    } else if path
        .extension()
        .is_some_and(|ending| ["yaml", "yml", "json"].iter().any(|known| ending == *known))
    {
        let (name, bytes) = (path.to_string_lossy().into(), std::fs::read(path).unwrap());
        out.push(File {
            path: name,
            bytes,
            ..File::default()
        });
    }
}

fn world(path: &Path) -> World {
    let mut found = Vec::new();
    files(path, &mut found);
    ingest(&found, &Settings::default(), PlanPhase::After)
        .unwrap()
        .world
}

/// Runs the check over every case of a folder; a case is right where it says nothing.
fn each_case(folder: &str, check: impl Fn(&Path) -> Vec<String>) {
    let Some(folder) = corpus(folder) else { return };
    let (mut cases, mut wrong) = (0, Vec::new());
    for case in entries(&folder).into_iter().filter(|case| case.is_dir()) {
        cases += 1;
        let said = check(&case);
        if !said.is_empty() {
            wrong.push(format!(
                "{}\n  {}",
                case.file_name().unwrap().display(),
                said.join("\n  ")
            ));
        }
    }
    assert!(
        wrong.is_empty(),
        "{} of {cases} cases are wrong\n{}",
        wrong.len(),
        wrong.join("\n")
    );
}

const WITH_PORTS: [Protocol; 3] = [Protocol::TCP, Protocol::UDP, Protocol::SCTP];

/// Traffic in JSON: protocol to closed port ranges.
fn traffic(json: &Value) -> Traffic {
    let each = json
        .as_object()
        .unwrap()
        .iter()
        .flat_map(|(protocol, ranges)| {
            let protocol = Protocol::parse(protocol).unwrap();
            let port = |range: &Value, at: usize| {
                u16::try_from(range.get(at).unwrap().as_u64().unwrap()).unwrap()
            };
            ranges
                .as_array()
                .unwrap()
                .iter()
                .map(move |range| Traffic::ports(protocol, port(range, 0), port(range, 1)))
        });
    each.collect()
}

/// The part of the traffic that the lists are about: protocols with ports.
fn listed(traffic: &Traffic) -> Traffic {
    traffic.intersection(&WITH_PORTS.into_iter().map(Traffic::protocol).collect())
}

/// Flows by their two ends as text; of those with an address only IPv4.
#[derive(Default)]
struct Table {
    pairs: BTreeMap<(String, String), Traffic>,
    outside: BTreeMap<(String, Direction), FlowSet>,
}

impl Table {
    fn add(&mut self, from: &str, to: &str, traffic: &Traffic) {
        let flows = |text: &str| {
            Some(FlowSet::of(
                AddressSet::parse(text)
                    .ok()?
                    .intersection(&AddressSet::all_v4()),
                listed(traffic),
            ))
        };
        let (key, more) = match (flows(from), flows(to)) {
            (Some(flows), None) => ((to.to_owned(), Direction::Ingress), flows),
            (None, Some(flows)) => ((from.to_owned(), Direction::Egress), flows),
            (None, None) => {
                let pair = self
                    .pairs
                    .entry((from.to_owned(), to.to_owned()))
                    .or_default();
                *pair = pair.union(&listed(traffic));
                return;
            }
            (Some(_), Some(_)) => return,
        };
        let known = self.outside.entry(key).or_default();
        *known = known.union(&more);
    }

    fn differences(&self, truth: &Table) -> Vec<String> {
        let pairs = self
            .pairs
            .keys()
            .chain(truth.pairs.keys())
            .collect::<std::collections::BTreeSet<_>>();
        let own = |table: &Table, key| table.pairs.get(key).cloned().unwrap_or_default();
        let mut out: Vec<String> = pairs
            .into_iter()
            .filter(|key| own(self, key) != own(truth, key))
            .map(|key| {
                format!(
                    "{} -> {}: {}, should be {}",
                    key.0,
                    key.1,
                    own(self, key),
                    own(truth, key)
                )
            })
            .collect();
        let sides = self
            .outside
            .keys()
            .chain(truth.outside.keys())
            .collect::<std::collections::BTreeSet<_>>();
        let own = |table: &Table, key| table.outside.get(key).cloned().unwrap_or_default();
        let wrong = sides
            .into_iter()
            .filter(|key| own(self, key) != own(truth, key));
        out.extend(wrong.map(|key| {
            format!(
                "{} {}: {:?}, should be {:?}",
                key.0,
                key.1,
                own(self, key),
                own(truth, key)
            )
        }));
        out
    }
}

fn party(world: &World, party: &Party) -> Vec<String> {
    match party {
        Party::Workload(id) => vec![world.workload_name(*id)],
        Party::Endpoint(id) => vec![world.endpoints[*id].name.clone()],
        Party::Addresses(set) => set
            .ranges()
            .map(|(low, high)| format!("{low}-{high}"))
            .collect(),
    }
}

#[test]
fn flows_of_a_cluster() {
    each_case("cluster-reach", |case| {
        let (mut truth, mut found) = (Table::default(), Table::default());
        let rows: Value =
            serde_json::from_slice(&std::fs::read(case.join("truth.json")).unwrap()).unwrap();
        for row in rows.as_array().unwrap() {
            truth.add(
                row["from"].as_str().unwrap(),
                row["to"].as_str().unwrap(),
                &traffic(&row["traffic"]),
            );
        }
        let world = world(&case.join("manifests"));
        for flow in Engine::new(&world).flows(Scope::Cluster) {
            for from in party(&world, &flow.from) {
                party(&world, &flow.to)
                    .iter()
                    .for_each(|to| found.add(&from, to, &flow.traffic));
            }
        }
        found.differences(&truth)
    });
}

fn named(world: &World, text: &str) -> Party {
    let workload = || {
        world
            .workloads
            .ids()
            .find(|id| world.workload_title(*id) == text || world.workload_name(*id) == text)
    };
    AddressSet::parse(text)
        .map(Party::Addresses)
        .unwrap_or_else(|_| {
            Party::Workload(workload().unwrap_or_else(|| panic!("no workload `{text}`")))
        })
}

fn queries(case: &Path) -> Vec<String> {
    let world = world(&case.join("manifests"));
    let engine = Engine::new(&world);
    let asked = std::fs::read_to_string(case.join("queries.jsonl")).unwrap();
    let wrong = asked.lines().filter_map(|line| {
        let query: Value = serde_json::from_str(line).unwrap();
        let text = |key: &str| query[key].as_str().unwrap();
        let protocol = Protocol::parse(text("protocol")).unwrap();
        let port = u16::try_from(query["port"].as_u64().unwrap()).unwrap();
        let trail = engine.explain(
            &named(&world, text("from")),
            &named(&world, text("to")),
            &Traffic::ports(protocol, port, port),
        );
        let because: Vec<String> = trail
            .hops
            .iter()
            .map(|hop| crosspeer::report::sentence(hop, &world))
            .collect();
        (trail.verdict.word() != text("expect"))
            .then(|| format!("{line}: {}: {}", trail.verdict.word(), because.join(" | ")))
    });
    wrong.collect()
}

#[test]
fn network_policy_end_to_end() {
    each_case("policy-e2e", queries);
}

#[test]
fn policy_tiers() {
    each_case("policy-tiers", queries);
}

#[test]
fn calico() {
    each_case("calico-and-cilium", queries);
}

/// Namespaces of which the page takes one of two readings, with the reason: the answer there must be that it is not known.
const UNCERTAIN: [(&str, &str, &str); 2] = [
    (
        "kube-score/networkpolicy-not-matching.yaml",
        "testspace",
        "labels stand in `podSelector` itself, an unknown field: kubectl refuses the policy, Helm drops the labels",
    ),
    (
        "checkov/RequireAllPodsToHaveNetworkPolicy.yaml",
        "ns2",
        "the policy is of a version that exists nowhere, `extensions/achia`",
    ),
];

/// Names of workloads in any order.
fn sorted(words: &[String]) -> Vec<String> {
    let each = words.iter().map(|word| {
        let mut names: Vec<&str> = word.split(": ").flat_map(|part| part.split(", ")).collect();
        names.sort_unstable();
        names.join(" ")
    });
    each.collect()
}

/// Where one check of other tools is right and another is not: what the page says is right, per namespace.
#[test]
fn missing_policies() {
    let Some(folder) = corpus("checks-disagreements") else {
        return;
    };
    let page = std::fs::read_to_string(folder.join("README.md")).unwrap();
    let (mut asked, mut wrong) = (0, Vec::new());
    for line in page.lines() {
        let cells: Vec<&str> = line.trim_matches('|').split(" | ").map(str::trim).collect();
        let [fixture, _, expected, _] = cells.as_slice() else {
            continue;
        };
        let path = folder.join(fixture);
        if !path.exists() {
            continue;
        }
        asked += 1;
        let world = world(&path);
        let found = standings(&world);
        for (namespace, expected) in namespaces(expected) {
            let own = found.get(namespace).cloned().unwrap_or_default();
            let uncertain = UNCERTAIN
                .iter()
                .any(|(path, name, _)| path == fixture && *name == namespace);
            let named = own.iter().any(|word| word.contains("uncertain"))
                || world
                    .gaps
                    .iter()
                    .any(|(_, gap)| gap.what.contains("is not known"));
            let right = if uncertain {
                named
            } else {
                sorted(&own) == sorted(&expected)
            };
            if !right {
                wrong.push(format!(
                    "{fixture}, `{namespace}`: {own:?}, should be {expected:?}"
                ));
            }
        }
    }
    assert!(
        asked > 80 && wrong.is_empty(),
        "{asked} asked\n{}",
        wrong.join("\n")
    );
}

/// The column of the page: `` `name`: a; b. `other`: c ``.
fn namespaces(cell: &str) -> Vec<(&str, Vec<String>)> {
    let each = cell
        .split(". `")
        .map(|part| part.trim_start_matches('`').split_once("`: "));
    each.flatten()
        .map(|(name, rest)| (name, rest.split("; ").map(str::to_owned).collect()))
        .collect()
}

fn standings(world: &World) -> BTreeMap<String, Vec<String>> {
    let engine = Engine::new(world);
    world
        .namespaces
        .ids()
        .map(|id: Id<Namespace>| {
            (
                world.namespaces[id].name.clone(),
                words(world, &engine.namespace_isolation(id)),
            )
        })
        .collect()
}

fn words(world: &World, standing: &NamespaceIsolation) -> Vec<String> {
    let names = |ids: &[Id<Workload>]| {
        let each = ids.iter().map(|id| {
            format!(
                "{}/{}",
                world.workloads[*id].kind, world.workloads[*id].name
            )
        });
        each.collect::<Vec<_>>().join(", ")
    };
    let mut out: Vec<String> = standing
        .policies
        .is_empty()
        .then(|| "no-policy".to_owned())
        .into_iter()
        .collect();
    for (direction, side) in [("ingress", &standing.ingress), ("egress", &standing.egress)] {
        out.push(format!(
            "{direction} {}",
            side_words(side, standing.empty, &names)
        ));
        out.extend(side.nullified.iter().map(|own| {
            format!(
                "{direction} nullified by {}",
                world.policies[own.policy].name
            )
        }));
    }
    let host = names(&standing.host_network);
    out.extend((!host.is_empty()).then(|| format!("hostNetwork, outside policy: {host}")));
    out
}

fn side_words(
    side: &DirectionIsolation,
    empty: bool,
    names: &dyn Fn(&[Id<Workload>]) -> String,
) -> String {
    match (empty, side.new_pods_isolated.must) {
        (true, true) => "isolated*".to_owned(),
        (true, false) if side.new_pods_isolated.may => "uncertain*".to_owned(),
        (true, false) => "open*".to_owned(),
        _ if !side.uncertain.is_empty() => format!("uncertain: {}", names(&side.uncertain)),
        _ if !side.open.is_empty() => format!("open: {}", names(&side.open)),
        (false, true) => "isolated".to_owned(),
        (false, false) => "isolated, new pods open".to_owned(),
    }
}

/// The same verdict for a question as the flows of the cluster give.
#[test]
fn questions_and_flows_agree() {
    each_case("policy-e2e", |case| {
        let world = world(&case.join("manifests"));
        let engine = Engine::new(&world);
        let flows = engine.flows(Scope::Cluster);
        let listed = |from: Id<Workload>, to: Id<Workload>| {
            let pair = flows
                .iter()
                .find(|flow| flow.from == Party::Workload(from) && flow.to == Party::Workload(to));
            pair.map(|flow| flow.traffic.clone()).unwrap_or_default()
        };
        let mut wrong = Vec::new();
        for (from, to) in world
            .workloads
            .ids()
            .flat_map(|a| world.workloads.ids().map(move |b| (a, b)))
            .filter(|(a, b)| a != b)
        {
            let trail = engine.explain(
                &Party::Workload(from),
                &Party::Workload(to),
                &Traffic::all(),
            );
            if trail.verdict == Verdict::Possible || trail.traffic != listed(from, to) {
                wrong.push(format!(
                    "{} -> {}",
                    world.workload_name(from),
                    world.workload_name(to)
                ));
            }
        }
        wrong
    });
}
