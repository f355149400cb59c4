//! The policies of one cluster, made ready to judge.

use super::fold::{Fold, Hits, Judged, Listener, SetOperations};
use super::inwards::Inwards;
use super::peers::{self, Peers, Register, Selection};
use super::pods::{ClassPlacement, Pods};
use super::program::{Program, Programs, RuleStep, Subject, resolved, rule, selecting};
use super::regime::{DirectionPolicies, Regime, Row};
use super::services::Services;
use super::verdicts::{ALL, Verdicts, either};
use super::vocabulary::{Traits, Vocabulary};
use crate::model::{
    AddressSet, Bounds, Cluster, Direction, Doubt, FlowSet, Id, NamedPort, Policy, Traffic,
    Workload, World,
};
use crate::reach::IsolationStatus;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};

/// The policies of one cluster.
pub(super) struct ClusterPolicies<'w> {
    pub(super) world: &'w World,
    pub(super) cluster: Id<Cluster>,
    /// Policies that have an effect, in the order in which they decide.
    pub(super) subjects: Vec<Subject<'w>>,
    /// For each of [`Pods::traits`] the positions of the policies that select it, ascending.
    pub(super) selecting: Vec<Vec<usize>>,
    /// The positions of the policies that are about one namespace, by its name, and of all others.
    by_namespace: (FxHashMap<&'w str, Vec<usize>>, Vec<usize>),
    /// For each of [`Pods::traits`] how policies isolate its pods, inwards and outwards.
    isolation_statuses: [Vec<OnceCell<IsolationStatus>>; 2],
    pub(super) pods: Pods,
    pub(super) peers: Peers<'w>,
    pub(super) services: Services,
    sides: [DirectionPolicies; 2],
    /// Distinct lists of places, each place once, and which of them each workload has.
    pub(super) kinds: Vec<Vec<ClassPlacement>>,
    pub(super) kind: FxHashMap<Id<Workload>, usize>,
    pub(super) between: RefCell<FxHashMap<(usize, usize), u32>>,
    pub(super) verdicts: RefCell<Verdicts>,
    /// What the kinds let in; none where policies do not tell it.
    pub(super) inwards: OnceCell<Option<Inwards>>,
}

impl<'w> ClusterPolicies<'w> {
    /// Sorts the pods of a cluster into classes and writes their programs.
    pub(super) fn new(world: &'w World, cluster: Id<Cluster>) -> Self {
        let policies = in_order(world, cluster);
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
        let selecting = selecting(&subjects, pods.traits.len());
        let by_namespace = by_namespace(&subjects);
        let mut peers = Peers::default();
        let mut write = |direction| {
            DirectionPolicies::new(
                Programs::write(
                    direction,
                    (&subjects, &selecting),
                    &mut peers,
                    &mut register,
                    &pods,
                ),
                &pods,
            )
        };
        let sides = [write(Direction::Ingress), write(Direction::Egress)];
        let (kinds, kind) = kinds(&workloads, &pods);
        let (between, verdicts) = (RefCell::default(), RefCell::new(Verdicts::new()));
        let unasked = || vec![OnceCell::new(); pods.traits.len()];
        let isolation_statuses = [unasked(), unasked()];
        ClusterPolicies {
            world,
            cluster,
            subjects,
            selecting,
            by_namespace,
            isolation_statuses,
            pods,
            peers,
            services,
            sides,
            kinds,
            kind,
            between,
            verdicts,
            inwards: OnceCell::new(),
        }
    }

