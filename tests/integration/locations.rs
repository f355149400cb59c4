//! From an address to the line, on a root with local modules, a downloaded module, and instance keys that hold dots, quotes,
//! brackets and slashes. The expectations are carets drawn in the sources themselves, under `testdata/locations`; the plan there
//! is Terraform's, of these sources.
#![cfg(test)]

use crosspeer::ingest::terraform::{self, By, Resource, Terraform, Value};
use crosspeer::ingest::{File, Kind, PlanPhase, resource_types};
use crosspeer::model::Place;

/// Files by the path that they have in a checkout, which is not that in `testdata`, where nothing is downloaded.
const FILES: &[(&str, &str)] = &[
    (
        "infra/main.tf",
        include_str!("../../testdata/locations/main.tf"),
    ),
    (
        "infra/provider.tf",
        include_str!("../../testdata/locations/provider.tf"),
    ),
    (
        "infra/modules/net/main.tf",
        include_str!("../../testdata/locations/modules/net/main.tf"),
    ),
    (
        "infra/.terraform/modules/hub/main.tf",
        include_str!("../../testdata/locations/downloaded/main.tf"),
    ),
    (
        "infra/.terraform/modules/modules.json",
        include_str!("../../testdata/locations/downloaded/modules.json"),
    ),
];

fn file(path: &str, text: &str, kind: Kind) -> File {
    File {
        path: path.into(),
        bytes: text.as_bytes().to_vec(),
        kind: Some(kind),
        named: true,
        root: Some("infra".into()),
        ..File::default()
    }
}

fn read(change: impl Fn(&str) -> String) -> Terraform {
    let mut files: Vec<File> = FILES
        .iter()
        .map(|(path, text)| file(path, &change(text), Kind::Sources))
        .collect();
    files.push(file(
        "infra/plan.json",
        include_str!("../../testdata/locations/plan.json"),
        Kind::Plan,
    ));
    terraform::read(
        &files.iter().collect::<Vec<_>>(),
        resource_types(),
        PlanPhase::After,
    )
}

/// One line of carets: the place above it, and whose it is.
struct Mark {
    place: Place,
    address: String,
    attribute: Option<String>,
    inner: bool,
}

/// Where the first space outside quotes stands.
fn blank(words: &str) -> Option<usize> {
    let (mut quoted, mut before) = (false, ' ');
    for (at, c) in words.char_indices() {
        match c {
            '"' if before != '\\' => quoted = !quoted,
            ' ' if !quoted => return Some(at),
            _ => {}
        }
        before = c;
    }
    None
}

fn marks(path: &str, text: &str) -> Vec<Mark> {
    let mut meant = 0;
    let mut out = Vec::new();
    for (n, line) in text.lines().enumerate() {
        let Some((before, said)) = line
            .split_once('^')
            .filter(|(before, _)| before.trim() == "#")
        else {
            meant = n + 1;
            continue;
        };
        let length = 1 + said.chars().take_while(|c| *c == '^').count();
        let mut words = said.trim_matches('^').trim();
        let inner = words.strip_suffix(" inner");
        words = inner.unwrap_or(words);
        let (address, attribute) = words.split_at(blank(words).unwrap_or(words.len()));
        let attribute = Some(attribute.trim().to_owned()).filter(|attribute| !attribute.is_empty());
        let column = before.chars().count() as u32 + 1;
        let place = Place {
            file: path.into(),
            line: meant as u32,
            column,
            length: length as u32,
        };
        out.push(Mark {
            place,
            address: address.to_owned(),
            attribute,
            inner: inner.is_some(),
        });
    }
    out
}

/// An attribute path, in which a block is named by a number that it holds (`ingress[from_port=443]`), with its position in the plan.
fn positioned(resource: &Resource, path: &str) -> String {
    let Some((name, rest)) = path.split_once('[') else {
        return path.to_owned();
    };
    let (condition, rest) = rest.split_once(']').unwrap();
    let (key, wanted) = condition.split_once('=').unwrap();
    let holds = |block: &Value| block.get(key).integer() == wanted.parse().ok();
    let position = resource
        .values
        .get(name)
        .items()
        .iter()
        .position(holds)
        .unwrap_or_else(|| panic!("`{path}` is planned"));
    format!("{name}[{position}]{rest}")
}

fn check(read: &Terraform) {
    assert_eq!(read.errors, []);
    let mut count = 0;
    for mark in FILES.iter().flat_map(|(path, text)| marks(path, text)) {
        let found = read.graph.at(&mark.address);
        assert_eq!(found.len(), 1, "`{}` is planned", mark.address);
        let resource = &read.graph.resources[found[0]];
        let origin = mark.attribute.as_ref().map_or_else(
            || resource.origin.clone(),
            |path| resource.origin_of(&positioned(resource, path)),
        );
        let place = if mark.inner {
            origin.inner.clone().unwrap()
        } else {
            origin.place.clone()
        };
        assert_eq!(place, mark.place, "{} {:?}", mark.address, mark.attribute);
        assert_eq!(
            origin.inner.is_some(),
            mark.address.starts_with("module.hub."),
            "{}",
            mark.address
        );
        count += 1;
    }
    assert_eq!(count, 20, "all marks are read");
}

#[test]
fn every_location_is_right_to_the_line() {
    check(&read(str::to_owned));
}

#[test]
fn so_it_is_with_carriage_returns_and_a_byte_order_mark() {
    check(&read(|text| text.replace('\n', "\r\n")));
    check(&read(|text| format!("\u{feff}{text}")));
}

#[test]
fn every_link_is_found() {
    let read = read(str::to_owned);
    let gaps: Vec<_> = read.links.iter().filter(|row| row.by == By::Gap).collect();
    assert!(gaps.is_empty(), "{gaps:?}");
    let to = |address: &str, attribute: &str| -> Vec<String> {
        read.links
            .iter()
            .filter(|row| row.address == address && row.attribute == attribute)
            .flat_map(|row| row.to.to_vec())
            .collect()
    };
    let peering = |key: &str| format!("module.hub.aws_vpc_peering_connection.to[\"{key}\"]");
    assert_eq!(
        to(
            "module.hub.aws_route_table.this",
            "route.vpc_peering_connection_id"
        ),
        [peering("eu.west/1"), peering("say \\\"hi\\\"")]
    );
    assert_eq!(
        to(&peering("say \\\"hi\\\""), "peer_vpc_id"),
        ["module.net[\"say \\\"hi\\\"\"].aws_vpc.this"]
    );
    assert_eq!(
        to(
            "module.hub.aws_route.to[\"eu.west/1\"]",
            "vpc_peering_connection_id"
        ),
        [peering("eu.west/1")]
    );
    assert_eq!(
        to("module.hub.aws_route.to[\"eu.west/1\"]", "route_table_id"),
        ["module.hub.aws_vpc.this"]
    );
    assert_eq!(
        to("aws_security_group.web", "ingress.security_groups"),
        ["aws_security_group.ops"]
    );
    assert_eq!(
        to("aws_security_group.web", "vpc_id"),
        ["module.hub.aws_vpc.this"]
    );
}
