//! Where a resource may stand: its subnets, the addresses that it may have there, and the groups on its interface.

use super::lowering::{Attribute, Blocks, Found, Lowering};
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, Attachment, Doubt, Endpoint, Filter, FilterAction, FilterPeer, FilterRule, GapKind, Id, Network, Onward, Subnet, Traffic,
};
use std::collections::BTreeSet;

/// What a resource says of where it stands.
pub struct Stand<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// The attribute that decides the subnets: for lines and gaps.
    pub path: &'a str,
    /// Its subnets.
    pub subnets: Found<Id<Subnet>>,
    /// Network security groups of its interface; none: the subnet's own group alone judges.
    pub groups: Found<Id<Resource>>,
    /// Application security groups that it is a member of.
    pub members: Found<Id<Filter>>,
    /// Its own addresses, as far as known.
    pub addresses: Blocks,
}

impl<'a> Stand<'a> {
    /// Somewhere in subnets, without groups of its own.
    #[must_use]
    pub fn plain(resource: &'a Resource, path: &'a str, subnets: Found<Id<Subnet>>, addresses: Blocks) -> Self {
        Stand { resource, path, subnets, groups: Found::default(), members: Found::default(), addresses }
    }
}

impl Lowering<'_> {
    /// Adds an endpoint for a resource.
    pub fn endpoint(&mut self, id: Id<Resource>, kind: &'static str, attachments: Vec<Attachment>, answers_only: bool, onward: Onward) {
        let (name, origin) = (self.name(id), Some(self.graph.resources[id].origin.clone()));
        let endpoint = self.world.endpoints.push(Endpoint { name, kind, attachments, answers_only, onward, origin });
        self.lowered.endpoints.insert(id, endpoint);
    }

    /// All the places in which something may stand.
    pub fn attachments(&mut self, stand: &Stand) -> Vec<Attachment> {
        let known = stand.addresses.addresses.clone();
        let holds = |lowering: &Self, subnet: Id<Subnet>| !lowering.world.subnets[subnet].addresses.is_disjoint(&known);
        let told = stand.subnets.all().any(|subnet| holds(self, subnet));
        let mut out = Vec::new();
        for (subnet, doubt) in &stand.subnets.items {
            if !told || holds(self, *subnet) {
                out.push(self.in_subnet(stand, *subnet, doubt));
            }
        }
        if out.is_empty() { self.somewhere(stand) } else { out }
    }

    fn in_subnet(&mut self, stand: &Stand, subnet: Id<Subnet>, doubt: &Doubt) -> Attachment {
        let Subnet { network, addresses, .. } = self.world.subnets[subnet].clone();
        let own = stand.addresses.addresses.intersection(&addresses);
        let (filters, why) = self.filters_on(stand, subnet);
        Attachment {
            network,
            subnet: Some(subnet),
            addresses: if own.is_empty() { addresses } else { own },
            filters,
            doubt: doubt.and(&why).and(&stand.subnets.rest),
            origin: Some(stand.resource.origin_of(stand.path)),
        }
    }

    /// Where no subnet could be told: the subnets that hold its address where it is known, else any network of the input; in
    /// doubt.
    fn somewhere(&mut self, stand: &Stand) -> Vec<Attachment> {
        let what = format!("`{}` does not tell its virtual network and subnets", stand.resource.address);
        let doubt = self.world.doubt(GapKind::NotInInput, what, Some(stand.resource.origin_of(stand.path))).and(&stand.subnets.rest);
        let filters = vec![self.unknown_group(&doubt)];
        let known = &stand.addresses.addresses;
        let attach = |network, subnet, whole: &AddressSet| {
            let own = known.intersection(whole);
            let addresses = if own.is_empty() { whole.clone() } else { own };
            let origin = Some(stand.resource.origin_of(stand.path));
            Attachment { network, subnet, addresses, filters: filters.clone(), doubt: doubt.clone(), origin }
        };
        let holding = self.own_subnets().into_iter().map(|id| (id, &self.world.subnets[id]));
        let holding = holding.filter(|(_, subnet)| subnet.doubt.is_certain() && !subnet.addresses.is_disjoint(known));
        let mut out: Vec<Attachment> = holding.map(|(id, subnet)| attach(subnet.network, Some(id), &subnet.addresses)).collect();
        if !out.is_empty() {
            let others = self.world.networks.iter().filter(|(_, network)| !network.known && !network.addresses.is_disjoint(known));
            out.extend(others.map(|(id, network)| attach(id, None, &network.addresses)));
            return out;
        }
        let networks: BTreeSet<Id<Network>> = self.lowered.networks.values().copied().collect();
        networks.into_iter().map(|id| attach(id, None, &self.world.networks[id].addresses)).collect()
    }

    /// The group of the interface as it is in the subnet, and marks of membership. Marks alone would let nothing pass.
    fn filters_on(&mut self, stand: &Stand, subnet: Id<Subnet>) -> (Vec<Id<Filter>>, Doubt) {
        let mut filters: Vec<Id<Filter>> = stand.groups.all().map(|group| self.filter(group, subnet)).collect();
        if !stand.groups.rest.is_certain() {
            filters.push(self.unknown_group(&stand.groups.rest));
        }
        let members = stand.members.items.iter().filter(|(_, doubt)| doubt.is_certain());
        let marks: Vec<Id<Filter>> = members.map(|(group, _)| *group).collect();
        if filters.is_empty() && !marks.is_empty() {
            filters.push(self.open_group());
        }
        filters.extend(marks);
        (filters, stand.groups.doubt().and(&stand.members.doubt()))
    }

    /// A group of which nothing is known.
    pub fn unknown_group(&mut self, doubt: &Doubt) -> Id<Filter> {
        if let Some(group) = self.lowered.unknown_groups.get(doubt) {
            return *group;
        }
        let number = self.lowered.unknown_groups.len() + 1;
        let group = self.everything(format!("unknown network security group {number}"), doubt);
        self.lowered.unknown_groups.insert(doubt.clone(), group);
        group
    }

    /// What stands for an interface without a network security group that is a member of application security groups.
    fn open_group(&mut self) -> Id<Filter> {
        let none = Doubt::none();
        if let Some(group) = self.lowered.unknown_groups.get(&none) {
            return *group;
        }
        let group = self.everything("no network security group".to_owned(), &none);
        self.lowered.unknown_groups.insert(none, group);
        group
    }

    fn everything(&mut self, name: String, doubt: &Doubt) -> Id<Filter> {
        let rule = FilterRule {
            order: 0,
            action: FilterAction::Allow,
            peer: FilterPeer::anyone(),
            own: FilterPeer::anyone(),
            traffic: Traffic::all(),
            doubt: doubt.clone(),
            origin: None,
        };
        let (ingress, egress) = (vec![rule.clone()], vec![rule]);
        let kind = "network security group";
        self.world.filters.push(Filter { name, kind, stateful: true, ingress, egress, doubt: doubt.clone(), origin: None })
    }

    /// The addresses that an attribute holds in the elements of a repeated block; what is not known is left out.
    pub fn addresses_in(&mut self, resource: &Resource, block: &str, names: &[&str]) -> Blocks {
        let mut out = AddressSet::none();
        for element in resource.values.get(block).items() {
            for value in names.iter().map(|name| element.get(name)).filter(|value| value.text().is_some()) {
                out = out.union(&self.blocks(Attribute { resource, path: block, value }).addresses);
            }
        }
        Blocks { addresses: out, rest: Doubt::none() }
    }

    /// The subnets that an attribute names in the elements of a repeated block.
    pub fn subnets_in(&mut self, resource: &Resource, block: &str, name: &str) -> Found<Id<Subnet>> {
        let path = format!("{block}.{name}");
        let mut out = Found::default();
        for element in resource.values.get(block).items() {
            out.extend(self.subnets(Attribute { resource, path: &path, value: element.get(name) }));
        }
        out
    }
}
