//! Tests of `tests`.

use crate::ingest::terraform::source::testing::Fixture;

/// `plan`: addresses with what is known. `table`: `expression => value`, in the root module.
fn check(files: &[(&str, &str)], plan: &[&str], table: &str) {
    let fixture = Fixture::new(files, plan);
    let lines = table.lines().map(str::trim).filter(|line| !line.is_empty());
    let wrong: Vec<String> = lines
        .filter_map(|line| {
            let (expression, expected) = line
                .rsplit_once(" => ")
                .unwrap_or_else(|| panic!("no ` => ` in `{line}`"));
            let got = fixture.value(expression.trim());
            (got != expected.trim()).then(|| format!("{expression} => {got}, expected {expected}"))
        })
        .collect();
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

const NET: &str = r#"
variable "unset" {}
variable "wanted" { default = true }
variable "names" { default = ["b", "a"] }
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" }
resource "aws_vpc" "far" {}
resource "aws_internet_gateway" "gw" { vpc_id = aws_vpc.main.id }
resource "aws_subnet" "n" {
  count  = 2
  vpc_id = aws_internet_gateway.gw.vpc_id
}
resource "aws_subnet" "none" { count = var.wanted ? 0 : 1 }
resource "aws_subnet" "k" {
  for_each = toset(var.names)
  vpc_id   = each.key == "a" ? aws_vpc.main.id : aws_vpc.far.id
}
resource "aws_eks_cluster" "c" {
  vpc_config { subnet_ids = aws_subnet.n[*].id }
}
data "aws_vpc" "old" {}
locals {
  nets = { main = aws_vpc.main, far = aws_vpc.far }
  ids  = [aws_vpc.main.id, aws_vpc.far.id]
  open = var.unset ? aws_vpc.main.id : aws_vpc.far.id
}
"#;

const PLAN: &[&str] = &[
    r#"aws_vpc.main {"cidr_block": "10.0.0.0/16", "id": "?", "default_route_table_id": "?", "ipv6_cidr_block": "?", "tags": null, "tags_all": "?"}"#,
    r#"aws_vpc.far {"id": "vpc-1"}"#,
    r#"aws_internet_gateway.gw {"id": "?", "vpc_id": "?"}"#,
    r#"aws_subnet.n[0] {"id": "?", "vpc_id": "?"}"#,
    r#"aws_subnet.n[1] {"id": "?", "vpc_id": "?"}"#,
    r#"aws_subnet.k["a"] {"id": "?", "vpc_id": "?"}"#,
    r#"aws_subnet.k["b"] {"id": "?", "vpc_id": "?"}"#,
    r#"aws_eks_cluster.c {"id": "?", "vpc_config": [{"subnet_ids": "?", "cluster_security_group_id": "?"}]}"#,
    r#"data.aws_vpc.old {"id": "vpc-9", "cidr_block": "10.9.0.0/16"}"#,
];

#[test]
fn references_are_symbols_or_known_values() {
    check(
        &[("main.tf", NET)],
        PLAN,
        r#"
        aws_vpc.main.id => aws_vpc.main.id
        aws_vpc.main.cidr_block => "10.0.0.0/16"
        aws_vpc.main.tags => null
        aws_vpc.far.id => "vpc-1"
        data.aws_vpc.old.id => "vpc-9"
        aws_internet_gateway.gw.vpc_id => aws_vpc.main.id
        aws_subnet.n[1].vpc_id => aws_vpc.main.id
        aws_subnet.k["b"].vpc_id => "vpc-1"
        aws_subnet.n[*].id => [aws_subnet.n[0].id, aws_subnet.n[1].id]
        aws_subnet.n.*.id => [aws_subnet.n[0].id, aws_subnet.n[1].id]
        aws_subnet.n.0.id => aws_subnet.n[0].id
        aws_subnet.none[*].id => []
        aws_subnet.none[0].id => invalid
        aws_vpc.main[*].id => [aws_vpc.main.id]
        aws_subnet.k => {a = aws_subnet.k["a"], b = aws_subnet.k["b"]}
        [for k, s in aws_subnet.k : s.id if k != "b"] => [aws_subnet.k["a"].id]
        values(aws_subnet.k)[*].id => [aws_subnet.k["a"].id, aws_subnet.k["b"].id]
        {for k, s in aws_subnet.k : k => s.id} => {a = aws_subnet.k["a"].id, b = aws_subnet.k["b"].id}
        aws_eks_cluster.c.vpc_config[0].cluster_security_group_id => aws_eks_cluster.c.vpc_config.cluster_security_group_id
        aws_eks_cluster.c.vpc_config[0].subnet_ids[1] => aws_subnet.n[1].id
        local.nets["main"].id => aws_vpc.main.id
        local.nets.far.id => "vpc-1"
        local.ids[0] => aws_vpc.main.id
        aws_nothing.at_all.id => ?()
        var.nothing => ?()
        path.module => "."
        terraform.workspace => ?()
        "#,
    );
}

#[test]
fn functions_carry_symbols() {
    check(
        &[("main.tf", NET)],
        PLAN,
        r#"
        try(aws_subnet.none[0].id, aws_vpc.main.id, "") => aws_vpc.main.id
        coalesce("", aws_vpc.main.id, "x") => aws_vpc.main.id
        coalesce(aws_vpc.main.ipv6_cidr_block, "x") => ?(aws_vpc.main.ipv6_cidr_block)
        one(aws_subnet.none[*].id) => null
        one([aws_vpc.main.id]) => aws_vpc.main.id
        element(aws_subnet.n[*].id, 3) => aws_subnet.n[1].id
        element(aws_subnet.n[*].id, var.unset) => ?(aws_subnet.n[0].id | aws_subnet.n[1].id)
        join("", aws_vpc.main[*].id) => aws_vpc.main.id
        join(",", aws_subnet.n[*].id) => "${aws_subnet.n[0].id},${aws_subnet.n[1].id}"
        join("", [aws_vpc.main.id, ""]) => aws_vpc.main.id
        format("%s", aws_vpc.main.id) => aws_vpc.main.id
        format("%s!", aws_vpc.main.id) => "${aws_vpc.main.id}!"
        formatlist("%s", aws_subnet.n[*].id) => [aws_subnet.n[0].id, aws_subnet.n[1].id]
        "${aws_vpc.main.id}${""}" => aws_vpc.main.id
        trimspace(aws_vpc.main.id) => aws_vpc.main.id
        lower(chomp(aws_vpc.main.id)) => aws_vpc.main.id
        trim(aws_vpc.main.id, " \n") => aws_vpc.main.id
        trim(aws_vpc.main.id, "v") => ?(aws_vpc.main.id)
        trimspace(aws_vpc.main.tags_all) => ?(aws_vpc.main.tags_all)
        split(",", aws_vpc.main.id) => [aws_vpc.main.id]
        split(",", join(",", aws_subnet.n[*].id)) => [aws_subnet.n[0].id, aws_subnet.n[1].id]
        split(", ", "a, ${aws_vpc.main.id}, b")[1] => aws_vpc.main.id
        split("-", aws_vpc.main.id) => ?(aws_vpc.main.id)
        split(",", "${aws_vpc.main.tags_all},b") => ?(aws_vpc.main.tags_all)
        "${aws_vpc.main.id}" => aws_vpc.main.id
        "x-${aws_vpc.main.id}" => "x-${aws_vpc.main.id}"
        concat(aws_subnet.n[*].id, aws_subnet.none[*].id, ["x"]) => [aws_subnet.n[0].id, aws_subnet.n[1].id, "x"]
        concat(aws_subnet.n[*].id, var.unset) => ?(aws_subnet.n[0].id | aws_subnet.n[1].id)
        flatten([[aws_vpc.main.id], [[], "x"]]) => [aws_vpc.main.id, "x"]
        compact([aws_vpc.main.id, "", null]) => [aws_vpc.main.id]
        merge({a = aws_vpc.main.id}, {b = 1}).a => aws_vpc.main.id
        lookup({a = aws_vpc.main.id}, "a", null) => aws_vpc.main.id
        lookup({a = aws_vpc.main.id}, var.unset, null) => ?(aws_vpc.main.id)
        zipmap(["x", "y"], aws_subnet.n[*].id).y => aws_subnet.n[1].id
        toset(aws_subnet.n[*].id) => set[aws_subnet.n[0].id, aws_subnet.n[1].id]
        tolist(toset(aws_subnet.n[*].id))[0] => ?(aws_subnet.n[0].id | aws_subnet.n[1].id)
        sort(aws_subnet.n[*].id) => set[aws_subnet.n[0].id, aws_subnet.n[1].id]
        [for s in toset(aws_subnet.n[*].id) : s] => set[aws_subnet.n[0].id, aws_subnet.n[1].id]
        length(aws_subnet.n) => 2
        setproduct(["x"], aws_subnet.n[*].id)[1][1] => aws_subnet.n[1].id
        slice(aws_subnet.n[*].id, 1, 2) => [aws_subnet.n[1].id]
        reverse(aws_subnet.n[*].id)[0] => aws_subnet.n[1].id
        cidrsubnet(aws_vpc.main.cidr_block, 8, 1) => "10.0.1.0/24"
        jsonencode({id = aws_vpc.main.id}) => "{\"id\":\"${aws_vpc.main.id}\"}"
        tostring(aws_vpc.main.id) => aws_vpc.main.id
        provider::aws::arn_parse(aws_vpc.main.id) => ?(aws_vpc.main.id)
        file("x") => ?()
        matchkeys(aws_subnet.n[*].id, ["a", "b"], ["b"]) => [aws_subnet.n[1].id]
        "#,
    );
}

#[test]
fn what_goes_through_terraform_data_comes_out() {
    let source = format!(
        "{NET}\nresource \"terraform_data\" \"t\" {{ input = {{ vpc = aws_vpc.main.id, all = aws_subnet.n[*].id }} }}\nresource \"terraform_data\" \"u\" {{ input = var.unset }}"
    );
    let plan: Vec<&str> = PLAN
        .iter()
        .copied()
        .chain(["terraform_data.t", "terraform_data.u"])
        .collect();
    check(
        &[("main.tf", &source)],
        &plan,
        r#"
        terraform_data.t.output.vpc => aws_vpc.main.id
        terraform_data.t.output.all[1] => aws_subnet.n[1].id
        terraform_data.t.input.vpc => aws_vpc.main.id
        terraform_data.u.output => terraform_data.u.output
        "#,
    );
}

#[test]
fn what_cannot_be_told_gives_candidates() {
    check(
        &[("main.tf", NET)],
        PLAN,
        r#"
        var.unset ? aws_vpc.main.id : aws_subnet.n[0].id => ?(aws_vpc.main.id | aws_subnet.n[0].id)
        (var.unset ? aws_vpc.main : aws_subnet.n[0]).id => ?(aws_vpc.main.id | aws_subnet.n[0].id)
        var.unset ? aws_vpc.main.id : aws_vpc.main.id => aws_vpc.main.id
        aws_vpc.main.id == "" ? "x" : aws_vpc.main.id => aws_vpc.main.id
        aws_vpc.main.id != null ? 1 : 2 => 1
        aws_vpc.main.ipv6_cidr_block == null => ?(aws_vpc.main.ipv6_cidr_block)
        aws_subnet.n[0].vpc_id == aws_vpc.main.id => true
        aws_subnet.n[var.unset].id => ?(aws_subnet.n[0].id | aws_subnet.n[1].id)
        [for s in aws_subnet.n : s.id if var.unset] => ?(aws_subnet.n[0].id | aws_subnet.n[1].id)
        {(var.unset) = aws_vpc.main.id} => ?(aws_vpc.main.id)
        var.unset && false => false
        true || var.unset => true
        var.unset + 1 => ?()
        !var.unset => ?()
        can(var.unset) => ?()
        try(var.unset, aws_vpc.main.id) => ?(aws_vpc.main.id)
        "#,
    );
}

const CALLS: &str = r#"
module "env" {
  source   = "./net"
  for_each = { stage = "10.1.0.0/16", "a.b/\"c\"" = "10.2.0.0/16" }
  cidr     = each.value
  peer     = { id = aws_vpc.hub.id, extra = 1 }
}
module "one" {
  source = "./net"
  count  = 1
  cidr   = "10.${count.index}.0.0/16"
}
module "gone" {
  source = "./net"
  count  = 0
  cidr   = ""
}
module "far" {
  source = "registry/x"
  id     = aws_vpc.hub.id
}
resource "aws_vpc" "hub" {}
"#;

const CHILD: &str = r#"
variable "cidr" { type = string }
variable "peer" {
  type    = object({ id = string, port = optional(number, 443), name = optional(string) })
  default = null
}
resource "aws_vpc" "this" { cidr_block = var.cidr }
output "id" { value = aws_vpc.this.id }
output "cidr" { value = var.cidr }
output "peer" { value = var.peer }
output "pair" { value = { own = aws_vpc.this, other = try(var.peer.id, null) } }
"#;

#[test]
fn modules_take_arguments_and_give_outputs() {
    check(
        &[("main.tf", CALLS), ("net/main.tf", CHILD)],
        &[
            "aws_vpc.hub",
            r#"module.env["stage"].aws_vpc.this"#,
            r#"module.env["a.b/\"c\""].aws_vpc.this"#,
            "module.one[0].aws_vpc.this",
        ],
        r#"
        module.env["stage"].id => module.env["stage"].aws_vpc.this.id
        module.env["a.b/\"c\""].id => module.env["a.b/\"c\""].aws_vpc.this.id
        module.env["stage"].cidr => "10.1.0.0/16"
        module.env["stage"].peer => {id = aws_vpc.hub.id, name = null, port = 443}
        module.env["stage"].pair.own.id => module.env["stage"].aws_vpc.this.id
        module.env["stage"].pair.other => aws_vpc.hub.id
        module.env["stage"].nothing => invalid
        module.one[0].cidr => "10.0.0.0/16"
        module.one[0].pair.other => null
        module.one[*].id => [module.one[0].aws_vpc.this.id]
        module.gone[*].id => []
        try(module.gone[0].id, "none") => "none"
        [for k, m in module.env : m.id if k == "stage"] => [module.env["stage"].aws_vpc.this.id]
        keys(module.env) => ["a.b/\"c\"", "stage"]
        values(module.env)[*].cidr => ["10.2.0.0/16", "10.1.0.0/16"]
        module.far.id => ?()
        "#,
    );
}

#[test]
fn dynamic_blocks_make_blocks() {
    let fixture = Fixture::new(
        &[(
            "main.tf",
            r#"
            variable "unset" {}
            locals { peers = { a = "10.1.0.0/16", b = "10.2.0.0/16" } }
            resource "aws_vpc_peering_connection" "p" { for_each = local.peers }
            resource "aws_route_table" "t" {
              count = 1
              tags  = { Name = "t${count.index}" }
              route {
                cidr_block = "0.0.0.0/0"
              }
              dynamic "route" {
                for_each = local.peers
                iterator = peer
                content {
                  cidr_block                = peer.value
                  vpc_peering_connection_id = aws_vpc_peering_connection.p[peer.key].id
                  dynamic "inner" {
                    for_each = [peer.key]
                    content { x = "${peer.key}${inner.value}" }
                  }
                }
              }
              lifecycle { ignore_changes = [tags] }
            }
            resource "aws_route_table" "open" {
              dynamic "route" {
                for_each = var.unset ? [aws_vpc_peering_connection.p["a"].id] : []
                content { vpc_peering_connection_id = route.value }
              }
            }
            "#,
        )],
        &[
            r#"aws_vpc_peering_connection.p["a"]"#,
            r#"aws_vpc_peering_connection.p["b"]"#,
            "aws_route_table.t[0]",
            "aws_route_table.open",
        ],
    );
    let p = |key: &str| format!("aws_vpc_peering_connection.p[\"{key}\"].id");
    let route = |cidr: &str, key: &str| {
        format!(
            "{{cidr_block = \"{cidr}\", inner = [{{x = \"{key}{key}\"}}], vpc_peering_connection_id = {}}}",
            p(key)
        )
    };
    let routes = [
        r#"{cidr_block = "0.0.0.0/0"}"#.to_owned(),
        route("10.1.0.0/16", "a"),
        route("10.2.0.0/16", "b"),
    ];
    assert_eq!(
        fixture.body("aws_route_table.t[0]"),
        format!(
            "{{route = [{}], tags = {{Name = \"t0\"}}}}",
            routes.join(", ")
        )
    );
    assert_eq!(
        fixture.body("aws_route_table.open"),
        format!("{{route = ?({})}}", p("a"))
    );
    assert_eq!(fixture.body("aws_route_table.other"), "none");
}

#[test]
fn variables_come_from_the_plan_then_files_then_defaults() {
    let files = [
        (
            "main.tf",
            "variable \"a\" {\n default = \"default\"\n}\nvariable \"b\" {\n default = 1\n}\nvariable \"c\" { default = true }\nvariable \"n\" {\n type = list(number)\n nullable = false\n default = [\"1\"]\n}",
        ),
        ("terraform.tfvars", "b = 2\nc = false"),
        ("x.auto.tfvars", "c = null"),
    ];
    let mut fixture = Fixture::new(&files, &[]);
    fixture.variables.insert(
        "a".into(),
        crate::ingest::terraform::resource::Value::Text("plan".to_owned()),
    );
    fixture
        .variables
        .insert("n".into(), crate::ingest::terraform::resource::Value::Null);
    assert_eq!(
        fixture.value("[var.a, var.b, var.c, var.n]"),
        r#"["plan", 2, null, [1]]"#
    );
}

#[test]
fn override_files_replace_arguments() {
    let files = [
        (
            "main.tf",
            "resource \"t\" \"n\" {\n a = 1\n b = 2\n block { x = 1 }\n}\nlocals { l = 1 }",
        ),
        (
            "a_override.tf",
            "resource \"t\" \"n\" {\n b = 3\n block { x = 2 }\n}\nlocals { l = 2 }",
        ),
    ];
    let fixture = Fixture::new(&files, &["t.n"]);
    assert_eq!(fixture.body("t.n"), "{a = 1, b = 3, block = [{x = 2}]}");
    assert_eq!(fixture.value("local.l"), "2");
}
