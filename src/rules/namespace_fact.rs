//! Namespaces as facts, as wholes and by direction.

use super::dns_need::DnsNeed;
use super::fact::{Fact, certainty, owners, workloads};
use super::field::{
    CERTAINTY, CLUSTER, DIRECTION, ENFORCEMENT, EXEMPT, NAMESPACE, Shape, fields, flag, names,
    phrase, word,
};
use super::judged::{Judged, NamespaceStatus, enforcement};
use super::kind::FactKind;
use super::subject::Subject;
use super::value::Values;
use crate::model::{Direction, Id, Origin, Workload, World};

/// Namespaces as wholes.
pub(super) const NAMESPACE_KIND: FactKind = FactKind {
    name: "namespace",
    about: "a namespace that is declared or holds workloads",
    fields: NamespaceFields::FIELDS,
    crossing: false,
    facts: namespaces,
};

/// Each direction of each namespace.
pub(super) const ISOLATION: FactKind = FactKind {
    name: "isolation",
    about: "one direction of a namespace",
    fields: Isolation::FIELDS,
    crossing: false,
    facts: isolations,
};

fields! {
    /// A namespace as a whole.
    NamespaceFields {
        certainty: CERTAINTY,
        cluster: CLUSTER,
        namespace: NAMESPACE,
        exempt: EXEMPT,
        has_policy: HAS_POLICY,
        enforcement: ENFORCEMENT,
        declared: flag("whether a Namespace object stands in the input"),
        has_workloads: flag("whether workloads that policies could select stand in it"),
        inventory: phrase("its workloads, counted and the first few named"),
    }
}

fields! {
    /// One direction of a namespace.
    Isolation {
        direction: DIRECTION,
        certainty: CERTAINTY,
        cluster: CLUSTER,
        namespace: NAMESPACE,
        exempt: EXEMPT,
        has_policy: HAS_POLICY,
        enforcement: ENFORCEMENT,
        new_pods: word(&["isolated", "open"], "what a new pod without labels would be"),
        state: word(
            &["isolated", "open"],
            "open: some pod (in an empty namespace: a new pod) is not isolated by any policy",
        ),
        without_dns: names("workloads whose policies let them send something and no question for a name (port 53); empty for ingress"),
        open: phrase("the workloads that are open, counted and the first few named"),
    }
}

const HAS_POLICY: Shape =
    flag("whether an effective policy of any kind selects something in the namespace");

fn namespaces(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let world = judged.engine.world();
    let fact = |one: &NamespaceStatus| {
        let namespace = &world.namespaces[one.id];
        let members = judged.members(one.id);
        let values = NamespaceFields {
            certainty: certainty(true),
            cluster: world.clusters[namespace.cluster].name.as_str().into(),
            namespace: namespace.name.as_str().into(),
            exempt: judged.is_exempt(&namespace.name).into(),
            has_policy: (!one.isolation_status.policies.is_empty()).into(),
            enforcement: enforcement(namespace.cluster, world).into(),
            declared: namespace.declared.into(),
            has_workloads: (!members.is_empty()).into(),
            inventory: workloads(&names_of(members, world)).into(),
        };
        base(one, judged, values.values(), None)
    };
    judged.isolation_statuses().iter().map(fact).collect()
}

fn isolations(judged: &Judged<'_, '_>) -> Vec<Fact> {
    let need = DnsNeed::new(judged.engine);
    let both = |one| Direction::BOTH.map(|direction| isolation(one, direction, (judged, &need)));
    judged.isolation_statuses().iter().flat_map(both).collect()
}

fn isolation(
    one: &NamespaceStatus,
    direction: Direction,
    (judged, need): (&Judged<'_, '_>, &DnsNeed<'_, '_>),
) -> Fact {
    let world = judged.engine.world();
    let isolation_status = match direction {
        Direction::Ingress => &one.isolation_status.ingress,
        Direction::Egress => &one.isolation_status.egress,
    };
    let certainly = isolation_status.is_open(one.isolation_status.empty);
    let unsure = one.isolation_status.empty
        && isolation_status.new_pods_isolated.may
        && !isolation_status.new_pods_isolated.must;
    let open = certainly || !isolation_status.uncertain.is_empty() || unsure;
    let who = if isolation_status.open.is_empty() {
        &isolation_status.uncertain
    } else {
        &isolation_status.open
    };
    let whom = if one.isolation_status.empty {
        "a new pod".to_owned()
    } else {
        workloads(&names_of(who, world))
    };
    let word = |open| if open { "open" } else { "isolated" };
    let namespace = &world.namespaces[one.id];
    let values = Isolation {
        direction: direction.to_string().into(),
        certainty: certainty(certainly || !open),
        cluster: world.clusters[namespace.cluster].name.as_str().into(),
        namespace: namespace.name.as_str().into(),
        exempt: judged.is_exempt(&namespace.name).into(),
        has_policy: (!one.isolation_status.policies.is_empty()).into(),
        enforcement: enforcement(namespace.cluster, world).into(),
        new_pods: word(!isolation_status.new_pods_isolated.must).into(),
        state: word(open).into(),
        without_dns: match direction {
            Direction::Ingress => Vec::new(),
            Direction::Egress => names_of(&need.unmet(judged.members(one.id)), world),
        }
        .into(),
        open: whom.into(),
    };
    // Where no Namespace object stands in the input: at a workload that is open.
    let at = who.first().filter(|_| !namespace.declared);
    let at = at.map(|first| world.workloads[*first].origin.clone());
    Fact {
        gaps: isolation_status.doubt.gaps().to_vec(),
        ..base(one, judged, values.values(), at)
    }
}

/// The fact about a namespace; `at`: where to look, if not at the namespace itself.
fn base(
    one: &NamespaceStatus,
    judged: &Judged<'_, '_>,
    values: Values,
    at: Option<Origin>,
) -> Fact {
    let world = judged.engine.world();
    let namespace = &world.namespaces[one.id];
    let first = judged.members(one.id).first();
    let first = first.map(|id| world.workloads[*id].origin.clone());
    let front = if world.has_clusters() {
        format!("{}:", world.clusters[namespace.cluster].name)
    } else {
        String::new()
    };
    let title = format!("{front}{}", namespace.name);
    let origin = at.or_else(|| {
        let own = || namespace.origin.clone();
        if namespace.declared {
            own()
        } else {
            first.or_else(own)
        }
    });
    Fact {
        values,
        subjects: Subject::alone(&title, &format!("namespace `{title}`"), origin),
        ..Fact::default()
    }
}

fn names_of(ids: &[Id<Workload>], world: &World) -> Vec<String> {
    owners(ids, world)
        .map(|(_, own)| own.name.clone())
        .collect()
}
