//! Folders of plain manifests that applications point at: their files are in the input by themselves, and are installed as is asked for.

use crate::ingest::kubernetes::{Object, Objects};
use crate::ingest::rendering::Requested;
use std::collections::BTreeSet;
use std::sync::Arc;

/// A folder, as it is shown, and who points at it.
pub type Pointed = (Arc<str>, Requested);

/// Installs the objects of the folders in the namespaces that are asked for, once in each. What stands below a folder and is not meant by
/// anyone who points at it may be applied by something else: of a policy there nothing is known. A folder without a file that is meant is a
/// gap.
pub fn install(objects: &mut Objects, folders: &[Pointed]) {
    if folders.is_empty() {
        return;
    }
    let mut used = vec![false; folders.len()];
    for object in std::mem::take(&mut objects.objects) {
        objects
            .objects
            .extend(installed(object, folders, &mut used));
    }
    let unused = folders.iter().zip(&used).filter(|(_, used)| !**used);
    objects
        .gaps
        .extend(unused.map(|((_, requested), _)| requested.gap(None)));
}

fn installed(object: Object, folders: &[Pointed], used: &mut [bool]) -> Vec<Object> {
    if object.rendered || object.applied {
        return vec![object];
    }
    let (mut namespaces, mut other) = (BTreeSet::new(), None);
    for ((folder, requested), used) in folders.iter().zip(used) {
        match requested.request.folder.means(folder, &object.input) {
            Some(true) => {
                *used = true;
                let request = &requested.request;
                namespaces.insert((
                    request.target_namespace.as_deref(),
                    request.namespace.as_deref(),
                    requested.destination.as_deref(),
                ));
            }
            Some(false) => other = other.or(Some(requested)),
            None => {}
        }
    }
    if let Some(requested) = other.filter(|_| namespaces.is_empty()) {
        let why = format!(
            "`{}` leaves out `{}`, and whether something else applies it is not known",
            requested.origin.address, object.input
        );
        return vec![
            object
                .without_content(&why)
                .map(of_any_namespace)
                .unwrap_or(object),
        ];
    }
    let mut out: Vec<Object> = Vec::new();
    for (target, namespace, destination) in namespaces {
        let mut own = object.clone();
        own.destination = destination.map(Arc::from);
        match (target, namespace) {
            (Some(target), _) => own.moved_to(target),
            (None, Some(namespace)) => own.installed_in(namespace),
            (None, None) => {}
        }
        let is_there = |other: &Object| {
            (&other.namespace, &other.name, &other.destination)
                == (&own.namespace, &own.name, &own.destination)
        };
        if !out.iter().any(is_there) {
            out.push(own);
        }
    }
    if out.is_empty() { vec![object] } else { out }
}

/// Whoever applies what names no namespace says which one it goes to.
fn of_any_namespace(mut object: Object) -> Object {
    if object.namespace.is_none() {
        object.hidden.push("metadata.namespace".to_owned());
    }
    object
}
