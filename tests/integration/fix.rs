//! `fix`: what it claims closed is closed once its changes are on disk, and what passed otherwise still does.

use crate::replanned::replan;
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

/// A copy of an input folder of the repository that may be changed.
pub fn copy(from: &Path) -> tempfile::TempDir {
    let out = tempfile::tempdir().unwrap();
    copy_into(from, out.path());
    out
}

fn copy_into(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy_into(&path, &place);
        } else {
            std::fs::write(place, std::fs::read(path).unwrap()).unwrap();
        }
    }
}

fn run(folder: &Path, arguments: &[&str]) -> (Value, String) {
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(folder)
        .args(arguments)
        .args(["--format", "json"])
        .output()
        .unwrap();
    let told = String::from_utf8_lossy(&output.stderr).into_owned();
    let report = serde_json::from_slice(&output.stdout);
    (report.unwrap_or_else(|why| panic!("{why}: {told}")), told)
}

/// Each direction between two ends over the same borders, with its certainty: its traffic, as protocols with intervals of ports.
type Flows = BTreeMap<(String, String, String, String), BTreeMap<String, BTreeSet<(u64, u64)>>>;

fn flows(folder: &Path) -> Flows {
    let (report, _) = run(folder, &["reach", "--scope", "all"]);
    let mut out = Flows::new();
    for row in report["flows"].as_array().unwrap() {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        let crosses = row["crosses"].to_string();
        let key = (text("from"), text("to"), crosses, text("certainty"));
        let own = out.entry(key).or_default();
        for (protocol, ports) in row["traffic"].as_object().unwrap() {
            let ports = ports.as_array().unwrap().iter();
            let ports = ports.map(|one| (one[0].as_u64().unwrap(), one[1].as_u64().unwrap()));
            own.entry(protocol.clone()).or_default().extend(ports);
        }
    }
    out
}

/// Writes the fixes of a folder, and what it printed.
pub fn fixed(folder: &Path, arguments: &[&str]) -> Value {
    let (report, told) = run(folder, &[&["fix", "--write"][..], arguments].concat());
    assert_eq!(report["written"], true, "{told}");
    report
}

/// Workloads among the ends of a flow, by what they are fixed for: each end that a closed flow names.
fn closed_ends(report: &Value) -> BTreeSet<(String, String)> {
    let fixes = report["fixes"].as_array().unwrap().iter();
    let rows = fixes.flat_map(|fix| fix["closes"].as_array().unwrap());
    rows.map(|row| {
        let text = |key: &str| row[key].as_str().unwrap().to_owned();
        (text("from"), text("to"))
    })
    .collect()
}

/// Makes the plan as Terraform would after rules and routes have changed, and after the sources switch enforcement on (the add-on with its
/// setting). The plan file of before is gone.
pub fn plan_anew(folder: &Path) {
    let _ = std::fs::remove_file(folder.join("plan.tfplan"));
    let path = ["plan.json", "state.json"].map(|name| folder.join(name));
    let path = path.iter().find(|path| path.exists()).unwrap();
    let mut plan: Value = serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap();
    replan(folder, &mut plan);
    let all = std::fs::read_dir(folder.join("tf")).into_iter().flatten();
    let all = all.map(|own| std::fs::read_to_string(own.unwrap().path()).unwrap());
    if all.collect::<String>().contains("enableNetworkPolicy") {
        enforce(&mut plan);
    }
    std::fs::write(path, plan.to_string()).unwrap();
}

