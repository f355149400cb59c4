//! What is to change so that crossings are closed.

use super::network;
use super::permitted::Seen;
use super::stuck::Stuck;
use super::target::{borders, crossing, far_addresses, far_networks, near_addresses, wanted};
use crate::model::{
    AddressSet, Amendment, Direction, FlowSet, Id, Namespace, Narrowing, Place, Policy, Separation,
    Workload, World,
};
use crate::reach::{Exposure, Party, Permission};
use crate::rules::Coverage;
use std::collections::{BTreeMap, BTreeSet};

/// One way to write a fix: the first that is proved is taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Whether a policy is about all pods of its namespace, new ones included; else about one workload.
    pub every_pod: bool,
    /// Whether it is about the whole networks of the far sides; else about the addresses that are reached.
    pub whole_networks: bool,
    /// Whether what crosses now goes on: only what is permitted beyond it is closed.
    pub narrows: bool,
    /// What is changed.
    pub by: Means,
    /// Whether rules stay as they are written and a policy that denies stands beside them: where a tool prints them.
    pub beside: bool,
}

impl Attempt {
    /// The same with a policy beside rules that cannot be rewritten.
    #[must_use]
    pub fn with_policy_beside(self) -> Self {
        Attempt {
            beside: true,
            ..self
        }
    }
}

/// What a fix changes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Means {
    /// Policies of the cluster.
    Policy,
    /// Rules and routes of the network, which go.
    Removal,
    /// Rules of the network, which are narrowed.
    Restriction,
}

/// All ways, what people would rather read first.
pub const ATTEMPTS: [Attempt; 7] = [
    way(true, true, true),
    way(true, true, false),
    way(false, true, false),
    way(true, false, false),
    way(false, false, false),
    Attempt {
        by: Means::Removal,
        ..way(false, false, false)
    },
    Attempt {
        by: Means::Restriction,
        ..way(false, false, false)
    },
];

const fn way(every_pod: bool, whole_networks: bool, narrows: bool) -> Attempt {
    Attempt {
        every_pod,
        whole_networks,
        narrows,
        by: Means::Policy,
        beside: false,
    }
}

/// The changes that close crossings of a world, as far as one step goes: what policies say is known only once something enforces them.
///
/// # Errors
/// [`Stuck`] where nothing that this room knows closes one of them.
pub fn propose(
    seen: Seen<'_, '_>,
    open: &[&Exposure],
    attempt: Attempt,
    coverage: Option<&Coverage<'_>>,
) -> Result<Vec<Amendment>, Stuck> {
    let world = seen.engine.world();
    match attempt.by {
        Means::Policy => {}
        Means::Removal => return network::removals(open, world),
        Means::Restriction => return network::restrictions(open, seen, coverage),
    }
    let unenforced: BTreeSet<_> = open
        .iter()
        .filter(|own| matches!(own.proof.permission, Permission::NotEnforced(_)))
        .map(|own| world.workloads[own.workload].cluster)
        .collect();
    if !unenforced.is_empty() {
        return Ok(unenforced.into_iter().map(Amendment::Enforce).collect());
    }
    let mut draft = Draft::default();
    for exposure in open {
        let kept = if attempt.narrows && speaks(exposure, open) {
            crossing(exposure, world)
        } else {
            FlowSet::none()
        };
        draft.add(exposure, kept, world, attempt)?;
    }
    if let Some(coverage) = coverage {
        for exposure in seen.exposures {
            draft.keep(exposure, coverage, world);
        }
    }
    Ok(draft.amendments(world))
}

/// Whether what crosses goes on where a rule is narrowed: bare addresses of which nothing is known do not, where the same pods reach a
/// party that is known.
fn speaks(exposure: &Exposure, open: &[&Exposure]) -> bool {
    let is_bare = |own: &Exposure| matches!(own.far, Party::Addresses(_));
    let beside = |own: &&&Exposure| {
        own.workload == exposure.workload
            && own.proof.direction == exposure.proof.direction
            && !is_bare(own)
    };
    !is_bare(exposure) || !open.iter().any(|own| beside(&own))
}

/// What a new policy is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Subject {
    namespace: Id<Namespace>,
    pods: Option<Id<Workload>>,
    direction: Direction,
    isolated: bool,
}

/// A rule that is to change.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
struct Cut {
    policy: Id<Policy>,
    direction: Direction,
    rule: Place,
}

/// Changes as they are gathered.
#[derive(Default)]
struct Draft {
    separations: BTreeMap<Subject, Closed>,
    cuts: BTreeMap<Cut, Closed>,
}

/// What is closed, and what of it stays.
#[derive(Default)]
struct Closed {
    addresses: Vec<AddressSet>,
    kept: Vec<FlowSet>,
    borders: BTreeSet<String>,
}

impl Closed {
    fn addresses(&self) -> AddressSet {
        self.addresses.iter().cloned().collect()
    }

    fn kept(&self) -> FlowSet {
        let all = self.kept.iter();
        all.fold(FlowSet::none(), |sum, one| sum.union(one))
    }
}

