//! Labels that no object of the input declares: those of a namespace, or of a service account, that is only named, and those of pods that are
//! known only after apply. Namespaces have the names that the API server gives them (kubernetes.io "Well-Known Labels",
//! `kubernetes.io/metadata.name`); which others, somebody else may have decided.
//!
//! A rule that looks at such labels becomes the rule for whom it surely holds, and one in doubt for each namespace, account or pods that it may
//! hold for as well. So nobody else's answer is in doubt.

use super::super::manifest_lowering::ManifestLowering;
use super::super::namespace::NAME;
use super::alike::Alike;
use super::both;
use crate::model::{
    Doubt, GapKind, Id, LabelsOf, Origin, Policy, PolicyPeer, PolicyRule, PolicySide, Selected,
    Selector, Workload,
};
use std::collections::{BTreeMap, BTreeSet};

/// A namespace or a service account without an object, or pods with hidden labels.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Undeclared {
    of: LabelsOf,
    /// The label; none stands for each.
    key: Option<String>,
    /// Holds for the pods whose label it is, and for no others but those that are like them in all that is known.
    own: Selector,
    /// Why it is not known.
    why: Why,
    /// The pods.
    pods: Vec<Id<Workload>>,
    /// Labels that the input gives some of these pods though they may lack them in the end.
    written: BTreeSet<String>,
}

#[derive(Clone, Debug, PartialEq, Eq)]
enum Why {
    /// There is no object: what it is, for a person.
    NoObject(String),
    /// It is known only after apply.
    Hidden(Doubt),
}

/// Everything of the cluster that is not declared.
struct All {
    each: Vec<Undeclared>,
}

/// Splits what the policies say of pods whose labels are not all known.
pub(super) fn split(policies: &mut Vec<Policy>, lowering: &mut ManifestLowering<'_>) {
    let all = All::of(lowering);
    if all.each.is_empty() {
        return;
    }
    let mut more = Vec::new();
    // Who is in a mesh by labels that are not known is in doubt by its own reader.
    let judged = |policy: &&mut Policy| !policy.tier.enforced_by_mesh;
    for policy in policies.iter_mut().filter(judged) {
        for one in &all.each {
            if !one.moves(&policy.subject, lowering) {
                continue;
            }
            let subject = bound(&policy.subject, Some(one), &all);
            let sure = bound(&policy.subject, None, &all);
            more.push(Policy {
                subject: both(subject, Selector::Not(Box::new(sure))),
                doubt: policy
                    .doubt
                    .and(&one.doubt(&policy.origin.address, lowering)),
                ..policy.clone()
            });
        }
        policy.subject = bound(&policy.subject, None, &all);
    }
    policies.append(&mut more);
    for policy in policies.iter_mut().filter(judged) {
        let name = policy.origin.address.clone();
        for side in policy.ingress.iter_mut().chain(&mut policy.egress) {
            rules(side, &name, &all, lowering);
        }
    }
}

fn rules(side: &mut PolicySide, name: &str, all: &All, lowering: &mut ManifestLowering<'_>) {
    let mut out = Vec::with_capacity(side.rules.len());
    for rule in std::mem::take(&mut side.rules) {
        let at = |one: Option<&Undeclared>| PolicyRule {
            subject: bound(&rule.subject, one, all),
            peer: bound_peer(&rule.peer, true, one, all),
            ..rule.clone()
        };
        out.push(at(None));
        for one in &all.each {
            if one.moves(&rule.subject, lowering) || one.moves_peer(&rule.peer, lowering) {
                let mut perhaps = at(Some(one));
                perhaps.doubt = perhaps.doubt.and(&one.doubt(name, lowering));
                out.push(perhaps);
            }
        }
    }
    side.rules = out;
}

