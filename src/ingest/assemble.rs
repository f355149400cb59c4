//! Puts together what the families have read: one world at one moment.

use super::detect::Input;
use super::facts::Facts;
use super::ignore::{self, Ignore};
use super::kubernetes::engine::Engine;
use super::kubernetes::{self, Counterpart, Object, Objects};
use super::outcome::{Ingested, InputRow};
use super::recorded::{recorded, tied};
use super::rendering::{Request, Requested};
use super::site::Site;
use super::terraform::Terraform;
use super::terraform::recorded::Apart;
use super::tie::IngestError;
use super::tie::{Tied, tie};
use super::{
    File, InputError, Kind, PlanPhase, Settings, clouds, not_in_input, own_node, parallel,
    terraform, unresolved,
};
use crate::model::{Cluster, Doubt, Enforced, Gap, GapKind, Note, Origin, Place, World};
use std::collections::{BTreeSet, VecDeque};

/// All inputs, read once: worlds are made of it for each phase.
///
/// What cannot be read is in [`Ingested::errors`] and in the world's gaps; the rest is analysed.
pub struct Reading<'t> {
    terraform: terraform::Reading<'t>,
    /// Manifests that stand in the input by themselves.
    own: Vec<&'t File>,
    /// Manifests that a tool printed because the input asks for them.
    rendered: Vec<&'t File>,
    /// What the manifests of [`Reading::own`] hold.
    objects: Objects,
    refused: &'t [InputError],
    passed: &'t [InputError],
    settings: &'t Settings,
    /// What other repositories contribute.
    facts: &'t Facts,
}

impl<'t> Reading<'t> {
    /// Reads files whose texts are decoded, beside what other repositories contribute.
    #[must_use]
    pub fn new(input: &'t Input<'_>, settings: &'t Settings, facts: &'t Facts) -> Self {
        let files = &input.files;
        let manifests = files.iter().filter(|one| one.kind == Kind::Manifests);
        let (rendered, own): (Vec<&File>, Vec<&File>) = manifests
            .map(|one| one.file)
            .partition(|file| answers(file).is_some());
        let mut objects = kubernetes::read(&own, settings);
        objects
            .gaps
            .extend(input.unread.iter().filter_map(|file| unread(file)));
        Reading {
            terraform: terraform::Reading::new(
                files,
                clouds::resource_types(),
                settings.links,
                (&facts.resources, &facts.elsewhere),
            ),
            objects,
            refused: &input.refused,
            passed: &input.passed,
            own,
            rendered,
            settings,
            facts,
        }
    }

    /// The world at a moment.
    ///
    /// # Errors
    /// [`IngestError`] where several clusters are in the plans and nothing says which one the manifests belong to.
    pub fn world(&self, phase: PlanPhase) -> Result<Ingested, IngestError> {
        self.world_beside(phase, Counterpart::None)
    }

    fn world_beside(
        &self,
        phase: PlanPhase,
        counterpart: Counterpart,
    ) -> Result<Ingested, IngestError> {
        let read = self.terraform.at(phase, self.of_facts(phase));
        let delivered = self.deliver(&read);
        let mut ingested = assemble(read, delivered, self, phase, counterpart)?;
        ingested.refuse(self.refused);
        ingested.pass_over(self.passed);
        Ok(ingested)
    }

    /// The world after the plan and the one before it, at the same time; the second only where there is a plan. Manifests
    /// that are the same at both moments are lowered once.
    ///
    /// # Errors
    /// As [`Reading::world`].
    pub fn worlds(&self) -> Result<(Ingested, Option<Ingested>), IngestError> {
        let recorded =
            self.facts.has_plan() && self.of_facts(PlanPhase::Before) == PlanPhase::Before;
        if !self.terraform.has_plan() && !recorded {
            return Ok((self.world(PlanPhase::After)?, None));
        }
        let (of_after, of_before) = Counterpart::pair();
        let (after, before) = parallel::both(
            || self.world_beside(PlanPhase::After, of_after),
            || self.world_beside(PlanPhase::Before, of_before),
        );
        let after = after?;
        let planned = after.inputs.iter().any(|row| row.kind == "plan");
        Ok((after, if planned { Some(before?) } else { None }))
    }

    /// The moment at which what other repositories contribute counts. Beside input that is read here their plans are as good as
    /// applied, so that what they change is not taken for a change of this input.
    fn of_facts(&self, phase: PlanPhase) -> PlanPhase {
        let alone = self.own.is_empty() && !self.terraform.has_any();
        if alone { phase } else { PlanPhase::After }
    }

    /// Whether there is a plan among what is read here.
    pub(super) fn has_plan(&self) -> bool {
        self.terraform.has_plan()
    }

    /// How the input is read.
    pub(super) fn settings(&self) -> &Settings {
        self.settings
    }