    /// The policies that may be about pods of a namespace, in the order in which they decide.
    pub(super) fn subjects_near(&self, namespace: &str) -> Vec<&Subject<'w>> {
        let (named, others) = &self.by_namespace;
        let named = named.get(namespace).into_iter().flatten();
        let mut positions: Vec<usize> = named.chain(others).copied().collect();
        positions.sort_unstable();
        let subjects = positions.into_iter();
        subjects.filter_map(|at| self.subjects.get(at)).collect()
    }

    pub(super) fn side(&self, direction: Direction) -> &DirectionPolicies {
        let [ingress, egress] = &self.sides;
        match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        }
    }

    /// How policies isolate pods in a direction, for each of [`Pods::traits`], as far as it was asked for.
    pub(super) fn isolation_statuses(&self, direction: Direction) -> &[OnceCell<IsolationStatus>] {
        let [ingress, egress] = &self.isolation_statuses;
        match direction {
            Direction::Ingress => ingress,
            Direction::Egress => egress,
        }
    }

    /// The places of a workload, or the one of its placement.
    pub(super) fn placements(
        &self,
        workload: Id<Workload>,
        pod_placement: Option<usize>,
    ) -> Vec<ClassPlacement> {
        let all = self
            .pods
            .placements
            .get(&workload)
            .map(Vec::as_slice)
            .unwrap_or_default();
        match pod_placement.and_then(|at| all.get(at)) {
            Some(one) => vec![ClassPlacement {
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
    pub(super) fn service_classes(&self, class: usize) -> &[usize] {
        self.traits(class)
            .map_or(&[], |traits| traits.services.as_slice())
    }

    pub(super) fn ports(&self, class: usize) -> &[NamedPort] {
        self.traits(class)
            .map_or(&[], |traits| traits.ports.as_slice())
    }

    /// What policies can see of a class of pods.
    fn traits(&self, class: usize) -> Option<&Traits> {
        let class = self.pods.classes.get(class)?;
        let (traits, _) = self.pods.traits.get(class.traits)?;
        Some(traits)
    }

    fn judged<'p, T: SetOperations>(
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

    /// What the policies of a class of pods do with `everything`. The listener hears each step.
    pub(super) fn explained<'p, T: SetOperations>(
        &'p self,
        own: &ClassPlacement,
        direction: Direction,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) -> Judged<T> {
        let side = self.side(direction);
        let regime = side.regime(own.class);
        regime.map_or_else(
            || Judged::exact(everything.clone()),
            |regime| self.judged(direction, regime, everything, hits, listener),
        )
    }

    /// What happens to `everything` between a class of pods and its own node: only policies that a mesh enforces count there. The listener hears
    /// each step.
    /// What `far` sends or gets is sure only where `far` is known to be on the host network.
    pub(super) fn explained_by_own_node<'p, T: SetOperations>(
        &'p self,
        (far, own): (&ClassPlacement, usize),
        direction: Direction,
        everything: &T,
        hits: &dyn Fn(&RuleStep) -> Bounds<T>,
        listener: Listener<'_, 'p, T>,
    ) -> Judged<T> {
        let programs = &self.side(direction).programs;
        let enforced_by_mesh = self
            .pods
            .classes
            .get(own)
            .and_then(|class| programs.enforced_by_mesh.get(class.traits));
        let program = enforced_by_mesh
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

    /// The answers of one regime for the classes at the other end.
    fn row(&self, direction: Direction, regime: &Regime) -> Row {
        let Some(program) = self.programs(direction).get(regime.program) else {
            return Row::all();
        };
        let groups = self.groups(program, direction);
        let number = |other: usize| {
            let evaluate = |everything: &Traffic, hits: Hits<'_>| {
                self.judged(direction, regime, everything, hits, &mut |_, _, _| {})
            };
            let mut judged = evaluate(&Traffic::all(), &|step| {
                self.hits_pod(step, direction, other)
            });
            if direction == Direction::Egress {
                judged = self.or_by_service(judged, other, &evaluate);
            }
            self.verdicts.borrow_mut().number(judged)
        };
        let numbers: Vec<u32> = groups.samples.iter().map(|class| number(*class)).collect();
        let named = groups.named.into_iter();
        Row {
            named: named
                .map(|(class, group)| (class, numbers.get(group).copied().unwrap_or(ALL)))
                .collect(),
            rest: groups.rest.map_or(ALL, number),
        }
    }

    /// The answers of a class of pods; none where everything passes.
    pub(super) fn row_of(&self, direction: Direction, own: usize) -> Option<&Row> {
        let side = self.side(direction);
        let regime = side.regime(own)?;
        let program = side.programs.all.get(regime.program)?;
        (!program.is_empty()).then(|| regime.row.get_or_init(|| self.row(direction, regime)))
    }

    /// The number of what one class of pods' policies let pass between it and another.
    pub(super) fn answer(&self, direction: Direction, own: usize, other: usize) -> u32 {
        self.row_of(direction, own).map_or(ALL, |row| row.of(other))
    }

    /// The number of a workload's list of places.
    pub(super) fn kind_of(&self, workload: Id<Workload>) -> Option<usize> {
        self.kind.get(&workload).copied()
    }

    /// What passes between a class of pods and a node at one of the addresses, by the pods' policies.
    pub(super) fn with_node(
        &self,
        own: &ClassPlacement,
        direction: Direction,
        addresses: &AddressSet,
    ) -> Judged<Traffic> {
        self.explained(
            own,
            direction,
            &Traffic::all(),
            &|step| self.hits_node(step, addresses),
            &mut |_, _, _| {},
        )
    }

    /// The answer of a number.
    pub(super) fn verdict(&self, number: u32) -> Judged<Traffic> {
        self.verdicts.borrow().get(number)
    }
}

/// The policies of a cluster that have an effect, in the order in which they decide.
fn in_order(world: &World, cluster: Id<Cluster>) -> Vec<(Id<Policy>, &Policy)> {
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
    policies
}

/// The positions of the policies by the one namespace that they are about; those of all others beside.
fn by_namespace<'w>(subjects: &[Subject<'w>]) -> (FxHashMap<&'w str, Vec<usize>>, Vec<usize>) {
    let (mut named, mut others) = (FxHashMap::default(), Vec::new());
    for (at, subject) in subjects.iter().enumerate() {
        match peers::namespace_of(&subject.policy.subject) {
            Some(name) => named.entry(name).or_insert_with(Vec::new).push(at),
            None => others.push(at),
        }
    }
    (named, others)
}

/// Distinct lists of places, each place once, and which of them each workload has.
fn kinds(
    workloads: &[Id<Workload>],
    pods: &Pods,
) -> (Vec<Vec<ClassPlacement>>, FxHashMap<Id<Workload>, usize>) {
    let mut positions: FxHashMap<Vec<ClassPlacement>, usize> = FxHashMap::default();
    let (mut kinds, mut kind) = (Vec::new(), FxHashMap::default());
    for id in workloads {
        let mut placements: Vec<ClassPlacement> = Vec::new();
        for placement in pods.placements.get(id).into_iter().flatten() {
            if !placements.contains(placement) {
                placements.push(placement.clone());
            }
        }
        let position = *positions
            .entry(placements)
            .or_insert_with_key(|placements| {
                kinds.push(placements.clone());
                kinds.len() - 1
            });
        kind.insert(*id, position);
    }
    (kinds, kind)
}
