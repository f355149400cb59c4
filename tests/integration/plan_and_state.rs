//! A plan, understood, is the state that it becomes: both are read, the same pods are put into both, and the same questions
//! must get the same answers.
//!
//! What decides is what the plan says of itself. Where every link is exact, the answers are equal. Where a link is assumed or
//! missing, the plan may say *possible* of what the state knows, and must then name a gap; it must never say *blocked* of what
//! may pass in the state, nor *reachable* of what does not.

#![cfg(test)]

use crate::connectivity::pair_folders;
use crosspeer::ingest::{File, Ingested, Kind, PlanPhase, Settings, ingest};
use crosspeer::model::{AddressSet, Traffic, Trail, Verdict, World};
use crosspeer::reach::{Engine, Party, Scope};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

/// Most ends that one case is asked about, each towards each other.
const ENDS: usize = 8;

/// Most clusters of one case into which the manifests are put: four in a plan without sources take a minute and a half to compare.
const CLUSTERS: usize = 2;

/// One namespace that no policy isolates, one that a default deny closes but for one port, and pods on the host network.
const MANIFEST: &str = "
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, namespace: open}
spec: {selector: {matchLabels: {app: web}}, template: {metadata: {labels: {app: web}}, spec: {containers: []}}}
---
apiVersion: apps/v1
kind: Deployment
metadata: {name: job, namespace: closed}
spec: {selector: {matchLabels: {app: job}}, template: {metadata: {labels: {app: job}}, spec: {containers: []}}}
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: default-deny, namespace: closed}
spec: {podSelector: {}, policyTypes: [Ingress, Egress], egress: [{ports: [{protocol: TCP, port: 443}]}]}
---
apiVersion: apps/v1
kind: DaemonSet
metadata: {name: agent, namespace: kube-system}
spec: {selector: {matchLabels: {app: agent}}, template: {metadata: {labels: {app: agent}}, spec: {hostNetwork: true, containers: []}}}
";

fn file(path: &Path, bytes: Vec<u8>, kind: Kind) -> File {
    File {
        path: path.to_string_lossy().into_owned().into(),
        bytes,
        kind: Some(kind),
        named: true,
        ..File::default()
    }
}

fn sources(folder: &Path, root: &str, out: &mut Vec<File>) {
    for path in std::fs::read_dir(folder)
        .unwrap()
        .map(|entry| entry.unwrap().path())
    {
        if path.is_dir() {
            sources(&path, root, out);
        } else {
            let own = file(&path, std::fs::read(&path).unwrap(), Kind::Sources);
            out.push(File {
                root: Some(root.into()),
                ..own
            });
        }
    }
}

