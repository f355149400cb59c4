//! Namespaces that objects name by the id of the namespace's own resource, which is known only after apply and is its name.

use super::convert::Hidden;
use crate::ingest::terraform::address::{Address, Key, resource as resource_of, steps};
use crate::ingest::terraform::configuration::Expression;
use crate::ingest::terraform::graph::Graph;
use crate::ingest::terraform::input::Input;
use crate::ingest::terraform::mode::Mode;
use crate::ingest::terraform::resource::Resource;
use serde_json::Value as Json;

const PATH: &str = "metadata.namespace";

/// Enters the name where the configuration names a namespace of the same module.
pub(super) fn name(
    graph: &Graph,
    input: &Input,
    resource: &Resource,
    object: &mut Json,
    hidden: &mut Hidden,
) {
    if !hidden.iter().any(|path| path == PATH) {
        return;
    }
    if let (Some(name), Some(Json::Object(metadata))) =
        (named(graph, input, resource), object.get_mut("metadata"))
    {
        metadata.insert("namespace".to_owned(), name.into());
        hidden.remove(PATH);
    }
}

fn named(graph: &Graph, input: &Input, resource: &Resource) -> Option<String> {
    let address = Address::parse(&resource.address)?;
    let module = input.configuration.as_ref()?.module(&address.module)?;
    let block = module
        .blocks
        .get(&(address.mode, address.kind, address.name))?;
    let Expression::Blocks(metadata) = block.expressions.get("metadata")? else {
        return None;
    };
    let Expression::References(references) = metadata.first()?.get("namespace")? else {
        return None;
    };
    let steps = steps(references.first()?)?;
    let (mut named, _) = resource_of(address.module, &steps)?;
    if named.mode != Mode::Managed
        || !matches!(
            named.kind.as_str(),
            "kubernetes_namespace" | "kubernetes_namespace_v1"
        )
    {
        return None;
    }
    if named.key == Key::None && graph.at(&named.to_string()).is_empty() {
        // `kubernetes_namespace.x[each.key]` is listed as `kubernetes_namespace.x`.
        named.key = address.key;
    }
    let mut found = graph
        .at(&named.to_string())
        .iter()
        .map(|id| &graph.resources[*id]);
    found
        .find(|found| found.input == resource.input)?
        .values
        .get("metadata.name")
        .text()
        .map(str::to_owned)
}
