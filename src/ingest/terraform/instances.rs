//! Which resource and module instances one plan or state holds, with their values: what evaluation of expressions asks.

use super::address::{Address, Key, ModulePath};
use super::graph::Graph;
use super::mode::Mode;
use super::resource::Resource;
use super::resource::{Members, Value};
use crate::model::Id;
use rustc_hash::FxHashMap;

/// One instance of a resource block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Instance {
    /// Its key.
    pub key: Key,
    /// The resource.
    pub resource: Id<Resource>,
}

/// What one module instance holds.
#[derive(Debug, Default)]
struct Module {
    kinds: FxHashMap<String, OfKind>,
    calls: FxHashMap<String, Vec<Key>>,
}

/// The instances of one type in one module instance.
#[derive(Debug, Default)]
struct OfKind {
    blocks: FxHashMap<String, [Vec<Instance>; 2]>,
    /// All of them, in order of address.
    all: Vec<Id<Resource>>,
}

/// The instances of one plan or state at one moment.
#[derive(Debug)]
pub struct Instances<'g> {
    graph: &'g Graph,
    /// Values of the root module's variables, as the plan has them; empty for a state.
    pub variables: &'g Members,
    modules: FxHashMap<ModulePath, Module>,
}

impl<'g> Instances<'g> {
    /// The instances of the input with that number.
    #[must_use]
    pub fn of_input(graph: &'g Graph, input: usize, variables: &'g Members) -> Self {
        let mut out = Instances {
            graph,
            variables,
            modules: FxHashMap::default(),
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
        out.modules.values_mut().for_each(Module::sort);
        out
    }

    fn enter(&mut self, address: Address, id: Id<Resource>) {
        if !self.modules.contains_key(&address.module) {
            self.enter_calls(&address.module);
        }
        let module = self.modules.entry(address.module).or_default();
        let kind = module.kinds.entry(address.kind).or_default();
        let [managed, data] = kind.blocks.entry(address.name).or_default();
        let list = match address.mode {
            Mode::Managed => managed,
            Mode::Data => data,
        };
        list.push(Instance {
            key: address.key,
            resource: id,
        });
    }

    /// Enters a module instance that was not met yet among those of its call, and so its callers.
    fn enter_calls(&mut self, path: &ModulePath) {
        let mut parent = ModulePath::default();
        for call in &path.0 {
            let module = self.modules.entry(parent.clone()).or_default();
            let keys = module.calls.entry(call.name.clone()).or_default();
            keys.push(call.key.clone());
            parent.0.push(call.clone());
        }
    }

    /// Instances of a resource block in a module instance, by key; empty where the block has none.
    #[must_use]
    pub fn of(&self, module: &ModulePath, mode: Mode, kind: &str, name: &str) -> &[Instance] {
        let block = self
            .kind(module, kind)
            .and_then(|kind| kind.blocks.get(name));
        block.map_or(&[], |[managed, data]| match mode {
            Mode::Managed => managed,
            Mode::Data => data,
        })
    }

    /// Keys of the instances of a module call in a module instance, ascending. An instance without any resource is not seen.
    #[must_use]
    pub fn calls(&self, module: &ModulePath, call: &str) -> &[Key] {
        self.modules
            .get(module)
            .and_then(|module| module.calls.get(call))
            .map_or(&[], Vec::as_slice)
    }

    /// All instances of one type in a module instance, in order of address.
    #[must_use]
    pub fn of_kind(&self, module: &ModulePath, kind: &str) -> &[Id<Resource>] {
        self.kind(module, kind).map_or(&[], |kind| &kind.all)
    }

    /// The instances of one type in a module instance that have that key, one of each block at most.
    pub fn with_key(
        &self,
        module: &ModulePath,
        kind: &str,
        key: &Key,
    ) -> impl Iterator<Item = Id<Resource>> {
        let blocks = self.kind(module, kind).into_iter();
        let lists = blocks.flat_map(|kind| kind.blocks.values().flatten());
        lists.filter_map(move |list| {
            let at = list.binary_search_by(|own| own.key.cmp(key)).ok()?;
            Some(list.get(at)?.resource)
        })
    }

    fn kind(&self, module: &ModulePath, kind: &str) -> Option<&OfKind> {
        self.modules.get(module)?.kinds.get(kind)
    }

    /// How many instances there are.
    #[must_use]
    pub fn count(&self) -> usize {
        let kinds = self.modules.values().flat_map(|own| own.kinds.values());
        kinds.map(|kind| kind.all.len()).sum()
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

impl Module {
    /// Brings all into order, and leaves out what stands twice: a deposed object shares the address of the object that
    /// replaced it, and the one that stays comes first.
    fn sort(&mut self) {
        for keys in self.calls.values_mut() {
            keys.sort();
            keys.dedup();
        }
        for kind in self.kinds.values_mut() {
            for list in kind.blocks.values_mut().flatten() {
                list.sort_by(|a, b| a.key.cmp(&b.key));
                list.dedup_by(|later, first| later.key == first.key);
                kind.all.extend(list.iter().map(|own| own.resource));
            }
            kind.all.sort_unstable();
        }
    }
}
