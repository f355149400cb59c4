//! One organisation dealt to several processes: what they find together is what one finds.

use crate::tables::cells;
use crate::{PODS, SCAN, data, facts, folder, of_facts, refused, shop, write};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};

/// The shop's repository once more, in a network of its own, with what the network of the data team needs for it.
fn copied(name: &str, mark: &str, block: &str) -> String {
    let text = shop()
        .replace("0aaaaaaa1111", mark)
        .replace("10.20.", block)
        .replace("shop", name);
    let mut state: Value = serde_json::from_str(&text).unwrap();
    let front = format!("{block}0.0/16");
    let more = [
        (
            "aws_route",
            json!({"id": format!("r-{name}"), "route_table_id": "rtb-0bbbbbbb2222", "destination_cidr_block": front, "vpc_peering_connection_id": format!("pcx-{mark}")}),
        ),
        (
            "aws_security_group_rule",
            json!({"id": format!("sgr-{name}"), "type": "ingress", "security_group_id": "sg-0bbbbbbb2222", "protocol": "tcp", "from_port": 5432, "to_port": 5432, "cidr_blocks": [front]}),
        ),
    ];
    let resources = &mut state["values"]["root_module"]["resources"];
    for (kind, values) in more {
        let own = json!({"address": format!("{kind}.back_{name}"), "mode": "managed", "type": kind, "name": format!("back_{name}"), "values": values});
        resources.as_array_mut().unwrap().push(own);
    }
    state.to_string()
}

/// Three clusters whose networks are peered with that of the data team.
fn organisation(name: &str) -> (PathBuf, Vec<String>) {
    let here = folder(name);
    write(&here.join("all/shop/state.json"), &shop());
    write(&here.join("all/data/state.json"), &data());
    for (own, mark, block) in [
        ("till", "0ccccccc3333", "10.60."),
        ("desk", "0ddddddd4444", "10.70."),
    ] {
        let state = here.join("all").join(own).join("state.json");
        write(&state, &copied(own, mark, block));
    }
    for cluster in ["shop", "till", "desk"] {
        let repository = here.join("all").join(cluster);
        write(&repository.join("k8s/cart.yaml"), PODS);
        let tie = format!("clusters: [{{address: {cluster}, manifests: [k8s]}}]\n");
        write(&repository.join("crosspeer.yaml"), &tie);
    }
    for own in ["shop", "data", "till", "desk"] {
        std::fs::create_dir_all(here.join("all").join(own).join(".git")).unwrap();
    }
    std::fs::create_dir_all(here.join("empty")).unwrap();
    let of = |own: &str| facts(&here, own, &format!("{own}.parquet"), "1");
    let files = ["shop", "data", "till", "desk"].map(of).to_vec();
    (here, files)
}

/// All rows of both tables of a scan: findings as JSON, and crossings.
fn rows(here: &Path, files: &[String], more: &[&str]) -> Vec<String> {
    let out = format!("out{}", more.concat().replace('/', "-"));
    let files: Vec<&str> = files.iter().map(String::as_str).collect();
    let question = [&["scan", "--parquet", &out], more].concat();
    of_facts(here, &question, &[&SCAN[1..], &files].concat());
    let out = here.join("empty").join(out);
    let columns = ["source", "destination", "borders", "certainty", "traffic"];
    let mut rows = cells(&out.join("findings.parquet"), &["body"]);
    rows.extend(cells(&out.join("crossings.parquet"), &columns));
    let mut rows: Vec<String> = rows.iter().map(|row| row.join(" ")).collect();
    rows.sort();
    rows
}

#[test]
fn shares_find_together_what_one_machine_finds() {
    let (here, files) = organisation("shares");
    let whole = rows(&here, &files, &[]);
    for cluster in ["shop", "till", "desk"] {
        let crosses = format!("aws_eks_cluster.{cluster}:shop/cart[Deployment] aws_instance.db");
        assert!(
            whole.iter().any(|row| row.starts_with(&crosses)),
            "{whole:?}"
        );
    }
    for of in [2, 3, 7] {
        let share = |number| rows(&here, &files, &["--share", &format!("{number}/{of}")]);
        let parts: Vec<Vec<String>> = (1..=of).map(share).collect();
        let some = parts.iter().filter(|part| !part.is_empty()).count();
        assert!(some > 1, "all is in one share");
        let mut together = parts.concat();
        together.sort();
        assert_eq!(together, whole, "{of} shares");
    }
}

#[test]
fn a_share_of_what_is_intended_is_refused() {
    let (here, files) = organisation("share-of-intent");
    let allow =
        "allow: [{from: 'shop/**', to: '10.40.0.0/16', ports: tcp 5432, reason: r, owner: o}]\n";
    write(&here.join("empty/crosspeer.yaml"), allow);
    let arguments = ["scan", "--share", "1/2", "--facts", files[0].as_str()];
    let why = refused(&here.join("empty"), &arguments);
    assert!(
        why.contains("`--share` judges a part of what crosses"),
        "{why}"
    );
    let wrong = [
        "scan",
        "--no-config",
        "--share",
        "3/2",
        "--facts",
        files[0].as_str(),
    ];
    let why = refused(&here.join("empty"), &wrong);
    assert!(why.contains("as in `2/5`"), "{why}");
}