fn json(path: &Path) -> Json {
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

/// Whether anything in a mirror of unknowns is so.
fn is_unknown(mirror: &Json) -> bool {
    match mirror {
        Json::Bool(unknown) => *unknown,
        Json::Array(items) => items.iter().any(is_unknown),
        Json::Object(fields) => fields.values().any(is_unknown),
        _ => false,
    }
}

/// What the plan knows of each resource: Terraform holds a provider to it.
fn planned(plan: &Json) -> BTreeMap<String, Vec<(String, Json)>> {
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    let known = |change: &Json| {
        let fields = change["after"].as_object().into_iter().flatten();
        let known = fields.filter(|(name, value)| {
            !value.is_null() && !is_unknown(&change["after_unknown"][name.as_str()])
        });
        known
            .map(|(name, value)| (name.clone(), value.clone()))
            .collect()
    };
    changes
        .map(|change| {
            (
                change["address"].as_str().unwrap().to_owned(),
                known(&change["change"]),
            )
        })
        .collect()
}

/// The provider of these states was a stand-in: where it left what was planned, the plan is right; and where it made up a text
/// for an attribute that a cloud would leave empty, called after the attribute (`instance_id-0b943245`), nothing is.
fn correct(module: &mut Json, planned: &BTreeMap<String, Vec<(String, Json)>>) {
    for resource in module
        .get_mut("resources")
        .and_then(Json::as_array_mut)
        .into_iter()
        .flatten()
    {
        let known = planned
            .get(resource["address"].as_str().unwrap())
            .cloned()
            .unwrap_or_default();
        let values = resource["values"].as_object_mut().unwrap();
        values.extend(known);
        for (name, value) in values {
            let digits = value
                .as_str()
                .and_then(|text| text.strip_prefix(name.as_str())?.strip_prefix('-'));
            if digits.is_some_and(|digits| {
                digits.len() == 8 && digits.chars().all(|c| c.is_ascii_hexdigit())
            }) {
                *value = Json::Null;
            }
        }
    }
    module
        .get_mut("child_modules")
        .and_then(Json::as_array_mut)
        .into_iter()
        .flatten()
        .for_each(|inner| correct(inner, planned));
}

/// Plan and state of a case, with the manifests in its first clusters.
fn worlds(case: &Path) -> [Ingested; 2] {
    let (plan, mut state) = (
        json(&case.join("plan.json")),
        json(&case.join("state.json")),
    );
    correct(&mut state["values"]["root_module"], &planned(&plan));
    let mut files = [
        vec![file(
            &case.join("plan.json"),
            plan.to_string().into_bytes(),
            Kind::Plan,
        )],
        vec![file(
            &case.join("state.json"),
            state.to_string().into_bytes(),
            Kind::State,
        )],
    ];
    if case.join("tf").is_dir() {
        sources(
            &case.join("tf"),
            &case.join("tf").to_string_lossy(),
            &mut files[0],
        );
    }
    let read = |files: &[File]| {
        let read = ingest(files, &Settings::default(), PlanPhase::After).unwrap();
        assert_eq!(read.errors, [], "{}", case.display());
        read
    };
    let clusters: Vec<String> = read(&files[1])
        .world
        .clusters
        .iter()
        .map(|(_, own)| own.name.clone())
        .filter(|own| !own.is_empty())
        .take(CLUSTERS)
        .collect();
    for cluster in clusters {
        let own = file(
            Path::new(&format!("{cluster}.yaml")),
            MANIFEST.as_bytes().to_vec(),
            Kind::Manifests,
        );
        files.iter_mut().for_each(|files| {
            files.push(File {
                cluster: Some(cluster.clone()),
                ..own.clone()
            })
        });
    }
    files.map(|files| read(&files))
}

/// One end of a flow by name; none where it is addresses, which are then kept apart.
type Ends = (Option<String>, Option<String>);

/// What passes between two ends, at most one of which is addresses.
type Flows = BTreeMap<Ends, Vec<(AddressSet, Traffic)>>;

/// All flows over borders and inside clusters: those that are sure, and those that may be.
fn flows(world: &World) -> [Flows; 2] {
    let (mut must, mut may) = (Flows::new(), Flows::new());
    for flow in Engine::new(world).flows(Scope::All) {
        let name = |party: &Party| match party {
            Party::Workload(id) => Some(world.workload_name(*id)),
            Party::Endpoint(id) => Some(world.endpoints[*id].name.clone()),
            Party::Addresses(_) => None,
        };
        let addresses = match (&flow.from, &flow.to) {
            (Party::Addresses(addresses), _) | (_, Party::Addresses(addresses)) => {
                addresses.clone()
            }
            _ => AddressSet::all(),
        };
        let row = (addresses, flow.traffic);
        let ends = (name(&flow.from), name(&flow.to));
        if flow.verdict == Verdict::Reachable {
            must.entry(ends.clone()).or_default().push(row.clone());
        }
        may.entry(ends).or_default().push(row);
    }
    [must, may]
}

/// What of some flows is in no others.
fn beyond(some: &Flows, others: &Flows) -> Vec<String> {
    let mut out = Vec::new();
    for (ends, rows) in some {
        let mut left = rows.clone();
        for (addresses, traffic) in others.get(ends).into_iter().flatten() {
            let split = |(own, passes): (AddressSet, Traffic)| {
                [
                    (own.difference(addresses), passes.clone()),
                    (own.intersection(addresses), passes.difference(traffic)),
                ]
            };
            left = left
                .into_iter()
                .flat_map(split)
                .filter(|(own, passes)| !own.is_empty() && !passes.is_empty())
                .collect();
        }
        out.extend(
            left.iter()
                .map(|(addresses, traffic)| format!("{ends:?} {} {traffic:?}", said(addresses))),
        );
    }
    out
}

fn said(addresses: &AddressSet) -> String {
    addresses
        .blocks()
        .iter()
        .map(ToString::to_string)
        .collect::<Vec<_>>()
        .join(" ")
}

/// Ends to ask about: some of the resources, and some of the subnets in which no resource of the state stands, for a plan does
/// not know which addresses there are somebody's.
fn ends(world: &World) -> Vec<String> {
    let resources: Vec<String> = world
        .endpoints
        .iter()
        .map(|(_, own)| own.name.clone())
        .collect();
    let single = |addresses: &&AddressSet| {
        addresses
            .first()
            .is_some_and(|first| **addresses == AddressSet::single(first))
    };
    let attached = world
        .endpoints
        .iter()
        .flat_map(|(_, own)| &own.attachments)
        .map(|own| &own.addresses);
    let taken: AddressSet = attached.filter(single).cloned().collect();
    let free = world
        .subnets
        .iter()
        .filter(|(_, subnet)| subnet.addresses.is_disjoint(&taken));
    let blocks: BTreeSet<String> = free
        .filter_map(|(_, subnet)| Some(subnet.addresses.blocks().first()?.to_string()))
        .collect();
    let some = |all: Vec<String>| -> Vec<String> {
        all.iter()
            .step_by(all.len() / (ENDS / 2) + 1)
            .cloned()
            .collect()
    };
    [some(resources), some(blocks.into_iter().collect())].concat()
}

fn party(word: &str, world: &World) -> Party {
    let endpoint = world.endpoints.iter().find(|(_, own)| own.name == word);
    endpoint.map_or_else(
        || Party::Addresses(AddressSet::parse(word).unwrap()),
        |(id, _)| Party::Endpoint(id),
    )
}

/// Both answers to one question.
struct Answers {
    plan: Verdict,
    state: Verdict,
    traffic: [Traffic; 2],
    gaps: usize,
}

fn ask(from: &str, to: &str, engines: &[Engine<'_>; 2]) -> Answers {
    let answer = |engine: &Engine<'_>| -> Trail {
        let world = engine.world();
        engine.explain(&party(from, world), &party(to, world), &Traffic::all())
    };
    let [plan, state] = engines.each_ref().map(answer);
    Answers {
        plan: plan.verdict,
        state: state.verdict,
        gaps: plan.gaps.len(),
        traffic: [plan.traffic, state.traffic],
    }
}

impl Answers {
    /// Whether the plan says less than the state, and says why.
    fn is_modest(&self) -> bool {
        let [plan, state] = &self.traffic;
        match (self.plan, self.state) {
            (Verdict::Possible, _) => self.gaps > 0,
            (Verdict::Reachable, Verdict::Reachable) => plan.is_subset(state),
            _ => false,
        }
    }

    fn is_equal(&self) -> bool {
        self.plan == self.state && self.traffic[0] == self.traffic[1]
    }
}

/// What came of one case.
struct Checked {
    /// Answers that are not as they must be.
    wrong: Vec<String>,
    /// Whether the plan tells every link.
    exact: bool,
    /// How many answers were compared.
    count: usize,
}

fn check(case: &Path) -> Checked {
    let [plan, state] = worlds(case);
    let exact = plan
        .links
        .iter()
        .all(|row| !matches!(row.by.word(), "assumed" | "gap"));
    let [[must, may], [true_must, true_may]] = [flows(&plan.world), flows(&state.world)];
    let mut wrong = Vec::new();
    let mut hold = |some, others, words: &str| {
        wrong.extend(
            beyond(some, others)
                .iter()
                .map(|own| format!("only the {words} {own}")),
        )
    };
    hold(&must, &true_must, "plan has");
    hold(&true_may, &may, "state may have");
    if exact {
        hold(&true_must, &must, "state has");
        hold(&may, &true_may, "plan may have");
    }
    let engines = [Engine::new(&plan.world), Engine::new(&state.world)];
    let ends = ends(&state.world);
    let pairs: Vec<(&String, &String)> = ends
        .iter()
        .flat_map(|from| ends.iter().map(move |to| (from, to)))
        .filter(|(from, to)| from != to)
        .collect();
    for (from, to) in &pairs {
        let both = ask(from, to, &engines);
        if !both.is_equal() && (exact || !both.is_modest()) {
            let [own, truth] = &both.traffic;
            wrong.push(format!(
                "{from} -> {to}: plan {} {own:?}, state {} {truth:?}",
                both.plan.word(),
                both.state.word()
            ));
        }
    }
    Checked {
        wrong,
        exact,
        count: true_may.values().map(Vec::len).sum::<usize>() + pairs.len(),
    }
}

#[test]
fn a_plan_reaches_what_the_state_it_becomes_reaches() {
    let cases = pair_folders();
    let checked: Vec<Checked> = std::thread::scope(|scope| {
        let threads: Vec<_> = cases
            .iter()
            .map(|case| scope.spawn(|| check(case)))
            .collect();
        threads
            .into_iter()
            .map(|thread| thread.join().unwrap())
            .collect()
    });
    let mut wrong = Vec::new();
    for (case, checked) in cases.iter().zip(&checked) {
        assert!(
            checked.exact || !case.join("tf").is_dir(),
            "{}: with sources every link is exact",
            case.display()
        );
        wrong.extend(
            checked
                .wrong
                .iter()
                .map(|own| format!("{}: {own}", case.file_name().unwrap().display())),
        );
    }
    let count = |exact: bool| {
        checked
            .iter()
            .filter(|own| own.exact == exact)
            .map(|own| own.count)
            .sum::<usize>()
    };
    eprintln!(
        "{} answers of plans that tell every link, {} of others",
        count(true),
        count(false)
    );
    assert!(
        wrong.is_empty(),
        "{} answers differ\n{}",
        wrong.len(),
        wrong.join("\n")
    );
    assert!(
        cases.is_empty() || count(true) > 500 && count(false) > 300,
        "hardly anything was asked"
    );
}