impl All {
    fn of(lowering: &ManifestLowering<'_>) -> Self {
        let world = &*lowering.world;
        let mut out: BTreeMap<(String, String), Undeclared> = BTreeMap::new();
        let own = |(_, workload): &(Id<Workload>, &Workload)| workload.cluster == lowering.cluster;
        for (id, workload) in world.workloads.iter().filter(own) {
            let namespace = &world.namespaces[workload.namespace];
            let name = &namespace.name;
            if !namespace.declared {
                let key = (name.clone(), String::new());
                let one = out.entry(key).or_insert_with(|| Undeclared {
                    of: LabelsOf::Namespace,
                    key: None,
                    own: Selector::InNamespace(name.clone()),
                    why: Why::NoObject(format!("namespace `{name}`")),
                    pods: Vec::new(),
                    written: BTreeSet::new(),
                });
                one.pods.push(id);
            }
            let account = (name.clone(), workload.service_account.clone());
            // The one that every namespace has is made without labels.
            if account.1 != "default" && !lowering.service_accounts.contains_key(&account) {
                let one = out
                    .entry(account)
                    .or_insert_with_key(|(name, account)| Undeclared {
                        of: LabelsOf::ServiceAccount,
                        key: None,
                        own: both(
                            Selector::InNamespace(name.clone()),
                            Selector::HasServiceAccount(account.clone()),
                        ),
                        why: Why::NoObject(format!("service account `{name}/{account}`")),
                        pods: Vec::new(),
                        written: BTreeSet::new(),
                    });
                one.pods.push(id);
            }
        }
        let mut each: Vec<Undeclared> = out.into_values().collect();
        each.extend(hidden(lowering));
        All { each }
    }
}

/// A namespace, and a label there; none stands for each.
type Label<'a> = (&'a str, Option<&'a str>);

/// Pods with hidden labels: those of a namespace of which one and the same label is hidden together.
fn hidden(lowering: &ManifestLowering<'_>) -> Vec<Undeclared> {
    let (world, alike) = (&*lowering.world, Alike::of(lowering));
    let mut made: BTreeMap<&Origin, Vec<Id<Workload>>> = BTreeMap::new();
    for (id, own) in world.workloads.iter() {
        if own.cluster == lowering.cluster {
            made.entry(&own.origin).or_default().push(id);
        }
    }
    let mut together: BTreeMap<Label<'_>, (Vec<Id<Workload>>, Doubt)> = BTreeMap::new();
    for labels in &lowering.hidden.pods {
        let key = (labels.namespace.as_str(), labels.key.as_deref());
        let (pods, doubt) = together.entry(key).or_default();
        // Those of an object that made none are among the pods of another one.
        let own = made.get(&labels.origin).map(Vec::as_slice);
        pods.extend(own.unwrap_or_else(|| alike.pods(&labels.namespace)));
        *doubt = doubt.and(&labels.doubt);
    }
    let one = |((namespace, key), (pods, doubt)): (Label<'_>, (Vec<_>, Doubt))| {
        let labels = pods
            .iter()
            .flat_map(|id| world.workloads[*id].labels.keys());
        Undeclared {
            of: LabelsOf::Pod,
            key: key.map(str::to_owned),
            own: alike.selector(namespace, &pods),
            why: Why::Hidden(doubt),
            written: labels.cloned().collect(),
            pods,
        }
    };
    together.into_iter().map(one).collect()
}

impl Undeclared {
    fn doubt(&self, policy: &str, lowering: &mut ManifestLowering<'_>) -> Doubt {
        let title = match &self.why {
            Why::NoObject(title) => title,
            Why::Hidden(doubt) => return doubt.clone(),
        };
        let what = format!(
            "no object of the input declares {title}: its labels are not known, and {policy} asks for one"
        );
        let world = &mut *lowering.world;
        let first = self
            .pods
            .first()
            .map(|id| world.workloads[*id].origin.clone());
        world.doubt(GapKind::NotInInput, what, first)
    }

    /// Whether some pod of the input is here and a selector may hold for it or not.
    fn moves(&self, selector: &Selector, lowering: &ManifestLowering<'_>) -> bool {
        self.is_asked(selector)
            && self.pods.iter().any(|id| {
                let pod = lowering.world.selected(*id);
                let held = |may| self.three_valued(selector, may, pod);
                held(true) != held(false)
            })
    }

    /// Whether the leaf of a selector asks for the label. The name of a namespace is always known.
    fn is_about(&self, leaf: &Selector) -> bool {
        match leaf {
            Selector::In(of, key, _)
            | Selector::Exists(of, key)
            | Selector::Contains(of, key, _)
            | Selector::StartsWith(of, key, _)
            | Selector::EndsWith(of, key, _) => {
                *of == self.of
                    && (*of == LabelsOf::Pod || key != NAME)
                    && self.key.as_ref().is_none_or(|own| own == key)
            }
            _ => false,
        }
    }

