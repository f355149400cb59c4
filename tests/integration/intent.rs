//! `allow:` of the configuration, on the demo: what is wanted is no finding, what is wrong with an entry is one, and `fix` keeps what is
//! wanted.

use crate::binary::{Ran, folder, root, run, run_with};
use serde_json::Value;
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// A copy of the demo with a configuration.
fn demo(name: &str, config: &str) -> PathBuf {
    let here = folder(name, &[("crosspeer.yaml", config)]);
    copy(&root().join("testdata/demo"), &here);
    here
}

fn copy(from: &Path, to: &Path) {
    std::fs::create_dir_all(to).unwrap();
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let place = to.join(path.file_name().unwrap());
        if path.is_dir() {
            copy(&path, &place);
        } else {
            std::fs::write(place, std::fs::read(path).unwrap()).unwrap();
        }
    }
}

const INPUTS: [&str; 5] = ["--plan", "plan.json", "--tf", "infra", "rendered"];

fn scan(here: &Path, more: &[&str]) -> Ran {
    run(here, &[&["scan", "--quiet"], &INPUTS[..], more].concat())
}

fn json(here: &Path, more: &[&str]) -> Value {
    scan(here, &[&["--format", "json"], more].concat()).json()
}

/// `CP101 payments/fraud` for each finding of some rules.
fn found(report: &Value, rules: &[&str]) -> BTreeSet<String> {
    let findings = report["findings"].as_array().unwrap().iter();
    let text = |own: &Value, key: &str| own[key].as_str().unwrap().to_owned();
    findings
        .filter(|own| rules.contains(&own["rule"].as_str().unwrap()))
        .map(|own| format!("{} {}", text(own, "rule"), text(own, "subject")))
        .collect()
}

fn set(all: &[&str]) -> BTreeSet<String> {
    all.iter().map(|one| (*one).to_owned()).collect()
}

const ORDERS: &str = "allow:\n  - {from: shop/*, to: aws_db_instance.orders, ports: tcp 5432, reason: takes orders, owner: team shop}\n";

/// Pods of `shop` reach `aws_db_instance.orders` on tcp 5432 and `aws_elasticache_cluster.sessions` on tcp 6379, and addresses beside them.
#[test]
fn what_is_wanted_is_shown_and_is_no_finding() {
    let here = demo("intent/wanted", ORDERS);
    let report = json(&here, &[]);
    let intended = report["intended"].as_array().unwrap();
    assert_eq!(intended.len(), 1);
    let own = &intended[0];
    assert_eq!(own["from"], "shop/*");
    assert_eq!(own["reason"], "takes orders");
    assert_eq!(own["location"]["file"], "crosspeer.yaml");
    assert_eq!(own["location"]["line"], 2);
    let crossings = own["crossings"].as_array().unwrap();
    let workloads: BTreeSet<&str> = crossings
        .iter()
        .map(|one| one["workload"].as_str().unwrap())
        .collect();
    assert_eq!(workloads, BTreeSet::from(["shop/cart", "shop/web"]));
    // The cache is none of it.
    let shop = report["findings"].as_array().unwrap().iter();
    let shop: Vec<&Value> = shop
        .filter(|own| own["rule"] == "CP101" && own["subject"] == "shop")
        .collect();
    let fars: BTreeSet<&str> = shop
        .iter()
        .flat_map(|own| own["passages"].as_array().unwrap())
        .map(|one| one["far"].as_str().unwrap())
        .collect();
    assert!(
        fars.contains("aws_elasticache_cluster.sessions"),
        "{fars:?}"
    );
    assert!(!fars.contains("aws_db_instance.orders"), "{fars:?}");
    let text = scan(&here, &[]).out;
    assert!(
        text.contains("intended  shop/* to aws_db_instance.orders on tcp 5432 · "),
        "{text}"
    );
}

