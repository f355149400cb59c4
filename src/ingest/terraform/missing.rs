//! Resources that the configuration declares and that an incomplete plan leaves out: each is entered as what may be or not be,
//! so that what it bears on is in doubt.
//! Source: terraform `internal/terraform/context_plan.go`: `Complete` is so without errors, targets and deferred changes, and
//! a plan that only refreshes passes over what the state does not hold.

#[cfg(test)]
mod tests;

use super::address::{Address, Call, Key, ModulePath};
use super::configuration::{Block, Expression, Module};
use super::graph::Graph;
use super::input::{Holds, Input, Part};
use super::instances::{Instance, Instances};
use super::mode::Mode;
use super::resource::{Members, Value};
use super::resource::{Presence, Resource};
use super::source::{Evaluator, Keys, SourceTree};
use super::stale;
use crate::model::{Change, Gap, GapKind, Origin, Place};
use indexmap::IndexMap;
use std::collections::BTreeSet;
use std::sync::Arc;

/// Types of which one alone decides what manifests belong to: a second one that only may be is none.
const CLUSTERS: &[&str] = &[
    "aws_eks_cluster",
    "azurerm_kubernetes_cluster",
    "google_container_cluster",
];

/// Resources of these providers are read as objects of a cluster, which has no doubt about whether one is.
const OBJECTS: &[&str] = &["helm", "kubectl", "kubernetes"];

/// Those that are entered: policies, or what may be one, of which nothing is known then; pods; and what leads to pods. What
/// tells of others, such as the labels of a namespace, is not known where it may be missing.
const ENTERED: &[&str] = &[
    "helm_release",
    "kubectl_manifest",
    "kubernetes_manifest",
    "kubernetes_network_policy",
    "kubernetes_service",
    "kubernetes_ingress",
    "kubernetes_pod",
    "kubernetes_deployment",
    "kubernetes_daemonset",
    "kubernetes_daemon_set",
    "kubernetes_stateful_set",
    "kubernetes_replication_controller",
    "kubernetes_job",
    "kubernetes_cron_job",
];

/// Whether an object of this type is entered, whatever version of its kind the type is about (`kubernetes_pod_v1`).
fn is_entered(kind: &str) -> bool {
    let bare = match kind.rsplit_once('_') {
        Some((front, version)) if version.starts_with('v') => front,
        _ => kind,
    };
    ENTERED.contains(&kind) || ENTERED.contains(&bare)
}

/// Most times that a plan is searched: what was found may tell of further instances (`for_each = aws_subnet.a`).
const ROUNDS: usize = 8;

/// Enters what the inputs leave out.
pub fn enter(graph: &mut Graph, inputs: &[Input], trees: &[Option<&SourceTree>]) {
    for (n, input) in inputs.iter().enumerate() {
        let tree = trees.get(n).copied().flatten();
        let (mut further, mut objects) = (BTreeSet::new(), BTreeSet::new());
        for round in 0..ROUNDS {
            let (mut found, names) = left_out(graph, input, tree, round == 0);
            (further, objects) = (names.further, names.objects);
            found.retain(|resource| !is_another_cluster(graph, resource));
            if found.is_empty() {
                break;
            }
            found.into_iter().for_each(|own| _ = graph.add(own));
        }
        graph.gaps.extend(note(input, &further));
        graph.gaps.extend(note_objects(input, &objects));
    }
}

/// What one input leaves out, as far as is known, and the names of blocks of which some instances are not entered.
fn left_out(
    graph: &Graph,
    input: &Input,
    tree: Option<&SourceTree>,
    is_first: bool,
) -> (Vec<Resource>, Names) {
    let (part, sure) = match &input.holds {
        Holds::All => return Default::default(),
        Holds::Some(part) => (part, false),
        Holds::Unsaid(part) => (part, true),
    };
    let Some(configuration) = &input.configuration else {
        return Default::default();
    };
    let instances = Instances::of_input(graph, input.number, &input.variables);
    let search = Search {
        instances: &instances,
        sources: tree.map(|tree| Evaluator::new(tree, &instances)),
        part,
        sure,
        is_first,
    };
    let mut out = Found::default();
    search.module(&configuration.root, &ModulePath::default(), &mut out);
    let resources = out.resources.into_iter();
    let resources = resources.map(|(address, block)| resource(input, address, block));
    (resources.collect(), out.names)
}

