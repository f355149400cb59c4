//! The gateways themselves: managed, read, and only named.

use super::hubs::{Hub, Hubs, Table};
use super::switch::Switch;
use crate::ingest::aws::lowering::{Attribute, Found, Lowering};
use crate::ingest::aws::stage::AtBorders;
use crate::ingest::terraform::{Mode, Resource, Target};
use crate::model::{Border, Doubt, GapKind, Id};

/// What [`Border::kind`] says of a transit gateway.
pub const KIND: &str = "transit gateway";

/// Lowers the gateways into borders without legs.
pub fn lower(lowering: &mut Lowering<AtBorders>, hubs: &mut Hubs) {
    let graph = lowering.graph;
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph
            .of("aws_ec2_transit_gateway")
            .filter(|(_, resource)| resource.mode == wanted)
        {
            let twin = lowering.twin(resource, |lowering, id| {
                lowering.lowered.made.of.get(&id).copied()
            });
            let border = twin.unwrap_or_else(|| {
                let state = if wanted == Mode::Managed {
                    "active once applied"
                } else {
                    "only read: what its route tables hold is not known"
                };
                let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
                lowering.world.borders.push(Border {
                    name,
                    kind: KIND,
                    legs: Vec::new(),
                    state: state.to_owned(),
                    origin,
                })
            });
            lowering.lowered.made.of.insert(id, border);
            if twin.is_none() {
                add(lowering, hubs, border, Some(id));
            }
        }
    }
}

fn add(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    border: Id<Border>,
    id: Option<Id<Resource>>,
) {
    let graph = lowering.graph;
    let resource = id.map(|id| &graph.resources[id]);
    let mut switch = |path: &str, default: bool| match resource {
        Some(resource) => Switch::read(lowering, Attribute::of(resource, path), default),
        None => Switch::known(default),
    };
    let associates = switch("default_route_table_association", true);
    let propagates = switch("default_route_table_propagation", true);
    let keeps_members = switch("security_group_referencing_support", false);
    let accepts = switch("auto_accept_shared_attachments", false);
    let managed = resource.is_some_and(|resource| resource.mode == Mode::Managed);
    let name = format!(
        "default route table of {}",
        lowering.world.borders[border].name
    );
    let origin = resource.map(|resource| resource.origin.clone());
    let rest = if managed {
        Doubt::none()
    } else {
        lowering.doubt_of_hub(border)
    };
    hubs.tables.push(Table {
        border,
        name,
        routes: Vec::new(),
        rest,
        origin,
    });
    let default = Found {
        items: vec![(hubs.tables.len() - 1, Doubt::none())],
        rest: Doubt::none(),
    };
    let (association, propagation) = (default.clone(), default);
    let hub = Hub {
        resource: id,
        managed,
        associates,
        propagates,
        keeps_members,
        accepts,
        association,
        propagation,
    };
    hubs.hubs.insert(border, hub);
}

/// The gateways that an attribute names; one that is only named by its id joins the others with unknown route tables.
pub fn named(
    lowering: &mut Lowering<AtBorders>,
    hubs: &mut Hubs,
    at: Attribute,
) -> Found<Id<Border>> {
    let known: Vec<Id<Border>> = hubs.hubs.keys().copied().collect();
    let own = |lowering: &Lowering<AtBorders>, target: &Target| {
        lowering
            .lowered
            .made
            .of
            .get(&target.resource)
            .copied()
            .filter(|border| known.contains(border))
    };
    let found = lowering.find(at, own, |lowering, at, id| {
        Some(lowering.foreign_link(at, id, KIND, None))
    });
    for border in found.all() {
        if !hubs.hubs.contains_key(&border) {
            add(lowering, hubs, border, None);
        }
    }
    found
}

impl Lowering<'_, AtBorders> {
    /// Doubt about what the route tables of a gateway hold that the input does not manage.
    pub fn doubt_of_hub(&mut self, border: Id<Border>) -> Doubt {
        let Border { name, origin, .. } = self.world.borders[border].clone();
        let what =
            format!("the route tables of `{name}` are known only as far as the input holds them");
        self.world.doubt(GapKind::NotInInput, what, origin)
    }
}
