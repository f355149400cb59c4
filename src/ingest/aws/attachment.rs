//! Where a resource may stand: its subnets, the addresses that it may have there, and the groups on its interfaces.

use super::lowering::{At, Attribute, Found, Lowering, is_set};
use crate::ingest::aws::stage::Placing;
use crate::ingest::lowering::Blocks;
use crate::ingest::terraform::Resource;
use crate::model::{
    AddressSet, Attachment, Doubt, Filter, FilterAction, FilterPeer, FilterRule, GapKind, Id,
    Network, Subnet, Traffic,
};
use std::collections::BTreeSet;

/// The groups of an interface.
#[derive(Clone, Debug)]
pub enum Groups {
    /// Those that the resource names; where it names none, the default group of its VPC.
    Named(Found<Id<Filter>>),
    /// Nothing filters: NAT gateways, network load balancers without groups.
    None,
}

/// What a resource says of where it stands.
pub struct AttachmentSpec<'a> {
    /// The resource.
    pub resource: &'a Resource,
    /// The attribute that decides the subnets: for lines and gaps.
    pub path: &'a str,
    /// Its subnets.
    pub subnets: Found<Id<Subnet>>,
    /// Its groups.
    pub groups: Groups,
    /// Its own addresses, as far as known.
    pub addresses: Blocks,
    /// Which of its interfaces stands there.
    pub interface: usize,
}

impl<B: Placing, M> Lowering<'_, At<B, M>> {
    /// All the places in which something may stand.
    pub fn attachments(&mut self, spec: &AttachmentSpec) -> Vec<Attachment> {
        let known = &spec.addresses.addresses;
        let all: Vec<Id<Subnet>> = spec.subnets.all().collect();
        let holding: BTreeSet<Id<Subnet>> = all
            .iter()
            .copied()
            .filter(|subnet| !self.world.subnets[*subnet].addresses.is_disjoint(known))
            .collect();
        let mut out = Vec::new();
        for (subnet, doubt) in &spec.subnets.items {
            if holding.is_empty() || holding.contains(subnet) {
                out.push(self.in_subnet(spec, *subnet, doubt));
            }
        }
        if out.is_empty() || !spec.subnets.rest.is_certain() {
            out.extend(self.somewhere(spec));
        }
        out
    }

    fn in_subnet(
        &mut self,
        spec: &AttachmentSpec,
        subnet: Id<Subnet>,
        doubt: &Doubt,
    ) -> Attachment {
        let Subnet {
            network, addresses, ..
        } = self.world.subnets[subnet].clone();
        let mut own = spec.addresses.addresses.intersection(&addresses);
        // A known IPv4 address does not tell that there is no IPv6 one.
        if !own.is_empty() && own.v6.is_empty() && !self.world.doubt_of_v6(network).is_certain() {
            own = own.union(&addresses.intersection(&AddressSet::all_v6()));
        }
        let (filters, why) = self.filters_on(spec, network);
        Attachment {
            network,
            subnet: Some(subnet),
            addresses: if own.is_empty() { addresses } else { own },
            filters,
            interface: spec.interface,
            doubt: doubt.and(&why).and(&spec.subnets.rest),
            origin: Some(spec.resource.origin_of(spec.path)),
        }
    }

    /// Where not all subnets are known: the networks of the groups, else any network of the input, in doubt.
    fn somewhere(&mut self, spec: &AttachmentSpec) -> Vec<Attachment> {
        let resource = spec.resource;
        let mut networks = BTreeSet::new();
        if let Groups::Named(groups) = &spec.groups
            && groups.rest.is_certain()
        {
            networks.extend(
                groups
                    .all()
                    .filter_map(|group| self.lowered.network_of_group(group)),
            );
        }
        let why = if networks.is_empty() {
            "its VPC and subnets"
        } else {
            "its subnets"
        };
        let what = format!("`{}` does not tell {why}", resource.address);
        let doubt = self.world.doubt(
            GapKind::NotInInput,
            what,
            Some(resource.origin_of(spec.path)),
        );
        if networks.is_empty() {
            networks.extend(
                self.world
                    .networks
                    .iter()
                    .filter(|(_, network)| network.known)
                    .map(|(id, _)| id),
            );
        }
        let doubt = doubt.and(&spec.subnets.rest);
        networks
            .into_iter()
            .map(|network| self.in_network(spec, network, &doubt))
            .collect()
    }

    fn in_network(
        &mut self,
        spec: &AttachmentSpec,
        network: Id<Network>,
        doubt: &Doubt,
    ) -> Attachment {
        let addresses = self.world.networks[network].addresses.clone();
        let own = spec.addresses.addresses.intersection(&addresses);
        let (filters, why) = self.filters_on(spec, network);
        Attachment {
            network,
            subnet: None,
            addresses: if own.is_empty() { addresses } else { own },
            filters,
            interface: spec.interface,
            doubt: doubt.and(&why),
            origin: Some(spec.resource.origin_of(spec.path)),
        }
    }

    fn filters_on(
        &mut self,
        spec: &AttachmentSpec,
        network: Id<Network>,
    ) -> (Vec<Id<Filter>>, Doubt) {
        match &spec.groups {
            Groups::None => (Vec::new(), Doubt::none()),
            Groups::Named(groups) => self.filters_of(groups, network),
        }
    }

    /// The filters of an interface with those groups. Groups that cannot be resolved become one filter that may let
    /// anything pass.
    pub fn filters_of(
        &mut self,
        groups: &Found<Id<Filter>>,
        network: Id<Network>,
    ) -> (Vec<Id<Filter>>, Doubt) {
        let mut filters: Vec<Id<Filter>> = groups.all().collect();
        if filters.is_empty() && groups.rest.is_certain() {
            filters.push(self.default_group(network));
        }
        if !groups.rest.is_certain() {
            filters.push(self.unknown_group(&groups.rest));
        }
        (filters, groups.doubt())
    }

    /// A group of which nothing is known.
    pub fn unknown_group(&mut self, doubt: &Doubt) -> Id<Filter> {
        if let Some(group) = self.lowered.on_demand.unknown_groups.get(doubt) {
            return *group;
        }
        let rule = FilterRule {
            order: 0,
            action: FilterAction::Allow,
            peer: FilterPeer::anyone(),
            own: FilterPeer::anyone(),
            traffic: Traffic::all(),
            doubt: doubt.clone(),
            origin: None,
        };
        let number = self.lowered.on_demand.unknown_groups.len() + 1;
        let filter = Filter {
            name: format!("unknown security group {number}"),
            kind: "security group",
            stateful: true,
            ingress: vec![rule.clone()],
            egress: vec![rule],
            doubt: doubt.clone(),
            origin: None,
        };
        let filter = self.world.filters.push(filter);
        self.world.unknown_filters.insert(filter);
        self.lowered
            .on_demand
            .unknown_groups
            .insert(doubt.clone(), filter);
        filter
    }

    /// The groups that several attributes name together.
    pub fn groups_at(&mut self, resource: &Resource, paths: &[&str]) -> Found<Id<Filter>> {
        let mut out = Found::default();
        for path in paths
            .iter()
            .filter(|path| is_set(resource.values.get(path)))
        {
            out.extend(self.groups(Attribute::of(resource, path)));
        }
        out
    }
}
