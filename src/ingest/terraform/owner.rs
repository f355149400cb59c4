//! Region and account of each resource: from its own values, else from its provider's configuration, else from what other
//! resources of the same provider tell.

use super::address::Address;
use super::configuration::{Configuration, Expression, Provider};
use super::graph::Graph;
use super::input::Input;
use super::mode::Mode;
use super::resource::Resource;
use super::resource::Value;
use crate::model::Id;
use rustc_hash::FxHashMap;

type Owner = (Option<String>, Option<String>);

/// Enters region and account where they are known.
pub fn own(graph: &mut Graph, inputs: &[Input]) {
    for input in inputs {
        let ids: Vec<Id<Resource>> = graph
            .resources
            .iter()
            .filter(|(_, own)| own.input == input.number)
            .map(|(id, _)| id)
            .collect();
        let keys: Vec<Option<String>> = ids
            .iter()
            .map(|id| provider_key(input, &graph.resources[*id]))
            .collect();
        let mut shared: FxHashMap<Option<String>, Owner> = FxHashMap::default();
        for (id, key) in ids.iter().zip(&keys) {
            let entry = shared
                .entry(key.clone())
                .or_insert_with(|| configured(input, key.as_deref()));
            let (region, account) = owner_of(&graph.resources[*id]);
            if key.is_some() {
                entry.0 = entry.0.take().or(region);
                entry.1 = entry.1.take().or(account);
            }
        }
        for (id, key) in ids.iter().zip(&keys) {
            let (region, account) = stated(&graph.resources[*id]);
            let (of_provider, of_account) = shared.get(key).cloned().unwrap_or_default();
            let resource = &mut graph.resources[*id];
            resource.provider.clone_from(key);
            resource.region = region.or(of_provider);
            resource.account = account.or(of_account);
        }
    }
}

/// The key of the provider of a resource; none without a configuration.
pub(super) fn provider_key(input: &Input, resource: &Resource) -> Option<String> {
    let configuration = input.configuration.as_ref()?;
    let address = Address::parse(&resource.address)?;
    let key = configuration
        .module(&address.module)?
        .blocks
        .get(&(address.mode, address.kind, address.name))?
        .provider
        .as_deref()?;
    Some(resolved(configuration, key).to_owned())
}

/// The key under which a provider is configured. A module that is handed its provider names it with its own path in front.
fn resolved<'k>(configuration: &Configuration, key: &'k str) -> &'k str {
    let is_own = configuration.providers.contains_key(key);
    let bare = key.rsplit(':').next().filter(|_| !is_own);
    bare.unwrap_or(key)
}

/// What a resource's own values say of itself: `region` (AWS provider 6), `location`, its ARN, its owner.
fn stated(resource: &Resource) -> Owner {
    let text = |path: &str| {
        resource
            .values
            .get(path)
            .text()
            .filter(|text| !text.is_empty())
            .map(str::to_owned)
    };
    let arn = text("arn").and_then(|arn| of_arn(&arn));
    let (arn_region, arn_account) = arn.unwrap_or_default();
    let zone = || {
        text("availability_zone").and_then(|zone| {
            zone.strip_suffix(|last: char| last.is_ascii_lowercase())
                .map(str::to_owned)
        })
    };
    let region = text("region")
        .or(arn_region)
        .or_else(zone)
        .or_else(|| text("location").filter(|_| !resource.kind.starts_with("aws_")));
    let account = text("owner_id").or(arn_account).or_else(|| text("project"));
    (region, account)
}

/// Region and account that all resources of its provider share. A data source may read what belongs to others, but for the one that
/// asks who is calling.
fn owner_of(resource: &Resource) -> Owner {
    match (resource.mode, resource.kind.as_str()) {
        (Mode::Data, "aws_caller_identity") => (
            None,
            resource.values.get("account_id").text().map(str::to_owned),
        ),
        (Mode::Data, "aws_region") => (
            ["region", "name", "id"]
                .iter()
                .find_map(|name| resource.values.get(name).text())
                .map(str::to_owned),
            None,
        ),
        (Mode::Data, _) => (None, None),
        // The `region` attribute is one resource's own; the account of an ARN is the provider's.
        (Mode::Managed, _) => (
            None,
            resource
                .values
                .get("arn")
                .text()
                .and_then(of_arn)
                .and_then(|(_, account)| account),
        ),
    }
}

