//! The gateways themselves: managed, read, and only named.

use super::attachment::Joint;
use super::table::Table;
use crate::ingest::aws::lowering::{Attribute, Found, Lowering};
use crate::ingest::terraform::{Mode, Resource, Target};
use crate::model::{Doubt, GapKind, Id, Link};
use std::collections::BTreeMap;

/// What [`Link::kind`] says of a transit gateway.
pub const KIND: &str = "transit gateway";

/// All hubs with what is joined to them.
#[derive(Debug, Default)]
pub struct Hubs {
    /// The hubs by the link that each became.
    pub hubs: BTreeMap<Id<Link>, Hub>,
    /// All attachments.
    pub joints: Vec<Joint>,
    /// Which attachment a resource is.
    pub joint_of: BTreeMap<Id<Resource>, usize>,
    /// All route tables.
    pub tables: Vec<Table>,
    /// Which route table a resource is.
    pub table_of: BTreeMap<Id<Resource>, usize>,
}

/// One gateway.
#[derive(Clone, Copy, Debug, Default)]
pub struct Hub {
    /// Its resource; none for one that is only named.
    pub resource: Option<Id<Resource>>,
    /// Whether the input manages it, so that its default route table holds only what the input says.
    pub managed: bool,
    /// Whether attachments are associated with the default route table unless they say otherwise.
    pub associates: bool,
    /// Whether attachments propagate into the default route table unless they say otherwise.
    pub propagates: bool,
    /// Whether references to security groups hold across it, unless an attachment says otherwise.
    pub keeps_members: bool,
    /// Whether attachments of other accounts need no acceptance.
    pub accepts: bool,
    /// The default route table for associations.
    pub association: usize,
    /// The default route table for propagations.
    pub propagation: usize,
}

/// Lowers the gateways into links without legs.
pub fn lower(lowering: &mut Lowering, hubs: &mut Hubs) {
    let graph = lowering.graph;
    for wanted in [Mode::Managed, Mode::Data] {
        for (id, resource) in graph.of("aws_ec2_transit_gateway").filter(|(_, resource)| resource.mode == wanted) {
            let twin = lowering.twin(resource, |lowering, id| lowering.lowered.links.get(&id).copied());
            let link = twin.unwrap_or_else(|| {
                let state =
                    if wanted == Mode::Managed { "active once applied" } else { "only read: what its route tables hold is not known" };
                let (name, origin) = (lowering.name(id), Some(resource.origin.clone()));
                lowering.world.links.push(Link { name, kind: KIND, legs: Vec::new(), state: state.to_owned(), origin })
            });
            lowering.lowered.links.insert(id, link);
            if twin.is_none() {
                add(lowering, hubs, link, Some(id));
            }
        }
    }
}

fn add(lowering: &mut Lowering, hubs: &mut Hubs, link: Id<Link>, id: Option<Id<Resource>>) {
    let graph = lowering.graph;
    let on = |path: &str, default: bool| {
        let value = id.map(|id| graph.resources[id].values.get(path));
        value.and_then(|value| value.text()).map_or(default, |text| text == "enable")
    };
    let managed = id.is_some_and(|id| graph.resources[id].mode == Mode::Managed);
    let name = format!("default route table of {}", lowering.world.links[link].name);
    let origin = id.map(|id| graph.resources[id].origin.clone());
    let rest = if managed { Doubt::none() } else { lowering.doubt_of_hub(link) };
    hubs.tables.push(Table { link, name, routes: Vec::new(), rest, origin });
    let default = hubs.tables.len() - 1;
    let hub = Hub {
        resource: id,
        managed,
        associates: on("default_route_table_association", true),
        propagates: on("default_route_table_propagation", true),
        keeps_members: on("security_group_referencing_support", false),
        accepts: on("auto_accept_shared_attachments", false),
        association: default,
        propagation: default,
    };
    hubs.hubs.insert(link, hub);
}

/// The gateways that an attribute names; one that is only named by its id joins the others with unknown route tables.
pub fn named(lowering: &mut Lowering, hubs: &mut Hubs, at: Attribute) -> Found<Id<Link>> {
    let known: Vec<Id<Link>> = hubs.hubs.keys().copied().collect();
    let own =
        |lowering: &Lowering, target: &Target| lowering.lowered.links.get(&target.resource).copied().filter(|link| known.contains(link));
    let found = lowering.find(at, own, |lowering, at, id| Some(lowering.foreign_link(at, id, KIND, None)));
    for link in found.all() {
        if !hubs.hubs.contains_key(&link) {
            add(lowering, hubs, link, None);
        }
    }
    found
}

impl Lowering<'_> {
    /// Doubt about what the route tables of a gateway hold that the input does not manage.
    pub fn doubt_of_hub(&mut self, link: Id<Link>) -> Doubt {
        let Link { name, origin, .. } = self.world.links[link].clone();
        let what = format!("the route tables of `{name}` are known only as far as the input holds them");
        self.world.doubt(GapKind::NotInInput, what, origin)
    }
}