    /// What is read here at a moment: of Terraform, the same linked within each plan or state only, objects, and the files of
    /// those.
    pub(super) fn taken(&self, phase: PlanPhase) -> (Terraform, Apart, Objects, Vec<InputRow>) {
        let (read, apart) = self.terraform.apart(phase);
        let Delivered {
            mut objects,
            files,
            open,
        } = self.deliver(&read);
        let open = open.iter().map(|requested| requested.gap(None));
        objects.gaps.extend(open);
        objects.errors.extend(self.refused.iter().cloned());
        objects.errors.extend(self.passed.iter().cloned());
        let rows = manifest_rows(&files, &objects.objects);
        (read, apart, objects, rows)
    }

    /// What the input asks to be rendered at a moment and no file answers, in the order in which it is met: for whoever
    /// renders, before worlds are made. What is rendered may ask for more.
    #[must_use]
    pub fn requests(&self, phase: PlanPhase) -> Vec<Request> {
        let open = self.deliver(&self.terraform.at(phase, phase)).open;
        let open = open.into_iter();
        open.map(|requested| requested.request).collect()
    }
}

/// Reads all inputs as one world at one moment. The order of `files` does not matter.
///
/// # Errors
/// As [`Reading::world`].
pub fn ingest(
    files: &[File],
    settings: &Settings,
    phase: PlanPhase,
) -> Result<Ingested, IngestError> {
    let (input, facts) = (Input::of(files), Facts::default());
    Reading::new(&input, settings, &facts).world(phase)
}

/// One world of what the families have read.
fn assemble(
    read: Terraform,
    delivered: Delivered<'_>,
    reading: &Reading<'_>,
    phase: PlanPhase,
    counterpart: Counterpart,
) -> Result<Ingested, IngestError> {
    let mut errors = Vec::new();
    let of_facts = reading.of_facts(phase);
    let recorded = recorded(reading.facts, &read, reading.settings, of_facts);
    let settings = &recorded.settings;
    let Delivered {
        mut objects,
        files,
        open,
    } = delivered;
    objects
        .gaps
        .extend(open.iter().map(|requested| requested.gap(None)));
    let mut inputs = read.inputs;
    inputs.extend(manifest_rows(&files, &objects.objects));
    inputs.extend(recorded.inputs);
    let mut ignores: Vec<Ignore> = read.ignores.into_iter().map(Ignore::from).collect();
    ignores.extend(ignore::of_remarks(&objects.remarks));
    ignores.extend(ignore::of_annotations(&objects.objects));
    ignores.extend(recorded.ignores);
    ignores.sort_by(|a, b| a.place.cmp(&b.place));
    errors.extend(read.errors);
    let mut notes = read.notes;
    notes.extend(objects.notes);
    notes.sort();
    notes.dedup();
    errors.extend(objects.errors);

    let mut world = World::default();
    world.clusters_elsewhere = reading.facts.clusters_elsewhere;
    let told = read.graph.gaps.iter().cloned().chain(objects.gaps);
    let told: BTreeSet<Gap> = told.chain(recorded.gaps).collect();
    for gap in told {
        world.doubt(gap.kind, gap.what, gap.origin);
    }
    let sites = clouds::lower(&read.graph, &mut world);
    let (own, gaps) = tied(recorded.objects, &sites, phase);
    for gap in gaps {
        world.doubt(gap.kind, gap.what, gap.origin);
    }
    objects.objects.extend(own);
    let Tied { mut lists, loose } = tie(&sites, objects.objects, phase)?;
    spread(loose, &mut lists, &mut world);
    lists
        .iter_mut()
        .for_each(|list| kubernetes::resolve_templates(list, settings));
    errors.extend(clusters(&sites, &lists, settings, &mut world, counterpart));
    kubernetes::cloud_border::lower(lists.iter().flatten(), &mut world);
    unresolved::lower(&mut world);
    own_node::lower(&mut world);
    not_in_input::lower(&inputs, &mut world);
    inputs.sort();
    inputs.dedup();
    errors.sort();
    errors.dedup();
    // What is wrong in another repository was reported where its facts were written, and stops nobody else.
    let (others, errors) = errors
        .into_iter()
        .partition(|error: &InputError| reading.facts.holds(&error.file));
    notes.extend::<Vec<_>>(others);
    Ok(Ingested {
        world,
        links: read.links,
        inputs,
        errors,
        notes,
        ignores,
    })
}

