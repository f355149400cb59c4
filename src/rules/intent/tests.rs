//! Entries as people write them, and what is wrong with those that are refused.

use super::super::fault::yaml_fault;
use super::*;
use serde_saphyr::Spanned;

/// A right entry, made wrong in one place by each row.
const ENTRY: &str = "- from: shop/web\n  to: aws_db_instance.orders\n  ports: tcp 5432\n  reason: reads orders\n  owner: team shop\n";

/// What is read; else where it is wrong, and what.
fn read(text: &str) -> Result<Intent, ((u64, u64), String)> {
    let entries: Vec<Spanned<AllowEntry>> = serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location();
        let at = (at.map_or(0, |at| at.line()), at.map_or(0, |at| at.column()));
        (at, yaml_fault(&error))
    })?;
    Intent::read("c.yaml", &entries).map_err(|error| ((error.line, error.column), error.message))
}

/// What is changed into what, where it is wrong then, and what is said.
type Row = ((&'static str, &'static str), (u64, u64), String);

#[test]
fn every_wrong_entry_is_told_with_its_place() {
    const ENDS: &str = "expected a workload (`shop/cart`, `shop/*`), a resource's Terraform address \
        (`aws_db_instance.orders`), an address or a block (`10.40.0.0/16`)";
    let no_traffic = |text: &str| {
        format!(
            "`{text}` is no traffic: expected a protocol and ports, as `tcp 443, 8000-8999`, or `any`"
        )
    };
    let ends = |text: &str, meant: &str| format!("`{text}` names nobody: {meant}{ENDS}");
    let table: &[Row] = &[
        (("shop/web", "shop"), (1, 9), ends("shop", "did you mean `shop/*`? ")),
        (("shop/web", "Shop/Web"), (1, 9), ends("Shop/Web", "did you mean `shop/web`? names in Kubernetes are lower case; ")),
        (("shop/web", "'*'"), (1, 9), ends("*", "for every address write `0.0.0.0/0`; ")),
        (("shop/web", "shop/"), (1, 9), ends("shop/", "")),
        (("shop/web", "a/b/c/d"), (1, 9), ends("a/b/c/d", "")),
        (("shop/web", "''"), (1, 9), format!("this names nobody: {ENDS}")),
        (("shop/web", "'shop / web'"), (1, 9), format!("this names nobody: {ENDS}")),
        (("shop/web", "10.40.0.0/33"), (1, 9), "`10.40.0.0/33` is no block of addresses: expected one as 10.0.0.0/16 or 10.0.0.1".to_owned()),
        (("shop/web", "[]"), (1, 9), "`from` is an empty list: name what is meant, or take the entry away".to_owned()),
        (("shop/web", "{pod: web}"), (1, 9), "`from` cannot be a map: expected a text, or a list of some".to_owned()),
        (("shop/web", "[shop/web, true]"), (1, 20), "`from` cannot be `true`: expected a text, or a list of some".to_owned()),
        (("aws_db_instance.orders", "AWS.orders"), (2, 7), ends("AWS.orders", "")),
        (("aws_db_instance.orders", "~"), (2, 7), "`to` cannot be nothing: expected a text, or a list of some".to_owned()),
        (("tcp 5432", "5432"), (3, 10), "`5432` is a port without its protocol: did you mean `tcp 5432`?".to_owned()),
        (("tcp 5432", "[tcp 5432, 6379]"), (3, 21), "`6379` is a port without its protocol: did you mean `tcp 6379`?".to_owned()),
        (("tcp 5432", "tpc 5432"), (3, 10), no_traffic("tpc 5432")),
        (("tcp 5432", "tcp 70000"), (3, 10), no_traffic("tcp 70000")),
        (("tcp 5432", "[]"), (3, 10), "`ports` is an empty list: name what is meant, or take the entry away".to_owned()),
        (("reads orders", "''"), (4, 11), "`reason` is empty: expected why the flow is wanted".to_owned()),
        (("reads orders", "[a]"), (4, 11), "`reason` cannot be a list: expected why the flow is wanted".to_owned()),
        (("team shop", "~"), (5, 10), "`owner` is empty: expected who answers for it: a team or a person".to_owned()),
        (("owner: team shop", "owner: a\n  until: 31.3.2027"), (6, 10), "`31.3.2027` is no date: expected one as 2027-03-31".to_owned()),
        (("owner: team shop", "owner: a\n  until: 2027-02-30"), (6, 10), "`2027-02-30` is no day of the calendar".to_owned()),
        (("owner: team shop", "owner: a\n  until: 2027"), (6, 10), "`2027` is no date: expected one as 2027-03-31".to_owned()),
        (("owner: team shop", "ownr: a"), (5, 3), "`ownr` is no key here: did you mean `owner`? expected one of from, to, ports, reason, owner, until".to_owned()),
        (("  owner: team shop\n", ""), (4, 3), "`owner` is missing here".to_owned()),
        (("  owner: team shop\n", "  owner: a\n  owner: b\n"), (6, 3), "`owner` is set twice: keep one of them".to_owned()),
        (("  owner: team shop\n", "  owner: a\n- {from: shop/web, to: aws_db_instance.orders, ports: [tcp 5432], reason: r, owner: o}\n"), (6, 3),
            "the same flow is allowed at line 1 already: keep one of them".to_owned()),
    ];
    let mut differ = Vec::new();
    for (change, at, message) in table {
        let text = ENTRY.replacen(change.0, change.1, 1);
        assert_ne!(text, ENTRY, "{change:?} changes nothing");
        match read(&text) {
            Err(told) if told == (*at, message.clone()) => {}
            told => differ.push(format!("{}: {told:?}", change.1)),
        }
    }
    assert!(differ.is_empty(), "{}", differ.join("\n"));
}