fn enforce(plan: &mut Value) {
    let setting = "{\"enableNetworkPolicy\":\"true\"}";
    for list in [
        "/planned_values/root_module/resources",
        "/values/root_module/resources",
    ] {
        let Some(resources) = plan.pointer_mut(list).and_then(Value::as_array_mut) else {
            continue;
        };
        let cluster = resources
            .iter()
            .find(|own| own["type"] == "aws_eks_cluster");
        let cluster = cluster.unwrap()["values"]["name"].clone();
        let addon = resources
            .iter_mut()
            .find(|own| own["type"] == "aws_eks_addon");
        let Some(addon) = addon else {
            resources.push(serde_json::json!({
                "address": "aws_eks_addon.vpc_cni", "mode": "managed", "type": "aws_eks_addon", "name": "vpc_cni",
                "values": {"addon_name": "vpc-cni", "cluster_name": cluster, "configuration_values": setting},
            }));
            continue;
        };
        let before = addon["values"]["configuration_values"]
            .as_str()
            .unwrap_or("{}");
        let mut values: Value = serde_json::from_str(before).unwrap();
        values["enableNetworkPolicy"] = "true".into();
        addon["values"]["configuration_values"] = values.to_string().into();
    }
    let addon = plan
        .pointer("/planned_values/root_module/resources")
        .map(|list| {
            let mut all = list.as_array().unwrap().iter();
            all.find(|own| own["type"] == "aws_eks_addon")
                .unwrap()
                .clone()
        });
    if let (Some(mut addon), Some(changes)) = (addon, plan["resource_changes"].as_array_mut()) {
        changes.retain(|own| own["type"] != "aws_eks_addon");
        addon["change"] = serde_json::json!({
            "actions": ["create"], "before": null, "after": addon["values"], "after_unknown": {},
        });
        changes.push(addon);
    }
}

/// Fixes everything in a copy of a folder; returns how many findings were closed, and for how many nothing was proved.
pub fn check(folder: &Path) -> (usize, usize) {
    let copy = copy(folder);
    let before = flows(copy.path());
    let report = fixed(copy.path(), &[]);
    if report["notes"]
        .to_string()
        .contains("the plan is judged as")
    {
        plan_anew(copy.path());
    }
    let after = flows(copy.path());
    let name = folder.display();
    // Nothing is new, of named parties among themselves.
    let named = |key: &&(String, String, String, String)| {
        [&key.0, &key.1]
            .iter()
            .all(|end| !end.contains(['-', ':']) || end.contains('['))
    };
    for key in after.keys().filter(named) {
        assert!(before.contains_key(key), "{name}: {key:?} is new");
    }
    // What is gone between named parties crossed a border, and is said to be closed.
    let closed = closed_ends(&report);
    let enforced: u64 = report["fixes"]
        .as_array()
        .unwrap()
        .iter()
        .map(|fix| fix["closed_by_enforcing"].as_u64().unwrap())
        .sum();
    for (key, traffic) in before.iter().filter(|(key, _)| named(key)) {
        let is_closed = closed.contains(&(key.0.clone(), key.1.clone()));
        if after.get(key) != Some(traffic) && enforced == 0 {
            assert!(is_closed && key.2 != "null", "{name}: {key:?} is gone");
        }
    }
    // What is said to be closed is.
    for (from, to) in &closed {
        let same = |key: &&(String, String, String, String)| {
            key.0 == *from && key.1 == *to && key.2 != "null"
        };
        assert_eq!(
            after.keys().find(same),
            None,
            "{name}: {from} to {to} still passes"
        );
    }
    // Findings that are said to be closed are found no more.
    let (scan, _) = run(copy.path(), &["scan", "--fail-on", "none"]);
    let found: BTreeSet<&str> = scan["findings"]
        .as_array()
        .unwrap()
        .iter()
        .map(|one| one["fingerprint"].as_str().unwrap())
        .collect();
    let fixes = report["fixes"].as_array().unwrap();
    for fix in fixes {
        let own = fix["fingerprint"].as_str().unwrap();
        assert!(
            !found.contains(own),
            "{name}: {} is still found",
            fix["finding"]
        );
    }
    (fixes.len(), report["unproved"].as_array().unwrap().len())
}

pub fn demo() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/demo")
}

