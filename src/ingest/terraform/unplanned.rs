//! Sources that no plan and no state covers: what they declare is not judged, and that is said.

use super::configuration::{Configuration, Module};
use super::graph::Graph;
use super::input::Input;
use super::mode::Mode;
use super::outcome::Terraform;
use super::place::{candidates, managed};
use super::source::SourceTree;
use crate::ingest::InputError;
use crate::model::{Gap, GapKind, Origin};
use std::collections::BTreeSet;

/// Enters a gap for each root module that declares a border, a cluster or a module call and that no input covers, and one
/// note about all of them. `chosen`: the sources of each input.
pub fn enter(
    out: &mut Terraform,
    inputs: &[Input],
    chosen: &[Option<&SourceTree>],
    trees: &[SourceTree],
) {
    let covered = covered(&out.graph, inputs, chosen, trees);
    let open: Vec<(&SourceTree, Origin)> = trees
        .iter()
        .filter(|tree| !covered.contains(tree.root()) && !is_downloaded(tree.root()))
        .filter_map(|tree| Some((tree, tree.needs_plan()?)))
        .collect();
    let mut told = called(&open);
    let mut unplanned: Vec<(String, Origin)> = Vec::new();
    for (tree, origin) in open {
        if told.insert(tree.root()) {
            unplanned.push((what(tree, &origin), origin));
        }
    }
    out.notes.extend(note(&unplanned));
    let gaps = unplanned.into_iter().map(|(what, origin)| Gap {
        kind: GapKind::NotInInput,
        what,
        origin: Some(origin),
    });
    out.graph.gaps.extend(gaps);
}

/// Directories of the modules of all sources that an input was made from. An input is also of the sources that declare most
/// of the blocks of its configuration, since before an apply, or after all is destroyed, it has no resources.
/// Where several roots declare the same, each input takes one that no other has.
fn covered<'t>(
    graph: &Graph,
    inputs: &[Input],
    chosen: &[Option<&'t SourceTree>],
    trees: &'t [SourceTree],
) -> BTreeSet<&'t str> {
    let mut roots: BTreeSet<&str> = BTreeSet::new();
    for (input, chosen) in inputs.iter().zip(chosen) {
        let blocks = input.configuration.as_deref().map(blocks);
        let blocks = blocks.unwrap_or_default();
        let addresses: Vec<&str> = if blocks.is_empty() {
            managed(graph, input)
        } else {
            blocks.iter().map(String::as_str).collect()
        };
        let candidates = candidates(trees, &addresses, &input.path);
        let own = candidates
            .iter()
            .find(|tree| !roots.contains(tree.root()))
            .or(candidates.first())
            .copied();
        roots.extend(own.or(*chosen).map(SourceTree::root));
    }
    trees
        .iter()
        .filter(|tree| roots.contains(tree.root()))
        .flat_map(SourceTree::directories)
        .collect()
}

/// Addresses of the managed resource blocks of a configuration.
fn blocks(configuration: &Configuration) -> Vec<String> {
    let mut out = Vec::new();
    let mut todo: Vec<(String, &Module)> = vec![(String::new(), &configuration.root)];
    while let Some((above, module)) = todo.pop() {
        let own = module
            .blocks
            .keys()
            .filter(|(mode, _, _)| *mode == Mode::Managed);
        out.extend(own.map(|(_, kind, name)| format!("{above}{kind}.{name}")));
        let calls = module.calls.iter();
        todo.extend(calls.map(|(name, call)| (format!("{above}module.{name}."), &call.module)));
    }
    out
}

/// Directories that other roots among them call: they are judged with those.
fn called<'t>(open: &[(&'t SourceTree, Origin)]) -> BTreeSet<&'t str> {
    let mut out = BTreeSet::new();
    for (tree, _) in open {
        // Of two that call each other the first is a root.
        if !out.contains(tree.root()) {
            out.extend(tree.directories().filter(|path| *path != tree.root()));
        }
    }
    out
}

/// Whether a directory is of a module that was downloaded.
fn is_downloaded(root: &str) -> bool {
    root.split('/').any(|part| part == ".terraform")
}

fn what(tree: &SourceTree, origin: &Origin) -> String {
    let root = if tree.root().is_empty() {
        "."
    } else {
        tree.root()
    };
    format!(
        "the Terraform files of `{root}` are not judged, `{}` among them: no plan or state of the input covers them; {REMEDY}",
        origin.address
    )
}

const REMEDY: &str = "give the plan as JSON as well: `terraform plan -out=plan.bin`, then `terraform show -json plan.bin > plan.json`";

/// One note, however many roots there are.
fn note(unplanned: &[(String, Origin)]) -> Option<InputError> {
    let ((what, origin), others) = unplanned.split_first()?;
    let more = match others.len() {
        0 => String::new(),
        1 => "; so it is with 1 other folder".to_owned(),
        count => format!("; so it is with {count} other folders"),
    };
    Some(InputError {
        file: origin.place.file.clone(),
        line: origin.place.line,
        column: origin.place.column,
        length: 0,
        message: format!("{what}{more}"),
        refused: false,
    })
}
