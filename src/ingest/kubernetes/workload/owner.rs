//! Who made a pod: pods of one owner are that owner.

use crate::ingest::Settings;
use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;
use std::collections::{BTreeMap, BTreeSet};

/// Namespace, name and kind.
pub(super) type Owner = (String, String, String);

pub(super) fn own_name(object: &Object, settings: &Settings) -> Owner {
    (
        object.namespace_in(settings).to_owned(),
        object.name.clone(),
        object.kind.clone(),
    )
}

/// What made the object, where that says whose pods they are: a pod's owner always, that of others where it is in the input. The pods that a
/// node runs by itself are their own.
pub(super) fn owner_of(
    object: &Object,
    present: &BTreeSet<Owner>,
    settings: &Settings,
) -> Option<(Owner, Owner)> {
    let references = object.node.get("metadata.ownerReferences").items();
    let controls = |reference: &&Node| reference.get("controller").boolean() == Some(true);
    let reference = references.iter().find(controls).or(references.first())?;
    let own = own_name(object, settings);
    let kind = reference
        .get("kind")
        .text()
        .unwrap_or(&object.kind)
        .to_owned();
    let owner = (
        own.0.clone(),
        reference.get("name").text()?.to_owned(),
        kind,
    );
    let counts = (object.is("", "Pod") && owner.2 != "Node") || present.contains(&owner);
    (counts && owner != own).then_some((own, owner))
}

pub(super) fn topmost(own: &Owner, owners: &BTreeMap<Owner, Owner>) -> Owner {
    let mut top = own;
    // A chain is pod, ReplicaSet, Deployment; more steps than objects would be a circle.
    for _ in 0..=owners.len() {
        let Some(next) = owners.get(top) else { break };
        top = next;
    }
    top.clone()
}