impl Draft {
    fn add(
        &mut self,
        exposure: &Exposure,
        kept: FlowSet,
        world: &World,
        attempt: Attempt,
    ) -> Result<(), Stuck> {
        let addresses = addresses(exposure, world, attempt)?;
        let closed = match &exposure.proof.permission {
            Permission::NotEnforced(_) => return Ok(()),
            Permission::HostNetwork => {
                return Err(Stuck::HostNetwork(world.workload_title(exposure.workload)));
            }
            Permission::Unclear { policy, .. } => {
                return Err(Stuck::Unclear(world.policy_name(*policy)));
            }
            Permission::NoPolicy | Permission::Everything { .. } if attempt.narrows => {
                return Err(Stuck::NothingBeyond);
            }
            Permission::NoPolicy => self.separate(exposure, world, attempt.every_pod, false),
            Permission::Everything { policy, origin } | Permission::Named { policy, origin } => {
                if is_rewritten(*policy, world) && !attempt.beside {
                    self.cuts
                        .entry(Cut {
                            policy: *policy,
                            direction: exposure.proof.direction,
                            rule: origin.place.clone(),
                        })
                        .or_default()
                } else {
                    self.separate(exposure, world, attempt.every_pod, true)
                }
            }
        };
        closed.addresses.push(addresses);
        closed.kept.push(kept);
        closed.borders.extend(borders(exposure, world));
        Ok(())
    }

    /// Keeps what is wanted of a crossing that one of the changes is about.
    fn keep(&mut self, exposure: &Exposure, coverage: &Coverage<'_>, world: &World) {
        let wanted = wanted(exposure, coverage, world);
        if wanted.is_empty() {
            return;
        }
        let direction = exposure.proof.direction;
        let namespace = world.workloads[exposure.workload].namespace;
        for (subject, closed) in &mut self.separations {
            let whom = subject.pods.is_none_or(|pods| pods == exposure.workload);
            if whom && subject.namespace == namespace && subject.direction == direction {
                closed.kept.push(wanted.clone());
            }
        }
        let (Permission::Everything { policy, origin } | Permission::Named { policy, origin }) =
            &exposure.proof.permission
        else {
            return;
        };
        for (cut, closed) in &mut self.cuts {
            if cut.policy == *policy && cut.direction == direction && cut.rule == origin.place {
                closed.kept.push(wanted.clone());
            }
        }
    }

    fn separate(
        &mut self,
        exposure: &Exposure,
        world: &World,
        every_pod: bool,
        isolated: bool,
    ) -> &mut Closed {
        let subject = Subject {
            namespace: world.workloads[exposure.workload].namespace,
            pods: (!every_pod).then_some(exposure.workload),
            direction: exposure.proof.direction,
            isolated,
        };
        self.separations.entry(subject).or_default()
    }

    fn amendments(self, world: &World) -> Vec<Amendment> {
        let cuts = self.cuts.into_iter().map(|(cut, closed)| {
            Amendment::Narrow(Narrowing {
                policy: cut.policy,
                direction: cut.direction,
                rule: cut.rule,
                addresses: closed.addresses(),
                kept: closed.kept(),
            })
        });
        let separations = self.separations.into_iter().map(|(subject, closed)| {
            Amendment::Separate(Separation {
                name: name(subject, &closed.borders, world),
                namespace: subject.namespace,
                pods: subject.pods,
                direction: subject.direction,
                addresses: closed.addresses(),
                kept: closed.kept(),
                isolated: subject.isolated,
            })
        });
        cuts.chain(separations).collect()
    }
}

/// Whether rules of the policy are rewritten where they stand: those that say nothing but peers and ports.
fn is_rewritten(policy: Id<Policy>, world: &World) -> bool {
    world.policies[policy].kind == "NetworkPolicy"
}

/// The addresses that the pods are kept from.
fn addresses(exposure: &Exposure, world: &World, attempt: Attempt) -> Result<AddressSet, Stuck> {
    if let Some(inward) = exposure
        .proof
        .inward
        .as_ref()
        .filter(|inward| inward.of_node)
    {
        let name = world.entry_points[inward.entry_point].name.clone();
        return Err(Stuck::ByNode(name));
    }
    let mut out = far_addresses(exposure, world);
    if attempt.whole_networks {
        out = out.union(&far_networks(exposure, world));
    }
    let out = out.difference(&near_addresses(exposure, world));
    if out.is_empty() {
        return Err(Stuck::NoAddress);
    }
    Ok(out)
}

/// A name that says what the policy is for, and that no policy of the namespace has.
fn name(subject: Subject, borders: &BTreeSet<String>, world: &World) -> String {
    let over: Vec<String> = borders.iter().map(|border| short(border)).collect();
    let mut name = format!("no-{}-over-{}", subject.direction, over.join("-"));
    if let Some(pods) = subject.pods {
        name = format!("{}-{name}", label(&world.workloads[pods].name));
    }
    name.truncate(50);
    let name = name.trim_end_matches('-');
    let is_free = |name: &str| {
        world
            .policies
            .iter()
            .all(|(_, own)| own.namespace != Some(subject.namespace) || own.name != name)
    };
    let named = |number: usize| match number {
        1 => name.to_owned(),
        _ => format!("{name}-{number}"),
    };
    let free = (1..).map(named).find(|name| is_free(name));
    free.unwrap_or_else(|| name.to_owned())
}

/// The last part of a border's name, as a part of an object's name.
fn short(border: &str) -> String {
    label(border.rsplit('.').next().unwrap_or(border))
}

/// A text as a part of an object's name (RFC 1123): lower case letters, digits and `-`.
fn label(text: &str) -> String {
    let lower = text.chars().map(|c| match c.to_ascii_lowercase() {
        c if c.is_ascii_lowercase() || c.is_ascii_digit() => c,
        _ => '-',
    });
    lower.collect::<String>().trim_matches('-').to_owned()
}
