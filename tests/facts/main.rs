//! Files of facts: what one repository contributes, read elsewhere as if all were read at once.

#![allow(
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "a test may stop at the first thing that is not as expected"
)]

mod canaries;
#[path = "../integration/secrets/planting.rs"]
mod planting;
mod shares;
mod tables;

use parquet::file::reader::{FileReader, SerializedFileReader};
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// An empty folder.
fn folder(name: &str) -> PathBuf {
    let path = Path::new(env!("CARGO_TARGET_TMPDIR"))
        .join("facts")
        .join(name);
    let _ = std::fs::remove_dir_all(&path);
    std::fs::create_dir_all(&path).unwrap();
    path
}

fn write(path: &Path, text: &str) {
    std::fs::create_dir_all(path.parent().unwrap()).unwrap();
    std::fs::write(path, text).unwrap();
}

fn run(here: &Path, arguments: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    // Neither who runs the tests nor the repository that they are of says which repository is at hand.
    command
        .env_remove("GITHUB_REPOSITORY")
        .env("GIT_DIR", "/nowhere");
    command.args(arguments).current_dir(here).output().unwrap()
}

/// What a command prints, which may find something.
fn said(here: &Path, arguments: &[&str]) -> String {
    let output = run(here, arguments);
    let trouble = String::from_utf8_lossy(&output.stderr);
    assert!(
        matches!(output.status.code(), Some(0 | 1)),
        "{arguments:?}: {trouble}"
    );
    String::from_utf8(output.stdout).unwrap()
}

/// What a command says that ends with exit code 2.
fn refused(here: &Path, arguments: &[&str]) -> String {
    let output = run(here, arguments);
    assert_eq!(output.status.code(), Some(2), "{arguments:?}");
    String::from_utf8(output.stderr).unwrap()
}

/// A state with these resources: address and values.
fn state(resources: &[(&str, Value)]) -> String {
    let one = |(address, values): &(&str, Value)| {
        let (kind, name) = address.split_once('.').unwrap();
        json!({"address": address, "mode": "managed", "type": kind, "name": name, "values": values})
    };
    let resources: Vec<Value> = resources.iter().map(one).collect();
    json!({"format_version": "1.0", "values": {"root_module": {"resources": resources}}})
        .to_string()
}

fn rule(protocol: &str, port: u16, block: &str) -> Value {
    json!({"protocol": protocol, "from_port": port, "to_port": port, "cidr_blocks": [block]})
}

/// The network of the shop: a cluster, and a peering with the network of another repository, with a route into it.
fn shop() -> String {
    state(&[
        (
            "aws_vpc.shop",
            json!({"id": "vpc-0aaaaaaa1111", "cidr_block": "10.20.0.0/16", "owner_id": "111122223333"}),
        ),
        (
            "aws_subnet.shop",
            json!({"id": "subnet-0aaaaaaa1111", "vpc_id": "vpc-0aaaaaaa1111", "cidr_block": "10.20.1.0/24"}),
        ),
        (
            "aws_route_table.shop",
            json!({"id": "rtb-0aaaaaaa1111", "vpc_id": "vpc-0aaaaaaa1111"}),
        ),
        (
            "aws_route_table_association.shop",
            json!({"id": "rtbassoc-1", "subnet_id": "subnet-0aaaaaaa1111", "route_table_id": "rtb-0aaaaaaa1111"}),
        ),
        (
            "aws_route.to_data",
            json!({"id": "r-1", "route_table_id": "rtb-0aaaaaaa1111", "destination_cidr_block": "10.40.0.0/16", "vpc_peering_connection_id": "pcx-0aaaaaaa1111"}),
        ),
        (
            "aws_vpc_peering_connection.data",
            json!({"id": "pcx-0aaaaaaa1111", "vpc_id": "vpc-0aaaaaaa1111", "peer_vpc_id": "vpc-0bbbbbbb2222", "accept_status": "active"}),
        ),
        (
            "aws_security_group.nodes",
            json!({"id": "sg-0aaaaaaa1111", "vpc_id": "vpc-0aaaaaaa1111", "egress": [rule("-1", 0, "0.0.0.0/0")], "ingress": []}),
        ),
        (
            "aws_eks_cluster.shop",
            json!({"id": "shop", "name": "shop", "vpc_config": [{"subnet_ids": ["subnet-0aaaaaaa1111"], "cluster_security_group_id": "sg-0aaaaaaa1111"}]}),
        ),
        (
            "aws_eks_node_group.shop",
            json!({"id": "shop:n", "cluster_name": "shop", "subnet_ids": ["subnet-0aaaaaaa1111"]}),
        ),
    ])
}