/// Says which blocks may have more instances than the plan holds.
fn note(input: &Input, further: &BTreeSet<String>) -> Option<Gap> {
    let first = further.first()?;
    let others = match further.len() {
        1 => String::new(),
        2 => " and another block".to_owned(),
        count => format!(" and {} other blocks", count - 1),
    };
    let what = format!(
        "the plan `{}` may leave out instances of `{first}`{others}, since it is incomplete; give its sources as well",
        input.path
    );
    Some(Gap {
        kind: GapKind::IncompletePlan,
        what,
        origin: None,
    })
}

/// Says which objects of clusters may be there and are not entered.
fn note_objects(input: &Input, objects: &BTreeSet<String>) -> Option<Gap> {
    let first = objects.first()?;
    let others = match objects.len() {
        1 => String::new(),
        2 => " and another block".to_owned(),
        count => format!(" and {} other blocks", count - 1),
    };
    let what = format!(
        "the plan `{}` leaves out `{first}`{others} of Kubernetes objects, since it is incomplete: what they tell of others is not known",
        input.path
    );
    Some(Gap {
        kind: GapKind::IncompletePlan,
        what,
        origin: None,
    })
}

fn is_another_cluster(graph: &Graph, resource: &Resource) -> bool {
    let mut all = graph.resources.iter();
    CLUSTERS.contains(&resource.kind.as_str())
        && all.any(|(_, own)| CLUSTERS.contains(&own.kind.as_str()))
}

fn resource(input: &Input, address: Address, block: &Block) -> Resource {
    let mut values = made(&block.expressions);
    for computed in ["id", "arn"] {
        values.insert(computed.into(), Value::Unknown);
    }
    let text = address.to_string();
    let place = Place {
        file: input.path.clone(),
        line: 0,
        column: 0,
        length: 0,
    };
    Resource {
        module: address.module.to_string(),
        kind: address.kind,
        name: address.name,
        mode: address.mode,
        input: input.number,
        values: Value::Map(values),
        region: None,
        account: None,
        provider: None,
        kept: BTreeSet::new(),
        presence: Presence::Missing,
        origin: Origin {
            place,
            inner: None,
            address: Arc::from(text.as_str()),
            change: Change::Added,
        },
        lines: Arc::default(),
        address: text,
    }
}

/// What expressions give as far as they are constant.
fn made(expressions: &IndexMap<String, Expression>) -> Members {
    let one = |expression: &Expression| match expression {
        Expression::Constant(constant) => constant.clone(),
        Expression::References(_) => Value::Unknown,
        Expression::Blocks(blocks) => {
            Value::List(blocks.iter().map(|own| Value::Map(made(own))).collect())
        }
    };
    let all = expressions.iter();
    all.map(|(name, own)| (name.as_str().into(), one(own)))
        .collect()
}

/// Which instances of a block a plan leaves out.
enum Missing {
    /// Those with these keys; [`Key::None`] where it may have some and no key is known.
    These(Vec<Key>),
    /// Perhaps some beside those that it holds.
    Further,
}

/// What a search found.
#[derive(Default)]
struct Found<'c> {
    resources: Vec<(Address, &'c Block)>,
    names: Names,
}

/// Addresses of blocks of which not all that may be there is entered.
#[derive(Default)]
struct Names {
    /// Blocks and calls, of which the plan holds some instances, that may have more.
    further: BTreeSet<String>,
    /// Blocks of objects that are not entered.
    objects: BTreeSet<String>,
}

/// A search for what one plan leaves out.
struct Search<'s> {
    instances: &'s Instances<'s>,
    sources: Option<Evaluator<'s>>,
    part: &'s Part,
    /// Whether only what is surely left out counts: nothing says that the plan is incomplete.
    sure: bool,
    /// Whether it is the first search: what exists and is not planned is entered once as the configuration has it.
    is_first: bool,
}

