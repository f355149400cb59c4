//! What a resource became in the model, and how a family finds what its attributes name.

use super::rule::{Group, Rule, Surroundings};
use crate::ingest::lowering::{self, Alternatives, OuterNetworks};
use crate::ingest::terraform::{By, Mode, Resource, Value};
use crate::model::{AddressSet, Border, Doubt, Endpoint, Filter, Id, Network, RouteTable, Subnet};
use std::collections::BTreeMap;

pub use lowering::{Attribute, Blocks, Found, is_set};

/// Which resource became what in the [`World`](crate::model::World).
#[derive(Clone, Debug, Default)]
pub struct Lowered {
    /// How many subnets stood in the world before: those of other clouds.
    pub foreign_subnets: usize,
    /// Virtual networks: managed and read ones.
    pub networks: BTreeMap<Id<Resource>, Id<Network>>,
    /// Subnets with a resource of their own.
    pub subnets: BTreeMap<Id<Resource>, Id<Subnet>>,
    /// Subnets of which it is not known which network they are of.
    pub alternatives: Alternatives,
    /// Subnets of each network by name in lower case, those declared inside the network included.
    pub named_subnets: BTreeMap<(Id<Network>, String), Id<Subnet>>,
    /// The security group that a block inside its network gives a subnet, and likewise its route table.
    pub inline: Vec<Inline>,
    /// For subnets whose filters do not judge packets to private endpoints: the same place without them.
    pub open_sides: BTreeMap<Id<Subnet>, Id<Subnet>>,
    /// Whether the filters of a subnet judge packets to private endpoints; those of one that is not in it do not.
    pub judged_endpoints: BTreeMap<Id<Subnet>, lowering::Flag>,
    /// What each network reaches by itself, beside its own addresses.
    pub neighbours: BTreeMap<Id<Network>, Vec<Neighbour>>,
    /// Networks whose packets may go anywhere, since it cannot be resolved what they are joined with.
    pub loose: BTreeMap<Id<Network>, Doubt>,
    /// Networks that use the gateways of a peered one: the user, the owner, and the doubt.
    pub transit: Vec<(Id<Network>, Id<Network>, Doubt)>,
    /// Gateways that stand in a network, and those that it may use in a peered one.
    pub gateways: BTreeMap<Id<Network>, Vec<(Id<Border>, Doubt)>>,
    /// Application security groups, as filters that let nothing pass and only mark their members.
    pub application_groups: BTreeMap<Id<Resource>, Id<Filter>>,
    /// Route tables by resource, and by the network in whose subnets they are used.
    pub route_tables: BTreeMap<(Id<Resource>, Id<Network>), Id<RouteTable>>,
    /// The table of subnets without one of their own, by network.
    pub system_tables: BTreeMap<Id<Network>, Id<RouteTable>>,
    /// Prefixes of user-defined routes that hold for a subnet.
    pub user_prefixes: BTreeMap<Id<Subnet>, Blocks>,
    /// Rules that stand before those of all network security groups.
    pub admin_rules: Vec<Rule>,
    /// Network security groups with their rules, by resource.
    pub groups: BTreeMap<Id<Resource>, Group>,
    /// Filters made of them, by what surrounds the subnet in which they are used.
    pub filters: BTreeMap<(Id<Resource>, Surroundings), Id<Filter>>,
    /// Stand-ins for groups that cannot be resolved, by the reason.
    pub unknown_groups: BTreeMap<Doubt, Id<Filter>>,
    /// Peerings, gateways and hubs by resource.
    pub links: BTreeMap<Id<Resource>, Id<Border>>,
    /// Networks behind tunnels and gateways.
    pub outer: OuterNetworks,
    /// Endpoints by resource.
    pub endpoints: BTreeMap<Id<Resource>, Id<Endpoint>>,
    /// What the input only names by id or name.
    pub foreign: Foreign,
}

/// Something outside a network that its system routes lead to.
#[derive(Clone, Debug)]
pub struct Neighbour {
    /// The border.
    pub link: Id<Border>,
    /// Addresses that the routes lead to.
    pub addresses: AddressSet,
    /// Whether the service tag `VirtualNetwork` holds the addresses.
    pub tagged: bool,
    /// Whether the routes come from a gateway, so that a route table may refuse them.
    pub propagated: bool,
    /// Why there may be no such route.
    pub doubt: Doubt,
    /// Why the tag may not hold the addresses.
    pub tag_doubt: Doubt,
}

