//! What the API server would refuse of a NetworkPolicy, with its place.

use super::spec;
use crate::ingest::kubernetes::fixture::fault;

type Case = (String, (u32, u32, u32), &'static str);

/// Each text is refused at its line, column and length, with a message that holds the words.
fn refused(cases: impl IntoIterator<Item = Case>) {
    let mut wrong = Vec::new();
    for (text, place, message) in cases {
        let (line, column, length, found) = fault(&text);
        assert!(found.contains(message), "{found}\n{message}");
        if (line, column, length) != place {
            wrong.push(format!(
                "{text}: found at {:?}, expected at {place:?}",
                (line, column, length)
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn refused_ports_and_blocks_have_their_place() {
    let rule = |text: &str| spec(&format!("ingress:\n{text}"));
    refused([
        (
            rule("- ports:\n  - port: 8o80!"),
            (9, 13, 5),
            "`port` is \"8o80!\": expected a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)",
        ),
        (
            rule("- ports:\n  - port: '80'"),
            (9, 13, 4),
            "`port` is \"80\": expected a number or a port name",
        ),
        (
            rule("- ports:\n  - port: 65536"),
            (9, 13, 5),
            "`port` is 65536: expected a port number from 1 to 65535",
        ),
        (
            rule("- ports:\n  - port: yes"),
            (9, 13, 3),
            "`port` is yes: expected a number or a port name",
        ),
        (
            rule("- ports:\n  - protocol: tcp"),
            (9, 17, 3),
            "`protocol` is \"tcp\": expected TCP, UDP or SCTP",
        ),
        (
            rule("- ports:\n  - {port: http, endPort: 9}"),
            (9, 29, 1),
            "`endPort` stands without a numeric `port`",
        ),
        (
            rule("- ports:\n  - {port: 80, endPort: 79}"),
            (9, 27, 2),
            "`endPort` is 79: expected a number not below `port`, which is 80",
        ),
        (
            rule("- ports: 80"),
            (8, 12, 2),
            "`ports` is 80: expected a list",
        ),
        (
            rule("- from:\n  - ipBlock: {cidr: 10.0.0.0/33}"),
            (9, 23, 11),
            "`cidr` is \"10.0.0.0/33\": expected an address block",
        ),
        (
            rule("- from:\n  - ipBlock: {cidr: 10.0.0.1}"),
            (9, 23, 8),
            "`cidr` is \"10.0.0.1\": expected an address block",
        ),
        (
            rule("- from:\n  - ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/9]}"),
            (9, 44, 10),
            "expected a block inside of `cidr`",
        ),
    ]);
}

#[test]
fn refused_peers_selectors_and_fields_have_their_place() {
    let rule = |text: &str| spec(&format!("ingress:\n{text}"));
    refused([
        (rule("- from:\n  - {}"), (9, 7, 2), "this peer is empty"),
        (
            rule("- from:\n  - ipBlock: {cidr: 10.0.0.0/8}\n    podSelector: {}"),
            (9, 7, 7),
            "`ipBlock` stands beside a selector",
        ),
        (
            rule("- from:\n  - podSelector: {matchLabels: {a: 1}}"),
            (9, 38, 1),
            "`a` is 1: expected a string",
        ),
        (
            rule("- form: []"),
            (8, 5, 4),
            "`form` is no field here: expected one of ports, from",
        ),
        (
            spec("podSelector: {matchExpressions: [{key: a, operator: in, values: [x]}]}"),
            (7, 55, 2),
            "`operator` is \"in\": expected one of In",
        ),
        (
            spec("podSelector: {matchExpressions: [{key: a, operator: In}]}"),
            (7, 36, 22),
            "expected at least one value",
        ),
        (
            spec("podSelector: {matchExpressions: [{key: a, operator: Exists, values: [x]}]}"),
            (7, 71, 3),
            "expected no values",
        ),
        (
            spec("policyTypes: [ingress]"),
            (7, 17, 7),
            "`policyTypes` is \"ingress\": expected Ingress or Egress",
        ),
        (
            spec("podSelector: {}\ningres: []"),
            (8, 3, 6),
            "`ingres` is no field here",
        ),
        (
            rule("- from:\n  - ipBlock: {cidr: '{{ .Values.cidr }}'}"),
            (9, 23, 20),
            "unrendered template",
        ),
    ]);
}