#[test]
fn the_demo_is_closed_but_for_the_host_network() {
    // Six of CP101, two of CP102, one of CP104 (docs/demo.md), and two of CP103: for the auditors' network alone there are a rule and a
    // route. The third of CP103 is about a pod with the address of its node, from which `payments/ledger` goes on to the database. The block
    // of CP501's rule is that of the network's own resource: no literal.
    assert_eq!(check(&demo()), (11, 2));
}

#[test]
fn a_border_is_closed_alone() {
    let copy = copy(&demo());
    let before = flows(copy.path());
    fixed(copy.path(), &["CP101", "--border", "app_data"]);
    let after = flows(copy.path());
    let over = |flows: &Flows, border: &str| -> BTreeSet<(String, String)> {
        let keys = flows.keys().filter(|key| key.2.contains(border));
        keys.map(|key| (key.0.clone(), key.1.clone())).collect()
    };
    assert_eq!(over(&before, "audit"), over(&after, "audit"));
    let to_orders: Vec<String> = over(&after, "app_data")
        .into_iter()
        .filter(|(_, to)| to == "aws_db_instance.orders")
        .map(|(from, _)| from)
        .collect();
    // What policies name, and who is outside of policies.
    assert_eq!(
        to_orders,
        [
            "payments/fraud[Deployment]",
            "payments/ledger[StatefulSet]",
            "platform/agent[DaemonSet]"
        ]
    );
}

#[test]
fn nothing_is_written_unless_it_is_asked_for() {
    let copy = copy(&demo());
    let (report, _) = run(copy.path(), &["fix", "CP101/2"]);
    assert_eq!(report["written"], false);
    let edits = report["edits"].as_array().unwrap();
    assert_eq!(edits.len(), 1);
    let file = edits[0]["file"].as_str().unwrap();
    assert!(!copy.path().join(file).exists(), "{file}");
    // The diff is one that git takes.
    std::fs::write(
        copy.path().join("fix.diff"),
        report["diff"].as_str().unwrap(),
    )
    .unwrap();
    let applied = Command::new("git")
        .current_dir(copy.path())
        .args(["apply", "fix.diff"])
        .output()
        .unwrap();
    assert!(applied.status.success(), "{applied:?}");
    let written = std::fs::read_to_string(copy.path().join(file)).unwrap();
    assert_eq!(written, edits[0]["replacement"].as_str().unwrap());
}

#[test]
fn a_file_that_changed_meanwhile_is_not_overwritten() {
    let copy = copy(&demo());
    let (report, _) = run(copy.path(), &["fix", "CP101/2"]);
    let file = report["edits"][0]["file"].as_str().unwrap().to_owned();
    // A file that the input leaves out stands where the new one would.
    std::fs::write(copy.path().join(&file), "mine\n").unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(copy.path())
        .args(["fix", "CP101/2", "--write", "--exclude", &file])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2));
    let kept = std::fs::read_to_string(copy.path().join(&file)).unwrap();
    assert_eq!(kept, "mine\n");
}

#[cfg(unix)]
#[test]
fn no_fix_is_written_through_a_link_out_of_the_repository() {
    let (copy, outside) = (copy(&demo()), tempfile::tempdir().unwrap());
    std::fs::create_dir(copy.path().join(".git")).unwrap();
    let secret = outside.path().join("reports-no-egress-over-app-data.yaml");
    let link = "rendered/reports-no-egress-over-app-data.yaml";
    std::os::unix::fs::symlink(&secret, copy.path().join(link)).unwrap();
    let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
        .current_dir(copy.path())
        .args(["fix", "CP101/2", "--write", "--exclude", link])
        .output()
        .unwrap();
    assert_eq!(output.status.code(), Some(2), "{output:?}");
    assert!(!secret.exists());
}

fn corpus(case: &str) -> Option<PathBuf> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../shared/corpus");
    let path = root.join(case);
    if path.is_dir() {
        return Some(path);
    }
    eprintln!("skipped: no ../shared/corpus/{case} beside this clone");
    None
}