/// The network of the data team: a database, and the way back.
fn data() -> String {
    state(&[
        (
            "aws_vpc.data",
            json!({"id": "vpc-0bbbbbbb2222", "cidr_block": "10.40.0.0/16", "owner_id": "444455556666"}),
        ),
        (
            "aws_subnet.data",
            json!({"id": "subnet-0bbbbbbb2222", "vpc_id": "vpc-0bbbbbbb2222", "cidr_block": "10.40.1.0/24"}),
        ),
        (
            "aws_route_table.data",
            json!({"id": "rtb-0bbbbbbb2222", "vpc_id": "vpc-0bbbbbbb2222"}),
        ),
        (
            "aws_route_table_association.data",
            json!({"id": "rtbassoc-2", "subnet_id": "subnet-0bbbbbbb2222", "route_table_id": "rtb-0bbbbbbb2222"}),
        ),
        (
            "aws_route.back",
            json!({"id": "r-2", "route_table_id": "rtb-0bbbbbbb2222", "destination_cidr_block": "10.20.0.0/16", "vpc_peering_connection_id": "pcx-0aaaaaaa1111"}),
        ),
        (
            "aws_vpc_peering_connection_accepter.shop",
            json!({"id": "pcx-0aaaaaaa1111", "vpc_peering_connection_id": "pcx-0aaaaaaa1111", "accept_status": "active"}),
        ),
        (
            "aws_security_group.db",
            json!({"id": "sg-0bbbbbbb2222", "vpc_id": "vpc-0bbbbbbb2222", "ingress": [rule("tcp", 5432, "10.20.0.0/16")], "egress": []}),
        ),
        (
            "aws_instance.db",
            json!({"id": "i-0bbbbbbb2222", "subnet_id": "subnet-0bbbbbbb2222", "private_ip": "10.40.1.9", "vpc_security_group_ids": ["sg-0bbbbbbb2222"]}),
        ),
    ])
}

const PODS: &str = "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: cart, namespace: shop}\nspec:\n  selector: {matchLabels: {app: cart}}\n  \
    template:\n    metadata: {labels: {app: cart}}\n    spec:\n      containers: [{name: c, image: i, ports: [{containerPort: 80}]}]\n";

/// An organisation: the network of the shop, its pods in a repository of their own, and the data team.
fn organisation(name: &str) -> PathBuf {
    let here = folder(name);
    write(&here.join("all/network/state.json"), &shop());
    write(&here.join("all/pods/k8s/cart.yaml"), PODS);
    write(
        &here.join("all/pods/crosspeer.yaml"),
        "clusters: [{address: shop, manifests: [k8s]}]\n",
    );
    write(&here.join("all/data/state.json"), &data());
    write(
        &here.join("all/data/README.md"),
        "What the data team has.\n",
    );
    for repository in ["network", "pods", "data"] {
        std::fs::create_dir_all(here.join("all").join(repository).join(".git")).unwrap();
    }
    std::fs::create_dir_all(here.join("empty")).unwrap();
    here
}

/// Writes the facts of a repository of an organisation.
fn facts(here: &Path, repository: &str, file: &str, committed: &str) -> String {
    let output = here.join(file).display().to_string();
    let own = here.join("all").join(repository);
    let arguments = [
        "facts",
        ".",
        "--quiet",
        "--repository",
        repository,
        "--committed",
        committed,
        "--output",
        &output,
    ];
    said(&own, &arguments);
    output
}