#[test]
fn what_people_write_is_read() {
    for (from, ports) in [
        ("shop/web", "tcp 5432, 6379"),
        ("[shop/web, reports/*]", "[tcp 443, udp 53, icmp]"),
        ("deployment/shop/web", "any"),
        ("aws_eks_cluster.main:shop/*", "tcp"),
        ("'shop/web[Deployment]'", "tcp 8000-8999"),
        ("10.20.0.0/16", "udp 53"),
        ("fd00::/8", "icmpv6"),
        ("'module.a.aws_instance.x[\"a/b:c\"]'", "tcp 1"),
    ] {
        let text = ENTRY.replace("shop/web", from).replace("tcp 5432", ports);
        assert!(read(&text).is_ok(), "{text}: {:?}", read(&text).err());
    }
    let intent = read(&ENTRY.replace("owner: team shop", "owner: a\n  until: 2027-03-31")).unwrap();
    let own = &intent.allowances[0];
    assert_eq!(
        own.entry(),
        "shop/web to aws_db_instance.orders on tcp 5432"
    );
    assert_eq!(own.why(), "reads orders (a, until 2027-03-31)");
    assert_eq!((own.place.line, own.place.column), (1, 3));
}

#[test]
fn an_entry_counts_once_it_is_reviewed_and_until_its_last_day() {
    let counts = |reason: &str, until: &str, today: Option<&str>| {
        let owner = format!("owner: team shop{until}");
        let text = ENTRY
            .replace("reads orders", reason)
            .replace("owner: team shop", &owner);
        let today = today.map(|text| Day::parse(text).unwrap());
        let intent = Intent {
            today,
            ..read(&text).unwrap()
        };
        intent.counts(&intent.allowances[0])
    };
    let until = "\n  until: 2027-03-31";
    assert!(counts("r", "", None));
    assert!(counts("r", until, Some("2027-03-31")));
    assert!(!counts("r", until, Some("2027-04-01")));
    assert!(!counts("r", until, None), "nobody says which day it is");
    assert!(
        !counts("TODO", "", None)
            && !counts("todo, ask shop", "", None)
            && !counts("tbd", "", None)
    );
    assert!(counts("the TODO list's own database", "", None));
}

mod worlds {
    use super::super::super::intent::end::End;
    use crate::model::{AddressSet, World};
    use crate::reach::{Party, fixture};

    fn names(world: &World, end: &str) -> Vec<String> {
        let named = End::read(end).unwrap().named(world);
        let ids = world
            .workloads
            .ids()
            .filter(|id| named.workloads.contains(id));
        ids.map(|id| world.workload_title(id)).collect()
    }

    #[test]
    fn patterns_name_pods_as_their_parts_say() {
        let world = fixture::world("cluster main\npod shop/web\npod shop/cart\npod shop-eu/web\n");
        let all = ["shop/web", "shop/cart", "shop-eu/web"];
        for (end, expected) in [
            ("shop/web", &all[..1]),
            ("shop/*", &all[..2]),
            ("*/web", &[all[0], all[2]]),
            ("shop*/*", &all),
            ("main:shop/web", &all[..1]),
            ("other:shop/web", &[]),
            ("ma*:*/cart", &all[1..2]),
            ("job/shop/web", &[]),
            ("shop/w", &[]),
        ] {
            assert_eq!(names(&world, end), expected, "{end}");
        }
    }

    #[test]
    fn a_block_holds_pods_as_a_whole_and_addresses_in_part() {
        let world = fixture::world("cluster main\npod shop/web\n  place yes at:10.0.0.0/24\n");
        let of = |end: &str, party: &Party| End::read(end).unwrap().named(&world).of(party, &world);
        let web = Party::Workload(world.workloads.ids().next().unwrap());
        assert_eq!(of("10.0.0.0/16", &web), AddressSet::all());
        assert_eq!(
            of("10.0.0.0/25", &web),
            AddressSet::none(),
            "only some of its addresses"
        );
        let block = |text: &str| AddressSet::parse(text).unwrap();
        let bare = Party::Addresses(block("10.0.0.0/23"));
        assert_eq!(of("10.0.0.0/25", &bare), block("10.0.0.0/25"));
        assert_eq!(of("shop/web", &bare), AddressSet::none());
        let stand = |end: &str| End::read(end).unwrap().named(&world).may_stand(&bare);
        assert_eq!(stand("shop/web"), block("10.0.0.0/24"));
        assert_eq!(stand("shop/other"), AddressSet::none());
    }
}
