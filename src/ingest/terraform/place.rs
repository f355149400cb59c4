//! Which sources a plan was made from, and the lines of its resources in them.

use super::address::Address;
use super::graph::Graph;
use super::input::Input;
use super::mode::Mode;
use super::source::{DeclaredPlace, SourceTree};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;
use std::sync::Arc;

/// The sources that an input was made from: of the trees that declare most of its managed resources the one in whose root
/// the input lies, else the one that declares most. None where no tree declares most of them.
#[must_use]
pub fn tree_of<'t>(
    graph: &Graph,
    input: &Input,
    trees: &'t [SourceTree],
) -> Option<&'t SourceTree> {
    let addresses = managed(graph, input);
    candidates(trees, &addresses, &input.path).first().copied()
}

/// The addresses of the managed resources of an input.
pub fn managed<'g>(graph: &'g Graph, input: &Input) -> Vec<&'g str> {
    let own = graph
        .resources
        .iter()
        .filter(|(_, own)| own.input == input.number && own.mode == Mode::Managed);
    own.map(|(_, resource)| resource.address.as_str()).collect()
}

/// The trees that what lies at a path and has these addresses may be made from, the likeliest first: that in whose root it
/// lies, alone, if it declares most of them; else those that declare most, all with the same number, unless that is less than
/// half. Resources of modules that a tree calls and whose files are not there, as before `terraform init`, do not count
/// against it.
pub fn candidates<'t>(
    trees: &'t [SourceTree],
    addresses: &[&str],
    path: &str,
) -> Vec<&'t SourceTree> {
    let declared = |tree: &SourceTree| {
        addresses
            .iter()
            .filter(|address| tree.declares(address))
            .count()
    };
    let mostly = |tree: &&SourceTree| {
        let missing = addresses.iter().filter(|own| tree.calls_without(own));
        let (declared, missing) = (declared(tree), missing.count());
        declared > 0 && declared * 2 > addresses.len().saturating_sub(missing)
    };
    let folder = path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = trees
        .iter()
        .filter(mostly)
        .find(|tree| tree.root() == folder);
    if let Some(beside) = beside {
        return vec![beside];
    }
    SourceTree::best(trees, addresses)
        .into_iter()
        .filter(mostly)
        .collect()
}

type Lines = Arc<BTreeMap<String, DeclaredPlace>>;

/// Enters the lines of the resources of each input that has sources.
pub fn place(graph: &mut Graph, trees: &[Option<&SourceTree>]) {
    let mut known: FxHashMap<(usize, String), Option<(DeclaredPlace, Lines)>> =
        FxHashMap::default();
    let ids: Vec<_> = graph.resources.ids().collect();
    for id in ids {
        let resource = &mut graph.resources[id];
        let Some(tree) = trees.get(resource.input).copied().flatten() else {
            continue;
        };
        let Some(block) = block(&resource.address) else {
            continue;
        };
        let found = known.entry((resource.input, block)).or_insert_with(|| {
            let placed = tree.place(&resource.address)?;
            Some((placed.block, Arc::new(placed.lines)))
        });
        if let Some((declared_place, lines)) = found {
            resource.origin.place = declared_place.place.clone();
            resource.origin.inner = declared_place.inner.clone();
            resource.lines = Arc::clone(lines);
        }
    }
}

/// An address without instance keys: all instances of a block share its lines.
pub fn block(address: &str) -> Option<String> {
    let mut address = Address::parse(address)?;
    address.key = Default::default();
    address
        .module
        .0
        .iter_mut()
        .for_each(|call| call.key = Default::default());
    Some(address.to_string())
}