/// Region and account of `arn:partition:service:region:account:…`.
fn of_arn(arn: &str) -> Option<Owner> {
    let mut parts = arn.splitn(6, ':');
    let (Some("arn"), _, _, region, account) = (
        parts.next(),
        parts.next(),
        parts.next(),
        parts.next()?,
        parts.next()?,
    ) else {
        return None;
    };
    let filled = |text: &str, good: fn(char) -> bool| {
        (!text.is_empty() && text.chars().all(good)).then(|| text.to_owned())
    };
    Some((
        filled(region, |c| c.is_ascii_alphanumeric() || c == '-'),
        filled(account, |c| c.is_ascii_digit()).filter(|own| own.len() == 12),
    ))
}

/// What a provider's configuration says.
fn configured(input: &Input, key: Option<&str>) -> Owner {
    let Some(provider) = input
        .configuration
        .as_ref()
        .and_then(|own| provider(own, key?))
    else {
        return (None, None);
    };
    let text = |name: &str| {
        provider
            .expressions
            .get(name)
            .and_then(|expression| constant(input, provider, expression))
    };
    let role = match provider.expressions.get("assume_role") {
        Some(Expression::Blocks(blocks)) => blocks
            .first()
            .and_then(|block| constant(input, provider, block.get("role_arn")?)),
        _ => None,
    };
    let account = role
        .and_then(|arn| of_arn(&arn))
        .and_then(|(_, account)| account)
        .or_else(|| text("project"))
        .or_else(|| text("subscription_id"));
    (text("region"), account)
}

/// The provider with that key.
pub(super) fn provider<'c>(configuration: &'c Configuration, key: &str) -> Option<&'c Provider> {
    configuration.providers.get(resolved(configuration, key))
}

/// A constant, or the value of a variable of the root.
fn constant(input: &Input, provider: &Provider, expression: &Expression) -> Option<String> {
    match expression {
        Expression::Constant(constant) => constant.text().map(str::to_owned),
        Expression::References(references) => match references.as_slice() {
            [only] if provider.module.is_empty() => {
                match input.variables.get(only.strip_prefix("var.")?)? {
                    Value::Text(text) => Some(text.clone()),
                    _ => None,
                }
            }
            _ => None,
        },
        Expression::Blocks(_) => None,
    }
}

#[cfg(test)]
mod tests {
    use crate::ingest::terraform::testing::read_plan;

    #[test]
    fn regions_and_accounts_come_from_values_and_providers() {
        let block = |name: &str, key: &str| {
            format!(
                r#"{{"mode":"managed","type":"aws_vpc","name":"{name}","provider_config_key":"{key}","expressions":{{}}}}"#
            )
        };
        let change = |name: &str, after: &str| {
            format!(
                r#"{{"address":"aws_vpc.{name}","mode":"managed","type":"aws_vpc","change":{{"actions":["create"],"after":{after}}}}}"#
            )
        };
        let changes = [
            change("constant", "{}"),
            change("variable", "{}"),
            change("own", r#"{"region":"us-west-2"}"#),
            change(
                "arn",
                r#"{"arn":"arn:aws:ec2:eu-west-3:999900001111:vpc/vpc-1"}"#,
            ),
            change("owner", r#"{"owner_id":"123412341234"}"#),
        ];
        let blocks = [
            block("constant", "aws"),
            block("variable", "aws.peer"),
            block("own", "aws"),
            block("arn", "module.a:aws.peer"),
            block("owner", "aws.peer"),
        ];
        let plan = format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"variables":{{"r":{{"value":"eu-west-1"}}}},"resource_changes":[{}],"configuration":{{
            "provider_config":{{"aws":{{"expressions":{{"region":{{"constant_value":"eu-central-1"}}}}}},"aws.peer":{{"expressions":{{
            "region":{{"references":["var.r"]}},"assume_role":[{{"role_arn":{{"constant_value":"arn:aws:iam::444455556666:role/x"}}}}]}}}}}},
            "root_module":{{"resources":[{}]}}}}}}"#,
            changes.join(","),
            blocks.join(",")
        );
        let read = read_plan(&plan);
        assert_eq!(read.errors, []);
        let said = |name: &str| {
            let id = read.graph.at(&format!("aws_vpc.{name}"))[0];
            let resource = &read.graph.resources[id];
            format!(
                "{} {}",
                resource.region.as_deref().unwrap_or("-"),
                resource.account.as_deref().unwrap_or("-")
            )
        };
        assert_eq!(said("constant"), "eu-central-1 -");
        assert_eq!(said("variable"), "eu-west-1 444455556666");
        assert_eq!(said("own"), "us-west-2 -");
        assert_eq!(said("arn"), "eu-west-3 999900001111");
        assert_eq!(said("owner"), "eu-west-1 123412341234");
    }
}