impl Search<'_> {
    fn module<'c>(&self, module: &'c Module, path: &ModulePath, out: &mut Found<'c>) {
        let mut blocks: Vec<_> = module.blocks.iter().collect();
        blocks.sort_by_key(|(key, _)| *key);
        for ((mode, kind, name), block) in blocks {
            if *mode == Mode::Managed {
                let address = Address {
                    module: path.clone(),
                    mode: *mode,
                    kind: kind.clone(),
                    name: name.clone(),
                    key: Key::None,
                };
                self.block(&address, block, out);
            }
        }
        self.calls(module, path, out);
    }

    fn block<'c>(&self, address: &Address, block: &'c Block, out: &mut Found<'c>) {
        let Address {
            module,
            mode,
            kind,
            name,
            ..
        } = address;
        let present = self.instances.of(module, *mode, kind, name);
        let present_keys: Vec<&Key> = present.iter().map(|own| &own.key).collect();
        let sources = self.sources.as_ref();
        let declared_keys = sources.map_or(Keys::Undeclared, |own| own.keys_of_block(address));
        let declared_keys = self.or_plan(declared_keys, block.count.as_ref());
        let keys = match self.missing(&present_keys, declared_keys) {
            Missing::These(keys) => keys,
            Missing::Further if stale::is_child(kind) => vec![Key::None],
            Missing::Further => {
                out.names.further.insert(address.to_string());
                Vec::new()
            }
        };
        let unplanned = present.iter().filter(|own| self.is_unplanned(own));
        let unplanned = unplanned.map(|own| own.key.clone());
        let is_other = is_object(kind) && !is_entered(kind);
        for key in keys.into_iter().chain(unplanned) {
            if is_other {
                out.names.objects.insert(address.to_string());
                continue;
            }
            let address = Address {
                key,
                ..address.clone()
            };
            if !self.part.deleted.contains(&address.to_string()) {
                out.resources.push((address, block));
            }
        }
    }

    fn calls<'c>(&self, module: &'c Module, path: &ModulePath, out: &mut Found<'c>) {
        let mut calls: Vec<_> = module.calls.iter().collect();
        calls.sort_by_key(|(name, _)| *name);
        for (name, call) in calls {
            let present: Vec<&Key> = self.instances.calls(path, name).iter().collect();
            let sources = self.sources.as_ref();
            let declared_keys =
                sources.map_or(Keys::Undeclared, |own| own.keys_of_call(path, name));
            let declared_keys = self.or_plan(declared_keys, call.count.as_ref());
            let missing = match self.missing(&present, declared_keys) {
                Missing::These(keys) => keys,
                Missing::Further => {
                    let below = Call {
                        name: name.clone(),
                        key: Key::None,
                    };
                    let path = path.0.iter().cloned().chain([below]).collect();
                    out.names.further.insert(ModulePath(path).to_string());
                    Vec::new()
                }
            };
            for key in present.into_iter().cloned().chain(missing) {
                let mut below = path.clone();
                let name = name.clone();
                below.0.push(Call { name, key });
                self.module(&call.module, &below, out);
            }
        }
    }

    /// What the sources tell, else what the plan's configuration does. That leaves expressions out that name only locals, so a
    /// block without any may be repeated nevertheless.
    fn or_plan(&self, declared_keys: Keys, count: Option<&Expression>) -> Keys {
        let constant = || match count? {
            Expression::Constant(count) => usize::try_from(count.integer()?).ok(),
            _ => None,
        };
        match declared_keys {
            Keys::Undeclared if !self.sure => constant().map_or(Keys::Unknown, Keys::numbered),
            declared_keys => declared_keys,
        }
    }

    fn is_unplanned(&self, instance: &Instance) -> bool {
        let presence = self.instances.resource(instance.resource).presence;
        self.is_first && presence == Presence::Unplanned
    }

    /// Which instances are left out or may be.
    fn missing(&self, present: &[&Key], declared_keys: Keys) -> Missing {
        match declared_keys {
            Keys::Exactly(declared_keys)
                if present.iter().all(|own| declared_keys.contains(own)) =>
            {
                let missing = declared_keys
                    .into_iter()
                    .filter(|own| !present.contains(&own));
                Missing::These(missing.collect())
            }
            _ if self.sure || present.contains(&&Key::None) => Missing::These(Vec::new()),
            _ if present.is_empty() => Missing::These(vec![Key::None]),
            // Changes that are put off are listed with those of their instances that are not known.
            _ if self.part.deferred => Missing::These(Vec::new()),
            _ => Missing::Further,
        }
    }
}

/// Whether a resource is read as objects of a cluster.
fn is_object(kind: &str) -> bool {
    kind.split('_')
        .next()
        .is_some_and(|own| OBJECTS.contains(&own))
}
