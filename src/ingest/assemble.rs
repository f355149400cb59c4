//! Puts together what the families have read: one world at one moment.

use super::ignore::{self, Ignore};
use super::kubernetes::engine::Engine;
use super::kubernetes::{self, Object, Objects};
use super::lowering::OuterNetworks;
use super::outcome::{IngestError, Ingested, InputRow};
use super::rendering::{Request, Requested};
use super::site::Site;
use super::terraform::Terraform;
use super::tie::{Tied, tie};
use super::{
    File, InputError, Kind, Moment, Settings, aws, azure, detect, google, terraform, unresolved,
};
use crate::model::{Cluster, Doubt, Enforced, GapKind, Note, World};
use std::collections::{BTreeSet, VecDeque};

/// Reads all inputs as one world at one moment.
///
/// The order of `files` does not matter. What cannot be read is in [`Ingested::errors`] and in the world's gaps; the rest
/// is analysed.
///
/// # Errors
/// [`IngestError`] where several clusters are in the plans and nothing says which one the manifests belong to.
pub fn ingest(
    files: &[File],
    settings: &Settings,
    moment: Moment,
) -> Result<Ingested, IngestError> {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|a, b| (&a.path, &a.bytes).cmp(&(&b.path, &b.bytes)));
    let (manifests, mut errors) = sort_out(&files);

    let read = terraform::read(&files, moment);
    let Delivered {
        mut objects,
        files,
        open,
    } = deliver(&manifests, &read, settings);
    objects
        .gaps
        .extend(open.iter().map(|requested| requested.gap(None)));
    let mut inputs = read.inputs;
    inputs.extend(manifest_rows(&files, &objects.objects));
    let mut ignores: Vec<Ignore> = read.ignores.into_iter().map(Ignore::from).collect();
    ignores.extend(ignore::of_remarks(&objects.remarks));
    ignores.extend(ignore::of_annotations(&objects.objects));
    ignores.sort_by(|a, b| a.place.cmp(&b.place));
    errors.extend(read.errors);
    let mut notes = read.notes;
    notes.sort();
    errors.extend(objects.errors);

    let mut world = World::default();
    for gap in read.graph.gaps.iter().cloned().chain(objects.gaps) {
        world.doubt(gap.kind, gap.what, gap.origin);
    }
    let mut outer = OuterNetworks::default();
    let mut lowered = aws::lower(&read.graph, &mut world);
    outer.extend(std::mem::take(&mut lowered.outer));
    let mut sites = aws::eks::sites(&read.graph, lowered, &mut world);
    let mut lowered = google::lower(&read.graph, &mut world);
    outer.extend(std::mem::take(&mut lowered.outer));
    sites.extend(google::gke::sites(&read.graph, lowered, &mut world));
    let mut lowered = azure::lower(&read.graph, &mut world);
    outer.extend(std::mem::take(&mut lowered.outer));
    sites.extend(azure::aks::sites(&read.graph, lowered, &mut world));
    outer.close(&mut world);
    let Tied { mut lists, loose } = tie(&sites, objects.objects)?;
    spread(loose, &mut lists, &mut world);
    if sites.is_empty() {
        let cluster = world.clusters.push(alone(
            lists.first().map(Vec::as_slice).unwrap_or_default(),
            settings,
        ));
        for list in &lists {
            errors.extend(kubernetes::lower(list, cluster, None, settings, &mut world));
            kubernetes::egress_gateway::lower(list, cluster, &mut world);
        }
    }
    for (site, list) in sites.iter().zip(&lists) {
        errors.extend(settle(site.as_ref(), list, settings, &mut world));
    }
    unresolved::lower(&mut world);
    inputs.sort();
    errors.sort();
    errors.dedup();
    Ok(Ingested {
        world,
        links: read.links,
        inputs,
        errors,
        notes,
        ignores,
    })
}

/// What the input asks to be rendered at a moment and no file answers, in the order in which it is met: for whoever renders, before
/// [`ingest`]. What is rendered may ask for more.
#[must_use]
pub fn requests(files: &[File], settings: &Settings, moment: Moment) -> Vec<Request> {
    let mut files: Vec<&File> = files.iter().collect();
    files.sort_by(|a, b| (&a.path, &a.bytes).cmp(&(&b.path, &b.bytes)));
    let open = deliver(
        &sort_out(&files).0,
        &terraform::read(&files, moment),
        settings,
    )
    .open;
    open.into_iter()
        .map(|requested| requested.request)
        .collect()
}

/// The objects of all manifests that count.
struct Delivered<'f> {
    objects: Objects,
    /// The files that they are of.
    files: Vec<&'f File>,
    /// Requests that no file answers.
    open: Vec<Requested>,
}

