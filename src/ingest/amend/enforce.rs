//! What makes a cluster enforce network policies, as its Terraform sources say it.
//! Source: EKS user guide, "Restrict Pod network traffic with Kubernetes network policies": `enableNetworkPolicy` among the configuration
//! values of the add-on `vpc-cni`.

use super::{AmendError, planned, text_of};
use crate::ingest::{File, Kind};
use crate::model::Cluster;
use hcl_edit::Span;
use hcl_edit::expr::{Expression, Object, ObjectKey};
use hcl_edit::structure::{Block, Body};
use serde_json::{Value, json};

const ADDON: &str = "aws_eks_addon";
const SETTING: &str = "enableNetworkPolicy";
const VALUES: &str = "configuration_values";

/// Where a setting goes into a text: what it replaces, and with what.
type Edit = (std::ops::Range<usize>, String);

/// Switches enforcement on: in the add-on that is there, else by an add-on beside the cluster.
pub(super) fn enforce(cluster: &Cluster, files: &mut [File]) -> Result<(), AmendError> {
    let name = cluster
        .name
        .strip_prefix("aws_eks_cluster.")
        .filter(|_| cluster.engine == "vpc-cni")
        .ok_or(AmendError::Enforcement)?;
    let name = name.split('[').next().unwrap_or(name).to_owned();
    let addon = files.iter().enumerate().find_map(|(at, file)| {
        let (label, edit) = in_addon(file, &name)?;
        Some((at, label, edit))
    });
    if let Some((at, label, edit)) = addon {
        apply(files, at, edit)?;
        planned::set(files, ADDON, &label, VALUES, &switched_on);
        return Ok(());
    }
    let beside = files
        .iter()
        .enumerate()
        .find_map(|(at, file)| Some((at, new_addon(file, &name)?)));
    let (at, edit) = beside.ok_or(AmendError::Enforcement)?;
    apply(files, at, edit)?;
    let title = cluster.title.clone();
    planned::add(
        files,
        &planned::Added {
            kind: ADDON,
            name: "vpc_cni",
            values: json!({
                "addon_name": "vpc-cni",
                "cluster_name": title,
                VALUES: switched_on(None),
            }),
            references: ("cluster_name", format!("aws_eks_cluster.{name}")),
        },
    );
    Ok(())
}

fn apply(files: &mut [File], at: usize, (bytes, said): Edit) -> Result<(), AmendError> {
    let Some(file) = files.get_mut(at) else {
        return Ok(());
    };
    let mut text = text_of(file)?.to_owned();
    text.replace_range(bytes, &said);
    let (path, bytes) = (file.path.clone(), text.into_bytes());
    let same = files.iter_mut().filter(|file| file.path == path);
    same.for_each(|file| file.bytes.clone_from(&bytes));
    Ok(())
}

/// Configuration values, as JSON in a string, with the setting on.
fn switched_on(before: Option<&str>) -> String {
    let before = before.and_then(|text| serde_json::from_str::<Value>(text).ok());
    let mut values = before.filter(Value::is_object).unwrap_or_else(|| json!({}));
    if let Some(map) = values.as_object_mut() {
        map.insert(SETTING.to_owned(), "true".into());
    }
    values.to_string()
}

/// The resources of a source file; none where it is none that can be edited.
fn body(file: &File) -> Option<(&str, Body)> {
    if file.kind != Some(Kind::Sources) || !file.path.ends_with(".tf") {
        return None;
    }
    let text = std::str::from_utf8(&file.bytes).ok()?;
    Some((text, hcl_edit::parser::parse_body(text).ok()?))
}

fn resources<'b>(body: &'b Body, kind: &'b str) -> impl Iterator<Item = (&'b Block, String)> {
    body.blocks().filter_map(move |block| {
        let mut labels = block.labels.iter();
        let is_it = block.ident.as_str() == "resource" && labels.next()?.as_str() == kind;
        is_it.then_some((block, labels.next()?.as_str().to_owned()))
    })
}

/// The add-on of the cluster in a file, by its name, and what switches the setting on.
fn in_addon(file: &File, cluster: &str) -> Option<(String, Edit)> {
    let (text, body) = body(file)?;
    let said = |block: &Block, key: &str| {
        let attribute = block.body.get_attribute(key)?;
        text.get(attribute.value.span()?).map(str::to_owned)
    };
    let (block, label) = resources(&body, ADDON).find(|(block, _)| {
        let named = format!("aws_eks_cluster.{cluster}");
        let of_cluster = said(block, "cluster_name").is_some_and(|own| {
            own.strip_prefix(&named)
                .is_some_and(|rest| rest.starts_with(['.', '[']))
        });
        of_cluster && said(block, "addon_name").as_deref() == Some("\"vpc-cni\"")
    })?;
    Some((label, setting(text, block)?))
}