    /// Whether the leaf of a selector, which asks for the label, may hold for one of the pods by what the input says of them.
    fn may_be_written(&self, leaf: &Selector) -> bool {
        matches!(leaf, Selector::In(_, key, _)
            | Selector::Exists(_, key)
            | Selector::Contains(_, key, _)
            | Selector::StartsWith(_, key, _)
            | Selector::EndsWith(_, key, _) if self.written.contains(key))
    }

    fn is_asked(&self, selector: &Selector) -> bool {
        match selector {
            Selector::Not(inner) => self.is_asked(inner),
            Selector::All(parts) | Selector::Any(parts) => {
                parts.iter().any(|part| self.is_asked(part))
            }
            leaf => self.is_about(leaf),
        }
    }

    /// Whether a selector holds for a pod if what is asked of unknown labels holds (`may`), or does not.
    fn three_valued(&self, selector: &Selector, may: bool, pod: Selected<'_>) -> bool {
        match selector {
            Selector::Not(inner) => !self.three_valued(inner, !may, pod),
            Selector::All(parts) => parts.iter().all(|part| self.three_valued(part, may, pod)),
            Selector::Any(parts) => parts.iter().any(|part| self.three_valued(part, may, pod)),
            leaf if self.is_about(leaf) => may,
            leaf => leaf.holds(pod),
        }
    }

    fn moves_peer(&self, peer: &PolicyPeer, lowering: &ManifestLowering<'_>) -> bool {
        match peer {
            PolicyPeer::Pods(selector) | PolicyPeer::NodesOfPods(selector) => {
                self.moves(selector, lowering)
            }
            PolicyPeer::Not(inner) => self.moves_peer(inner, lowering),
            PolicyPeer::All(parts) | PolicyPeer::Any(parts) => {
                parts.iter().any(|part| self.moves_peer(part, lowering))
            }
            _ => false,
        }
    }
}

/// The selector for whom it surely holds; with `one`, also for the pods of it for whom it may hold.
fn bound(selector: &Selector, one: Option<&Undeclared>, all: &All) -> Selector {
    bound_in(selector, true, one, all)
}

/// `positive` turns around below a negation. What asks for a label surely holds for nobody whose labels are not known, and not surely for nobody.
fn bound_in(selector: &Selector, positive: bool, one: Option<&Undeclared>, all: &All) -> Selector {
    let each = |parts: &[Selector]| {
        parts
            .iter()
            .map(|part| bound_in(part, positive, one, all))
            .collect()
    };
    match selector {
        Selector::Not(inner) => Selector::Not(Box::new(bound_in(inner, !positive, one, all))),
        Selector::All(parts) => Selector::All(each(parts)),
        Selector::Any(parts) => Selector::Any(each(parts)),
        leaf => {
            let about = all.each.iter().filter(|own| own.is_about(leaf));
            let (held, others): (Vec<&Undeclared>, Vec<&Undeclared>) =
                about.partition(|own| (one == Some(*own)) == positive);
            let written = others.into_iter().filter(|own| own.may_be_written(leaf));
            let lacking: Vec<Selector> = written
                .map(|own| Selector::Not(Box::new(own.own.clone())))
                .collect();
            let sure = match lacking.is_empty() {
                true => leaf.clone(),
                false => Selector::All([vec![leaf.clone()], lacking].concat()),
            };
            if held.is_empty() {
                return sure;
            }
            let held = held.into_iter().map(|own| own.own.clone());
            Selector::Any(std::iter::once(sure).chain(held).collect())
        }
    }
}

fn bound_peer(
    peer: &PolicyPeer,
    positive: bool,
    one: Option<&Undeclared>,
    all: &All,
) -> PolicyPeer {
    let each = |parts: &[PolicyPeer]| {
        parts
            .iter()
            .map(|part| bound_peer(part, positive, one, all))
            .collect()
    };
    match peer {
        PolicyPeer::Pods(selector) => PolicyPeer::Pods(bound_in(selector, positive, one, all)),
        PolicyPeer::NodesOfPods(selector) => {
            PolicyPeer::NodesOfPods(bound_in(selector, positive, one, all))
        }
        PolicyPeer::Not(inner) => PolicyPeer::Not(Box::new(bound_peer(inner, !positive, one, all))),
        PolicyPeer::All(parts) => PolicyPeer::All(each(parts)),
        PolicyPeer::Any(parts) => PolicyPeer::Any(each(parts)),
        other => other.clone(),
    }
}
