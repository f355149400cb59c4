//! Load balancers that a controller makes: where they stand and what they admit.
//! Source: AWS Load Balancer Controller documentation, "Subnet Discovery", "NLB annotations", "Ingress annotations",
//! "Security Groups for Load Balancers".

use super::super::node_group;
use super::super::pool::NodeSubnet;
use super::super::selector_terms::{self, Term};
use super::EntryPointContext;
use crate::ingest::aws::stage::PrefixLists;
use crate::ingest::kubernetes::Object;
use crate::ingest::lowering::Blocks;
use crate::model::{
    AddressSet, Attachment, Doubt, Endpoint, Filter, FilterAction, FilterPeer, FilterRule,
    Forwarder, GapKind, Id, Labels, Network, Note, Origin, PivotRisk, Protocol, Subnet, Traffic,
};

/// What an object asks for.
pub struct Asked<'a> {
    /// The object.
    pub object: &'a Object,
    /// Whether only private networks are to reach it.
    pub internal: bool,
    /// What selects its subnets; empty where the controller looks for them.
    pub subnets: Vec<Term>,
    /// Ids of security groups; empty where the controller makes one that admits the clients.
    pub groups: Vec<String>,
    /// Whether the controller opens the groups of the targets although the object names groups of its own.
    pub manages: bool,
    /// Who may call.
    pub clients: Blocks,
    /// Ports that it listens on.
    pub listeners: Vec<(Protocol, u16)>,
}

/// A load balancer in the world: what it is as a forwarder, but for the port.
#[derive(Clone)]
pub struct Balancer {
    name: String,
    attachments: Vec<Attachment>,
    admitted: Option<Note>,
}

/// Tags of subnets for load balancers: internal ones, and others.
const TAGS: [&str; 2] = ["kubernetes.io/role/internal-elb", "kubernetes.io/role/elb"];

impl Asked<'_> {
    /// The tag of the subnets that the controller looks for.
    fn tag(&self) -> &'static str {
        if self.internal { TAGS[0] } else { TAGS[1] }
    }
}

impl Balancer {
    /// One of Terraform's.
    #[must_use]
    pub fn of(endpoint: &Endpoint, admitted: Option<Note>) -> Self {
        Balancer {
            name: format!("`{}`", endpoint.name),
            attachments: endpoint.attachments.clone(),
            admitted,
        }
    }

    /// The addresses from which it may call its targets.
    #[must_use]
    pub fn addresses(&self) -> AddressSet {
        let all = self.attachments.iter();
        all.map(|own| own.addresses.clone()).collect()
    }

    /// It, as it listens on a port; whether it sends on with the client's address, and what the trail says of that.
    #[must_use]
    pub fn on(
        &self,
        ports: (u16, u16),
        (keeps_client, sends): (bool, Note),
        doubt: Doubt,
    ) -> Forwarder {
        Forwarder {
            name: self.name.clone(),
            attachments: self.attachments.clone(),
            ports,
            destinations: AddressSet::none(),
            doubt,
            keeps_client,
            sends,
            admitted: self.admitted.clone(),
            own_pods: None,
        }
    }
}

