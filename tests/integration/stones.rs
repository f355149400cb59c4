//! Ways over a border by way of others, from the command line: pods of `testdata/stones` come to a database by a bastion host.

use serde_json::Value;
use std::process::Command;

const INPUTS: [&str; 6] = [
    "--plan",
    "testdata/stones/plan.json",
    "--tf",
    "testdata/stones/infra",
    "testdata/stones/manifests",
    "--no-config",
];

/// What the program prints about the root, with these arguments before the inputs.
fn printed(before: &[&str], after: &[&str]) -> String {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    command
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env("NO_COLOR", "1");
    let output = command
        .args(before)
        .args(INPUTS)
        .args(after)
        .output()
        .unwrap();
    assert_eq!(
        output.status.code(),
        Some(0),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    String::from_utf8(output.stdout).unwrap()
}

fn findings(more: &[&str]) -> Vec<Value> {
    let text = printed(&["scan", "--select", "CP106", "--format", "json"], more);
    let document: Value = serde_json::from_str(&text).unwrap();
    document
        .get("findings")
        .and_then(Value::as_array)
        .unwrap()
        .clone()
}

/// The line of a file of the root on which a text stands first.
fn line(file: &str, text: &str) -> u64 {
    let whole = std::fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
    let at = whole.lines().position(|line| line.contains(text)).unwrap();
    u64::try_from(at).unwrap() + 1
}

/// The hops that name a line, as `kind file:line`.
fn places(finding: &Value) -> Vec<String> {
    let told = |hop: &Value| {
        let origin = hop.get("origin")?;
        let file = origin.get("file")?.as_str()?.rsplit('/').next()?;
        Some(format!(
            "{} {file}:{}",
            hop.get("hop")?.as_str()?,
            origin.get("line")?
        ))
    };
    finding
        .get("path")
        .and_then(Value::as_array)
        .unwrap()
        .iter()
        .filter_map(told)
        .collect()
}

/// Web may log in to the bastion host, which may go on to the database: its steps, in order, each at the line that decides.
fn from_web() -> Vec<String> {
    let (infra, shop) = (
        "testdata/stones/infra/main.tf",
        "testdata/stones/manifests/shop.yaml",
    );
    let tf = |kind: &str, text: &str, below: u64| {
        format!("{kind} main.tf:{}", line(infra, text) + below)
    };
    vec![
        format!("policy-egress shop.yaml:{}", line(shop, "10.20.0.64/32")),
        tf("interface-filter-egress", "\"aws_eks_cluster\" \"main\"", 0),
        tf(
            "interface-filter-ingress",
            "\"aws_security_group\" \"bastion\"",
            3,
        ),
        tf("endpoint", "\"aws_instance\" \"bastion\"", 0),
        tf("source-address", "\"aws_instance\" \"bastion\"", 3),
        tf(
            "interface-filter-egress",
            "\"aws_security_group\" \"bastion\"",
            9,
        ),
        tf("route", "\"aws_route_table\" \"app\"", 3),
        tf("border", "\"aws_vpc_peering_connection\" \"app_data\"", 0),
        tf(
            "interface-filter-ingress",
            "\"aws_security_group\" \"orders\"",
            3,
        ),
        tf("return-route", "\"aws_route_table\" \"data\"", 3),
    ]
}

#[test]
fn a_finding_shows_the_chain_hop_by_hop() {
    let found = findings(&[]);
    // Quiet calls nobody; web goes by the bastion host, front by web and then as web does.
    assert_eq!(
        found
            .iter()
            .map(|one| one["subject"].as_str().unwrap())
            .collect::<Vec<_>>(),
        ["shop/web", "shop/front"]
    );
    let [web, front] = [&found[0], &found[1]];
    let message = "pod `shop/web` does not reach `aws_instance.orders` across VPC peering `aws_vpc_peering_connection.app_data` directly, but by way of `aws_instance.bastion` in 2 steps, the last on tcp 5432";
    assert_eq!(web["message"], message);
    assert!(
        front["message"]
            .as_str()
            .unwrap()
            .contains("by way of `shop/web, aws_instance.bastion` in 3 steps"),
        "{front}"
    );
    assert_eq!(
        (&web["certainty"], &web["new"]),
        (&Value::from("certain"), &Value::from(true))
    );
    assert_eq!(places(web), from_web());
    let told = places(front);
    let shop = "testdata/stones/manifests/shop.yaml";
    let stone = format!("endpoint shop.yaml:{}", line(shop, "name: web"));
    assert_eq!(
        told.iter().position(|place| *place == stone),
        Some(2),
        "{told:?}"
    );
    assert_eq!(told[3..], from_web(), "from web on it is web's way");
    let by_way = |one: &Value| {
        one["related"]
            .as_array()
            .unwrap()
            .iter()
            .any(|place| place["what"] == "by way of `aws_instance.bastion`")
    };
    assert!(by_way(web) && by_way(front), "{web}");
}

#[test]
fn before_the_plan_nobody_comes_across() {
    assert_eq!(findings(&["--before"]), Vec::<Value>::new());
}

#[test]
fn every_format_leads_to_the_bastion_host() {
    let bastion = line(
        "testdata/stones/infra/main.tf",
        "\"aws_instance\" \"bastion\"",
    );
    let text = printed(&["scan", "-v", "--select", "CP106"], &[]);
    assert!(
        text.contains(&format!("+ testdata/stones/infra/main.tf:{bastion}\n")),
        "{text}"
    );
    let sarif: Value = serde_json::from_str(&printed(
        &["scan", "--select", "CP106", "--format", "sarif"],
        &[],
    ))
    .unwrap();
    let flow = &sarif["runs"][0]["results"][0]["codeFlows"][0]["threadFlows"][0]["locations"];
    let at = |step: &Value| {
        let place = &step["location"]["physicalLocation"];
        place["artifactLocation"]["uri"] == "testdata/stones/infra/main.tf"
            && place["region"]["startLine"] == bastion
    };
    assert!(flow.as_array().unwrap().iter().any(at), "{flow}");
    let reach: Value = serde_json::from_str(&printed(&["reach", "--format", "json"], &[])).unwrap();
    let chains = reach["chains"].as_array().unwrap();
    let through = |from: &str| {
        chains
            .iter()
            .find(|chain| chain["from"] == from && chain["to"] == "aws_instance.orders")
            .unwrap()["through"]
            .clone()
    };
    assert_eq!(
        through("shop/web[Deployment]"),
        serde_json::json!(["aws_instance.bastion"])
    );
    assert_eq!(
        through("shop/front[Deployment]"),
        serde_json::json!(["shop/web[Deployment]", "aws_instance.bastion"])
    );
}
