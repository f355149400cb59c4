//! VPC peering: which side accepts, what may cross.

use super::{check, drawn};

const TWO: &str = r#"aws_vpc.a {"cidr_block": "10.0.0.0/16", "region": "eu-west-1"}
aws_vpc.b {"cidr_block": "10.1.0.0/16", "region": "eu-west-1"}
"#;

/// The legs between the two networks of [`TWO`], with a mark at the end of each.
fn legs(mark: &str) -> String {
    format!(
        "aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16{mark}\naws_vpc.b -> aws_vpc.a: 10.1.0.0/16 -> 10.0.0.0/16{mark}"
    )
}

/// One connection between the two, with more attributes and resources: the state that is expected and the mark of the legs.
fn peering(attributes: &str, more: &str, state: &str, mark: &str) {
    let connection = format!(
        r#"aws_vpc_peering_connection.p {{"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "@aws_vpc.b.id"{attributes}}}"#
    );
    let legs = if mark == "none" {
        String::new()
    } else {
        legs(mark)
    };
    check(
        &format!("{TWO}{connection}\n{more}"),
        &["link"],
        &format!("link aws_vpc_peering_connection.p: {state}\n{legs}"),
    );
}

#[test]
fn who_accepts() {
    let accepter = |auto: bool| {
        format!(
            r#"aws_vpc_peering_connection_accepter.f {{"vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id", "auto_accept": {auto}}}"#
        )
    };
    let accepted = "active once applied, accepted by `aws_vpc_peering_connection_accepter.f`";
    let note = " members\nthe far side's `aws_vpc_peering_connection_accepter.f`";
    peering(
        r#", "auto_accept": true"#,
        "",
        "active once applied",
        " members",
    );
    peering(
        "",
        "",
        "waits for acceptance by the other side",
        " members ?",
    );
    peering(
        r#", "peer_owner_id": "444455556666""#,
        "",
        "waits for acceptance by 444455556666",
        " members ?",
    );
    peering(
        r#", "auto_accept": true, "peer_region": "us-east-1", "region": "eu-west-1""#,
        "",
        "waits for acceptance by the other side",
        " ?",
    );
    peering("", &accepter(true), accepted, note);
    peering(
        "",
        &accepter(false),
        "waits for acceptance by the other side",
        &note.replacen(" members", " members ?", 1),
    );
    // The requester's state says how it was when it was made; the accepter has accepted since.
    peering(
        r#", "accept_status": "pending-acceptance""#,
        &accepter(true),
        accepted,
        note,
    );
    peering(r#", "accept_status": "active""#, "", "active", " members");
    peering(
        r#", "accept_status": "pending-acceptance""#,
        "",
        "waits for acceptance by the other side",
        " members ?",
    );
    for dead in ["failed", "expired", "rejected", "deleted"] {
        peering(&format!(r#", "accept_status": "{dead}""#), "", dead, "none");
    }
}

#[test]
fn group_references_hold_in_one_region_only() {
    peering(
        r#", "accept_status": "active", "region": "eu-west-1", "peer_region": "us-east-1""#,
        "",
        "active",
        "",
    );
    peering(
        r#", "accept_status": "active", "region": "eu-west-1", "peer_region": "eu-west-1""#,
        "",
        "active",
        " members",
    );
}

#[test]
fn an_overlap_in_one_of_several_blocks_fails_the_peering() {
    peering(
        r#", "auto_accept": true"#,
        r#"aws_vpc_ipv4_cidr_block_association.a {"vpc_id": "@aws_vpc.a.id", "cidr_block": "100.64.0.0/16"}
           aws_vpc_ipv4_cidr_block_association.b {"vpc_id": "@aws_vpc.b.id", "cidr_block": "100.64.128.0/17"}"#,
        "fails: address blocks of the two VPCs overlap",
        "none",
    );
}

#[test]
fn a_far_side_that_is_not_in_the_input_has_none_of_the_near_sides_addresses() {
    check(
        r#"aws_vpc.a {"cidr_block": "0.0.0.0/1"}
           aws_vpc_peering_connection.p {"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "vpc-9", "accept_status": "active"}"#,
        &["network", "link", "gap"],
        "network aws_vpc.a 0.0.0.0/1
         network vpc-9 any address not held ?
         link aws_vpc_peering_connection.p: active
           aws_vpc.a -> vpc-9: 0.0.0.0/1 -> 128.0.0.0/1, ::/0 members ?
           vpc-9 -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 members ?
         gap not-in-input `vpc-9` is not in the input: add the plan or state that holds it",
    );
}

#[test]
fn an_accepter_without_its_connection_is_the_border() {
    check(
        r#"aws_vpc.a {"id": "vpc-1", "cidr_block": "0.0.0.0/1"}
           aws_vpc_peering_connection_accepter.f {"vpc_peering_connection_id": "pcx-1", "vpc_id": "vpc-1", "peer_vpc_id": "vpc-2", "accept_status": "active"}
           aws_route.r {"route_table_id": "@aws_vpc.a.main_route_table_id", "destination_cidr_block": "192.0.0.0/8", "vpc_peering_connection_id": "pcx-1"}"#,
        &["link", "table main route table of aws_vpc.a"],
        "table main route table of aws_vpc.a
           0.0.0.0/1 -> local
           192.0.0.0/8 -> aws_vpc_peering_connection_accepter.f
         link aws_vpc_peering_connection_accepter.f: active
           aws_vpc.a -> vpc-2: 0.0.0.0/1 -> 128.0.0.0/1, ::/0 members ?
           vpc-2 -> aws_vpc.a: 128.0.0.0/1, ::/0 -> 0.0.0.0/1 members ?",
    );
}

#[test]
fn options_bear_on_names_only() {
    peering(
        r#", "auto_accept": true"#,
        r#"aws_vpc_peering_connection_options.o {"vpc_peering_connection_id": "@aws_vpc_peering_connection.p.id", "accepter": [{"allow_remote_vpc_dns_resolution": true}]}"#,
        "active once applied",
        " members\nnames of the peer resolve to private addresses",
    );
}

#[test]
fn a_border_that_both_sides_only_name_may_join_them() {
    let route = |name: &str, far: &str| {
        format!(
            r#"aws_route.{name} {{"route_table_id": "@aws_vpc.{name}.main_route_table_id", "destination_cidr_block": "{far}", "vpc_peering_connection_id": "pcx-1"}}
"#
        )
    };
    let graph = format!(
        "{TWO}{}{}",
        route("a", "10.1.0.0/16"),
        route("b", "10.0.0.0/16")
    );
    let beyond = "all but 10";
    let text = drawn(&graph);
    let between: Vec<&str> = text
        .lines()
        .map(str::trim)
        .filter(|line| line.contains("->") && !line.contains(beyond))
        .collect();
    for leg in [
        "aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16 ?",
        "aws_vpc.b -> aws_vpc.a: 10.1.0.0/16 -> 10.0.0.0/16 ?",
    ] {
        assert!(between.contains(&leg), "{leg}\n--- all of it:\n{text}");
    }
}

#[test]
fn auto_accept_is_for_one_account() {
    let owned = |owner: &str| {
        peering_of(&format!(
            r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16", "owner_id": "111122223333"}}
               aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
               aws_vpc_peering_connection.p {{"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "@aws_vpc.b.id", "auto_accept": true, "peer_owner_id": "{owner}"}}"#
        ))
    };
    assert_eq!(
        owned("111122223333"),
        "link aws_vpc_peering_connection.p: active once applied"
    );
    assert_eq!(
        owned("444455556666"),
        "link aws_vpc_peering_connection.p: waits for acceptance by 444455556666"
    );
}

/// The state of the only border.
fn peering_of(graph: &str) -> String {
    let text = drawn(graph);
    text.lines()
        .find(|line| line.starts_with("link "))
        .unwrap_or_default()
        .to_owned()
}

/// A connection between VPCs of which attributes are given: what becomes of its state and its legs.
fn between(a: &str, b: &str, connection: &str) -> String {
    drawn(&format!(
        r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"{a}}}
aws_vpc.b {{"cidr_block": "10.1.0.0/16"{b}}}
aws_vpc_peering_connection.p {{"vpc_id": "@aws_vpc.a.id", "peer_vpc_id": "@aws_vpc.b.id"{connection}}}"#
    ))
}

/// Whether references to groups hold over legs that are certain, that are in doubt.
fn members(drawn: &str) -> (bool, bool) {
    let legs = || {
        drawn
            .lines()
            .map(str::trim)
            .filter(|line| line.starts_with("aws_vpc.a -> aws_vpc.b"))
    };
    let of =
        |doubt: bool| legs().any(|line| line.contains(" members") && line.ends_with('?') == doubt);
    (of(false), of(true))
}

#[test]
fn a_region_that_is_not_known_may_be_the_other_one() {
    let active = r#", "accept_status": "active""#;
    let region = |region: &str| format!(r#", "region": "{region}""#);
    let peer = |peer: &str| format!(r#"{active}, "peer_region": "{peer}""#);
    let other = r#", "provider": "peer""#;
    for (a, b, connection, expected, why) in [
        (
            String::new(),
            String::new(),
            active.to_owned(),
            (true, false),
            "one provider",
        ),
        (
            String::new(),
            other.to_owned(),
            active.to_owned(),
            (false, true),
            "two providers",
        ),
        (
            String::new(),
            String::new(),
            peer("?"),
            (true, false),
            "one provider makes both",
        ),
        (
            String::new(),
            other.to_owned(),
            peer("?"),
            (false, true),
            "a peer region not known yet",
        ),
        (
            String::new(),
            other.to_owned(),
            peer("us-east-1"),
            (false, true),
            "an own region not known",
        ),
        (
            region("us-east-1"),
            other.to_owned(),
            peer("us-east-1"),
            (true, false),
            "the requester's VPC tells",
        ),
        (
            region("eu-west-1"),
            other.to_owned(),
            peer("us-east-1"),
            (false, false),
            "two regions",
        ),
        (
            region("eu-west-1"),
            region("us-east-1"),
            active.to_owned(),
            (false, false),
            "the peer's VPC tells",
        ),
    ] {
        assert_eq!(members(&between(&a, &b, &connection)), expected, "{why}");
    }
    // What needs no reference to a group stays certain.
    let drawn = between("", other, active);
    assert!(
        drawn.contains("aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16\n"),
        "{drawn}"
    );
}

#[test]
fn an_account_that_is_not_known_may_be_the_other_one() {
    let auto = r#", "auto_accept": true"#;
    let owner = |account: &str| format!(r#", "owner_id": "{account}""#);
    let peer = |peer: &str| format!(r#"{auto}, "peer_owner_id": "{peer}""#);
    let other = r#", "provider": "peer""#;
    let (sure, unsure, waits) = (
        "p: active once applied\n",
        "if both ends are of one account and region",
        "waits for acceptance",
    );
    for (a, b, connection, expected, why) in [
        (
            String::new(),
            String::new(),
            auto.to_owned(),
            sure,
            "one provider",
        ),
        (
            String::new(),
            other.to_owned(),
            auto.to_owned(),
            unsure,
            "two providers",
        ),
        (
            String::new(),
            other.to_owned(),
            peer("?"),
            unsure,
            "an owner not known yet",
        ),
        (
            String::new(),
            String::new(),
            peer("111122223333"),
            sure,
            "one provider makes both",
        ),
        (
            String::new(),
            other.to_owned(),
            peer("111122223333"),
            unsure,
            "an own account not known",
        ),
        (
            owner("444455556666"),
            other.to_owned(),
            peer("111122223333"),
            waits,
            "two accounts",
        ),
    ] {
        let drawn = between(&a, &b, &connection);
        assert!(drawn.contains(expected), "{why}: {drawn}");
        let certain =
            drawn.contains("aws_vpc.a -> aws_vpc.b: 10.0.0.0/16 -> 10.1.0.0/16 members\n");
        assert_eq!(certain, expected == sure, "{why}: {drawn}");
    }
}
