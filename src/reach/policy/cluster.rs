//! The policies of one cluster, made ready to judge.

use super::fold::{Decider, Fold, Judged, Listener, Region};
use super::own_node::perhaps;
use super::peers::{self, Peers, Register, Selection};
use super::pods::{Hold, Place, Pods};
use super::program::{Program, Programs, RuleStep, Subject, resolved, rule, rules};
use super::services::{Hits, Services};
use super::verdicts::{ALL, Verdicts, either, in_some_place};
use super::vocabulary::Vocabulary;
use crate::model::{
    AddressSet, Bounds, Cluster, Direction, Doubt, FlowSet, Id, NamedPort, Namespace, Policy,
    Traffic, Workload, World,
};
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// What the rules of a program see of a class of pods at the other end: which peers hold, its ports, the Services before it.
type Seen<'a> = (Vec<u8>, &'a [NamedPort], &'a [usize]);

/// The pods that follow one program, or perhaps another.
#[derive(Debug)]
struct Regime {
    program: usize,
    /// What they follow if the cluster's engine enforces nothing, where that is unknown, and why it is.
    or: Option<(usize, Doubt)>,
    /// For each class of pods at the other end the number of the answer.
    row: OnceCell<Vec<u32>>,
    /// Towards or from addresses outside.
    outside: OnceCell<Judged<FlowSet>>,
}

/// One direction of a cluster.
#[derive(Debug)]
struct Side {
    programs: Programs,
    regimes: Vec<Regime>,
    /// For each class of pods its regime.
    of: Vec<usize>,
}

/// The policies of one cluster.
pub(super) struct ClusterPolicies<'w> {
    pub(super) world: &'w World,
    pub(super) cluster: Id<Cluster>,
    /// Policies that have an effect, in the order in which they decide.
    pub(super) subjects: Vec<Subject<'w>>,
    pub(super) pods: Pods,
    pub(super) peers: Peers<'w>,
    pub(super) services: Services,
    sides: [Side; 2],
    /// Distinct lists of places, and which of them each workload has.
    kinds: Vec<Vec<Place>>,
    kind: FxHashMap<Id<Workload>, usize>,
    between: RefCell<FxHashMap<(usize, usize), u32>>,
    verdicts: RefCell<Verdicts>,
}

impl<'w> ClusterPolicies<'w> {
    /// Sorts the pods of a cluster into classes and writes their programs.
    pub(super) fn new(world: &'w World, cluster: Id<Cluster>) -> Self {
        let mut policies: Vec<(Id<Policy>, &Policy)> = world
            .policies
            .iter()
            .filter(|(_, policy)| policy.cluster == cluster && policy.inert.is_none())
            .collect();
        let namespace = |policy: &Policy| {
            policy
                .namespace
                .map(|id| world.namespaces[id].name.as_str())
        };
        policies.sort_by_key(|(_, policy)| {
            (
                policy.tier.rank,
                policy.order,
                policy.name.as_str(),
                namespace(policy),
                policy.kind,
            )
        });
        let workloads: Vec<_> = world
            .workloads
            .iter()
            .filter(|(_, one)| one.cluster == cluster)
            .map(|(id, _)| id)
            .collect();
        let each = || policies.iter().map(|(_, policy)| *policy);
        let blocks = peers::blocks(each());
        let mut listed: Vec<(&AddressSet, usize)> =
            blocks.iter().map(|(set, at)| (*set, *at)).collect();
        listed.sort_unstable_by_key(|(_, at)| *at);
        let listed: Vec<&AddressSet> = listed.into_iter().map(|(set, _)| set).collect();
        let mut vocabulary = Vocabulary::of(each());
        let here = world.services.iter().map(|(_, service)| service);
        vocabulary.add_ports(here.filter(|service| service.cluster == cluster));
        let services = Services::of(world, cluster, &vocabulary, &listed);
        let pods = Pods::of(world, &workloads, &vocabulary, &listed, &services);
        let blocks_match_pods = world.clusters[cluster].blocks_match_pods;
        let mut register = Register {
            pods: &pods,
            selection: Selection::of_pods(world, &pods),
            services: &services,
            of_services: Selection::of_services(world, &services),
            blocks: &blocks,
            blocks_match_pods,
        };
        let subject = |(id, policy): (Id<Policy>, &'w Policy)| Subject {
            id,
            policy,
            traits: register.selection.of(&policy.subject),
        };
        let subjects: Vec<_> = policies.into_iter().map(subject).collect();
        let mut peers = Peers::default();
        let mut write = |direction| {
            Side::new(
                Programs::write(direction, &subjects, &mut peers, &mut register, &pods),
                &pods,
            )
        };
        let sides = [write(Direction::Ingress), write(Direction::Egress)];
        let (kinds, kind) = kinds(&workloads, &pods);
        let (between, verdicts) = (RefCell::default(), RefCell::new(Verdicts::new()));
        ClusterPolicies {
            world,
            cluster,
            subjects,
            pods,
            peers,
            services,
            sides,
            kinds,
            kind,
            between,
            verdicts,
        }
    }