/// What a subnet block inside a network names.
#[derive(Clone, Debug)]
pub struct Inline {
    /// The network's resource.
    pub resource: Id<Resource>,
    /// The position of the block.
    pub number: usize,
    /// The subnet.
    pub subnet: Id<Subnet>,
}

/// Things that are only named.
#[derive(Clone, Debug, Default)]
pub struct Foreign {
    /// Virtual networks, by id or name.
    pub networks: BTreeMap<String, Id<Network>>,
    /// Subnets by id.
    pub subnets: BTreeMap<String, Id<Subnet>>,
}

/// A run of the families over one graph.
pub type Lowering<'a> = lowering::Lowering<'a, Lowered>;

/// Whether two names are the same: names of Azure's resources do not tell capital letters from small ones.
/// Source: "Naming rules and restrictions for Azure resources".
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether two resources are of one resource group and subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Together {
    No,
    Perhaps,
    Yes,
}

/// What neither says is the same, where both are of one input.
fn together(a: &Resource, b: &Resource) -> Together {
    let group = |resource: &Resource| {
        let own = resource.values.get("resource_group_name").text();
        own.map(str::to_ascii_lowercase)
    };
    let here = a.input == b.input;
    let alike = |one: Option<String>, other: Option<String>, neither: bool| match (one, other) {
        (Some(one), Some(other)) if one == other => Together::Yes,
        (Some(_), Some(_)) => Together::No,
        (None, None) if neither => Together::Yes,
        _ => Together::Perhaps,
    };
    let values = [a, b].map(|own| own.values.get("resource_group_name"));
    let same = here && values[0] == values[1] && !matches!(values[0], Value::Unknown);
    let groups = alike(group(a), group(b), same);
    let of_one_provider = here && a.account == b.account;
    let subscriptions = match (subscription(a), subscription(b)) {
        (None, _) | (_, None) if of_one_provider => Together::Yes,
        (one, other) => alike(one, other, false),
    };
    groups.min(subscriptions)
}

/// The subscription that a resource's id names, else that of its provider.
fn subscription(resource: &Resource) -> Option<String> {
    let id = resource.values.get("id").text().unwrap_or_default();
    let own = id
        .strip_prefix("/subscriptions/")
        .and_then(|rest| rest.split('/').next());
    own.or(resource.account.as_deref())
        .map(str::to_ascii_lowercase)
}

impl Lowering<'_> {
    /// The resources of a type that an attribute holds the name of: names are unique within a resource group, which the
    /// attribute's own resource names.
    pub fn by_name(&mut self, at: Attribute, kind: &str) -> Found<Id<Resource>> {
        let Some(text) = at.value.text() else {
            return self.resources(at, kind);
        };
        let graph = self.graph;
        let named = |path: &str, own: &Resource| own.values.get(path).text().map(str::to_owned);
        let mut all: Vec<(Id<Resource>, &Resource)> = graph
            .of(kind)
            .filter(|(_, own)| named("name", own).is_some_and(|name| same(&name, text)))
            .collect();
        all.retain(|(_, own)| together(own, at.resource) != Together::No);
        let sure = |own: &Resource| together(own, at.resource) == Together::Yes;
        if all.iter().any(|(_, own)| sure(own)) {
            all.retain(|(_, own)| sure(own));
        }
        let open = all.iter().any(|(_, own)| !sure(own));
        if all.iter().any(|(_, own)| own.mode == Mode::Managed) {
            all.retain(|(_, own)| own.mode == Mode::Managed);
        }
        let mut out = Found::default();
        let names: Vec<&str> = all.iter().map(|(_, own)| own.address.as_str()).collect();
        let doubt = match all.len() {
            0 => {
                out.rest = self.not_in_input(at, text);
                return out;
            }
            1 if !open => Doubt::none(),
            _ => self.unlinked(at, &names, By::Gap),
        };
        all.into_iter()
            .for_each(|(id, _)| out.add(id, doubt.clone()));
        if open {
            out.rest = doubt;
        }
        out
    }

    /// All subnets of this cloud, those included that the input only names.
    pub fn own_subnets(&self) -> Vec<Id<Subnet>> {
        self.world
            .subnets
            .ids()
            .skip(self.lowered.foreign_subnets)
            .collect()
    }
}
