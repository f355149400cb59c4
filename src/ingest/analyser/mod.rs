//! Verdicts as tests for those who can answer once everything is applied: the clouds' own analysers and a tester of live
//! clusters, each in its own format, and their answers read back. One file for each, one line in [`ANALYSERS`].
//!
//! A test carries its verdict in its name, which every one of them hands back with its answer.

mod aws;
mod azure;
mod google;
mod hcl;
mod netassert;
#[cfg(test)]
mod tests;

use crate::model::{
    AddressSet, Attachment, Endpoint, Id, PodPlacement, Protocol, Verdict, Workload, World,
};
use serde_json::Value as Json;
use std::net::IpAddr;

/// Those who answer.
pub const ANALYSERS: &[&Analyser] = &[
    &aws::ANALYSER,
    &google::ANALYSER,
    &azure::ANALYSER,
    &netassert::ANALYSER,
];

/// One of them.
pub struct Analyser {
    /// Its word after `--to`.
    pub name: &'static str,
    /// What it is, in one line of the help.
    pub about: &'static str,
    /// Whether it sees Kubernetes policies: one that does not is asked about the network alone.
    pub sees_policies: bool,
    /// Whether the destination may be pods.
    pub reaches_pods: bool,
    /// Writes the tests that it can run.
    pub write: fn(&World, &[ReachabilityTest]) -> Export,
    /// Reads its answers; none where a text is not of its making.
    read: fn(&str) -> Option<Vec<Answer>>,
}

/// A verdict to be confirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReachabilityTest {
    /// From 1, each once.
    pub number: usize,
    /// The pods that open the connection.
    pub from: Id<Workload>,
    /// Where it goes.
    pub to: TestTarget,
    /// TCP or UDP.
    pub protocol: Protocol,
    /// Destination port.
    pub port: u16,
    /// What is expected.
    pub expected: Verdict,
}

/// The destination of a test.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum TestTarget {
    /// Pods.
    Workload(Id<Workload>),
    /// A resource.
    Endpoint(Id<Endpoint>),
}

/// The tests in one format.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Export {
    /// The file.
    pub text: String,
    /// How many tests are in it.
    pub count: usize,
    /// Tests that cannot be said in the format: what they are about, and why.
    pub left_out: Vec<(String, &'static str)>,
}

/// What came of one test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Answer {
    /// The test's name.
    pub name: String,
    /// What it is about, where the answer says it; else empty.
    pub about: String,
    /// What was expected.
    pub expected: Verdict,
    /// What was answered.
    pub answered: Answered,
}

/// What an analyser says of a test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Answered {
    /// The packet arrives.
    Passes,
    /// It does not.
    Stopped,
    /// Neither, for the reason that it gives.
    Open(String),
}

/// How an answer stands to its verdict.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Standing {
    /// It is another one.
    Differs,
    /// There is none.
    Open,
    /// What was possible is decided.
    Decided,
    /// It is the same.
    Agrees,
}

impl Answer {
    /// How it stands to the verdict.
    #[must_use]
    pub fn standing(&self) -> Standing {
        match (&self.answered, self.expected) {
            (Answered::Open(_), _) => Standing::Open,
            (_, Verdict::Possible) => Standing::Decided,
            (Answered::Passes, Verdict::Reachable) | (Answered::Stopped, Verdict::Blocked) => {
                Standing::Agrees
            }
            (Answered::Passes, Verdict::Blocked) | (Answered::Stopped, Verdict::Reachable) => {
                Standing::Differs
            }
        }
    }
}

/// The analyser of a name.
#[must_use]
pub fn by_name(name: &str) -> Option<&'static Analyser> {
    ANALYSERS.iter().find(|own| own.name == name).copied()
}

/// Who made a text, and the answers in it to tests of ours, ascending by name; none where none of them did.
#[must_use]
pub fn read(text: &str) -> Option<(&'static Analyser, Vec<Answer>)> {
    ANALYSERS.iter().find_map(|own| {
        let mut answers = (own.read)(text)?;
        answers.sort();
        Some((*own, answers))
    })
}

/// Longest name: that of a connectivity test of Google Cloud.
const LONGEST_NAME: usize = 40;