const SCAN: &[&str] = &[
    "scan",
    "--no-config",
    "--quiet",
    "--fail-on",
    "none",
    "--format",
    "json",
    "--facts",
];
const REACH: &[&str] = &[
    "reach",
    "--no-config",
    "--quiet",
    "--format",
    "json",
    "--facts",
];

fn of_facts(here: &Path, question: &[&str], files: &[&str]) -> String {
    said(&here.join("empty"), &[question, files].concat())
}

#[test]
fn parts_are_one_world_as_if_read_at_once() {
    let here = organisation("at-once");
    let files =
        ["network", "pods", "data"].map(|own| facts(&here, own, &format!("{own}.parquet"), "1"));
    let [network, pods, data] = files.each_ref().map(String::as_str);
    let all = here.join("all");
    let at_once = |command: &str| {
        let mut arguments = vec![
            command,
            "--no-config",
            "--quiet",
            "--format",
            "json",
            "--cluster",
            "shop=pods/k8s",
        ];
        arguments.extend(if command == "scan" {
            ["--fail-on", "none"].as_slice()
        } else {
            &[]
        });
        said(&all, &[arguments.as_slice(), &["network", "data"]].concat())
    };
    let (scan, reach) = (at_once("scan"), at_once("reach"));
    assert!(scan.contains("\"skipped\": 1"), "{scan}");
    assert!(reach.contains("aws_instance.db"), "{reach}");
    for order in [[network, pods, data, pods], [pods, data, network, data]] {
        assert_eq!(of_facts(&here, REACH, &order), reach);
        assert_eq!(of_facts(&here, SCAN, &order), scan);
    }
    // By folder, and without what is missing: then the far side is not known.
    let folder = here.display().to_string();
    assert_eq!(of_facts(&here, REACH, &[&folder]), reach);
    assert!(!of_facts(&here, REACH, &[network, pods]).contains("aws_instance.db"));
}

#[test]
fn the_newer_commit_of_a_repository_counts() {
    let here = organisation("newer");
    let network = facts(&here, "network", "network.parquet", "1");
    let pods = facts(&here, "pods", "pods.parquet", "1");
    let old = facts(&here, "data", "old.parquet", "1");
    write(
        &here.join("all/data/state.json"),
        &data().replace("5432", "6432"),
    );
    let new = facts(&here, "data", "new.parquet", "2");
    for order in [[&network, &pods, &old, &new], [&new, &old, &pods, &network]] {
        let order = order.map(String::as_str);
        let said = of_facts(&here, REACH, &order);
        assert!(said.contains("6432") && !said.contains("5432"), "{said}");
    }
}

#[test]
fn a_change_is_judged_beside_the_facts_of_others() {
    let here = organisation("change");
    let network = facts(&here, "network", "network.parquet", "1");
    let data = facts(&here, "data", "data.parquet", "1");
    let pods = facts(&here, "pods", "pods.parquet", "1");
    let own = here.join("all/pods");
    let explain = [
        "explain",
        "--quiet",
        "--repository",
        "pods",
        "--from",
        "shop/cart",
        "--to",
        "aws_instance.db",
        "--port",
        "5432",
    ];
    let arguments = [&explain[..], &["--facts", &network, &data, &pods]].concat();
    let before = run(&own, &arguments);
    assert_eq!(
        before.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&before.stderr)
    );
    // The change closes the way, and what the facts of the repository itself say does not count.
    let deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\nspec: {podSelector: {}, policyTypes: [Egress]}\n";
    write(&own.join("k8s/deny.yaml"), deny);
    write(
        &own.join("crosspeer.yaml"),
        "clusters: [{address: shop, manifests: [k8s], policyEngine: vpc-cni}]\n",
    );
    let after = run(&own, &arguments);
    let said = String::from_utf8_lossy(&after.stdout).into_owned();
    assert_eq!(after.status.code(), Some(1), "{said}");
    assert!(said.contains("k8s/deny.yaml"), "{said}");
}