/// Reads the manifests, the objects that Terraform applies, and then what they ask for, as far as it was rendered.
fn deliver<'f>(manifests: &[&'f File], read: &Terraform, settings: &Settings) -> Delivered<'f> {
    let answers = |file: &File| {
        file.rendering
            .as_ref()
            .and_then(|rendering| rendering.answers.clone())
    };
    let (rendered, mut files): (Vec<&'f File>, Vec<&'f File>) =
        manifests.iter().partition(|file| answers(file).is_some());
    let mut objects = kubernetes::read(&files, settings);
    objects
        .objects
        .extend(read.manifests.iter().filter_map(Object::applied));
    let (mut asked, gaps) = kubernetes::delivery::requests(&objects.objects);
    asked.splice(0..0, read.requests.iter().cloned());
    objects.gaps.extend(gaps);
    let mut todo: VecDeque<Requested> = asked.into();
    let (mut open, mut done, mut folders) = (Vec::new(), BTreeSet::new(), Vec::new());
    while let Some(requested) = todo.pop_front() {
        let Some(file) = rendered
            .iter()
            .find(|file| answers(file).as_ref() == Some(&requested.request))
        else {
            open.push(requested);
            continue;
        };
        let rendering = file.rendering.as_ref();
        if let Some(failure) = rendering.and_then(|rendering| rendering.failure.as_ref()) {
            objects.gaps.push(requested.gap(Some(&failure.what)));
        } else if let Some(folder) = rendering
            .filter(|rendering| rendering.plain)
            .map(|rendering| rendering.main.clone())
        {
            folders.push((folder, requested));
        } else if done.insert((
            requested.request.clone(),
            requested.cluster.clone(),
            requested.clusters.clone(),
        )) {
            files.push(file);
            let more = kubernetes::read_requested(file, &requested, settings);
            let (asked, gaps) = kubernetes::delivery::requests(&more.objects);
            todo.extend(asked);
            objects.gaps.extend(gaps);
            objects.extend(more);
        }
    }
    kubernetes::delivery::install(&mut objects, &folders);
    files.sort_by(|a, b| a.path.cmp(&b.path));
    files.dedup_by(|a, b| std::ptr::eq(*a, *b));
    Delivered {
        objects,
        files,
        open,
    }
}

/// The manifests among the files, and what is wrong with files that are of no known kind.
fn sort_out<'f>(files: &[&'f File]) -> (Vec<&'f File>, Vec<InputError>) {
    let (mut manifests, mut errors) = (Vec::new(), Vec::new());
    for file in files {
        match detect(file) {
            Ok(Some(Kind::Manifests)) => manifests.push(*file),
            Ok(_) => {}
            Err(error) => errors.push(error),
        }
    }
    (manifests, errors)
}

fn manifest_rows(files: &[&File], objects: &[Object]) -> Vec<InputRow> {
    let count = |file: &File| {
        objects
            .iter()
            .filter(|object| object.input == file.path)
            .count()
    };
    let kind = |file: &File| {
        file.rendering
            .as_ref()
            .map_or("manifests", |rendering| rendering.tool.renders())
    };
    files
        .iter()
        .map(|file| InputRow {
            path: file.path.clone(),
            kind: kind(file),
            resources: count(file),
        })
        .collect()
}

/// Objects that are applied to one of several clusters, of which it is not told: a policy may be there in each of them.
fn spread(loose: Vec<Object>, lists: &mut [Vec<Object>], world: &mut World) {
    for object in loose {
        let what = format!(
            "which cluster `{}` applies {} to is not told: configure its provider from one cluster of the input",
            object.origin.address,
            object.title()
        );
        let copy = object.without_content("which cluster it is applied to is not told");
        world.doubt(GapKind::Unlinked, what, Some(object.origin));
        lists.iter_mut().for_each(|list| list.extend(copy.clone()));
    }
}

/// A cluster with its manifests: workloads, where in the network they may stand, and ways in.
fn settle(
    site: &dyn Site,
    objects: &[Object],
    settings: &Settings,
    world: &mut World,
) -> Vec<InputError> {
    let objects = &[objects, &site.objects()].concat();
    let settings = &settings.of_cluster(site.address(), site.title());
    let cluster = site.cluster(objects, settings, world);
    let cluster = world.clusters.push(cluster);
    let errors = kubernetes::lower(objects, cluster, Some(site), settings, world);
    site.place(cluster, objects, settings, world);
    kubernetes::egress_gateway::lower(objects, cluster, world);
    site.entry_points(cluster, objects, settings, world);
    errors
}

/// The cluster that manifests without any cloud input make: its policies are taken as enforced, unless an engine among them says otherwise.
fn alone(objects: &[Object], settings: &Settings) -> Cluster {
    let told = Engine::told(
        settings.policy_engine.as_deref(),
        &kubernetes::engine::hints(objects),
    );
    let Engine {
        name: engine,
        enforced,
        blocks_match_pods,
    } = told.unwrap_or_else(|| {
        let text =
            "no plan or state tells what enforces network policies, so they are taken as enforced"
                .to_owned();
        let enforced = Enforced::Yes(Note {
            text,
            origin: None,
            assumed: true,
        });
        Engine {
            name: "unknown engine".to_owned(),
            enforced,
            blocks_match_pods: true,
        }
    });
    Cluster {
        name: String::new(),
        title: None,
        engine,
        enforced,
        blocks_match_pods,
        unresolved: Doubt::none(),
        api_server: None,
        origin: None,
    }
}
