//! Internal load balancers that a controller makes: where they stand and what they admit.
//! Source: AWS Load Balancer Controller documentation, "Subnet Discovery", "NLB annotations", "Ingress annotations".

use super::super::ids;
use super::super::node_group;
use super::super::pool::Place;
use super::super::terms::{self, Term};
use super::Doorway;
use crate::ingest::kubernetes::Object;
use crate::model::{
    AddressSet, Attachment, Doubt, Endpoint, Filter, FilterAction, FilterPeer, FilterRule, Front, GapKind, Id, Labels, Protocol, Traffic,
};

/// What an object asks for.
pub struct Asked<'a> {
    /// The object.
    pub object: &'a Object,
    /// Ids or names of subnets; empty where the controller looks for them.
    pub subnets: Vec<String>,
    /// Ids of security groups; empty where the controller makes one that admits the clients.
    pub groups: Vec<String>,
    /// Who may call.
    pub clients: AddressSet,
    /// Ports that it listens on.
    pub listeners: Vec<(Protocol, u16)>,
}

/// Tag of subnets for internal load balancers.
const INTERNAL: &str = "kubernetes.io/role/internal-elb";

impl Doorway<'_, '_, '_> {
    /// Adds the load balancer to the world, and returns it as a front.
    pub fn internal(&mut self, asked: &Asked) -> Front {
        let filters: Vec<Id<Filter>> = match asked.groups.as_slice() {
            [] => vec![self.listeners(asked)],
            groups => groups.iter().map(|id| ids::group(self.lowering, id, &asked.object.origin)).collect(),
        };
        let places = self.places(asked);
        let origin = Some(asked.object.origin.clone());
        let world = &self.lowering.world;
        let attach = |place: &Place| place.attachment(world, self.facts.network, &AddressSet::all(), &filters, origin.clone());
        let attachments: Vec<Attachment> = places.iter().map(attach).collect();
        let endpoint = Endpoint { name: self.name(asked.object), kind: "load balancer", attachments, answers_only: true, origin };
        Front::Endpoint(self.lowering.world.endpoints.push(endpoint), filters)
    }

    /// Unique in the world.
    fn name(&self, object: &Object) -> String {
        let resource = &self.lowering.graph.resources[self.id];
        let front =
            if self.lowering.graph.of(super::super::tie::KIND).count() > 1 { format!("{}:", resource.address) } else { String::new() };
        format!("{front}load balancer of {}", object.title())
    }

    /// What listens nowhere else admits nothing else, whether or not a security group says so.
    fn listeners(&mut self, asked: &Asked) -> Id<Filter> {
        let rule = |(protocol, port): &(Protocol, u16)| FilterRule {
            order: 0,
            action: FilterAction::Allow,
            peer: FilterPeer::Addresses(asked.clients.clone()),
            own: FilterPeer::anyone(),
            traffic: Traffic::ports(*protocol, *port, *port),
            doubt: Doubt::none(),
            origin: Some(asked.object.origin.clone()),
        };
        let filter = Filter {
            name: format!("listeners of {}", self.name(asked.object)),
            kind: "listeners",
            stateful: true,
            ingress: asked.listeners.iter().map(rule).collect(),
            egress: Vec::new(),
            doubt: Doubt::none(),
            origin: Some(asked.object.origin.clone()),
        };
        self.lowering.world.filters.push(filter)
    }

    /// The subnets named, else those tagged for it, else any of the network.
    fn places(&mut self, asked: &Asked) -> Vec<Place> {
        let origin = &asked.object.origin;
        let title = asked.object.title();
        let mut terms: Vec<Term> =
            asked.subnets.iter().filter(|name| !name.starts_with("subnet-")).map(|name| tagged("Name", name)).collect();
        let mut out: Vec<Place> =
            asked.subnets.iter().filter(|id| id.starts_with("subnet-")).map(|id| ids::subnet(self.lowering, id, origin)).collect();
        if asked.subnets.is_empty() {
            terms = vec![tagged(INTERNAL, "*")];
        }
        let found = if terms.is_empty() { Vec::new() } else { terms::found(self.lowering, &terms, self.facts.network) };
        out.extend(found);
        if out.is_empty() {
            let what = format!("which subnets the load balancer of {title} stands in is not told: none has the tag `{INTERNAL}`");
            let doubt = self.lowering.world.doubt(GapKind::NotInInput, what, Some(origin.clone()));
            let own = self.lowering.world.subnets.iter().filter(|(_, subnet)| subnet.network == self.facts.network).map(|(id, _)| id);
            let all: Vec<_> = own.collect();
            out = all.into_iter().map(|id| node_group::place(self.lowering, id, doubt.clone())).collect();
        }
        out
    }
}

fn tagged(key: &str, value: &str) -> Term {
    Term { tags: Labels::from([(key.to_owned(), value.to_owned())]), ..Term::default() }
}

/// The parts of an annotation that lists something.
#[must_use]
pub fn list(text: Option<String>) -> Vec<String> {
    text.iter().flat_map(|text| text.split(',')).map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Blocks of clients; every address where none is given.
#[must_use]
pub fn clients(blocks: &[String]) -> AddressSet {
    if blocks.is_empty() { AddressSet::all() } else { blocks.iter().filter_map(|block| AddressSet::parse(block).ok()).collect() }
}
