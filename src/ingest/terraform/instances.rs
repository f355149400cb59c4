//! Which resource and module instances one plan or state holds, with their values: what evaluation of expressions asks.

use super::address::{Address, Key, ModulePath};
use super::graph::{Graph, Resource};
use super::mode::Mode;
use super::value::Value;
use crate::model::Id;
use indexmap::IndexMap;
use rustc_hash::FxHashMap;

/// One instance of a resource block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its key.
    pub key: Key,
    /// The resource.
    pub resource: Id<Resource>,
}

type Block = (Mode, String, String);

/// The instances of one plan or state at one moment.
#[derive(Debug)]
pub struct Instances<'g> {
    graph: &'g Graph,
    /// Values of the root module's variables, as the plan has them; empty for a state.
    pub variables: &'g IndexMap<String, Value>,
    blocks: FxHashMap<String, FxHashMap<Block, Vec<Instance>>>,
    calls: FxHashMap<String, FxHashMap<String, Vec<Key>>>,
}

impl<'g> Instances<'g> {
    /// The instances of the input with that number.
    #[must_use]
    pub fn of_input(
        graph: &'g Graph,
        input: usize,
        variables: &'g IndexMap<String, Value>,
    ) -> Self {
        let mut out = Instances {
            graph,
            variables,
            blocks: FxHashMap::default(),
            calls: FxHashMap::default(),
        };
        for (id, resource) in graph
            .resources
            .iter()
            .filter(|(_, resource)| resource.input == input)
        {
            if let Some(address) = Address::parse(&resource.address) {
                out.enter(address, id);
            }
        }
        out.blocks
            .values_mut()
            .flat_map(FxHashMap::values_mut)
            .for_each(|list| list.sort_by(|a, b| a.key.cmp(&b.key)));
        out.calls
            .values_mut()
            .flat_map(FxHashMap::values_mut)
            .for_each(|list| list.sort());
        out
    }

    fn enter(&mut self, address: Address, id: Id<Resource>) {
        let mut parent = ModulePath::default();
        for call in &address.module.0 {
            let keys = self
                .calls
                .entry(parent.to_string())
                .or_default()
                .entry(call.name.clone())
                .or_default();
            if !keys.contains(&call.key) {
                keys.push(call.key.clone());
            }
            parent.0.push(call.clone());
        }
        let block = (address.mode, address.kind, address.name);
        let instances = self
            .blocks
            .entry(parent.to_string())
            .or_default()
            .entry(block)
            .or_default();
        // A deposed object shares the address of the object that replaced it: the one that stays comes first.
        if !instances.iter().any(|own| own.key == address.key) {
            instances.push(Instance {
                key: address.key,
                resource: id,
            });
        }
    }

    /// Instances of a resource block in a module instance, by key; empty where the block has none.
    #[must_use]
    pub fn of(&self, module: &ModulePath, mode: Mode, kind: &str, name: &str) -> &[Instance] {
        let block = (mode, kind.to_owned(), name.to_owned());
        self.blocks
            .get(&module.to_string())
            .and_then(|blocks| blocks.get(&block))
            .map_or(&[], Vec::as_slice)
    }

    /// Keys of the instances of a module call in a module instance, ascending. An instance without any resource is not seen.
    #[must_use]
    pub fn calls(&self, module: &ModulePath, call: &str) -> &[Key] {
        self.calls
            .get(&module.to_string())
            .and_then(|calls| calls.get(call))
            .map_or(&[], Vec::as_slice)
    }

    /// All instances of one type in a module instance, in order of address.
    #[must_use]
    pub fn of_kind(&self, module: &ModulePath, kind: &str) -> Vec<Id<Resource>> {
        let blocks = self.blocks.get(&module.to_string()).into_iter().flatten();
        let mut out: Vec<_> = blocks
            .filter(|((_, own, _), _)| own == kind)
            .flat_map(|(_, list)| list)
            .map(|own| own.resource)
            .collect();
        out.sort_unstable();
        out
    }

    /// How many instances there are.
    #[must_use]
    pub fn count(&self) -> usize {
        let blocks = self.blocks.values().flat_map(FxHashMap::values);
        blocks.map(Vec::len).sum()
    }

    /// A resource.
    #[must_use]
    pub fn resource(&self, id: Id<Resource>) -> &'g Resource {
        &self.graph.resources[id]
    }

    /// Its attributes as far as they are known at that moment.
    #[must_use]
    pub fn values(&self, id: Id<Resource>) -> &'g Value {
        &self.graph.resources[id].values
    }
}
