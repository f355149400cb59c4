//! Builds worlds from manifests for tests.

use super::engine::blocks_match_pods;
use super::{Counterpart, Objects, lower, read, resolve_templates};
use crate::ingest::{File, InputError, Kind, Settings};
use crate::model::{Cluster, Doubt, Enforced, Id, Note, Policy, World};
use std::sync::Arc;

/// Reads texts as the files `a.yaml`, `b.yaml`, …
pub(super) fn objects(texts: &[&str]) -> Objects {
    let name = |n: usize| format!("{}.yaml", char::from(b'a' + u8::try_from(n).unwrap()));
    let file = |(n, text): (usize, &&str)| File {
        path: Arc::from(name(n)),
        bytes: text.as_bytes().to_vec(),
        kind: Some(Kind::Manifests),
        named: true,
        ..File::default()
    };
    let files: Vec<File> = texts.iter().enumerate().map(file).collect();
    read(&files.iter().collect::<Vec<_>>(), &Settings::default())
}

/// The world of some files in a cluster with that policy engine, and everything that was wrong.
pub(super) fn world_of(texts: &[&str], engine: &str) -> (World, Vec<InputError>) {
    let mut read = objects(texts);
    let (mut world, cluster) = cluster(engine);
    resolve_templates(&mut read.objects, &Settings::default());
    read.errors.extend(lower(
        &read.objects,
        cluster,
        None,
        &Settings::default(),
        &mut world,
        Counterpart::None,
    ));
    (world, read.errors)
}

/// A world of one cluster with that policy engine, and nothing in it.
pub(super) fn cluster(engine: &str) -> (World, Id<Cluster>) {
    let mut world = World::default();
    let note = Note {
        text: "taken as enforced".to_owned(),
        origin: None,
        assumed: true,
    };
    let cluster = world.clusters.push(Cluster {
        name: String::new(),
        title: None,
        engine: engine.to_owned(),
        enforced: Enforced::Yes(note),
        blocks_match_pods: blocks_match_pods(engine),
        to_own_node: None,
        unresolved: Doubt::none(),
        api_server: None,
        origin: None,
    });
    (world, cluster)
}

/// The world of one file without a cloud.
pub(super) fn world(text: &str) -> (World, Vec<InputError>) {
    world_of(&[text], "unknown engine")
}

/// The only policy of a file that must be without faults.
pub(super) fn policy(text: &str) -> Policy {
    let (world, errors) = world(text);
    assert_eq!(errors, [], "{text}");
    let policies: Vec<Policy> = world
        .policies
        .iter()
        .map(|(_, policy)| policy.clone())
        .collect();
    assert_eq!(policies.len(), 1, "{text}");
    policies.into_iter().next().unwrap()
}

/// The message and place of the only fault of a file that holds one policy, which must be in doubt.
pub(super) fn fault(text: &str) -> (u32, u32, u32, String) {
    let (world, errors) = world(text);
    assert_eq!(errors.len(), 1, "{text}\n{errors:?}");
    assert!(
        world
            .policies
            .iter()
            .all(|(_, policy)| !policy.doubt.is_certain()),
        "{text}"
    );
    assert_eq!(world.policies.len(), 1, "{text}");
    let error = &errors[0];
    (
        error.line,
        error.column,
        error.length,
        error.message.clone(),
    )
}
