//! The data of the HTML report: what crosses, before and after, with its proof.

use crate::binary::{folder, root, run};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::Path;

/// The demo beside a copy of its manifests, to which a test may add.
fn demo(name: &str) -> (std::path::PathBuf, String) {
    let here = folder(&format!("page/{name}"), &[]);
    let from = root().join("testdata/demo");
    let rendered = here.join("rendered");
    std::fs::create_dir_all(&rendered).unwrap();
    for file in std::fs::read_dir(from.join("rendered")).unwrap() {
        let file = file.unwrap().path();
        std::fs::copy(&file, rendered.join(file.file_name().unwrap())).unwrap();
    }
    (here, from.to_string_lossy().into_owned())
}

fn arguments<'a>(command: &'a str, plan: &'a str, infra: &'a str) -> Vec<&'a str> {
    vec![
        command,
        "--no-config",
        "--plan",
        plan,
        "--tf",
        infra,
        "--manifests",
        "rendered",
    ]
}

/// The island of the page that a scan writes.
fn island(here: &Path, arguments: &[&str]) -> Value {
    let more = ["--fail-on", "none", "--output", "report.html"];
    let ran = run(here, &[arguments, &more].concat());
    assert_eq!(ran.code, 0, "{}", ran.said());
    let page = std::fs::read_to_string(here.join("report.html")).unwrap();
    let (_, rest) = page.split_once("id=\"data\">\n").unwrap();
    serde_json::from_str(rest.split_once("\n</script>").unwrap().0).unwrap()
}

fn at(list: &Value, at: &Value) -> Value {
    let at = usize::try_from(at.as_i64().unwrap()).unwrap();
    list[at].clone()
}

/// Sender and receiver of each row that crosses at a moment; towards resources only, whose names are those of `reach`.
fn crossings(page: &Value, moment: &str) -> BTreeSet<(String, String)> {
    let table = &page["crossings"];
    let rows = table["workload"].as_array().unwrap().iter().enumerate();
    let row = |(row, workload): (usize, &Value)| {
        let ports = table[moment]["ports"][row].as_i64().unwrap();
        let inward = table["inward"][row].as_u64() == Some(1);
        (ports >= 0 && !inward).then(|| {
            let workload = at(&page["workloads"], workload);
            let party = at(&page["parties"], &table[moment]["party"][row]);
            let name = |value: &Value| value.as_str().unwrap().to_owned();
            let from = format!("{}[{}]", name(&workload["title"]), name(&workload["kind"]));
            party.get("resource").map(|_| (from, name(&party["name"])))
        })
    };
    rows.filter_map(row).flatten().collect()
}

#[test]
fn every_crossing_that_reach_lists_is_in_the_page() {
    let (here, demo) = demo("reach");
    let (plan, infra) = (format!("{demo}/plan.json"), format!("{demo}/infra"));
    let page = island(&here, &arguments("scan", &plan, &infra));
    let mut reach = arguments("reach", &plan, &infra);
    reach.extend(["--format", "json"]);
    let reach = run(&here, &reach).json();
    let flows = reach["flows"].as_array().unwrap().iter();
    let names = |flow: &Value| {
        let name = |key: &str| flow[key].as_str().unwrap().to_owned();
        (name("from"), name("to"))
    };
    let expected: BTreeSet<_> = flows
        .map(names)
        .filter(|(_, to)| to.starts_with("aws_"))
        .collect();
    assert!(expected.len() > 10, "{expected:?}");
    assert_eq!(crossings(&page, "after"), expected);
    assert!(crossings(&page, "before").is_empty(), "all borders are new");
}

#[test]
fn hops_quote_their_line_and_name_what_the_plan_adds() {
    let (here, demo) = demo("quotes");
    let (plan, infra) = (format!("{demo}/plan.json"), format!("{demo}/infra"));
    let page = island(&here, &arguments("scan", &plan, &infra));
    let hops = page["hops"].as_array().unwrap();
    let border = hops
        .iter()
        .find(|hop| hop["address"] == "aws_vpc_peering_connection.app_data")
        .unwrap();
    assert_eq!(
        border["quote"],
        "resource \"aws_vpc_peering_connection\" \"app_data\" {"
    );
    assert_eq!(border["change"], "added");
    let of_plan = hops.iter().filter(|hop| {
        hop["place"]["file"]
            .as_str()
            .is_some_and(|file| file.ends_with("plan.json"))
    });
    for hop in of_plan {
        assert!(hop.get("quote").is_none(), "a plan is not quoted: {hop}");
    }
}

#[test]
fn what_a_change_closes_is_told_with_its_path_of_before() {
    const DENY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\n\
                        spec: {podSelector: {}, policyTypes: [Ingress, Egress]}\n";
    let (here, demo) = demo("closed");
    let (plan, infra) = (format!("{demo}/plan.json"), format!("{demo}/infra"));
    std::fs::rename(here.join("rendered"), here.join("base")).unwrap();
    std::fs::create_dir(here.join("rendered")).unwrap();
    for file in std::fs::read_dir(here.join("base")).unwrap() {
        let file = file.unwrap().path();
        std::fs::copy(&file, here.join("rendered").join(file.file_name().unwrap())).unwrap();
    }
    std::fs::write(here.join("rendered/deny.yaml"), DENY).unwrap();
    let mut scan = arguments("scan", &plan, &infra);
    scan.extend(["--base", "base", "--base", &plan]);
    let page = island(&here, &scan);
    let closed = |page: &Value, moment| {
        crossings(page, moment)
            .into_iter()
            .filter(|(from, _)| from.starts_with("shop/"))
            .count()
    };
    // Two workloads, two resources each.
    assert_eq!((closed(&page, "before"), closed(&page, "after")), (4, 0));
    let findings = page["findings"].as_array().unwrap();
    let gone = findings
        .iter()
        .find(|finding| finding["change"] == "closed" && finding["rule"] == "CP101")
        .unwrap();
    let path = at(&page["paths"], &gone["path"]);
    let first = at(&page["hops"], &path[0]);
    assert_eq!(first["because"], "no policy selects `shop/cart` for egress");
}
