//! What instances are started from: launch templates, and the older launch configurations.
//! Source: EKS user guide, "Customize managed nodes with launch templates"; EC2 Auto Scaling API, `LaunchTemplateOverrides`:
//! an override may bring a template of its own.

use super::base64;
use super::instance_metadata::MetadataOptions;
use super::lowering::{At, Attribute, Found, Lowering, is_set};
use super::stage::Placing;
use crate::ingest::terraform::{Resource, Target, Value};
use crate::model::{Doubt, Filter, Id, Subnet};

const TEMPLATE: &str = "aws_launch_template";
const CONFIGURATION: &str = "aws_launch_configuration";

/// What instances are started from.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Template {
    /// The subnets of each of its interfaces that names some.
    pub interfaces: Vec<Found<Id<Subnet>>>,
    /// Security groups; none where it names none at all.
    pub groups: Option<Found<Id<Filter>>>,
    /// The start-up script.
    pub script: Script,
    /// The instance type, where it is known.
    pub instance_type: Option<String>,
    /// Settings of the metadata service; none where nothing is known of the template.
    pub metadata: Option<MetadataOptions>,
    /// Why it may be another one.
    pub doubt: Doubt,
}

/// What instances run when they start.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Script {
    /// Nothing.
    #[default]
    Nothing,
    /// This text.
    Text(String),
    /// Something that is not known, but for what it is made of, as far as that was traced, and for some of its text.
    Unknown(Vec<Target>, String),
}

/// All that a resource is started from. Several are either in use side by side, or in doubt: then any of them may be the right one, the
/// last one being one that the input does not hold. Empty where it names none.
pub fn templates<B: Placing, M>(
    lowering: &mut Lowering<At<B, M>>,
    resource: &Resource,
) -> Vec<Template> {
    let policy = "mixed_instances_policy.launch_template";
    let specification = format!("{policy}.launch_template_specification");
    let overrides = resource.values.get(&format!("{policy}.override")).items();
    let own = |one: &&Value| !one.get("launch_template_specification").items().is_empty();
    let mut out = of_block(
        lowering,
        resource,
        "launch_template",
        resource.values.get("launch_template"),
    );
    if overrides.is_empty() || !overrides.iter().all(|one| own(&one)) {
        out.extend(of_block(
            lowering,
            resource,
            &specification,
            resource.values.get(&specification),
        ));
    }
    for one in overrides.iter().filter(own) {
        let path = format!("{policy}.override.launch_template_specification");
        out.extend(of_block(
            lowering,
            resource,
            &path,
            one.get("launch_template_specification"),
        ));
    }
    let configuration = Attribute::of(resource, "launch_configuration");
    if out.is_empty() && is_set(configuration.value) {
        out = named(lowering, configuration, CONFIGURATION);
    }
    let mut seen: Vec<Template> = Vec::new();
    for template in out {
        if !seen.contains(&template) {
            seen.push(template);
        }
    }
    seen
}

/// The templates that a block may mean, which names one by id or by name.
fn of_block<B: Placing, M>(
    lowering: &mut Lowering<At<B, M>>,
    resource: &Resource,
    path: &str,
    block: &Value,
) -> Vec<Template> {
    let Some(block) = block.items().first() else {
        return Vec::new();
    };
    let keys = ["id", "launch_template_id", "name", "launch_template_name"];
    let Some(key) = keys.into_iter().find(|key| is_set(block.get(key))) else {
        // A block has to name a template; which one a dynamic block names is not in the plan's configuration.
        let path = &format!("{path}.id");
        let doubt = lowering.unknown(Attribute {
            resource,
            path,
            value: block.get("id"),
        });
        return vec![unresolved(doubt)];
    };
    named(
        lowering,
        Attribute {
            resource,
            path: &format!("{path}.{key}"),
            value: block.get(key),
        },
        TEMPLATE,
    )
}

fn named<B: Placing, M>(
    lowering: &mut Lowering<At<B, M>>,
    at: Attribute,
    kind: &str,
) -> Vec<Template> {
    let graph = lowering.graph;
    let found = lowering.resources(at, kind);
    let mut out = Vec::new();
    let mut rest = found.rest.clone();
    if found.is_crowd() {
        rest = found.doubt();
    } else {
        for (id, doubt) in &found.items {
            out.push(Template {
                doubt: doubt.clone(),
                ..read(lowering, &graph.resources[*id])
            });
        }
    }
    if !rest.is_certain() {
        if at.value.text().is_none() {
            out.extend(multi_homed(lowering, at.resource, kind, &rest));
        }
        out.push(unresolved(rest));
    }
    out
}

