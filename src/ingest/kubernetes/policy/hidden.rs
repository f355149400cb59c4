//! What policies look at and the input does not say: labels, service accounts and ports that are known only after apply, and labels that two
//! files write differently. For whom selectors over them hold is not known.

use super::asked::Asked;
use super::generated::{keys, mentioned};
use super::mutating;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::hidden::{Hidden, HiddenLabels};
use crate::ingest::kubernetes::label::is_value;
use crate::ingest::kubernetes::manifest_lowering::ManifestLowering;
use crate::ingest::kubernetes::workload;
use crate::model::{
    Doubt, GapKind, Labels, LabelsOf, Place, Policy, PolicyRule, PolicySide, PortName, Protocol,
    Selector, Traffic,
};
use std::collections::{BTreeMap, BTreeSet};

/// One version of an object, with its labels.
type Version<'a> = (&'a Object, Labels);

impl Hidden {
    /// That of the objects of one cluster. `contested` are positions of objects of which other files hold another version.
    pub(in crate::ingest::kubernetes) fn of(
        objects: &[&Object],
        contested: &[usize],
        lowering: &mut ManifestLowering<'_>,
    ) -> Self {
        let mut out = Hidden::default();
        for object in objects.iter().filter(|object| object.unread.is_none()) {
            for path in &object.hidden {
                let Some(key) = label(object, path) else {
                    continue;
                };
                let doubt = unknown(
                    object,
                    path,
                    "which selectors hold for it is not known",
                    lowering,
                );
                if workload::kind_of(object).is_some() && !object.hides("metadata.namespace") {
                    out.pods.push(HiddenLabels {
                        origin: object.origin.clone(),
                        namespace: object.namespace_in(lowering.settings).to_owned(),
                        key: Some(key).filter(|key| !key.is_empty()),
                        doubt,
                    });
                    continue;
                }
                if path == "metadata.namespace" && !object.applied {
                    out.namespaces = out.namespaces.and(&doubt);
                }
                let entry = if key.is_empty() {
                    &mut out.any
                } else {
                    out.keys.entry(key).or_default()
                };
                *entry = entry.and(&doubt);
            }
            out.refused(object, lowering);
            out.of_pods(object, lowering);
        }
        out.contested(objects, contested, lowering);
        out.pods.extend(mutating::labels(objects, lowering));
        out
    }

    /// Labels whose values no API server takes: something else replaces them first, or they are not there at all.
    fn refused(&mut self, object: &Object, lowering: &mut ManifestLowering<'_>) {
        let labels = match workload::kind_of(object) {
            Some(_) => workload::label_nodes(object),
            None if is_labelled(object) => object.node.get("metadata.labels").entries(),
            None => return,
        };
        for (key, value) in labels {
            if value.text().is_none_or(is_value) {
                continue;
            }
            let what = format!(
                "label `{key}` of {} holds what no label can, such as a placeholder that something replaces first: which selectors hold for it is not known",
                object.title()
            );
            let origin = Some(object.origin_at(value.place()));
            let doubt = lowering.world.doubt(GapKind::UnknownValue, what, origin);
            if workload::kind_of(object).is_some() {
                self.pods.push(HiddenLabels {
                    origin: object.origin.clone(),
                    namespace: object.namespace_in(lowering.settings).to_owned(),
                    key: Some(key),
                    doubt,
                });
            } else {
                let entry = self.keys.entry(key).or_default();
                *entry = entry.and(&doubt);
            }
        }
    }

