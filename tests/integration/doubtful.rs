//! What the input does not say never makes a verdict certain: one packet, from pod `b/web` to port 8080 of pod `a/web`, among policies of which
//! something is not known. Beside each stands a case in which the same thing does not matter, and the verdict is certain.

mod addresses;
mod agent;
mod contested;
mod place;
mod plan;
mod vanished;

use crosspeer::ingest::{File, Ingested, Kind, PlanPhase, Settings, ingest};
use crosspeer::model::{Protocol, Traffic, Verdict};
use crosspeer::reach::{Engine, Party};

const BLOCKED: Verdict = Verdict::Blocked;
const POSSIBLE: Verdict = Verdict::Possible;
const REACHABLE: Verdict = Verdict::Reachable;

/// The namespaces `a` and `b`, with the pods `a/web`, `a/db` and `b/web`.
const PODS: &str = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Namespace, metadata: {name: a, labels: {team: a}}}
- {apiVersion: v1, kind: Namespace, metadata: {name: b, labels: {team: b}}}
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: a, labels: {app: web}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: db, namespace: a, labels: {app: db}}, spec: {containers: []}}
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: b, labels: {app: web}}, spec: {containers: []}}
";

/// A NetworkPolicy that closes the namespace `a`.
const CLOSED: &str = "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: deny, namespace: a}, spec: {podSelector: {}}}";

/// The same of the network policy API, before all NetworkPolicy objects.
const DENIED: &str = "{apiVersion: policy.networking.k8s.io/v1alpha1, kind: AdminNetworkPolicy, metadata: {name: deny}, \
    spec: {priority: 50, subject: {namespaces: {}}, ingress: [{action: Deny, from: [{namespaces: {}}]}]}}";

fn read(files: Vec<(&str, String, Kind)>) -> Ingested {
    let file = |(path, text, kind): (&str, String, Kind)| File {
        path: path.into(),
        bytes: text.into_bytes(),
        kind: Some(kind),
        named: true,
        ..File::default()
    };
    let files: Vec<File> = files.into_iter().map(file).collect();
    ingest(&files, &Settings::default(), PlanPhase::After).unwrap()
}

/// The verdict of a packet, with the number of gaps that it names.
fn verdict_of(read: &Ingested, from: &str, to: &str, port: u16) -> (Verdict, usize) {
    let party = |title: &str| {
        Party::Workload(
            read.world
                .workloads
                .ids()
                .find(|id| read.world.workload_title(*id) == title)
                .unwrap(),
        )
    };
    let trail = Engine::new(&read.world).explain(
        &party(from),
        &party(to),
        &Traffic::ports(Protocol::TCP, port, port),
    );
    let gaps = trail.hops.iter().map(|hop| hop.gaps.len()).sum();
    (trail.verdict, gaps)
}

/// The verdict from `b/web` to port 8080 of `a/web` with some files of policies beside the pods. What is possible names a gap.
fn verdict(files: &[&str]) -> Verdict {
    packet(files, "b/web", "a/web", 8080)
}

fn packet(files: &[&str], from: &str, to: &str, port: u16) -> Verdict {
    let names = ["1.yaml", "2.yaml", "3.yaml"];
    let mut all = vec![("0.yaml", PODS.to_owned(), Kind::Manifests)];
    all.extend(
        files
            .iter()
            .zip(names)
            .map(|(text, name)| (name, (*text).to_owned(), Kind::Manifests)),
    );
    let (verdict, gaps) = verdict_of(&read(all), from, to, port);
    assert!(
        verdict != POSSIBLE || gaps > 0,
        "a possible verdict names no gap: {files:?}"
    );
    verdict
}

/// Each case in a file of its own: its name, its text, what comes of it.
fn each(cases: &[(&str, String, Verdict)]) {
    let wrong: Vec<String> = cases
        .iter()
        .map(|(name, text, expected)| (name, verdict(&[text]), expected))
        .filter(|(_, found, expected)| found != *expected)
        .map(|(name, found, expected)| format!("{name}: {found:?}, expected {expected:?}"))
        .collect();
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
