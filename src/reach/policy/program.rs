//! The rules that a pod meets in one direction, in the order in which they decide.

use super::bits::BitSet;
use super::peers::{Peers, Register};
use super::pods::Pods;
use crate::model::{
    Direction, Doubt, Id, NamedPort, Policy, PolicyRule, PortName, Protocol, Selector, Traffic,
    World,
};
use rustc_hash::FxHashMap;

/// One step of a [`Program`].
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) enum Step {
    /// A rule.
    Rule(RuleStep),
    /// Rules of a policy that may stand here, before its own place, and why.
    Perhaps(Vec<RuleStep>, Doubt),
    /// A policy that is not understood: it may decide anything.
    Unclear(Id<Policy>),
    /// The end of a tier, with the policies that deny what is left: what is not denied goes on to the next.
    End(Vec<Id<Policy>>),
}

/// A rule as a pod meets it.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(super) struct RuleStep {
    /// Its policy.
    pub(super) policy: Id<Policy>,
    /// Its position in the side of the policy.
    pub(super) rule: usize,
    /// Position of its peer in [`Peers::all`].
    pub(super) peer: usize,
    /// The packets, with the ports that are named in this pod.
    pub(super) traffic: Traffic,
    /// Whether the other end names further ports.
    pub(super) names: bool,
}

/// The steps of one direction; empty where no policy selects the pod.
pub(super) type Program = Vec<Step>;

/// The rule that a step stands for.
pub(super) fn rule<'w>(
    world: &'w World,
    step: &RuleStep,
    direction: Direction,
) -> Option<&'w PolicyRule> {
    world.policies[step.policy]
        .side(direction)?
        .rules
        .get(step.rule)
}

/// The rules of a program, in order.
pub(super) fn rules(program: &Program) -> impl Iterator<Item = &RuleStep> {
    program.iter().filter_map(|step| match step {
        Step::Rule(rule) => Some(rule),
        Step::Perhaps(..) | Step::Unclear(_) | Step::End(_) => None,
    })
}

/// The ports of a pod that the names stand for.
pub(super) fn resolved(names: &[PortName], ports: &[NamedPort]) -> Traffic {
    let meant = |port: &NamedPort| {
        names.iter().any(|name| {
            name.name == port.name
                && name
                    .protocol
                    .is_none_or(|protocol: Protocol| protocol == port.protocol)
        })
    };
    ports
        .iter()
        .filter(|port| meant(port))
        .map(|port| Traffic::ports(port.protocol, port.port, port.port))
        .collect()
}

/// Programs of one cluster and direction, each once.
#[derive(Debug, Default)]
pub(super) struct Programs {
    /// The programs.
    pub(super) all: Vec<Program>,
    /// For each of [`Pods::traits`] its position in `all`.
    pub(super) of: Vec<usize>,
    /// The same with those tiers alone that hold where the cluster's engine enforces nothing.
    pub(super) enforced_by_mesh: Vec<usize>,
}

/// A policy with the traits that it is about.
pub(super) struct Subject<'w> {
    pub(super) id: Id<Policy>,
    pub(super) policy: &'w Policy,
    pub(super) traits: BitSet,
}

