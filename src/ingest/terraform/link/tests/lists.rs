//! One expression that refers to several lists.

use super::*;

/// `coalescelist(var.a, var.b)`, `concat(var.a, var.b)` and `var.flag ? var.a : var.b` are one and the same in a plan.
#[test]
fn several_lists_may_be_joined_or_chosen_from() {
    let group = |references: &str| {
        block(
            "aws_instance.n",
            &format!(r#"{{"vpc_security_group_ids":{{"references":{references}}}}}"#),
            "",
        )
    };
    let check_group = |references: &str, by: &str| {
        let instances = [
            ("aws_security_group.a", ""),
            ("aws_security_group.b", ""),
            ("aws_security_group.c[0]", ""),
            ("aws_security_group.c[1]", ""),
            ("aws_instance.n", "vpc_security_group_ids"),
        ];
        check(&instances, &root(&[group(references)]), &[by]);
    };
    check_group(
        r#"["aws_security_group.a.id","aws_security_group.a","aws_security_group.b.id","aws_security_group.b"]"#,
        "aws_instance.n vpc_security_group_ids -> aws_security_group.a aws_security_group.b (reference)",
    );
    check_group(
        r#"["aws_security_group.c"]"#,
        "aws_instance.n vpc_security_group_ids -> aws_security_group.c[0] aws_security_group.c[1] (reference)",
    );
    check_group(
        r#"["aws_security_group.a.id","aws_security_group.a","aws_security_group.c"]"#,
        "aws_instance.n vpc_security_group_ids -> aws_security_group.a aws_security_group.c[0] aws_security_group.c[1] (assumed)",
    );
}

#[test]
fn lists_of_variables_may_be_joined_or_chosen_from() {
    let node = block(
        "aws_eks_node_group.n",
        r#"{"subnet_ids":{"references":["var.intra_ids","var.private_ids"]}}"#,
        "",
    );
    let root = format!(
        r#"{{"module_calls":{{"eks":{{"module":{{"resources":[{node}]}},"expressions":{{
        "intra_ids":{{"references":["aws_subnet.i.id","aws_subnet.i"]}},"private_ids":{{"references":["aws_subnet.p.id","aws_subnet.p"]}}}}}}}}}}"#
    );
    let instances = [
        ("aws_subnet.i", ""),
        ("aws_subnet.p", ""),
        ("module.eks.aws_eks_node_group.n", "subnet_ids"),
    ];
    check(
        &instances,
        &root,
        &["module.eks.aws_eks_node_group.n subnet_ids -> aws_subnet.i aws_subnet.p (assumed)"],
    );
}

/// `"${data.aws_caller_identity.me.account_id}/${aws_security_group.a.id}"`
#[test]
fn an_account_before_an_id_leaves_the_link_exact() {
    let rule = |references: &str| {
        let expressions =
            format!(r#"{{"referenced_security_group_id":{{"references":{references}}}}}"#);
        let block = block("aws_vpc_security_group_ingress_rule.r", &expressions, "");
        format!(r#"{{"resources":[{block}]}}"#)
    };
    let instances = [
        ("aws_security_group.a", ""),
        ("aws_organizations_account.v", "account_id other"),
        (
            "aws_vpc_security_group_ingress_rule.r",
            "referenced_security_group_id",
        ),
    ];
    let group = r#""aws_security_group.a.id","aws_security_group.a""#;
    let link = "aws_vpc_security_group_ingress_rule.r referenced_security_group_id -> aws_security_group.a";
    check(
        &instances,
        &rule(&format!(
            r#"["aws_organizations_account.v.account_id","aws_organizations_account.v",{group}]"#
        )),
        &[&format!("{link} (reference)")],
    );
    check(
        &instances,
        &rule(&format!(
            r#"["aws_organizations_account.v.other","aws_organizations_account.v",{group}]"#
        )),
        &[&format!("{link} (assumed)")],
    );
}