#[test]
fn files_of_other_repositories_are_told_from_their_own_root() {
    let here = organisation("from-below");
    let files =
        ["network", "pods", "data"].map(|own| facts(&here, own, &format!("{own}.parquet"), "1"));
    let below = here.join("other/below");
    std::fs::create_dir_all(here.join("other/.git")).unwrap();
    std::fs::create_dir_all(&below).unwrap();
    let sarif = SCAN.iter().map(|word| match *word {
        "json" => "sarif",
        word => word,
    });
    let files = files.iter().map(String::as_str);
    let sarif = said(&below, &sarif.chain(files).collect::<Vec<_>>());
    assert!(sarif.contains(r#""uri":"pods/k8s/cart.yaml""#));
    assert!(!sarif.contains(r#""uri":"other"#) && !sarif.contains(r#""uri":"below"#));
}

#[test]
fn a_cluster_that_is_not_there_is_named_once() {
    let here = organisation("absent");
    write(
        &here.join("all/pods/k8s/more.yaml"),
        &PODS.replace("cart", "more"),
    );
    let pods = facts(&here, "pods", "pods.parquet", "1");
    let data = facts(&here, "data", "data.parquet", "1");
    let said = of_facts(&here, REACH, &[&pods, &data]);
    assert_eq!(
        said.matches("the cluster `shop` that manifests of `pods` are tied to is not in the input")
            .count(),
        1,
        "{said}"
    );
}

/// Every text of a Parquet file.
fn texts(path: &str) -> String {
    let reader = SerializedFileReader::new(std::fs::File::open(path).unwrap()).unwrap();
    let rows = reader.get_row_iter(None).unwrap();
    rows.map(|row| row.unwrap().to_string()).collect()
}

/// A file that the first version of the format wrote is read by every later one that promises to.
#[test]
fn files_of_older_versions_are_read() {
    let old = Path::new(env!("CARGO_MANIFEST_DIR")).join("testdata/facts/version-1.parquet");
    let here = folder("old");
    std::fs::create_dir_all(here.join("empty")).unwrap();
    let said = of_facts(&here, REACH, &[&old.display().to_string()]);
    assert!(
        said.contains("shop/cart[Deployment]") && said.contains("aws_instance.db"),
        "{said}"
    );
}

#[test]
fn what_is_no_file_of_facts_is_told() {
    let here = organisation("broken");
    let own = facts(&here, "network", "network.parquet", "1");
    let bytes = std::fs::read(&own).unwrap();
    let scan = |path: &Path| {
        refused(
            &here.join("empty"),
            &[SCAN, &[&path.display().to_string()]].concat(),
        )
    };
    let broken = here.join("broken.parquet");
    for (content, why) in [
        (&bytes[..bytes.len() / 2], "this is no file of facts"),
        (&b"not parquet"[..], "this is no file of facts"),
        (&b""[..], "this is no file of facts"),
    ] {
        std::fs::write(&broken, content).unwrap();
        let said = scan(&broken);
        assert!(
            said.contains("broken.parquet") && said.contains(why) && !said.contains("panicked"),
            "{said}"
        );
    }
    let nothing = here.join("nothing");
    std::fs::create_dir_all(&nothing).unwrap();
    assert!(scan(&nothing).contains("holds no file of facts"));
    assert!(scan(&here.join("absent")).contains("cannot be read"));
    let unnamed = refused(
        &here.join("all/data"),
        &["facts", ".", "--output", "x.parquet"],
    );
    assert!(
        unnamed.contains("name it, as in `--repository shop/network`"),
        "{unnamed}"
    );
    let odd = refused(
        &here.join("all/data"),
        &[
            "facts",
            ".",
            "--repository",
            "../x",
            "--output",
            "x.parquet",
        ],
    );
    assert!(odd.contains("is no name of a repository"), "{odd}");
}