impl EntryPointContext<'_, '_, '_> {
    /// Adds the load balancer to the world.
    pub fn balancer(&mut self, asked: &Asked) -> Balancer {
        let filters: Vec<Id<Filter>> = match asked.groups.as_slice() {
            [] => vec![self.listeners(asked)],
            groups => groups
                .iter()
                .map(|id| self.lowering.absent_group(id, asked.object.origin.clone()))
                .collect(),
        };
        let places = self.places(asked);
        let origin = Some(asked.object.origin.clone());
        let world = &self.lowering.world;
        let attach = |place: &NodeSubnet| {
            place.attachment(
                world,
                self.facts.network,
                &AddressSet::all(),
                &filters,
                origin.clone(),
            )
        };
        let attachments: Vec<Attachment> = places.iter().map(attach).collect();
        let name = self.name(asked.object);
        let endpoint = Endpoint {
            name,
            kind: "load balancer",
            attachments,
            answers_only: true,
            opens_only: false,
            pivot_risk: PivotRisk::Never,
            origin,
        };
        let admitted = (asked.groups.is_empty() || asked.manages).then(|| Note {
            text: "the controller that makes the load balancer opens the targets' security groups to it".to_owned(),
            origin: None,
            assumed: true,
        });
        let mut out = Balancer::of(&endpoint, admitted);
        out.name = format!("the {}", endpoint.name);
        self.lowering.world.endpoints.push(endpoint);
        out
    }

    /// Unique in the world.
    fn name(&self, object: &Object) -> String {
        let resource = &self.lowering.graph.resources[self.id];
        let front = if self.lowering.graph.of(super::super::tie::KIND).count() > 1 {
            format!("{}:", resource.address)
        } else {
            String::new()
        };
        format!("{front}load balancer of {}", object.title())
    }

    /// What listens nowhere else admits nothing else, whether or not a security group says so; it may call anybody.
    fn listeners(&mut self, asked: &Asked) -> Id<Filter> {
        let rule = |peer: AddressSet, traffic, doubt: &Doubt| FilterRule {
            order: 0,
            action: FilterAction::Allow,
            peer: FilterPeer::Addresses(peer),
            traffic,
            own: FilterPeer::anyone(),
            doubt: doubt.clone(),
            origin: Some(asked.object.origin.clone()),
        };
        let ports = || {
            asked
                .listeners
                .iter()
                .map(|(protocol, port)| Traffic::ports(*protocol, *port, *port))
        };
        let mut ingress: Vec<FilterRule> = ports()
            .map(|traffic| rule(asked.clients.addresses.clone(), traffic, &Doubt::none()))
            .collect();
        if !asked.clients.rest.is_certain() {
            ingress.extend(
                ports().map(|traffic| rule(AddressSet::all(), traffic, &asked.clients.rest)),
            );
        }
        let filter = Filter {
            name: format!("listeners of {}", self.name(asked.object)),
            kind: "listeners",
            stateful: true,
            ingress,
            egress: vec![rule(AddressSet::all(), Traffic::all(), &Doubt::none())],
            doubt: Doubt::none(),
            origin: Some(asked.object.origin.clone()),
        };
        self.lowering.world.filters.push(filter)
    }

    /// The subnets named, else those tagged for it, else any of the networks that may be the cluster's.
    fn places(&mut self, asked: &Asked) -> Vec<NodeSubnet> {
        let facts = self.facts;
        let places = facts.networks.iter();
        let mut out: Vec<NodeSubnet> = places
            .flat_map(|network| self.selected(asked, *network))
            .collect();
        if out.is_empty() {
            out = self.untagged(asked);
        }
        let doubt = |place: NodeSubnet| NodeSubnet {
            doubt: place.doubt.and(&facts.unsure),
            ..place
        };
        out.into_iter().map(doubt).collect()
    }

    fn selected(&mut self, asked: &Asked, network: Id<Network>) -> Vec<NodeSubnet> {
        if asked.subnets.is_empty() {
            return selector_terms::found(self.lowering, &[tagged(asked.tag(), "*")], network);
        }
        let title = format!("the load balancer of {}", asked.object.title());
        let (subnets, origin) = (&asked.subnets, &asked.object.origin);
        selector_terms::places(self.lowering, subnets, network, &title, origin)
    }

    /// Every subnet that the load balancer may stand in, where none has the tag.
    fn untagged(&mut self, asked: &Asked) -> Vec<NodeSubnet> {
        let (title, tag) = (asked.object.title(), asked.tag());
        let what = format!(
            "which subnets the load balancer of {title} stands in is not known: none has the tag `{tag}`"
        );
        let origin = Some(asked.object.origin.clone());
        let world = &mut self.lowering.world;
        let doubt = world.doubt(GapKind::NotInInput, what, origin);
        let networks = &self.facts.networks;
        let own = world.subnets.iter();
        let own = own.filter(|(_, subnet)| networks.contains(&subnet.network));
        let all: Vec<Id<Subnet>> = own.map(|(id, _)| id).collect();
        all.into_iter()
            .map(|id| node_group::place(self.lowering, id, doubt.clone()))
            .collect()
    }
}

fn tagged(key: &str, value: &str) -> Term {
    Term {
        tags: Labels::from([(key.to_owned(), value.to_owned())]),
        ..Term::default()
    }
}

/// What selects a subnet with an id or a name.
#[must_use]
pub fn subnet_term(name: &str) -> Term {
    match name.starts_with("subnet-") {
        true => Term {
            id: Some(name.to_owned()),
            ..Term::default()
        },
        false => tagged("Name", name),
    }
}

/// The parts of an annotation that lists something.
#[must_use]
pub fn list(text: Option<String>) -> Vec<String> {
    text.iter()
        .flat_map(|text| text.split(','))
        .map(|part| part.trim().to_owned())
        .filter(|part| !part.is_empty())
        .collect()
}

impl EntryPointContext<'_, '_, '_> {
    /// Who may call by blocks and by prefix lists: where only lists are given, what these hold.
    pub fn clients(&mut self, blocks: &[String], lists: &[String], origin: &Origin) -> Blocks {
        let mut out = Blocks::default();
        if lists.is_empty() || !blocks.is_empty() {
            out.addresses = clients(blocks);
        }
        for list in lists {
            let held = self.lowering.graph.holding(list).iter();
            let found = held
                .filter_map(|target| self.lowering.seen::<PrefixLists>().of.get(&target.resource))
                .next()
                .cloned();
            match found {
                Some(own) => out.add(&own),
                None => out.rest = out.rest.and(&self.lowering.absent(list, origin.clone())),
            }
        }
        out
    }
}

/// Those who may call, or may do so.
#[must_use]
pub fn callers(clients: &Blocks) -> AddressSet {
    if clients.rest.is_certain() {
        clients.addresses.clone()
    } else {
        AddressSet::all()
    }
}

/// Every address, for sure.
#[must_use]
pub fn anyone() -> Blocks {
    Blocks {
        addresses: AddressSet::all(),
        ..Blocks::default()
    }
}

/// Blocks of clients; every address where none is given, and where one is no block: what a controller makes of that is not
/// told.
fn clients(blocks: &[String]) -> AddressSet {
    let parsed: Option<AddressSet> = blocks
        .iter()
        .map(|block| AddressSet::parse(block).ok())
        .collect::<Option<Vec<_>>>()
        .map(|all| all.into_iter().collect());
    parsed
        .filter(|_| !blocks.is_empty())
        .unwrap_or_else(AddressSet::all)
}
