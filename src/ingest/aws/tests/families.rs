//! A family says all about itself: a made-up one is read, linked and lowered without a word anywhere else.

use crate::ingest::aws::lowering::At;
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::aws::{Families, Lowering, families};
use crate::ingest::lowering::{Attribute, Family};
use crate::ingest::terraform::testing::file;
use crate::ingest::terraform::{self, NamedBy, ProviderTypes, ResourceFamily, ResourceTypes};
use crate::ingest::{Kind, PlanPhase};
use crate::model::{Border, Doubt, Target, World};

/// A type whose first word is no cloud's, and one that names it by an attribute of its own.
fn made_up() -> Family<AtBorders> {
    Family {
        resources: ResourceFamily {
            types: vec!["acme_bridge", "acme_bridge_accepter"],
            references: vec![
                NamedBy::new(&["acme_bridge"], &["bridge_id"]),
                NamedBy::new(&["aws_vpc", "aws_default_vpc", "aws_vpcs"], &["far_shore"]),
            ],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Joins the two networks of each bridge that is accepted.
fn lower(lowering: &mut Lowering<AtBorders>) {
    let graph = lowering.graph;
    let named = ("bridge_id", "bridge");
    lowering.lowered.made.named_in_routes.push(named);
    for (_, accepter) in graph.of("acme_bridge_accepter") {
        let accepted = lowering.resources(Attribute::of(accepter, "bridge_id"), "acme_bridge");
        if let Some(id) = accepted.certain() {
            let bridge = &graph.resources[id];
            let [near, far] = ["vpc_id", "far_shore"].map(|path| {
                let found = lowering.networks(Attribute::of(bridge, path));
                found.certain().unwrap()
            });
            let border = lowering.world.borders.push(Border {
                name: bridge.address.clone(),
                kind: "bridge",
                legs: Vec::new(),
                state: "active once applied".to_owned(),
                origin: None,
            });
            lowering.open(border, near, far, &Doubt::none());
            lowering.lowered.made.of.insert(id, border);
        }
    }
}

const PLAN: &str = r#"{"format_version":"1.2","planned_values":{},
  "resource_changes":[
    {"address":"aws_vpc.a","type":"aws_vpc","change":{"actions":["create"],"after":{"cidr_block":"10.1.0.0/16"},"after_unknown":{"id":true}}},
    {"address":"aws_vpc.b","type":"aws_vpc","change":{"actions":["create"],"after":{"cidr_block":"10.2.0.0/16"},"after_unknown":{"id":true}}},
    {"address":"acme_bridge.ab","type":"acme_bridge","change":{"actions":["create"],"after":{},"after_unknown":{"id":true,"vpc_id":true,"far_shore":true}}},
    {"address":"acme_bridge_accepter.ab","type":"acme_bridge_accepter","change":{"actions":["create"],"after":{},"after_unknown":{"bridge_id":true}}},
    {"address":"aws_route_table.a","type":"aws_route_table","change":{"actions":["create"],"after":{},"after_unknown":{"id":true,"vpc_id":true}}},
    {"address":"aws_route.b","type":"aws_route","change":{"actions":["create"],"after":{"destination_cidr_block":"10.2.0.0/16"},"after_unknown":{"route_table_id":true,"bridge_id":true}}}],
  "configuration":{"root_module":{"resources":[
    {"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a"},
    {"address":"aws_vpc.b","mode":"managed","type":"aws_vpc","name":"b"},
    {"address":"acme_bridge.ab","mode":"managed","type":"acme_bridge","name":"ab","expressions":{
      "vpc_id":{"references":["aws_vpc.a.id","aws_vpc.a"]},"far_shore":{"references":["aws_vpc.b"]}}},
    {"address":"acme_bridge_accepter.ab","mode":"managed","type":"acme_bridge_accepter","name":"ab","expressions":{
      "bridge_id":{"references":["acme_bridge.ab.id","acme_bridge.ab"]}}},
    {"address":"aws_route_table.a","mode":"managed","type":"aws_route_table","name":"a","expressions":{
      "vpc_id":{"references":["aws_vpc.a.id","aws_vpc.a"]}}},
    {"address":"aws_route.b","mode":"managed","type":"aws_route","name":"b","expressions":{
      "route_table_id":{"references":["aws_route_table.a.id","aws_route_table.a"]},
      "bridge_id":{"references":["acme_bridge.ab.id","acme_bridge.ab"]}}}]}}}"#;

/// The links to and from bridges that the plan's attributes make, and the legs of borders and routes to them.
fn outcome(families: fn() -> Families) -> [Vec<String>; 2] {
    let types = ResourceTypes::of(&[ProviderTypes {
        fronts: &["aws"],
        left_out: &[],
        families: families().resource_types(),
    }]);
    let plan = file("plan.json", PLAN, Kind::Plan);
    let read = terraform::read(&[&plan], Box::leak(Box::new(types)), PlanPhase::After);
    let mut world = World::default();
    families().lower(&read.graph, &mut world, At::default());
    let links = read.links.iter();
    let links = links.map(|row| format!("{}.{} {}", row.address, row.attribute, row.to.join(" ")));
    let name = |id| world.networks[id].name.as_str();
    let legs = world.borders.iter().flat_map(|(_, border)| &border.legs);
    let legs = legs.map(|leg| format!("{} -> {}", name(leg.from), name(leg.to)));
    let routes = world
        .route_tables
        .iter()
        .flat_map(|(_, table)| &table.routes);
    let routes = routes.filter_map(|route| match (route.destination, &route.target) {
        (Some(block), Target::Border(border)) => {
            Some(format!("{block} by {}", world.borders[*border].name))
        }
        _ => None,
    });
    let bridged = |row: &String| row.contains("bridge");
    [
        links.filter(bridged).collect(),
        legs.chain(routes).collect(),
    ]
}

#[test]
fn a_made_up_family_is_read_linked_and_lowered() {
    let found = outcome(|| {
        let mut all = families();
        all.borders.push(made_up());
        all
    });
    let linked = [
        "acme_bridge.ab.far_shore aws_vpc.b",
        "acme_bridge.ab.vpc_id aws_vpc.a",
        "acme_bridge_accepter.ab.bridge_id acme_bridge.ab",
        "aws_route.b.bridge_id acme_bridge.ab",
    ];
    assert_eq!(found[0], linked);
    let reached = [
        "aws_vpc.a -> aws_vpc.b",
        "aws_vpc.b -> aws_vpc.a",
        "10.2.0.0/16 by acme_bridge.ab",
    ];
    assert_eq!(found[1], reached);
}

#[test]
fn a_type_of_no_family_is_neither() {
    assert_eq!(outcome(families), [Vec::<String>::new(), Vec::new()]);
}
