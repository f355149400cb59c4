//! Plans and states of one analysis, read into one graph.

use super::graph::{Elsewhere, Graph};
use super::input::Input;
use super::link::{link_apart, link_together, rows};
use super::manifests::manifests;
use super::outcome::Terraform;
use super::reader::{Opened, open};
use super::recorded::{Apart, RecordedPart, enter};
use super::resource_types::ResourceTypes;
use super::source::SourceTree;
use super::{deduplicate, missing, owner, place, unplanned};
use crate::ingest::detect::{self, Decoded};
use crate::ingest::{File, InputError, InputRow, Kind, PlanPhase, parallel};
use crate::model::Id;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Plans, states and sources taken apart: what both moments have in common.
pub struct Reading<'t> {
    files: &'t [Decoded<'t>],
    opened: Vec<Result<Opened<'t>, InputError>>,
    trees: Vec<SourceTree>,
    links: bool,
    /// What is the same at both moments.
    common: Terraform,
    /// What repositories have recorded.
    parts: &'t [RecordedPart],
    /// Addresses of resources that are read elsewhere.
    elsewhere: &'t Arc<BTreeSet<String>>,
}

impl<'t> Reading<'t> {
    /// Takes all plans, states, binary plans and sources among the files apart; files of other kinds are passed over.
    /// `files` ascend by path. `types`: what the clouds tell of resource types. `links`: whether links are listed. `recorded`: what
    /// repositories have recorded of theirs, and addresses of resources that are read elsewhere.
    #[must_use]
    pub fn new(
        files: &'t [Decoded<'_>],
        types: &'static ResourceTypes,
        links: bool,
        (parts, elsewhere): (&'t [RecordedPart], &'t Arc<BTreeSet<String>>),
    ) -> Self {
        let mut common = Terraform {
            graph: Graph::new(types),
            ..Terraform::default()
        };
        let trees = sources(files, &mut common);
        let documents = files
            .iter()
            .filter(|one| matches!(one.kind, Kind::Plan | Kind::State));
        Reading {
            files,
            opened: opened(&documents.collect::<Vec<_>>(), types),
            trees,
            links,
            common,
            parts,
            elsewhere,
        }
    }

    /// Whether there is a plan among them that can be read.
    #[must_use]
    pub fn has_plan(&self) -> bool {
        self.opened.iter().flatten().any(Opened::is_plan)
    }

    /// Whether there is a plan or state among them, readable or not.
    #[must_use]
    pub fn has_any(&self) -> bool {
        !self.opened.is_empty()
    }

    /// What they hold at a moment, beside what is recorded at another or the same one.
    #[must_use]
    pub fn at(&self, phase: PlanPhase, recorded: PlanPhase) -> Terraform {
        self.read((phase, recorded), &mut |_, _| ())
    }

    /// What they hold at a moment, and the same linked within each input only.
    #[must_use]
    pub fn apart(&self, phase: PlanPhase) -> (Terraform, Apart) {
        let mut apart = Apart::default();
        let out = self.read((phase, phase), &mut |graph, inputs| {
            let (graph, inputs) = (graph.clone(), inputs.to_vec());
            apart = Apart { graph, inputs };
        });
        (out, apart)
    }

    /// `linked` sees the graph once each input is linked by itself.
    fn read(
        &self,
        (phase, recorded): (PlanPhase, PlanPhase),
        linked: &mut dyn FnMut(&Graph, &[Input]),
    ) -> Terraform {
        let mut out = self.common.clone();
        let mut inputs = Vec::new();
        for opened in &self.opened {
            let read = match opened {
                Ok(opened) => opened.at(phase, inputs.len(), &mut out),
                Err(error) => Err(error.clone()),
            };
            match read {
                Ok(input) => inputs.push(input),
                Err(error) => out.errors.push(error),
            }
        }
        join(&mut out, inputs, self, recorded, linked);
        out.inputs.sort();
        out
    }
}