#[test]
fn the_comment_of_a_pull_request_lists_what_is_wanted() {
    let here = demo("intent/comment", ORDERS);
    let page = scan(&here, &["--format", "markdown"]).out;
    assert!(
        page.contains("<summary>1 intended flow</summary>"),
        "{page}"
    );
    let row = "| `shop/*` | `aws_db_instance.orders` | tcp 5432 | takes orders (team shop) | `";
    assert!(
        page.contains(row) && page.contains("crosspeer.yaml:2`"),
        "{page}"
    );
    // Where everything that crosses is wanted, nothing opens, and the report says what it says that of.
    let all = "allow:\n  - {from: '*/*', to: 0.0.0.0/0, ports: any, reason: a, owner: o}\n  - {from: 0.0.0.0/0, to: '*/*', ports: any, reason: a, owner: o}\n";
    let here = demo("intent/all", all);
    let page = scan(&here, &["--format", "markdown"]).out;
    assert!(
        page.starts_with("**opens no border beyond what is intended"),
        "{page}"
    );
    let text = scan(&here, &["--select", "CP101,CP102"]).out;
    assert!(
        text.contains("No crossing beyond what is intended: 8 workloads"),
        "{text}"
    );
}

#[test]
fn sarif_marks_what_is_wanted_where_it_is_asked_for() {
    let config = "allow:\n  - {from: reports/nightly, to: 10.0.0.0/8, ports: any, reason: reads all, owner: team data}\n";
    let here = demo("intent/sarif", config);
    let results = |more: &[&str]| {
        let log = scan(
            &here,
            &[&["--format", "sarif", "--select", "CP101"], more].concat(),
        )
        .json();
        let results = log["runs"][0]["results"].as_array().unwrap().clone();
        let own = results.into_iter();
        own.filter(|own| own["properties"]["subject"] == "reports/nightly")
            .collect::<Vec<Value>>()
    };
    assert!(results(&[]).is_empty());
    let marked = results(&["--show-suppressed"]);
    assert!(!marked.is_empty());
    for own in marked {
        let suppression = &own["suppressions"][0];
        assert_eq!(suppression["kind"], "external");
        assert_eq!(
            suppression["justification"],
            "it is intended: reads all (team data)"
        );
    }
}

#[test]
fn what_is_wrong_with_an_entry_is_a_finding_at_its_line() {
    let config = "allow:\n\
        \x20 - {from: shop/cart, to: aws_db_instance.orders, ports: tcp 5432, reason: a, owner: o, until: 2027-03-31}\n\
        \x20 - {from: shop/crat, to: aws_db_instance.orders, ports: tcp 5432, reason: b, owner: o}\n\
        \x20 - {from: shop/web, to: aws_db_instance.orders, ports: tcp 22, reason: c, owner: o}\n\
        \x20 - {from: shop/web, to: aws_db_instance.orders, ports: tcp 5432, reason: TODO, owner: o}\n";
    let here = demo("intent/wrong", config);
    let rules = ["CP602", "CP603", "CP604", "CP605"];
    let at = |today: &str| json(&here, &["--today", today]);
    let lines = |report: &Value| -> BTreeSet<String> {
        let findings = report["findings"].as_array().unwrap().iter();
        let own = findings.filter(|own| rules.contains(&own["rule"].as_str().unwrap()));
        own.map(|own| {
            format!(
                "{} {}",
                own["rule"].as_str().unwrap(),
                own["location"]["line"]
            )
        })
        .collect()
    };
    let report = at("2027-03-31");
    assert_eq!(lines(&report), set(&["CP604 3", "CP602 4", "CP605 5"]));
    let told = report.to_string();
    assert!(told.contains("did you mean `shop/cart`?"), "{told}");
    assert_eq!(
        lines(&at("2027-04-01")),
        set(&["CP603 2", "CP604 3", "CP602 4", "CP605 5"])
    );
    // What expired is found again.
    let crosses = |report: &Value| {
        let intended = report["intended"].as_array().unwrap().len();
        let findings = report["findings"].to_string();
        (intended, findings.contains("shop/cart"))
    };
    assert_eq!(crosses(&at("2027-03-31")).0, 1);
    assert_eq!(crosses(&at("2027-04-01")), (0, true));
    // The environment says the day as the option does.
    let arguments = [&["scan", "--quiet", "--format", "json"], &INPUTS[..]].concat();
    let by = run_with(&here, &arguments, &[("CROSSPEER_TODAY", "2027-04-01")]);
    assert_eq!(by.json(), at("2027-04-01"));
    let wrong = scan(&here, &["--today", "1.4.2027"]);
    assert_eq!(wrong.code, 2);
    assert!(
        wrong.err.contains("is no date: expected one as 2027-03-31"),
        "{}",
        wrong.err
    );
}

