//! Which cluster an object is applied to: the one that its provider is configured from.

use crate::ingest::terraform::address::{Address, Key, ModulePath, resource as resource_of, steps};
use crate::ingest::terraform::configuration::{Configuration, Provider};
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::input::Input;
use crate::ingest::terraform::instances::Instances;
use crate::ingest::terraform::link::{Frame, Traced, Tracer, Want};
use crate::ingest::terraform::owner::{provider, provider_key};
use crate::ingest::terraform::resource::Resource;
use crate::model::Id;
use rustc_hash::FxHashMap;
use std::cell::{OnceCell, RefCell};
use std::collections::BTreeSet;

/// Attributes that want a cluster, one of each cloud.
const WANTING: &[(&str, &str)] = &[
    ("aws_eks_addon", "cluster_name"),
    ("google_container_node_pool", "cluster"),
    (
        "azurerm_kubernetes_cluster_node_pool",
        "kubernetes_cluster_id",
    ),
];

/// The clusters that the objects of one input are applied to.
pub(super) struct Clusters<'g> {
    graph: &'g Graph,
    input: &'g Input,
    instances: OnceCell<Instances<'g>>,
    /// By provider and by the module instance that configures it.
    known: RefCell<FxHashMap<(String, ModulePath), Vec<String>>>,
}

impl<'g> Clusters<'g> {
    pub(super) fn new(graph: &'g Graph, input: &'g Input) -> Self {
        Clusters {
            graph,
            input,
            instances: OnceCell::new(),
            known: RefCell::default(),
        }
    }

    /// Addresses of the cluster resources that the provider of a resource is configured from, ascending; empty where that
    /// is not known.
    pub(super) fn of(&self, resource: &Resource) -> Vec<String> {
        self.found(resource).unwrap_or_default()
    }

    fn found(&self, resource: &Resource) -> Option<Vec<String>> {
        let configuration = self.input.configuration.as_deref()?;
        let key = provider_key(self.input, resource)?;
        let provider = provider(configuration, &key)?;
        let depth = if provider.module.is_empty() {
            0
        } else {
            provider.module.matches("module.").count()
        };
        let own = Address::parse(&resource.address)?.module;
        let path = ModulePath(own.0.into_iter().take(depth).collect());
        let mut known = self.known.borrow_mut();
        let known = known.entry((key, path.clone()));
        let found = known.or_insert_with(|| {
            let targets = self
                .targets(configuration, provider, path)
                .unwrap_or_default();
            let addresses = targets
                .into_iter()
                .map(|id| self.graph.resources[id].address.clone());
            addresses.collect::<BTreeSet<_>>().into_iter().collect()
        });
        Some(found.clone())
    }

    fn targets(
        &self,
        configuration: &'g Configuration,
        provider: &Provider,
        path: ModulePath,
    ) -> Option<BTreeSet<Id<Resource>>> {
        let (graph, input) = (self.graph, self.input);
        let module = configuration.module(&path)?;
        let instances = self
            .instances
            .get_or_init(|| Instances::of_input(graph, input.number, &input.variables));
        let tracer = Tracer {
            types: graph.types,
            configuration,
            instances,
        };
        let frame = Frame {
            path,
            module,
            key: Key::None,
            for_each: None,
        };
        let mut references = Vec::new();
        provider
            .expressions
            .values()
            .for_each(|expression| expression.references(&mut references));
        let mut out = BTreeSet::new();
        for (kind, attribute) in WANTING {
            let want = Want::of(graph.types, kind, attribute);
            let Some(class) = want.class else { continue };
            // Whatever of a cluster a provider is given (its endpoint, its certificate), it is that cluster.
            let named: Vec<&str> = references
                .iter()
                .map(|reference| cluster_of(reference, class.kinds).unwrap_or(reference))
                .collect();
            let mut traced = Traced::default();
            tracer.trace(&frame, &named, &want, &mut traced);
            out.extend(traced.targets.into_iter().map(|target| target.resource));
        }
        let is_cluster = |id: &Id<Resource>| {
            WANTING.iter().any(|(kind, path)| {
                let class = graph.types.named_by(kind, path);
                class.is_some_and(|class| class.kinds.contains(&graph.resources[*id].kind.as_str()))
            })
        };
        out.retain(is_cluster);
        Some(out)
    }
}

/// The part of a reference to an attribute of a cluster that names the cluster.
fn cluster_of<'r>(reference: &'r str, kinds: &[&str]) -> Option<&'r str> {
    let steps = steps(reference)?;
    let (address, rest) = resource_of(ModulePath::default(), &steps)?;
    if rest.is_empty() || !kinds.contains(&address.kind.as_str()) {
        return None;
    }
    let named = address.to_string();
    reference.get(..named.len()).filter(|front| *front == named)
}