/// The clusters with their objects; what is wrong with those.
fn clusters(
    sites: &[Box<dyn Site + '_>],
    lists: &[Vec<Object>],
    settings: &Settings,
    world: &mut World,
    mut counterpart: Counterpart,
) -> Vec<InputError> {
    let mut errors = Vec::new();
    if sites.is_empty() {
        let cluster = world.clusters.push(alone(
            lists.first().map(Vec::as_slice).unwrap_or_default(),
            settings,
        ));
        for list in lists {
            let other = std::mem::take(&mut counterpart);
            errors.extend(kubernetes::lower(
                list, cluster, None, settings, world, other,
            ));
            kubernetes::egress_gateway::lower(list, cluster, world);
        }
    }
    for (site, list) in sites.iter().zip(lists) {
        let other = std::mem::take(&mut counterpart);
        errors.extend(settle(site.as_ref(), list, settings, world, other));
    }
    errors
}

/// The objects of all manifests that count.
struct Delivered<'f> {
    objects: Objects,
    /// The files that they are of.
    files: Vec<&'f File>,
    /// Requests that no file answers.
    open: Vec<Requested>,
}

impl<'t> Reading<'t> {
    /// Reads the manifests, the objects that Terraform applies, and then what they ask for, as far as it was rendered.
    fn deliver(&self, read: &Terraform) -> Delivered<'t> {
        let mut files = self.own.clone();
        let mut objects = self.objects.clone();
        objects
            .objects
            .extend(read.manifests.iter().filter_map(Object::applied));
        let (mut asked, gaps) = kubernetes::delivery::requests(&objects.objects);
        asked.splice(0..0, read.requests.iter().cloned());
        objects.gaps.extend(gaps);
        let mut todo: VecDeque<Requested> = asked.into();
        let (mut open, mut done, mut folders) = (Vec::new(), BTreeSet::new(), Vec::new());
        while let Some(requested) = todo.pop_front() {
            let Some(file) = self
                .rendered
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
                let more = kubernetes::read_requested(file, &requested, self.settings);
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
}

/// The request that a file answers; none where it stands in the input by itself.
fn answers(file: &File) -> Option<Request> {
    file.rendering.as_ref()?.answers.clone()
}

/// What is not known since a file was not read.
fn unread(file: &File) -> Option<Gap> {
    let origin = Origin {
        place: Place {
            file: file.path.clone(),
            line: 0,
            column: 0,
            length: 0,
        },
        inner: None,
        address: file.path.clone(),
        change: Default::default(),
    };
    Some(Gap {
        kind: GapKind::Unreadable,
        what: file.unread.clone()?,
        origin: Some(origin),
    })
}

/// Whether it was rendered since another object asks for it: then it is of that one's cluster.
fn asked_for(file: &File) -> bool {
    file.rendering
        .as_ref()
        .is_some_and(|rendering| rendering.answers.is_some())
}

fn manifest_rows(files: &[&File], objects: &[Object]) -> Vec<InputRow> {
    let count = |file: &File| {
        objects
            .iter()
            .filter(|object| object.input == file.path)
            .filter(|object| object.cluster == file.cluster || asked_for(file))
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

/// Objects that are applied to one of several clusters, of which it is not known: a policy may be there in each of them.
fn spread(loose: Vec<Object>, lists: &mut [Vec<Object>], world: &mut World) {
    for object in loose {
        let what = format!(
            "which cluster `{}` applies {} to is not known: configure its provider from one cluster of the input",
            object.origin.address,
            object.title()
        );
        let copy = object.without_content("which cluster it is applied to is not known");
        world.doubt(GapKind::Unlinked, what, Some(object.origin.clone()));
        lists.iter_mut().for_each(|list| list.extend(copy.clone()));
    }
}

/// A cluster with its manifests: workloads, where in the network they may stand, and ways in.
fn settle(
    site: &dyn Site,
    objects: &[Object],
    settings: &Settings,
    world: &mut World,
    counterpart: Counterpart,
) -> Vec<InputError> {
    let own = site.objects();
    let objects: &[Object] = if own.is_empty() {
        objects
    } else {
        &[objects, &own].concat()
    };
    let settings = &settings.of_cluster(site.address(), site.title());
    let cluster = site.cluster(objects, settings, world);
    let cluster = world.clusters.push(cluster);
    let errors = kubernetes::lower(objects, cluster, Some(site), settings, world, counterpart);
    site.place(cluster, objects, settings, world);
    kubernetes::egress_gateway::lower(objects, cluster, world);
    site.entry_points(cluster, objects, settings, world);
    errors
}

/// The cluster that manifests without any cloud input make: its policies are taken as enforced, unless an engine among them says otherwise.
fn alone(objects: &[Object], settings: &Settings) -> Cluster {
    let detected = Engine::detected(
        settings.policy_engine.as_deref(),
        &kubernetes::engine::hints(objects),
    );
    let Engine {
        name: engine,
        enforced,
        blocks_match_pods,
    } = detected.unwrap_or_else(|| {
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
        to_own_node: None,
        unresolved: Doubt::none(),
        api_server: None,
        origin: None,
    }
}
