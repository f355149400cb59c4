//! NetAssert, which connects from pods of a live cluster. Sources: its repository (controlplaneio/netassert, version 2),
//! `internal/data/types.go` for tests and `internal/data/tap.go` for what it prints.
//!
//! Something must listen on the port for a connection to be made; a test of what is only possible expects none.

use super::{Analyser, Answer, Answered, Export, ReachabilityTest, TestTarget, answer, write_each};
use crate::model::{Id, Protocol, Verdict, Workload, World};
use serde_json::Value as Json;

pub(super) const ANALYSER: Analyser = Analyser {
    name: "netassert",
    about: "NetAssert, which connects from pods of a live cluster",
    sees_policies: true,
    reaches_pods: true,
    write,
    read,
};

const HEAD: &str = "# Verdicts of crosspeer as tests of NetAssert (version 2).\n\
     # Answers: netassert run --input-file tests.yaml --tap results.tap; crosspeer confirm results.tap\n";

fn write(world: &World, tests: &[ReachabilityTest]) -> Export {
    write_each(world, tests, HEAD, |test| one(world, test))
}

fn one(world: &World, test: &ReachabilityTest) -> Result<String, &'static str> {
    let destination = match test.to {
        TestTarget::Workload(id) => object(world, id)?,
        TestTarget::Endpoint(id) => {
            let host = world.endpoints[id].attachments.first();
            let host = host.filter(|own| own.addresses.is_single() && own.doubt.is_certain());
            let host = host.and_then(|own| own.addresses.first());
            let host = host.ok_or("the destination's address is not known before apply")?;
            if test.protocol != Protocol::TCP {
                return Err("to an address only TCP can be tested");
            }
            format!("    host:\n      name: \"{host}\"\n")
        }
    };
    let protocol = test.protocol.to_string().to_ascii_lowercase();
    let code = u8::from(test.expected != Verdict::Reachable);
    Ok(format!(
        "- name: {}\n  # {}\n  type: k8s\n  protocol: {protocol}\n  targetPort: {}\n  timeoutSeconds: 60\n  attempts: 3\n  exitCode: {code}\n  \
         src:\n{}  dst:\n{destination}",
        Json::from(test.name(world)),
        Json::from(test.about(world)),
        test.port,
        object(world, test.from)?
    ))
}

/// A workload as NetAssert names it, of one of the kinds that it knows.
fn object(world: &World, id: Id<Workload>) -> Result<String, &'static str> {
    let own = &world.workloads[id];
    let kinds = ["Deployment", "StatefulSet", "DaemonSet", "Pod"];
    if !kinds.contains(&own.kind.as_str()) {
        return Err("only deployments, stateful sets, daemon sets and pods can be tested");
    }
    if own.host_network {
        return Err("a pod on the host network is a node, not a pod");
    }
    let text = |text: &str| Json::from(text).to_string();
    Ok(format!(
        "    k8sResource:\n      kind: {}\n      name: {}\n      namespace: {}\n",
        own.kind.to_ascii_lowercase(),
        text(&own.name),
        text(&world.namespaces[own.namespace].name)
    ))
}

fn read(text: &str) -> Option<Vec<Answer>> {
    let mut lines = text.lines();
    lines
        .next()
        .filter(|first| first.trim() == "TAP version 14")?;
    let mut out = Vec::new();
    while let Some(line) = lines.next() {
        let (passed, rest) = match (line.strip_prefix("ok "), line.strip_prefix("not ok ")) {
            (Some(rest), _) => (true, rest),
            (_, Some(rest)) => (false, rest),
            _ => continue,
        };
        let Some((_, name)) = rest.split_once(" - ") else {
            continue;
        };
        let reachable = super::expected(name) == Some(Verdict::Reachable);
        let reason = if passed { None } else { reason(lines.clone()) };
        let answered = match reason {
            Some(reason) if !is_other_code(&reason) => Answered::Open(reason),
            _ if passed == reachable => Answered::Passes,
            _ => Answered::Stopped,
        };
        out.extend(answer(name, "", answered));
    }
    Some(out)
}

/// The reason below a test that failed, which may go over several lines.
fn reason<'t>(lines: impl Iterator<Item = &'t str>) -> Option<String> {
    let below = lines.map(str::trim).take_while(|line| *line != "...");
    let words: Vec<&str> = below.skip_while(|line| *line == "---").collect();
    let text = words.join(" ");
    let reason = text.strip_prefix("reason:")?.trim();
    Some(reason.trim_matches(['\'', '"']).to_owned())
}

/// Whether a connection was tried and came out otherwise; every other reason says that it could not be tried.
fn is_other_code(reason: &str) -> bool {
    reason.contains("exit code for test") && reason.contains(" instead of ")
}
