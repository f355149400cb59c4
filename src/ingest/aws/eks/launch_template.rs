//! What a launch template, launch configuration or the node group itself says of the nodes' security groups and start-up
//! script. Source: EKS user guide, "Customize managed nodes with launch templates".

use super::base64;
use crate::ingest::aws::{Attribute, Found, Lowering, is_set};
use crate::ingest::terraform::{Resource, Target};
use crate::model::{Doubt, Filter, Id};

const TEMPLATE: &str = "aws_launch_template";
const CONFIGURATION: &str = "aws_launch_configuration";

/// What nodes are started from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// Security groups; none where it names none at all.
    pub groups: Option<Found<Id<Filter>>>,
    /// The start-up script, where it is known.
    pub script: Option<String>,
    /// Whether there is a start-up script.
    pub scripted: bool,
    /// The instance type, where it is known.
    pub instance_type: Option<String>,
    /// Why the template is not known.
    pub doubt: Doubt,
}

/// Reads the template that a block (`launch_template`) of a resource names by id or by name; none where it names none. `id` is
/// the name of the block's attribute for the id: `id`, or `launch_template_id` in a mixed instances policy.
pub fn of_block(lowering: &mut Lowering, resource: &Resource, block: &str, id: &str) -> Option<Template> {
    let value = resource.values.get(block);
    if !is_set(value) || value.items().is_empty() {
        return None;
    }
    let by_name = format!("{block}.{}", if id == "id" { "name" } else { "launch_template_name" });
    let by_id = format!("{block}.{id}");
    let path = if is_set(resource.values.get(&by_id)) { by_id } else { by_name };
    Some(named(lowering, Attribute::of(resource, &path), TEMPLATE))
}

/// Reads the launch configuration that a resource names; none where it names none.
pub fn configuration(lowering: &mut Lowering, resource: &Resource) -> Option<Template> {
    let at = Attribute::of(resource, "launch_configuration");
    is_set(at.value).then(|| named(lowering, at, CONFIGURATION))
}

fn named(lowering: &mut Lowering, at: Attribute, kind: &str) -> Template {
    let own = |lowering: &Lowering, target: &Target| (lowering.graph.resources[target.resource].kind == kind).then_some(target.resource);
    let found: Found<Id<Resource>> = lowering.find(at, own, |_, _, _| None);
    let mut out: Option<Template> = None;
    for template in found.all() {
        let graph = lowering.graph;
        let read = read(lowering, &graph.resources[template]);
        out = Some(out.map_or(read.clone(), |before| before.or(read)));
    }
    let mut out = out.unwrap_or_else(|| Template { groups: Some(Found::default()), scripted: true, ..Template::default() });
    out.doubt = out.doubt.and(&found.doubt());
    if let Some(groups) = out.groups.as_mut().filter(|_| found.items.is_empty()) {
        groups.rest = found.rest;
    }
    out
}

impl Template {
    /// What holds when either of the two is the right one.
    fn or(self, other: Template) -> Template {
        let mut groups = self.groups.unwrap_or_default();
        groups.extend(other.groups.unwrap_or_default());
        Template {
            groups: (!groups.items.is_empty() || !groups.rest.is_certain()).then_some(groups),
            script: self.script.filter(|own| Some(own) == other.script.as_ref()),
            scripted: self.scripted || other.scripted,
            instance_type: self.instance_type.filter(|own| Some(own) == other.instance_type.as_ref()),
            doubt: self.doubt.and(&other.doubt),
        }
    }
}

fn read(lowering: &mut Lowering, resource: &Resource) -> Template {
    let mut groups: Option<Found<Id<Filter>>> = None;
    for path in ["vpc_security_group_ids", "network_interfaces.security_groups", "security_groups"] {
        let at = Attribute::of(resource, path);
        let values = match path.split_once('.') {
            Some((block, inner)) => resource.values.get(block).items().iter().map(|one| one.get(inner)).collect(),
            None => vec![at.value],
        };
        for value in values.into_iter().filter(|value| is_set(value) && !value.items().is_empty()) {
            groups.get_or_insert_default().extend(lowering.groups(at.with(value)));
        }
    }
    let script = ["user_data", "user_data_base64"].map(|path| resource.values.get(path)).into_iter().find(|value| is_set(value));
    Template {
        groups,
        script: script.and_then(|value| value.text()).map(|text| base64::decoded(text).unwrap_or_else(|| text.to_owned())),
        scripted: script.is_some(),
        instance_type: resource.values.get("instance_type").text().map(str::to_owned),
        doubt: Doubt::none(),
    }
}