/// What switches the setting on in an add-on; none where its values are written in a way that is not understood.
fn setting(text: &str, block: &Block) -> Option<Edit> {
    let Some(attribute) = block.body.get_attribute(VALUES) else {
        let whole = block.span()?;
        let end = whole.start + text.get(whole)?.rfind('}')?;
        let line = text.get(..end)?.rfind('\n')? + 1;
        let own_line = text.get(line..end)?.trim().is_empty();
        let said = format!("  {VALUES} = jsonencode({{ {SETTING} = \"true\" }})\n");
        return own_line.then_some((line..line, said));
    };
    match &attribute.value {
        Expression::FuncCall(call) if call.name.name.as_str() == "jsonencode" => {
            match call.args.iter().next()? {
                Expression::Object(object) => in_object(object),
                _ => None,
            }
        }
        Expression::String(own) => {
            let said = switched_on(Some(own.as_str()));
            Some((attribute.value.span()?, Value::from(said).to_string()))
        }
        _ => None,
    }
}

fn in_object(object: &Object) -> Option<Edit> {
    let is_it = |key: &ObjectKey| match key {
        ObjectKey::Ident(own) => own.as_str() == SETTING,
        ObjectKey::Expression(Expression::String(own)) => own.as_str() == SETTING,
        ObjectKey::Expression(_) => false,
    };
    if let Some((_, value)) = object.iter().find(|(key, _)| is_it(key)) {
        return Some((value.expr().span()?, "\"true\"".to_owned()));
    }
    let start = object.span()?.start + 1;
    let comma = if object.is_empty() { " " } else { "," };
    Some((start..start, format!(" {SETTING} = \"true\"{comma}")))
}

/// An add-on beside the cluster's own resource; none where the cluster is one of many, or another add-on has the name.
fn new_addon(file: &File, cluster: &str) -> Option<Edit> {
    let (_, body) = body(file)?;
    let (block, _) = resources(&body, "aws_eks_cluster").find(|(_, label)| label == cluster)?;
    let repeats = ["for_each", "count"];
    let taken = resources(&body, ADDON).any(|(_, label)| label == "vpc_cni");
    if taken || repeats.iter().any(|key| block.body.has_attribute(key)) {
        return None;
    }
    let end = block.span()?.end;
    let said = format!(
        "\n\nresource \"{ADDON}\" \"vpc_cni\" {{\n  cluster_name         = aws_eks_cluster.{cluster}.name\n  addon_name           = \"vpc-cni\"\n  {VALUES} = jsonencode({{ {SETTING} = \"true\" }})\n}}"
    );
    Some((end..end, said))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What becomes of a source file; none where nothing does.
    fn check(before: &str, expected: Option<&str>) {
        let file = File {
            path: "main.tf".into(),
            bytes: before.as_bytes().to_vec(),
            kind: Some(Kind::Sources),
            ..File::default()
        };
        let edit = in_addon(&file, "prod")
            .map(|(_, edit)| edit)
            .or_else(|| new_addon(&file, "prod"));
        let after = edit.map(|(bytes, said)| {
            let mut text = before.to_owned();
            text.replace_range(bytes, &said);
            text
        });
        assert_eq!(after.as_deref(), expected, "{before}");
        if let Some(after) = after {
            hcl_edit::parser::parse_body(&after).unwrap();
        }
    }

    fn addon(values: &str) -> String {
        format!(
            "resource \"aws_eks_addon\" \"cni\" {{\n  cluster_name = aws_eks_cluster.prod.name\n  addon_name   = \"vpc-cni\"\n{values}}}\n"
        )
    }

    #[test]
    fn the_setting_is_switched_on_where_it_stands() {
        let on = "  configuration_values = jsonencode({ enableNetworkPolicy = \"true\" })\n";
        for (before, after) in [
            ("", on),
            ("  configuration_values = jsonencode({})\n", on),
            (
                "  configuration_values = jsonencode({ enableNetworkPolicy = false })\n",
                on,
            ),
            (
                "  configuration_values = jsonencode({ env = { A = 1 } })\n",
                "  configuration_values = jsonencode({ enableNetworkPolicy = \"true\", env = { A = 1 } })\n",
            ),
            (
                "  configuration_values = \"{\\\"env\\\": {}}\"\n",
                "  configuration_values = \"{\\\"env\\\":{},\\\"enableNetworkPolicy\\\":\\\"true\\\"}\"\n",
            ),
        ] {
            check(&addon(before), Some(&addon(after)));
        }
        check(&addon("  configuration_values = var.values\n"), None);
    }

    #[test]
    fn a_cluster_without_the_add_on_gets_it() {
        let cluster = "resource \"aws_eks_cluster\" \"prod\" {\n  name = \"prod\"\n}";
        check(
            cluster,
            Some(&format!(
                "{cluster}\n\nresource \"aws_eks_addon\" \"vpc_cni\" {{\n  cluster_name         = aws_eks_cluster.prod.name\n  addon_name           = \"vpc-cni\"\n  configuration_values = jsonencode({{ enableNetworkPolicy = \"true\" }})\n}}"
            )),
        );
        check(
            "resource \"aws_eks_cluster\" \"prod\" {\n  for_each = {}\n}",
            None,
        );
        check("resource \"aws_eks_cluster\" \"other\" {\n}", None);
    }
}