    fn side(&self, direction: Direction) -> &Side {
        let [ingress, egress] = &self.sides;
        match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        }
    }

    /// The places of a workload, or the one of its placement.
    pub(super) fn places(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
    ) -> Vec<Place> {
        let all = self
            .pods
            .places
            .get(&workload)
            .map(Vec::as_slice)
            .unwrap_or_default();
        match pod_placement.and_then(|at| all.get(at)) {
            Some(one) => vec![Place {
                doubt: Doubt::none(),
                ..one.clone()
            }],
            None => all.to_vec(),
        }
    }

    /// What a rule matches of addresses outside.
    pub(super) fn hits_outside(&self, step: &RuleStep) -> FlowSet {
        self.peers
            .all
            .get(step.peer)
            .map(|peer| FlowSet::of(peer.outside.clone(), step.traffic.clone()))
            .unwrap_or_default()
    }

    /// What a rule matches of a node at one of the addresses. Ports have no names there.
    pub(super) fn hits_node(&self, step: &RuleStep, addresses: &AddressSet) -> Bounds<Traffic> {
        let blocks_match = self.world.clusters[self.cluster].blocks_match_pods;
        let held = self
            .peers
            .all
            .get(step.peer)
            .map(|peer| peers::of_node(peer.written, addresses, blocks_match));
        held.unwrap_or_default().map(|held| {
            if *held {
                step.traffic.clone()
            } else {
                Traffic::none()
            }
        })
    }

    /// What a rule matches of the pods of a class at the other end.
    pub(super) fn hits_pod(
        &self,
        step: &RuleStep,
        direction: Direction,
        other: usize,
    ) -> Bounds<Traffic> {
        let Some(peer) = self.peers.all.get(step.peer) else {
            return Bounds::default();
        };
        let written = rule(self.world, step, direction).filter(|_| step.names);
        let named = written
            .map(|rule| resolved(&rule.named_ports, self.ports(other)))
            .unwrap_or_default();
        let traffic = step.traffic.union(&named);
        let hit = |held: bool| {
            if held {
                traffic.clone()
            } else {
                Traffic::none()
            }
        };
        Bounds {
            must: hit(peer.pods.must.contains(other)),
            may: hit(peer.pods.may.contains(other)),
        }
    }

    /// The classes of Services that lead to a class of pods, as far as policies see them.
    pub(super) fn service_classes(&self, stand: usize) -> &[usize] {
        let traits = self
            .pods
            .stands
            .get(stand)
            .and_then(|stand| self.pods.traits.get(stand.traits));
        traits
            .map(|(traits, _)| traits.services.as_slice())
            .unwrap_or_default()
    }

    pub(super) fn ports(&self, stand: usize) -> &[NamedPort] {
        let traits = self
            .pods
            .stands
            .get(stand)
            .and_then(|stand| self.pods.traits.get(stand.traits));
        traits
            .map(|(traits, _)| traits.ports.as_slice())
            .unwrap_or_default()
    }

    fn judged<'p, T: Region>(
        &'p self,
        direction: Direction,
        regime: &Regime,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) -> Judged<T> {
        let run = |program: usize, listener: Listener<'_, 'p, T>| {
            let program = self.programs(direction).get(program);
            program.map(|program| {
                Fold::run(self.world, direction, program, everything, hits, listener)
            })
        };
        let Some(judged) = run(regime.program, listener) else {
            return Judged::exact(everything.clone());
        };
        let other = regime
            .or
            .as_ref()
            .and_then(|(program, doubt)| Some((run(*program, &mut |_, _, _| {})?, doubt)));
        other.map_or(judged.clone(), |(other, doubt)| {
            either(&judged, &other, doubt)
        })
    }

    /// What happens to `everything` by the policies of a class of pods, told step by step.
    pub(super) fn told<'p, T: Region>(
        &'p self,
        own: &Place,
        direction: Direction,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) -> Judged<T> {
        let side = self.side(direction);
        let regime = side.of.get(own.stand).and_then(|at| side.regimes.get(*at));
        regime.map_or_else(
            || Judged::exact(everything.clone()),
            |regime| self.judged(direction, regime, everything, hits, listener),
        )
    }

    /// What happens to `everything` between a class of pods and its own node, told step by step: only what holds apart from the engine does.
    /// What `far` sends or gets surely is so only if it is told that it is on the host network.
    pub(super) fn told_of_own_node<'p, T: Region>(
        &'p self,
        (far, own): (&Place, usize),
        direction: Direction,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) -> Judged<T> {
        let programs = &self.side(direction).programs;
        let apart = self
            .pods
            .stands
            .get(own)
            .and_then(|stand| programs.apart.get(stand.traits));
        let program = apart
            .and_then(|at| programs.all.get(*at))
            .filter(|program| !program.is_empty());
        let run = |program| Fold::run(self.world, direction, program, everything, hits, listener);
        let Judged { bounds, doubt } =
            program.map_or_else(|| Judged::exact(everything.clone()), run);
        if far.outside.is_certain() {
            return Judged { bounds, doubt };
        }
        Judged {
            bounds: Bounds {
                must: T::default(),
                may: bounds.may,
            },
            doubt: doubt.and(&far.outside),
        }
    }

    /// The programs of a direction, each once.
    pub(super) fn programs(&self, direction: Direction) -> &[Program] {
        &self.side(direction).programs.all
    }

    /// Sorts the classes at the other end into groups that no step of the program can tell apart: for each class its
    /// group, and for each group one of its classes.
    pub(super) fn alike(
        &self,
        program: &Program,
        direction: Direction,
    ) -> (Vec<usize>, Vec<usize>) {
        let rules: Vec<&RuleStep> = rules(program).collect();
        let names = rules.iter().any(|rule| rule.names);
        let mut known: FxHashMap<Seen<'_>, usize> = FxHashMap::default();
        let (mut groups, mut samples) = (Vec::with_capacity(self.pods.stands.len()), Vec::new());
        for other in 0..self.pods.stands.len() {
            let marks = rules.iter().map(|rule| {
                let pods = self.peers.all.get(rule.peer).map(|peer| &peer.pods);
                pods.map_or(0, |pods| {
                    u8::from(pods.must.contains(other)) << 1 | u8::from(pods.may.contains(other))
                })
            });
            let services = match direction {
                Direction::Egress => self.service_classes(other),
                Direction::Ingress => &[],
            };
            let ports = if names || !services.is_empty() {
                self.ports(other)
            } else {
                &[]
            };
            let key = (marks.collect(), ports, services);
            groups.push(*known.entry(key).or_insert_with(|| {
                samples.push(other);
                samples.len() - 1
            }));
        }
        (groups, samples)
    }

    /// The answers of one regime for every class at the other end.
    fn row(&self, direction: Direction, regime: &Regime) -> Vec<u32> {
        let Some(program) = self.programs(direction).get(regime.program) else {
            return Vec::new();
        };
        let (groups, samples) = self.alike(program, direction);
        let number = |other: &usize| {
            let judge = |everything: &Traffic, hits: Hits<'_>| {
                self.judged(direction, regime, everything, hits, &mut |_, _, _| {})
            };
            let mut judged = judge(&Traffic::all(), &|step| {
                self.hits_pod(step, direction, *other)
            });
            if direction == Direction::Egress {
                judged = self.or_by_service(judged, *other, &judge);
            }
            self.verdicts.borrow_mut().number(judged)
        };
        let numbers: Vec<u32> = samples.iter().map(number).collect();
        groups
            .into_iter()
            .map(|group| numbers.get(group).copied().unwrap_or(ALL))
            .collect()
    }

    /// The number of what one class of pods' policies let pass between it and another.
    pub(super) fn answer(&self, direction: Direction, own: usize, other: usize) -> u32 {
        let side = self.side(direction);
        let Some(regime) = side.of.get(own).and_then(|at| side.regimes.get(*at)) else {
            return ALL;
        };
        let trivial = side
            .programs
            .all
            .get(regime.program)
            .is_none_or(Vec::is_empty);
        if trivial {
            return ALL;
        }
        regime
            .row
            .get_or_init(|| self.row(direction, regime))
            .get(other)
            .copied()
            .unwrap_or(ALL)
    }

    fn between_places(&self, from: &Place, to: &Place) -> u32 {
        let (egress, ingress) = (
            self.egress_between(from, to),
            self.ingress_between(from, to),
        );
        self.verdicts.borrow_mut().join(egress, ingress)
    }

    /// What the policies of one class of pods let out to another. Some engines do not hold them for what goes to the own node.
    fn egress_between(&self, from: &Place, to: &Place) -> u32 {
        let far = self.answer(Direction::Egress, from.stand, to.stand);
        let own = match self.to_own_node(from, to) {
            Some(own) if far != ALL => own,
            _ => return far,
        };
        let hits = |step: &RuleStep| self.hits_pod(step, Direction::Egress, to.stand);
        let (everything, listener) = (Traffic::all(), &mut |_: Decider<'_>, _, _: &Traffic| {});
        let near = self.told_of_own_node(
            (to, from.stand),
            Direction::Egress,
            &everything,
            &hits,
            listener,
        );
        self.also(far, perhaps(near, own))
    }

    /// What the policies of one class of pods let in from another: all that comes from the own node, where no policy is about what it sends.
    fn ingress_between(&self, from: &Place, to: &Place) -> u32 {
        let far = self.answer(Direction::Ingress, to.stand, from.stand);
        if far == ALL || !self.may_share_node(from, to) {
            return far;
        }
        let hits = |step: &RuleStep| self.hits_pod(step, Direction::Ingress, from.stand);
        let (everything, listener) = (Traffic::all(), &mut |_: Decider<'_>, _, _: &Traffic| {});
        let near = self.told_of_own_node(
            (from, to.stand),
            Direction::Ingress,
            &everything,
            &hits,
            listener,
        );
        self.also(far, near)
    }

    /// The number of what passes in some place, of which one is far and one is near.
    fn also(&self, far: u32, near: Judged<Traffic>) -> u32 {
        let either = in_some_place(&[(self.verdict(far), Doubt::none()), (near, Doubt::none())]);
        self.verdicts.borrow_mut().number(either)
    }

    fn between_kinds(&self, from: usize, to: usize) -> u32 {
        let places = |kind: usize| self.kinds.get(kind).map(Vec::as_slice).unwrap_or_default();
        if let ([from], [to]) = (places(from), places(to)) {
            return self.between_places(from, to);
        }
        if let Some(known) = self.between.borrow().get(&(from, to)) {
            return *known;
        }
        let pairs = places(from)
            .iter()
            .flat_map(|a| places(to).iter().map(move |b| (a, b)));
        let outcomes: Vec<_> = pairs
            .map(|(a, b)| {
                let number = self.between_places(a, b);
                (self.verdicts.borrow().get(number), a.doubt.and(&b.doubt))
            })
            .collect();
        let number = self.verdicts.borrow_mut().number(in_some_place(&outcomes));
        self.between.borrow_mut().insert((from, to), number);
        number
    }

    /// The number of a workload's list of places.
    pub(super) fn kind_of(&self, workload: Id<Workload>) -> Option<usize> {
        self.kind.get(&workload).copied()
    }

    /// What passes from one workload to another, by the policies of both.
    pub(super) fn between(&self, from: Id<Workload>, to: Id<Workload>) -> Judged<Traffic> {
        let kinds = self.kind.get(&from).zip(self.kind.get(&to));
        let number = kinds.map_or(ALL, |(from, to)| self.between_kinds(*from, *to));
        self.verdicts.borrow().get(number)
    }

    /// What passes between a class of pods and addresses outside, by the pods' policies.
    pub(super) fn outside_of(&self, own: &Place, direction: Direction) -> Judged<FlowSet> {
        let side = self.side(direction);
        let Some(regime) = side.of.get(own.stand).and_then(|at| side.regimes.get(*at)) else {
            return Judged::exact(FlowSet::all());
        };
        let judged = || {
            self.judged(
                direction,
                regime,
                &FlowSet::all(),
                &|step| Bounds::exact(self.hits_outside(step)),
                &mut |_, _, _| {},
            )
        };
        regime.outside.get_or_init(judged).clone()
    }

    /// What passes between a class of pods and a node at one of the addresses, by the pods' policies.
    pub(super) fn with_node(
        &self,
        own: &Place,
        direction: Direction,
        addresses: &AddressSet,
    ) -> Judged<Traffic> {
        self.told(
            own,
            direction,
            &Traffic::all(),
            &|step| self.hits_node(step, addresses),
            &mut |_, _, _| {},
        )
    }

    /// The answers from each kind of workload (outer) to each (inner).
    pub(super) fn relation(&self) -> Vec<Vec<u32>> {
        let all = 0..self.kinds.len();
        all.clone()
            .map(|from| all.clone().map(|to| self.between_kinds(from, to)).collect())
            .collect()
    }

    /// Every pair of workloads with the number of its answer, in the order of the world. A workload with itself is left
    /// out, and so are the parts of one owner whose pods differ: they go by one name.
    pub(super) fn pairs(&self) -> Vec<(Id<Workload>, Id<Workload>, u32)> {
        let relation = self.relation();
        let mut workloads: Vec<_> = self.kind.iter().map(|(id, kind)| (*id, *kind)).collect();
        workloads.sort_unstable();
        let answer = |from: usize, to: usize| {
            relation
                .get(from)
                .and_then(|row| row.get(to))
                .copied()
                .unwrap_or(ALL)
        };
        let mut out = Vec::new();
        for (from, from_kind) in &workloads {
            let own = self.owner(*from);
            let others = workloads.iter().filter(|(to, _)| self.owner(*to) != own);
            out.extend(others.map(|(to, to_kind)| (*from, *to, answer(*from_kind, *to_kind))));
        }
        out
    }

    fn owner(&self, workload: Id<Workload>) -> (Id<Namespace>, &str, &str) {
        let workload = &self.world.workloads[workload];
        (workload.namespace, &workload.kind, &workload.name)
    }

    /// The answer of a number.
    pub(super) fn verdict(&self, number: u32) -> Judged<Traffic> {
        self.verdicts.borrow().get(number)
    }
}

impl Side {
    fn new(programs: Programs, pods: &Pods) -> Self {
        let mut positions: FxHashMap<(usize, Option<(usize, Doubt)>), usize> = FxHashMap::default();
        let (mut regimes, mut of) = (Vec::new(), Vec::new());
        for stand in &pods.stands {
            let number =
                |programs: &[usize]| programs.get(stand.traits).copied().unwrap_or_default();
            let (whole, apart) = (number(&programs.of), number(&programs.apart));
            let (program, or) = match &stand.hold {
                Hold::Yes => (whole, None),
                Hold::No => (apart, None),
                Hold::Unknown(doubt) => (whole, Some((apart, doubt.clone()))),
            };
            let position = *positions
                .entry((program, or))
                .or_insert_with_key(|(program, or)| {
                    regimes.push(Regime {
                        program: *program,
                        or: or.clone(),
                        row: OnceCell::new(),
                        outside: OnceCell::new(),
                    });
                    regimes.len() - 1
                });
            of.push(position);
        }
        Side {
            programs,
            regimes,
            of,
        }
    }
}

/// Distinct lists of places, and which of them each workload has.
fn kinds(
    workloads: &[Id<Workload>],
    pods: &Pods,
) -> (Vec<Vec<Place>>, FxHashMap<Id<Workload>, usize>) {
    let mut positions: FxHashMap<&[Place], usize> = FxHashMap::default();
    let (mut kinds, mut kind) = (Vec::new(), FxHashMap::default());
    for id in workloads {
        let places = pods.places.get(id).map(Vec::as_slice).unwrap_or_default();
        let position = *positions.entry(places).or_insert_with(|| {
            kinds.push(places.to_vec());
            kinds.len() - 1
        });
        kind.insert(*id, position);
    }
    (kinds, kind)
}
