//! Objects that are written twice.

use super::fault::fault;
use super::object::Object;
use super::{policy, workload};
use crate::ingest::{InputError, Settings};
use std::collections::BTreeMap;

/// The objects that count, by place, and those of them that another file writes differently.
pub(super) struct Distinct<'a> {
    pub(super) objects: Vec<&'a Object>,
    /// Positions in `objects` of those for which it is not known whether they or another of the same name will be applied.
    pub(super) contested: Vec<usize>,
    pub(super) errors: Vec<InputError>,
}

/// One object per (kind, namespace, name): the last one of a file counts, as when it is applied. Copies with the same content are one. Where
/// files differ, which is applied last is not known: all are kept, and contested.
pub(super) fn distinct<'a>(objects: &'a [Object], settings: &Settings) -> Distinct<'a> {
    let mut sorted: Vec<&Object> = objects.iter().collect();
    sorted.sort_by(|a, b| a.origin.place.cmp(&b.origin.place));
    let mut by_name: BTreeMap<(&str, &str, &str, &str), Vec<usize>> = BTreeMap::new();
    for (at, object) in sorted
        .iter()
        .enumerate()
        .filter(|(_, object)| is_named(object))
    {
        let namespace = if object.is_cluster_scoped() {
            ""
        } else {
            object.namespace_in(settings)
        };
        by_name
            .entry((&object.group, &object.kind, namespace, &object.name))
            .or_default()
            .push(at);
    }
    let mut dropped = vec![false; sorted.len()];
    let mut contested_at = vec![false; sorted.len()];
    let mut errors = Vec::new();
    for same in by_name.values().filter(|same| same.len() > 1) {
        settle(&sorted, same, &mut dropped, &mut contested_at, &mut errors);
    }
    let kept = |at: &usize| !dropped.get(*at).copied().unwrap_or(false);
    let order: Vec<usize> = (0..sorted.len()).filter(kept).collect();
    let contested = order
        .iter()
        .enumerate()
        .filter(|(_, at)| contested_at.get(**at).copied().unwrap_or(false))
        .map(|(n, _)| n)
        .collect();
    Distinct {
        objects: order
            .iter()
            .filter_map(|at| sorted.get(*at).copied())
            .collect(),
        contested,
        errors,
    }
}

/// Whether two of the same name matter: of kinds that are judged.
fn is_named(object: &Object) -> bool {
    let core = object.group.is_empty()
        && matches!(
            object.kind.as_str(),
            "Namespace" | "Service" | "ServiceAccount"
        );
    let judged = core
        || policy::kind_of(object).is_some()
        || workload::kind_of(object).is_some()
        || policy::is_setting(object);
    judged
        && !object.name.is_empty()
        && object.node.get("metadata.generateName").is_unset()
        && object.unread.is_none()
}

/// Decides among objects of one name, given by position.
fn settle(
    sorted: &[&Object],
    same: &[usize],
    dropped: &mut [bool],
    contested: &mut [bool],
    errors: &mut Vec<InputError>,
) {
    let mut kept: Vec<usize> = Vec::new();
    for at in same {
        let Some(object) = sorted.get(*at) else {
            continue;
        };
        let of = |n: &usize| sorted.get(*n).copied();
        if kept
            .iter()
            .any(|n| of(n).is_some_and(|own| own.node.same_as(&object.node)))
        {
            mark(dropped, *at);
            continue;
        }
        let replaced = kept
            .iter()
            .position(|n| of(n).is_some_and(|own| own.input == object.input));
        // Labels of a namespace in a file of their own are common; those that selectors ask for are in doubt. So are settings for
        // each of several clusters, and the policies that hang on them.
        let is_setting = policy::is_setting(object) && workload::kind_of(object).is_none();
        let is_apart = object.is("", "Namespace") || is_setting;
        let is_usual = is_apart && replaced.is_none();
        if let Some(before) = kept.first().and_then(of).filter(|_| !is_usual) {
            let place = &before.origin.place;
            let which = if replaced.is_some() {
                "the last one counts"
            } else {
                "which of them is applied last is not known"
            };
            let message = format!(
                "{} is defined twice with different content, first at `{}:{}`: {which}",
                object.title(),
                place.file,
                place.line
            );
            errors.push(fault(&object.origin.place, message));
        }
        if let Some(position) = replaced {
            mark(dropped, kept.remove(position));
        }
        kept.push(*at);
    }
    if kept.len() > 1 {
        kept.iter().for_each(|at| mark(contested, *at));
    }
}

fn mark(flags: &mut [bool], at: usize) {
    if let Some(flag) = flags.get_mut(at) {
        *flag = true;
    }
}