/// For each of `length` traits the positions of the policies that select it, in the order in which they decide.
pub(super) fn selecting(subjects: &[Subject<'_>], length: usize) -> Vec<Vec<usize>> {
    let mut out = vec![Vec::new(); length];
    for (position, subject) in subjects.iter().enumerate() {
        for at in subject.traits.iter() {
            out.get_mut(at)
                .into_iter()
                .for_each(|own: &mut Vec<usize>| own.push(position));
        }
    }
    out
}

impl Programs {
    /// Writes the programs; the policies in the order in which they decide, with those that select each of [`Pods::traits`].
    pub(super) fn write<'w>(
        direction: Direction,
        (subjects, selecting): (&[Subject<'w>], &[Vec<usize>]),
        peers: &mut Peers<'w>,
        register: &mut Register<'w, '_>,
        pods: &Pods,
    ) -> Self {
        let mut positions: FxHashMap<Program, usize> = FxHashMap::default();
        let mut out = Self::default();
        for (at, (traits, _)) in pods.traits.iter().enumerate() {
            let all = selecting.get(at).filter(|_| !traits.host_network);
            let met: Vec<&Subject<'w>> = all
                .into_iter()
                .flatten()
                .filter_map(|at| subjects.get(*at))
                .collect();
            let mut program = |subjects: &[&Subject<'w>]| {
                let tiers = subjects.chunk_by(|a, b| a.policy.tier.rank == b.policy.tier.rank);
                let ports = &traits.ports;
                let program: Program = tiers
                    .flat_map(|tier| {
                        Tier {
                            tier,
                            direction,
                            at,
                            ports,
                        }
                        .steps(peers, register)
                    })
                    .collect();
                let next = positions.len();
                *positions.entry(program).or_insert_with_key(|program| {
                    out.all.push(program.clone());
                    next
                })
            };
            let whole = program(&met);
            let enforced_by_mesh: Vec<_> = met
                .into_iter()
                .filter(|subject| subject.policy.tier.enforced_by_mesh)
                .collect();
            let enforced_by_mesh = program(&enforced_by_mesh);
            out.of.push(whole);
            out.enforced_by_mesh.push(enforced_by_mesh);
        }
        out
    }
}

/// Where a step stands in its tier: order of the policy, order of the rule (none: before all), place of the policy, position of the rule.
type Key = (i64, Option<u32>, usize, usize);

/// Why either of two policies of one order may decide first; none where that is certain.
fn shared(one: &Policy, other: &Policy) -> Doubt {
    if one.order != other.order || one.origin == other.origin {
        return Doubt::none();
    }
    let own = one.order_doubt.gaps().iter();
    own.filter(|gap| other.order_doubt.gaps().contains(gap))
        .copied()
        .collect()
}

/// The policies of a tier that a pod meets.
struct Tier<'a, 'w> {
    tier: &'a [&'a Subject<'w>],
    direction: Direction,
    at: usize,
    ports: &'a [NamedPort],
}

impl<'w> Tier<'_, 'w> {
    /// The steps of the tier. A policy that is not understood stands before all others of its order, since its own rules
    /// may stand anywhere among them.
    fn steps(&self, peers: &mut Peers<'w>, register: &mut Register<'w, '_>) -> Vec<Step> {
        let mut ordered = Vec::new();
        let mut isolating = Vec::new();
        for (place, subject) in self.tier.iter().enumerate() {
            let policy = subject.policy;
            if !policy.doubt.is_certain() {
                ordered.push(((policy.order, None, place, 0), Step::Unclear(subject.id)));
                continue;
            }
            let Some(side) = policy.side(self.direction) else {
                continue;
            };
            isolating.extend(side.isolates.then_some(subject.id));
            for (at, rule) in side.rules.iter().enumerate() {
                let everyone = rule.subject == Selector::Everything;
                if everyone || register.selection.of(&rule.subject).contains(self.at) {
                    ordered.push((
                        (policy.order, Some(rule.order), place, at),
                        self.step(subject.id, at, rule, peers, register),
                    ));
                }
            }
        }
        for (key, step) in self.rivals(&ordered) {
            ordered.push((key, step));
        }
        ordered.sort_by_key(|(key, step)| (*key, matches!(step, Step::Rule(_))));
        let end = (!ordered.is_empty() || !isolating.is_empty()).then_some(Step::End(isolating));
        ordered
            .into_iter()
            .map(|(_, step)| step)
            .chain(end)
            .collect()
    }

    /// Before the rules of each policy those of the later ones of its order that may decide before it.
    fn rivals(&self, ordered: &[(Key, Step)]) -> Vec<(Key, Step)> {
        let mut out = Vec::new();
        for (place, own) in self.tier.iter().enumerate() {
            let rules = |of: usize| {
                let of_place = ordered
                    .iter()
                    .filter(move |((.., place, _), _)| *place == of);
                of_place.filter_map(|(key, step)| match step {
                    Step::Rule(rule) => Some((*key, rule)),
                    _ => None,
                })
            };
            let Some(first) = rules(place).map(|(key, _)| key).min() else {
                continue;
            };
            for (later, other) in self.tier.iter().enumerate().skip(place + 1) {
                let shared = shared(own.policy, other.policy);
                if shared.is_certain() {
                    continue;
                }
                let mut steps: Vec<(Key, &RuleStep)> = rules(later).collect();
                steps.sort_by_key(|(key, _)| *key);
                let steps = steps.into_iter().map(|(_, rule)| rule.clone()).collect();
                out.push((first, Step::Perhaps(steps, shared)));
            }
        }
        out
    }

    fn step(
        &self,
        policy: Id<Policy>,
        at: usize,
        rule: &'w PolicyRule,
        peers: &mut Peers<'w>,
        register: &mut Register<'w, '_>,
    ) -> Step {
        let towards_pod = self.direction == Direction::Ingress;
        let own = if towards_pod {
            resolved(&rule.named_ports, self.ports)
        } else {
            Traffic::none()
        };
        Step::Rule(RuleStep {
            policy,
            rule: at,
            peer: peers.position(&rule.peer, register),
            traffic: rule.traffic.union(&own),
            names: !towards_pod && !rule.named_ports.is_empty(),
        })
    }
}