/// Takes plans and states apart, on all cores.
fn opened<'t>(
    documents: &[&'t Decoded<'_>],
    types: &'static ResourceTypes,
) -> Vec<Result<Opened<'t>, InputError>> {
    parallel::map(
        documents,
        |one| one.file.bytes.len(),
        |one| open(one, types),
    )
}

/// Reads all plans, states, binary plans and sources among the files at one moment; files of other kinds, and files that
/// `detect` refuses, are passed over. The order of the files does not matter.
#[must_use]
pub fn read(files: &[&File], types: &'static ResourceTypes, phase: PlanPhase) -> Terraform {
    let input = detect::Input::of(files.iter().copied());
    let recorded = (&[][..], &Arc::default());
    Reading::new(&input.files, types, true, recorded).at(phase, phase)
}

/// Makes one world of what the files hold and what is recorded of others.
fn join(
    out: &mut Terraform,
    mut inputs: Vec<Input>,
    reading: &Reading<'_>,
    recorded: PlanPhase,
    linked: &mut dyn FnMut(&Graph, &[Input]),
) {
    let graph = &mut out.graph;
    out.notes.extend(deduplicate::leave_out(graph, &inputs));
    let trees: Vec<Option<&SourceTree>> = inputs
        .iter()
        .map(|input| place::tree_of(graph, input, &reading.trees))
        .collect();
    missing::enter(graph, &inputs, &trees);
    place::place(graph, &trees);
    owner::own(graph, &inputs);
    link_apart(graph, &inputs, &trees);
    linked(graph, &inputs);
    let read = inputs.len();
    let first = Id::at(graph.resources.len());
    out.recorded = enter(graph, &mut inputs, reading.parts, recorded);
    let is_whole = reading.parts.is_empty();
    if !is_whole {
        let addresses = Arc::clone(reading.elsewhere);
        graph.recorded = Some(Elsewhere { first, addresses });
        graph.index();
    }
    let files = is_whole.then_some(reading.files);
    link_together(graph, &inputs, &trees, files);
    if reading.links {
        out.links = rows(graph, &inputs);
    }
    inputs.truncate(read);
    let roots: Vec<Option<&str>> = trees
        .iter()
        .map(|tree| tree.map(SourceTree::root))
        .collect();
    (out.manifests, out.requests) = manifests(graph, &inputs, &roots);
    unplanned::enter(out, &inputs, &trees, &reading.trees);
}

fn sources(files: &[Decoded<'_>], out: &mut Terraform) -> Vec<SourceTree> {
    let sources: Vec<&File> = files
        .iter()
        .filter(|one| matches!(one.kind, Kind::Sources | Kind::BinaryPlan))
        .map(|one| one.file)
        .collect();
    let trees = SourceTree::read(&sources, &mut out.errors);
    // A plan is understood without its sources as well, if not as far.
    let planned = files
        .iter()
        .any(|one| matches!(one.kind, Kind::Plan | Kind::State));
    let binary = |error: &InputError| {
        files
            .iter()
            .any(|one| one.kind == Kind::BinaryPlan && one.file.path == error.file)
    };
    let (notes, errors) = std::mem::take(&mut out.errors)
        .into_iter()
        .partition(|error| planned && binary(error));
    (out.notes, out.errors) = (notes, errors);
    out.ignores = trees.iter().flat_map(SourceTree::ignores).collect();
    for one in files.iter().filter(|one| one.kind == Kind::BinaryPlan) {
        out.inputs.push(InputRow {
            path: one.file.path.clone(),
            kind: "binary-plan",
            resources: 0,
        });
    }
    let root = |tree: &SourceTree| {
        if tree.root().is_empty() {
            ".".into()
        } else {
            tree.root().into()
        }
    };
    out.inputs.extend(trees.iter().map(|tree| InputRow {
        path: root(tree),
        kind: "sources",
        resources: 0,
    }));
    trees
}