#[test]
fn a_policy_that_nobody_wants_is_found_and_cut() {
    // payments/fraud-to-data names the whole of aws_vpc.data, ledger-to-orders the database's subnets.
    let config = "allow:\n  - {from: payments/fraud, to: aws_db_instance.orders, ports: tcp 5432, reason: scores, owner: o}\n";
    let here = demo("intent/cut", config);
    let beyond = ["CP601"];
    assert_eq!(
        found(&json(&here, &[]), &beyond),
        set(&["CP601 payments/fraud", "CP601 payments/ledger"])
    );
    let arguments = [
        &["fix", "CP601", "--write", "--quiet", "--format", "json"],
        &INPUTS[..],
    ]
    .concat();
    let fixes = run(&here, &arguments).json();
    assert_eq!(fixes["fixes"].as_array().unwrap().len(), 2, "{fixes}");
    let after = json(&here, &[]);
    assert_eq!(found(&after, &beyond), set(&[]));
    let kept = after["intended"][0]["crossings"].to_string();
    assert!(kept.contains("aws_db_instance.orders"), "{kept}");
}

#[test]
fn a_fix_keeps_what_is_wanted() {
    let here = demo("intent/fix", ORDERS);
    let arguments = [
        &[
            "fix", "CP101", "--border", "app_data", "--write", "--quiet", "--format", "json",
        ],
        &INPUTS[..],
    ]
    .concat();
    let fixes = run(&here, &arguments).json();
    assert_eq!(fixes["unproved"].as_array().unwrap().len(), 0, "{fixes}");
    let flows = |from: &str, to: &str| {
        let arguments = [
            &[
                "explain", "--quiet", "--format", "json", "--from", from, "--to", to,
            ],
            &INPUTS[..],
        ]
        .concat();
        let answer = run(&here, &arguments).json();
        (answer["verdict"].clone(), answer["traffic"].to_string())
    };
    let (verdict, traffic) = flows("shop/cart", "aws_db_instance.orders");
    assert_eq!(
        (verdict.as_str().unwrap(), traffic.as_str()),
        ("reachable", r#"{"TCP":[[5432,5432]]}"#)
    );
    assert_eq!(
        flows("shop/cart", "aws_elasticache_cluster.sessions").0,
        "blocked"
    );
    assert_eq!(
        flows("reports/nightly", "aws_db_instance.orders").0,
        "blocked"
    );
}

#[test]
fn a_first_list_is_written_and_counts_once_it_is_reviewed() {
    let here = demo("intent/first", "failOn: none\n");
    let print = || run(&here, &[&["intent", "--quiet"], &INPUTS[..]].concat());
    let first = print();
    assert_eq!(first.code, 0);
    assert!(
        first.out.starts_with("# What crosses borders now"),
        "{}",
        first.out
    );
    let before = json(&here, &[]);
    let crossing = ["CP101", "CP102", "CP103"];
    // As it is written it changes no finding, and says so.
    std::fs::write(here.join("crosspeer.yaml"), &first.out).unwrap();
    let unreviewed = json(&here, &[]);
    assert_eq!(found(&unreviewed, &crossing), found(&before, &crossing));
    let entries = first.out.matches("- from:").count();
    let told = unreviewed["findings"].as_array().unwrap().iter();
    assert_eq!(told.filter(|own| own["rule"] == "CP605").count(), entries);
    // One for the database, one for the cache: the auditors' network has only bare addresses.
    assert_eq!(entries, 2, "{}", first.out);
    // Reviewed, each entry stands for something that crosses, and named far sides are findings no more.
    let reviewed = first.out.replace("TODO ", "");
    std::fs::write(here.join("crosspeer.yaml"), reviewed).unwrap();
    let after = json(&here, &[]);
    assert_eq!(
        found(&after, &["CP602", "CP603", "CP604", "CP605"]),
        set(&[])
    );
    assert_eq!(after["intended"].as_array().unwrap().len(), entries);
    for own in after["findings"].as_array().unwrap() {
        for one in own["passages"].as_array().into_iter().flatten() {
            let direct = crossing.contains(&own["rule"].as_str().unwrap());
            assert!(
                !direct || !one["far"].as_str().unwrap().starts_with("aws_"),
                "{own}"
            );
        }
    }
    let further = print();
    assert!(further.out.ends_with("allow: []\n"), "{}", further.out);
    assert_eq!(print().out, further.out);
}
