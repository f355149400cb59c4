//! Calico policies, case by case.

mod ends;
mod objects;
mod packets;
mod places;
mod selectors;

use crate::model::{AddressSet, LabelsOf, Selector};

/// An object of `projectcalico.org/v3`; its spec begins on line 6.
fn calico(kind: &str, name: &str, spec: &str) -> String {
    let body: String = spec.lines().map(|line| format!("  {line}\n")).collect();
    format!(
        "apiVersion: projectcalico.org/v3\nkind: {kind}\nmetadata:\n  name: {name}\nspec:\n{body}"
    )
}

/// A NetworkPolicy of the namespace `default` with a spec, and whatever stands beside it.
fn namespaced(spec: &str) -> String {
    calico("NetworkPolicy", "p", spec)
}

fn global(spec: &str) -> String {
    calico("GlobalNetworkPolicy", "g", spec)
}

fn set(text: &str) -> AddressSet {
    text.split(',')
        .map(|block| AddressSet::parse(block).unwrap())
        .collect()
}

fn pod(key: &str, value: &str) -> Selector {
    Selector::In(LabelsOf::Pod, key.to_owned(), vec![value.to_owned()])
}

/// The namespace of that name, as an expression of Calico's chooses it.
fn inside(name: &str) -> Selector {
    Selector::In(
        LabelsOf::Namespace,
        "kubernetes.io/metadata.name".to_owned(),
        vec![name.to_owned()],
    )
}

fn both(a: Selector, b: Selector) -> Selector {
    Selector::All(vec![a, b])
}