/// Each case with the number of findings about a border or about a rule of a filter that are closed, and of those that are not: pods on the
/// host network (CP103) whose nodes others need the rules of, and rules that `for_each` makes (`transit`, `two-clusters`). Findings about
/// rules that are closed: `enforced`, `pod-security-groups` and `unenforced`, the rule by which the data network comes to the nodes, through
/// which nobody comes once policies close the pods (so CP103 about it is closed as well); in the random ones, rules that name a whole network
/// and of which the subnets of nodes are left, or nothing where no route leads through them.
#[test]
fn every_border_case_is_closed_as_far_as_policies_and_rules_reach() {
    for (case, expected) in [
        ("broken-paths", (6, 0)),
        ("enforced", (5, 1)),
        ("pod-security-groups", (6, 0)),
        ("random-1", (8, 0)),
        ("random-5", (7, 8)),
        ("random-7", (9, 4)),
        ("random-9", (11, 4)),
        ("transit", (1, 1)),
        ("two-clusters", (5, 1)),
        ("unenforced", (8, 1)),
    ] {
        let Some(folder) = corpus(&format!("border/{case}")) else {
            return;
        };
        assert_eq!(check(&folder), expected, "{case}");
    }
}

/// Policies add up: beside `migration-window`, which lets everyone pass, another policy narrows nothing.
#[test]
fn a_rule_that_lets_anyone_pass_is_narrowed_itself() {
    let Some(folder) = corpus("field/real-remedy-does-not-close") else {
        return;
    };
    // Three crossings, and CP108 of the one to the API of the other cluster.
    assert_eq!(check(&folder), (4, 0));
    let copy = copy(&folder);
    let report = fixed(copy.path(), &["CP102/1"]);
    let files: BTreeSet<&str> = report["edits"]
        .as_array()
        .unwrap()
        .iter()
        .map(|edit| edit["file"].as_str().unwrap())
        .collect();
    assert_eq!(files, BTreeSet::from(["k8s/backend/open.yaml"]));
}

/// Applies the edits of a fix of SARIF: whole lines, from the last one up.
fn apply(folder: &Path, fix: &Value) {
    for change in fix["artifactChanges"].as_array().unwrap() {
        let path = folder.join(change["artifactLocation"]["uri"].as_str().unwrap());
        let text = std::fs::read_to_string(&path).unwrap_or_default();
        let mut lines: Vec<String> = text.split_inclusive('\n').map(str::to_owned).collect();
        for one in change["replacements"].as_array().unwrap().iter().rev() {
            let region = &one["deletedRegion"];
            let line = |key: &str| usize::try_from(region[key].as_u64().unwrap()).unwrap();
            assert_eq!((line("startColumn"), line("endColumn")), (1, 1));
            let new = one["insertedContent"]["text"].as_str().unwrap_or_default();
            lines.splice(line("startLine") - 1..line("endLine") - 1, [new.to_owned()]);
        }
        std::fs::write(path, lines.concat()).unwrap();
    }
}

