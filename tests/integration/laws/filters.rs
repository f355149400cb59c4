//! A rule more in a cloud's filter: an allow never closes, a deny never opens. Rules are added as a pull request adds them:
//! as one more resource beside one that is there, which names the same filter, or as one more block. Which of them are tried
//! follows from `CROSSPEER_SEED`, how many from `CROSSPEER_SECONDS`.

use super::case::{Case, with_networks};
use super::chance::{Chance, TimeBox};
use crate::connectivity::Connectivity;
use serde_json::{Value, json};

/// How many rules are tried where no time is given; all of them take a minute and a half.
const TIMES: usize = 80;

/// Makes a further rule of one that is there: its values, and whether it shall allow.
type Further = fn(&mut Value, bool);

/// Types of rules that are resources of their own.
const RULES: &[(&str, Further)] = &[
    ("aws_network_acl_rule", |own, allow| {
        own["rule_number"] = json!(7);
        own["rule_action"] = json!(if allow { "allow" } else { "deny" });
    }),
    ("azurerm_network_security_rule", |own, allow| {
        own["name"] = json!("law");
        own["priority"] = json!(107);
        own["access"] = json!(if allow { "Allow" } else { "Deny" });
    }),
    ("google_compute_firewall", |own, allow| {
        let what = json!([{"protocol": "all", "ports": null}]);
        own["name"] = json!("law");
        own["priority"] = json!(7);
        own["disabled"] = json!(false);
        own["allow"] = if allow { what.clone() } else { json!([]) };
        own["deny"] = if allow { json!([]) } else { what };
    }),
    ("google_compute_firewall_policy_rule", |own, allow| {
        own["priority"] = json!(7);
        own["action"] = json!(if allow { "allow" } else { "deny" });
    }),
    (
        "google_compute_network_firewall_policy_rule",
        |own, allow| {
            own["priority"] = json!(7);
            own["action"] = json!(if allow { "allow" } else { "deny" });
        },
    ),
    // Groups of AWS only allow.
    ("aws_security_group_rule", |own, allow| {
        if allow {
            own["protocol"] = json!("-1");
            own["from_port"] = json!(0);
            own["to_port"] = json!(0);
        }
    }),
    ("aws_vpc_security_group_ingress_rule", all_protocols),
    ("aws_vpc_security_group_egress_rule", all_protocols),
];

fn all_protocols(own: &mut Value, allow: bool) {
    if allow {
        own["ip_protocol"] = json!("-1");
        own["from_port"] = Value::Null;
        own["to_port"] = Value::Null;
    }
}

/// Lists of rules inside of a filter, with a rule for each that lets everything pass or nothing.
const BLOCKS: &[(&str, &str, Further)] = &[
    ("aws_security_group", "ingress", group_block),
    ("aws_security_group", "egress", group_block),
    ("aws_network_acl", "ingress", acl_block),
    ("aws_network_acl", "egress", acl_block),
    (
        "azurerm_network_security_group",
        "security_rule",
        |own, allow| {
            own["name"] = json!("law");
            own["priority"] = json!(107);
            own["access"] = json!(if allow { "Allow" } else { "Deny" });
            own["source_address_prefix"] = json!("*");
        },
    ),
];

fn group_block(own: &mut Value, allow: bool) {
    if allow {
        own["protocol"] = json!("-1");
        own["from_port"] = json!(0);
        own["to_port"] = json!(0);
        own["cidr_blocks"] = json!(["0.0.0.0/0"]);
    }
}

fn acl_block(own: &mut Value, allow: bool) {
    own["rule_no"] = json!(7);
    own["action"] = json!(if allow { "allow" } else { "deny" });
}

/// Whether rules of a type can deny at all.
fn denies(kind: &str) -> bool {
    !kind.contains("security_group_") || kind.starts_with("azurerm")
}

/// Each plan of a case with one rule more, made of one that is there.
fn further(plan: &Value, allow: bool) -> Vec<(String, Value)> {
    let mut out = Vec::new();
    let changes = plan["resource_changes"].as_array().into_iter().flatten();
    for (at, change) in changes
        .enumerate()
        .filter(|(_, own)| !own["change"]["after"].is_null())
    {
        let (kind, address) = (
            change["type"].as_str().unwrap(),
            change["address"].as_str().unwrap(),
        );
        let rule = RULES
            .iter()
            .find(|(own, _)| *own == kind && (allow || denies(kind)));
        if let Some((_, edit)) = rule
            && let Some(plan) = with_rule(plan, at, *edit, allow)
        {
            out.push((address.to_owned(), plan));
        }
        for (_, list, edit) in BLOCKS.iter().filter(|(own, _, _)| *own == kind) {
            let deny = kind != "aws_security_group";
            if let Some(plan) = with_block(plan, at, list, *edit, allow).filter(|_| allow || deny) {
                out.push((format!("{address} {list}"), plan));
            }
        }
    }
    out
}