    /// What is not known of the pods that an object makes.
    fn of_pods(&mut self, object: &Object, lowering: &mut ManifestLowering<'_>) {
        if workload::kind_of(object).is_none() {
            return;
        }
        if ["serviceAccountName", "serviceAccount"]
            .iter()
            .any(|field| object.hides(&workload::in_spec(object, field)))
        {
            let path = workload::in_spec(object, "serviceAccountName");
            self.accounts = self.accounts.and(&unknown(
                object,
                &path,
                "which rules by service account hold for it is not known",
                lowering,
            ));
        }
        if let Some(fault) = workload::unread_port(object) {
            let what = format!(
                "a port of {} could not be read: which ports rules by name mean there is not known",
                object.title()
            );
            let place = Place {
                file: fault.file,
                line: fault.line,
                column: fault.column,
                length: fault.length,
            };
            let origin = Some(object.origin_at(place));
            let doubt = lowering.world.doubt(GapKind::Unreadable, what, origin);
            self.ports = self.ports.and(&doubt);
        }
        if workload::hides_ports(object) {
            let path = workload::in_spec(object, "containers.ports");
            self.ports = self.ports.and(&unknown(
                object,
                &path,
                "which ports rules by name mean there is not known",
                lowering,
            ));
        }
    }

    /// Labels that the versions of an object do not have in common.
    fn contested(
        &mut self,
        objects: &[&Object],
        contested: &[usize],
        lowering: &mut ManifestLowering<'_>,
    ) {
        let mut versions: BTreeMap<(&str, &str, &str), Vec<Version<'_>>> = BTreeMap::new();
        for object in contested
            .iter()
            .filter_map(|at| objects.get(*at))
            .filter(|object| is_labelled(object))
        {
            let namespace = if object.is_cluster_scoped() {
                ""
            } else {
                object.namespace_in(lowering.settings)
            };
            let own = object.node.get("metadata.labels").entries().into_iter();
            let own = own
                .filter_map(|(key, value)| Some((key, value.written()?.to_owned())))
                .collect();
            versions
                .entry((&object.kind, namespace, &object.name))
                .or_default()
                .push((object, own));
        }
        let mut asked = Asked::of(objects);
        for same in versions.values() {
            let Some((object, _)) = same.last() else {
                continue;
            };
            let keys: Vec<&String> = differing(same)
                .into_iter()
                .filter(|key| asked.holds(key))
                .collect();
            if keys.is_empty() {
                continue;
            }
            let names: Vec<String> = keys.iter().map(|key| format!("`{key}`")).collect();
            let what = format!(
                "{} is defined more than once with other labels: {}",
                object.title(),
                names.join(", ")
            );
            let doubt = lowering
                .world
                .doubt(GapKind::NotJudged, what, Some(object.origin.clone()));
            for key in keys {
                let entry = self.keys.entry(key.clone()).or_default();
                *entry = entry.and(&doubt);
            }
        }
    }

    /// Why a selector may hold for other pods.
    pub(in crate::ingest::kubernetes) fn of_selector(&self, selector: &Selector) -> Doubt {
        let mut keys = Vec::new();
        mentioned(selector, &mut keys);
        let near =
            |own: &&HiddenLabels| own.is_asked(&keys) && may_hold_in(selector, &own.namespace);
        let pods = self.pods.iter().filter(near);
        pods.fold(self.over(&keys), |doubt, own| doubt.and(&own.doubt))
    }

    /// Why selectors over these labels may hold for other pods, wherever they are.
    fn over_pods(&self, keys: &[(LabelsOf, String)]) -> Doubt {
        let asked = self.pods.iter().filter(|own| own.is_asked(keys));
        asked.fold(Doubt::none(), |doubt, own| doubt.and(&own.doubt))
    }

    /// Why selectors over these labels may hold for others.
    fn over(&self, keys: &[(LabelsOf, String)]) -> Doubt {
        let known = keys.iter().filter_map(|(_, key)| self.keys.get(key));
        let accounts = keys
            .iter()
            .find(|(of, _)| *of == LabelsOf::ServiceAccount)
            .map(|_| &self.accounts);
        // Names of service accounts stand there without a key.
        let any = keys
            .iter()
            .find(|(_, key)| !key.is_empty())
            .map(|_| &self.any);
        known
            .chain(accounts)
            .chain(any)
            .fold(Doubt::none(), |doubt, more| doubt.and(more))
    }
}

/// Whether a selector leaves it open that it holds for pods of a namespace.
fn may_hold_in(selector: &Selector, namespace: &str) -> bool {
    match selector {
        Selector::InNamespace(name) => name == namespace,
        Selector::All(parts) => parts.iter().all(|part| may_hold_in(part, namespace)),
        Selector::Any(parts) => parts.iter().any(|part| may_hold_in(part, namespace)),
        _ => true,
    }
}