impl ReachabilityTest {
    /// `crosspeer-VERDICT-NUMBER-WHAT` of small letters, digits and dashes.
    #[must_use]
    pub fn name(&self, world: &World) -> String {
        let from = &world.workloads[self.from].name;
        let to = match self.to {
            TestTarget::Workload(id) => world.workloads[id].name.as_str(),
            TestTarget::Endpoint(id) => world.endpoints[id].name.as_str(),
        };
        let front = format!("crosspeer-{}-{}", self.expected.word(), self.number);
        let to = to.rsplit('.').next().unwrap_or(to);
        let what = format!("{front}-{from}-{to}");
        let mut name = String::new();
        for c in what.chars().map(|c| c.to_ascii_lowercase()) {
            match c {
                'a'..='z' | '0'..='9' => name.push(c),
                _ if !name.ends_with('-') => name.push('-'),
                _ => {}
            }
        }
        name.truncate(LONGEST_NAME);
        name.trim_end_matches('-').to_owned()
    }

    /// What it is about, for people: both ends and the traffic.
    #[must_use]
    pub fn about(&self, world: &World) -> String {
        let to = match self.to {
            TestTarget::Workload(id) => world.workload_name(id),
            TestTarget::Endpoint(id) => world.endpoints[id].name.clone(),
        };
        let protocol = self.protocol.to_string().to_ascii_lowercase();
        let from = world.workload_name(self.from);
        format!("{from} to {to} {protocol} {}", self.port)
    }
}

/// The verdict in the name of a test of ours.
fn expected(name: &str) -> Option<Verdict> {
    let word = name.strip_prefix("crosspeer-")?.split('-').next()?;
    let all = [Verdict::Blocked, Verdict::Possible, Verdict::Reachable];
    all.into_iter().find(|own| own.word() == word)
}

/// An answer to a test of ours; none to others'.
fn answer(name: &str, about: &str, answered: Answered) -> Option<Answer> {
    Some(Answer {
        name: name.to_owned(),
        about: about.to_owned(),
        expected: expected(name)?,
        answered,
    })
}

/// The documents of a list that a tool prints: one by itself, an array, or an array below one of some keys.
fn listed<'j>(json: &'j Json, keys: &[&str]) -> Vec<&'j Json> {
    let below = keys.iter().find_map(|key| json.get(key)?.as_array());
    match below.or(json.as_array()) {
        Some(all) => all.iter().collect(),
        None => vec![json],
    }
}

/// Writes each test that a format can say, and tells of the others why not.
fn write_each(
    world: &World,
    tests: &[ReachabilityTest],
    head: &str,
    write: impl Fn(&ReachabilityTest) -> Result<String, &'static str>,
) -> Export {
    let mut out = Export {
        text: head.to_owned(),
        ..Export::default()
    };
    for test in tests {
        match write(test) {
            Ok(text) => {
                out.text.push_str(&text);
                out.count += 1;
            }
            Err(why) => out.left_out.push((test.about(world), why)),
        }
    }
    out
}

/// The resource that a test goes to.
fn endpoint<'w>(world: &'w World, test: &ReachabilityTest) -> Result<&'w Endpoint, &'static str> {
    match test.to {
        TestTarget::Endpoint(id) => Ok(&world.endpoints[id]),
        TestTarget::Workload(_) => Err("the destination is pods"),
    }
}

/// The Terraform address of a resource that stands in the world.
fn address(origin: Option<&crate::model::Origin>) -> Option<&str> {
    origin.map(|own| own.address.as_ref())
}

/// One way in which the pods of a test leave towards a destination: with the node's address where it stands in for theirs.
fn leaves<'w>(
    world: &'w World,
    test: &ReachabilityTest,
    towards: &AddressSet,
) -> Result<(&'w PodPlacement, &'w Attachment), &'static str> {
    let placement = world.workloads[test.from].pod_placements.first();
    let placement = placement.ok_or("the input does not tell where the pods run")?;
    let node = placement.node.as_ref();
    let translated = towards.is_subset(&placement.translated);
    Ok((
        placement,
        node.filter(|_| translated).unwrap_or(&placement.pod),
    ))
}

/// An address that stands for all of a set: the fifth of its first block, since clouds keep the first ones for themselves.
fn typical(addresses: &AddressSet) -> Option<IpAddr> {
    let first = addresses.first()?;
    let fifth = match first {
        IpAddr::V4(own) => IpAddr::from(u32::from(own).checked_add(4)?.to_be_bytes()),
        IpAddr::V6(own) => IpAddr::from(u128::from(own).checked_add(4)?.to_be_bytes()),
    };
    Some(fifth)
        .filter(|own| addresses.contains(*own))
        .or(Some(first))
}