/// The plan with a copy of the change at an index, edited, under a name of its own.
fn with_rule(plan: &Value, at: usize, edit: Further, allow: bool) -> Option<Value> {
    let mut out = plan.clone();
    let mut copy = plan["resource_changes"][at].clone();
    let (kind, name) = (
        copy["type"].as_str()?.to_owned(),
        copy["name"].as_str()?.to_owned(),
    );
    copy["address"] = json!(format!("{kind}.law"));
    copy["name"] = json!("law");
    copy.as_object_mut()?.remove("index");
    edit(&mut copy["change"]["after"], allow);
    out["resource_changes"].as_array_mut()?.push(copy);
    let blocks = out
        .pointer_mut("/configuration/root_module/resources")?
        .as_array_mut()?;
    let mut block = blocks
        .iter()
        .find(|own| own["type"] == kind.as_str() && own["name"] == name.as_str())?
        .clone();
    // One with keys names others by its key, which the copy has not.
    if block.get("for_each_expression").is_some() || block.get("count_expression").is_some() {
        return None;
    }
    block["address"] = json!(format!("{kind}.law"));
    block["name"] = json!("law");
    blocks.push(block);
    Some(out)
}

/// The plan with a copy of the first block of a list, edited.
fn with_block(plan: &Value, at: usize, list: &str, edit: Further, allow: bool) -> Option<Value> {
    let mut out = plan.clone();
    let change = &mut out["resource_changes"][at]["change"];
    let mut block = change["after"][list].as_array()?.first()?.clone();
    edit(&mut block, allow);
    change["after"][list].as_array_mut()?.push(block);
    if let Some(unknown) = change["after_unknown"][list].as_array_mut() {
        let own = unknown.first().cloned().unwrap_or(json!({}));
        unknown.push(own);
    }
    Some(out)
}

/// Adds one rule after another, of which chance takes one each time.
fn law(allow: bool, test: &str) {
    let mut chance = Chance::of(test);
    let cases: Vec<Case> = with_networks().iter().map(Case::without_sources).collect();
    let known: Vec<Connectivity> = cases.iter().map(Case::flows).collect();
    let mut edits = edits(&cases, allow);
    let total = edits.len();
    let (mut time, mut found) = (TimeBox::of(TIMES), Vec::new());
    while !edits.is_empty() && time.goes_on() {
        let edit = edits.swap_remove(chance.below(edits.len()));
        let (case, known) = (&cases[edit.case], &known[edit.case]);
        let mut edited = case.clone();
        edited.documents[edit.document].2 = edit.plan;
        let flows = edited.flows();
        let wrong = if allow {
            known.beyond(&flows)
        } else {
            flows.beyond(known)
        };
        let told = wrong.iter().take(2);
        found.extend(told.map(|own| format!("{}: {}: {own}", case.name, edit.address)));
    }
    let count = total - edits.len();
    eprintln!("{test}: {count} of {total} rules");
    assert!(found.is_empty(), "{}", found.join("\n"));
    assert!(total > 20 && count > 0, "{count} of {total} rules");
}

/// A rule more in one document of a case.
struct Edit {
    case: usize,
    document: usize,
    /// The resource that the rule is added beside.
    address: String,
    plan: Value,
}

fn edits(cases: &[Case], allow: bool) -> Vec<Edit> {
    let mut out = Vec::new();
    for (case, own) in cases.iter().enumerate() {
        for (document, (_, _, plan)) in own.documents.iter().enumerate() {
            let further = further(plan, allow).into_iter();
            out.extend(further.map(|(address, plan)| Edit {
                case,
                document,
                address,
                plan,
            }));
        }
    }
    out
}

#[test]
fn an_allow_in_a_filter_closes_nothing() {
    law(true, "an_allow_in_a_filter_closes_nothing");
}

#[test]
fn a_deny_in_a_filter_opens_nothing() {
    law(false, "a_deny_in_a_filter_opens_nothing");
}