/// The keys of the labels that the versions of an object do not have in common.
fn differing<'v>(same: &'v [Version<'_>]) -> BTreeSet<&'v String> {
    let keys = same.iter().flat_map(|(_, labels)| labels.keys());
    keys.filter(|key| {
        let values: BTreeSet<Option<&String>> =
            same.iter().map(|(_, labels)| labels.get(*key)).collect();
        values.len() > 1
    })
    .collect()
}

fn unknown(object: &Object, path: &str, so: &str, lowering: &mut ManifestLowering<'_>) -> Doubt {
    let what = format!("`{path}` of {} is not known yet: {so}", object.title());
    lowering
        .world
        .doubt(GapKind::UnknownValue, what, Some(object.origin.clone()))
}

/// Whether selectors look at labels of objects of its kind, besides those of pods.
fn is_labelled(object: &Object) -> bool {
    object.group.is_empty() && matches!(object.kind.as_str(), "Namespace" | "ServiceAccount")
}

/// The key of the label that a path hides; empty where all of them are hidden or the namespace is, none where no label is.
fn label(object: &Object, path: &str) -> Option<String> {
    let template = workload::kind_of(object).map(|kind| kind.template);
    if template.is_none() && !is_labelled(object) && object.kind != "PartialObjectMetadata" {
        return None;
    }
    let front = template
        .filter(|template| !template.is_empty())
        .map(|template| format!("{template}."))
        .unwrap_or_default();
    let labels = format!("{front}metadata.labels");
    // What is hidden as a whole hides what is below it.
    if path == "metadata.namespace" || path == labels || labels.starts_with(&format!("{path}.")) {
        return Some(String::new());
    }
    path.strip_prefix(&format!("{labels}.")).map(str::to_owned)
}

/// Doubts a policy that looks at what is not known. Where its selectors do, it may be about any pod of its namespace. Labels of
/// pods are for [`super::undeclared::split`], but for a mesh, and pods that may be on the host network for [`super::outside::split`].
pub(super) fn doubt(policy: &mut Policy, lowering: &ManifestLowering<'_>) {
    let hidden = &lowering.hidden;
    let over = |keys: &[(LabelsOf, String)]| match policy.tier.enforced_by_mesh {
        true => hidden.over(keys).and(&hidden.over_pods(keys)),
        false => hidden.over(keys),
    };
    let mut own = Vec::new();
    mentioned(&policy.subject, &mut own);
    let (subject, all) = (over(&own), over(&keys(policy)));
    if !subject.is_certain() {
        let namespace = policy
            .namespace
            .map(|id| lowering.world.namespaces[id].name.clone());
        policy.subject = namespace.map_or(Selector::Everything, Selector::InNamespace);
    }
    policy.doubt = policy.doubt.and(&subject).and(&all).and(&hidden.namespaces);
    if !hidden.ports.is_certain() {
        for side in policy.ingress.iter_mut().chain(&mut policy.egress) {
            any_port(side, &hidden.ports);
        }
    }
}

/// Beside each rule that names ports one in doubt for every port that the names may stand for.
fn any_port(side: &mut PolicySide, doubt: &Doubt) {
    let rules = std::mem::take(&mut side.rules);
    for rule in rules {
        let perhaps = (!rule.named_ports.is_empty()).then(|| {
            let all = |name: &PortName| match name.protocol {
                Some(protocol) => Traffic::protocol(protocol),
                None => [Protocol::TCP, Protocol::UDP, Protocol::SCTP]
                    .into_iter()
                    .map(Traffic::protocol)
                    .collect(),
            };
            PolicyRule {
                traffic: rule.named_ports.iter().map(all).collect(),
                named_ports: Vec::new(),
                doubt: rule.doubt.and(doubt),
                ..rule.clone()
            }
        });
        side.rules.push(rule);
        side.rules.extend(perhaps);
    }
}
