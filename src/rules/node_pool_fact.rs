//! Nodes that are made alike as facts: which pods on them may take their credentials.

use super::fact::{Fact, certainty, owners, workloads};
use super::field::{
    CERTAINTY, CLUSTER, REASON, addresses, fields, flag, name, names, phrase, word,
};
use super::finding::Related;
use super::judged::Judged;
use super::kind::FactKind;
use super::subject::Subject;
use super::value::Value;
use crate::model::{
    AddressSet, Cluster, Direction, Doubt, FlowSet, Gap, HostService, Id, NodePool, PodPlacement,
    Protocol, ToPods, Traffic, Workload, World,
};
use std::collections::{BTreeMap, BTreeSet};

/// Node pools on which pods of the input may run.
pub(super) const NODE_POOL: FactKind = FactKind {
    name: "node-pool",
    about: "nodes of a cluster that are made alike, on which workloads of the input may run",
    fields: NodePoolFields::FIELDS,
    crossing: false,
    facts: node_pools,
};

fields! {
    /// Nodes that are made alike.
    NodePoolFields {
        certainty: CERTAINTY,
        cluster: CLUSTER,
        pool: names("the nodes, by what declares them; one entry"),
        setting: name("what decides whether pods get the credentials of the nodes, by the name of what declares it"),
        credentials: word(
            &["given", "withheld"],
            "whether pods that are not on the host network get the credentials of their node, where no policy stops them; unknown where the input does not say",
        ),
        control: word(
            &["hop-limit", "node-proxy", "policy"],
            "what could keep the credentials from pods: a setting of the machines, a server on the node, policies alone",
        ),
        at: addresses("the addresses that pods ask for credentials"),
        takers: names("workloads outside of exempt namespaces that no policy keeps from there"),
        reached_across: flag("whether one of them can be reached from across a border"),
        inventory: phrase("those workloads, counted and the first few named"),
        reason: REASON,
    }
}

/// Who may take the credentials of some nodes.
struct Takers {
    /// The cluster of the nodes.
    cluster: Id<Cluster>,
    /// The workloads, ascending.
    ids: BTreeSet<Id<Workload>>,
    /// Whether one of them surely can.
    certain: bool,
    /// Where they ask.
    at: AddressSet,
    /// Why those that may are not certain.
    gaps: BTreeSet<Id<Gap>>,
}

fn node_pools(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let all = takers(judged);
    if all.is_empty() {
        return Vec::new();
    }
    let reached = reached_across(judged);
    let pools = all.iter();
    pools
        .map(|(pool, takers)| fact(&world.node_pools[*pool], takers, &reached, world))
        .collect()
}

/// The workloads that others come to over a border.
fn reached_across(judged: &Judged<'_, '_>) -> BTreeSet<Id<Workload>> {
    let crossings = judged.crossings().iter();
    let inward = crossings.filter(|own| own.proof.direction == Direction::Ingress);
    inward
        .flat_map(|own| own.workloads.iter().copied())
        .collect()
}

/// By node pool on which some may run, those that no policy stops. Pods on the host network are their node.
fn takers(judged: &Judged<'_, '_>) -> BTreeMap<Id<NodePool>, Takers> {
    let world = judged.engine.world();
    let services: Vec<&HostService> = world
        .host_services
        .iter()
        .filter(|own| own.gives_credentials)
        .collect();
    let mut out: BTreeMap<Id<NodePool>, Takers> = BTreeMap::new();
    if services.is_empty() || world.node_pools.is_empty() {
        return out;
    }
    for (id, workload) in world.workloads.iter() {
        let namespace = &world.namespaces[workload.namespace].name;
        if workload.host_network || judged.is_exempt(namespace) {
            continue;
        }
        for (position, placement) in workload.pod_placements.iter().enumerate() {
            let Some(pool) = placement.pool else { continue };
            let own = out
                .entry(pool)
                .or_insert_with(|| Takers::of(workload.cluster));
            for service in services.iter().filter(|own| is_near(own, placement)) {
                own.enter(judged, (id, position), placement, service);
            }
        }
    }
    out
}

fn is_near(service: &HostService, placement: &PodPlacement) -> bool {
    let node = placement.node.as_ref();
    node.is_some_and(|node| node.network == service.network)
}

/// What is asked: the services listen on the port of HTTP.
fn question() -> Traffic {
    Traffic::ports(Protocol::TCP, 80, 80)
}

impl Takers {
    fn of(cluster: Id<Cluster>) -> Self {
        Takers {
            cluster,
            ids: BTreeSet::new(),
            certain: false,
            at: AddressSet::none(),
            gaps: BTreeSet::new(),
        }
    }

    fn enter(
        &mut self,
        judged: &Judged<'_, '_>,
        (workload, position): (Id<Workload>, usize),
        placement: &PodPlacement,
        service: &HostService,
    ) {
        // The IPv6 address has to be switched on beside the other one.
        let at = service.addresses.intersection(&AddressSet::all_v4());
        let evaluator = judged.engine.evaluator();
        let allowed = evaluator.outside(workload, Direction::Egress, Some(position));
        let asks = |flows: &FlowSet| {
            let own = flows.any_of(&at).intersection(&question());
            !own.is_empty()
        };
        if !asks(&allowed.bounds.may) {
            return;
        }
        let outside = &judged.engine.world().workloads[workload].outside;
        let doubts = [&placement.doubt, &service.doubt, outside];
        let open = doubts.iter().all(|doubt| doubt.is_certain());
        let surely = open && asks(&allowed.bounds.must);
        if !surely {
            let all = doubts.into_iter().chain([&allowed.doubt]);
            self.gaps.extend(all.flat_map(Doubt::gaps).copied());
        }
        self.certain |= surely;
        self.ids.insert(workload);
        self.at = self.at.union(&at);
    }
}

fn fact(pool: &NodePool, takers: &Takers, reached: &BTreeSet<Id<Workload>>, world: &World) -> Fact {
    let note = &pool.credentials.note;
    let setting = note.origin.as_ref().or(pool.origin.as_ref());
    let credentials = match &pool.credentials.to_pods {
        ToPods::Given => "given".into(),
        ToPods::Withheld => "withheld".into(),
        ToPods::Unknown(doubt) => Value::Unknown(doubt.clone()),
    };
    let open = matches!(pool.credentials.to_pods, ToPods::Unknown(_));
    let ids: Vec<Id<Workload>> = takers.ids.iter().copied().collect();
    let titles: Vec<String> = owners(&ids, world)
        .map(|(id, _)| world.workload_title(id))
        .collect();
    let values = NodePoolFields {
        certainty: certainty(!open && (takers.certain || takers.ids.is_empty())),
        cluster: world.clusters[takers.cluster].name.as_str().into(),
        pool: vec![pool.name.clone()].into(),
        setting: setting.map_or("", |own| &own.address).into(),
        credentials,
        control: pool.credentials.control.word().into(),
        at: takers.at.clone().into(),
        reached_across: takers.ids.iter().any(|id| reached.contains(id)).into(),
        inventory: workloads(&titles).into(),
        takers: titles.into(),
        reason: note.text.as_str().into(),
    };
    let related = pool.origin.as_ref().map(|own| Related {
        place: own.place.clone(),
        what: pool.name.clone(),
    });
    Fact {
        values: values.values(),
        subjects: Subject::alone(&pool.name, &pool.name, setting.cloned()),
        gaps: if takers.certain {
            Vec::new()
        } else {
            takers.gaps.iter().copied().collect()
        },
        related: related.into_iter().collect(),
        ..Fact::default()
    }
}