#[test]
fn fixes_of_sarif_close_their_finding_by_themselves() {
    let scan = |folder: &Path, more: &[&str]| {
        let output = Command::new(env!("CARGO_BIN_EXE_crosspeer"))
            .current_dir(folder)
            .args(["scan", "--quiet", "--fail-on", "none"])
            .args(more)
            .output()
            .unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let prints = |log: &str| -> BTreeMap<String, Value> {
        let log: Value = serde_json::from_str(log).unwrap();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let own = results.into_iter();
        own.map(|own| {
            let print = own["partialFingerprints"]["crosspeer/v1"].as_str().unwrap();
            (print.to_owned(), own)
        })
        .collect()
    };
    let demo = copy(&demo());
    assert!(!scan(demo.path(), &["--format", "sarif"]).contains("\"fixes\""));
    let found = prints(&scan(demo.path(), &["--format", "sarif", "--fixes"]));
    let fixed: Vec<&String> = found
        .iter()
        .filter(|(_, own)| own.get("fixes").is_some())
        .map(|(print, _)| print)
        .collect();
    // All that `fix` closes but the two of CP103 (`the_demo_is_closed_but_for_the_host_network`): taking the auditors' rule and route away
    // closes nothing else only once policies keep the other pods from them.
    assert_eq!(fixed.len(), 9);
    let mut closed = 0;
    for print in &fixed {
        let folder = copy(demo.path());
        apply(folder.path(), &found[*print]["fixes"][0]);
        let after = prints(&scan(folder.path(), &["--format", "sarif"]));
        assert!(!after.contains_key(*print), "{}", found[*print]["message"]);
        closed += 1;
    }
    assert_eq!(closed, 9);
    let text = scan(demo.path(), &["--fixes"]);
    let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
    assert!(
        text.contains("fix crosspeer fix CP101/1 CP101/2 CP101/3 closes it"),
        "{text}"
    );
    assert!(!text.contains("crosspeer fix CP103/1"), "{text}");
}

#[test]
fn a_policy_that_names_the_far_side_beside_an_open_one_stays() {
    let copy = copy(&demo());
    let named = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: gateway-to-orders, namespace: platform}\n\
        spec:\n  podSelector: {matchLabels: {app: gateway}}\n  policyTypes: [Egress]\n  egress:\n\
        \x20   - to: [{ipBlock: {cidr: 10.40.0.0/23}}]\n      ports: [{protocol: TCP, port: 5432}]\n";
    let path = copy.path().join("rendered/gateway.yaml");
    std::fs::write(&path, named).unwrap();
    let report = fixed(copy.path(), &["CP101/1"]);
    assert_eq!(report["fixes"].as_array().unwrap().len(), 1, "{report}");
    assert_eq!(std::fs::read_to_string(&path).unwrap(), named);
    let closed = closed_ends(&report);
    let from = |to: &str| ("platform/gateway[Deployment]".to_owned(), to.to_owned());
    assert!(
        closed.contains(&from("aws_elasticache_cluster.sessions")),
        "{report}"
    );
    assert!(
        !closed.contains(&from("aws_db_instance.orders")),
        "{report}"
    );
    let after = flows(copy.path());
    let to_orders = after
        .keys()
        .find(|key| key.0 == "platform/gateway[Deployment]" && key.1 == "aws_db_instance.orders");
    assert!(to_orders.is_some());
}

#[test]
fn a_policy_beside_objects_in_json_is_json() {
    let copy = copy(&demo());
    let web = serde_json::json!({
        "apiVersion": "apps/v1",
        "kind": "Deployment",
        "metadata": {"name": "web", "namespace": "front"},
        "spec": {
            "selector": {"matchLabels": {"app": "web"}},
            "template": {
                "metadata": {"labels": {"app": "web"}},
                "spec": {"containers": [{"name": "web", "image": "web"}]},
            },
        },
    });
    let file = copy.path().join("web.json");
    std::fs::write(&file, web.to_string()).unwrap();
    let inputs = ["--no-config", "--plan", "plan.json", "web.json"];
    let (report, told) = run(
        copy.path(),
        &[&["fix", "CP101", "--write"][..], &inputs].concat(),
    );
    assert_eq!(report["written"], true, "{told}");
    let text = std::fs::read_to_string(&file).unwrap();
    let stream = serde_json::Deserializer::from_str(&text).into_iter::<Value>();
    let kinds: Vec<Value> = stream.map(|own| own.unwrap()["kind"].clone()).collect();
    assert_eq!(kinds, ["Deployment", "NetworkPolicy"]);
    let left = run(
        copy.path(),
        &[&["scan", "--select", "CP101"][..], &inputs].concat(),
    );
    assert_eq!(left.0["findings"], serde_json::json!([]));
}