/// The templates with several interfaces, of which one may be meant where nothing is known of the one that is.
fn multi_homed<B: Placing, M>(
    lowering: &mut Lowering<At<B, M>>,
    by: &Resource,
    kind: &str,
    doubt: &Doubt,
) -> Vec<Template> {
    let several = |own: &&Resource| {
        own.input == by.input && own.values.get("network_interfaces").items().len() > 1
    };
    let graph = lowering.graph;
    let all = graph.of(kind).map(|(_, own)| own).filter(several);
    let doubted = |own| Template {
        doubt: doubt.clone(),
        ..read(lowering, own)
    };
    all.map(doubted).collect()
}

/// A template of which nothing is known.
fn unresolved(doubt: Doubt) -> Template {
    Template {
        groups: Some(Found {
            items: Vec::new(),
            rest: doubt.clone(),
        }),
        script: Script::Unknown(Vec::new(), String::new()),
        doubt,
        ..Template::default()
    }
}

fn read<B: Placing, M>(lowering: &mut Lowering<At<B, M>>, resource: &Resource) -> Template {
    let mut groups: Option<Found<Id<Filter>>> = None;
    for path in [
        "vpc_security_group_ids",
        "network_interfaces.security_groups",
        "security_groups",
    ] {
        for value in repeated(resource, path)
            .into_iter()
            .filter(|value| is_set(value) && !value.items().is_empty())
        {
            groups
                .get_or_insert_default()
                .extend(lowering.groups(Attribute {
                    resource,
                    path,
                    value,
                }));
        }
    }
    Template {
        interfaces: interfaces(lowering, resource),
        groups,
        script: script(lowering, resource),
        metadata: Some(MetadataOptions::of(lowering, resource)),
        instance_type: resource
            .values
            .get("instance_type")
            .text()
            .map(str::to_owned),
        doubt: Doubt::none(),
    }
}

/// The subnets of each interface that a template describes or takes; none for those of which it says nothing.
fn interfaces<B: Placing, M>(
    lowering: &mut Lowering<At<B, M>>,
    resource: &Resource,
) -> Vec<Found<Id<Subnet>>> {
    let graph = lowering.graph;
    let mut out = Vec::new();
    for block in resource.values.get("network_interfaces").items() {
        let at = |path, key| Attribute {
            resource,
            path,
            value: block.get(key),
        };
        let mut found = lowering.subnets(at("network_interfaces.subnet_id", "subnet_id"));
        let taken = at(
            "network_interfaces.network_interface_id",
            "network_interface_id",
        );
        let taken = lowering.resources(taken, "aws_network_interface");
        found.rest = found.rest.and(&taken.rest);
        for (id, doubt) in taken.items {
            let subnets = lowering.subnets(Attribute::of(&graph.resources[id], "subnet_id"));
            found.extend(subnets.in_doubt(&doubt));
        }
        if found != Found::default() {
            out.push(found);
        }
    }
    out
}

/// The values of an attribute in every block of its name.
fn repeated<'r>(resource: &'r Resource, path: &str) -> Vec<&'r Value> {
    match path.split_once('.') {
        Some((block, inner)) => resource
            .values
            .get(block)
            .items()
            .iter()
            .map(|one| one.get(inner))
            .collect(),
        None => vec![resource.values.get(path)],
    }
}

/// The start-up script that a template, or an instance itself, sets.
#[must_use]
pub fn script<S>(lowering: &Lowering<S>, resource: &Resource) -> Script {
    let values = ["user_data", "user_data_base64"].map(|path| resource.values.get(path));
    match values.into_iter().find(|value| is_set(value)) {
        None => Script::Nothing,
        Some(Value::Text(text)) => {
            Script::Text(base64::decoded(text).unwrap_or_else(|| text.clone()))
        }
        Some(other) => {
            let known = match other {
                Value::Draft(draft) => draft.text.clone(),
                _ => String::new(),
            };
            Script::Unknown(lowering.graph.follow(other, &[]).targets, known)
        }
    }
}
