//! Where a resource may stand: its subnets, the addresses that it may have there, and the groups on its interface.

use super::lowering::{At, Attribute, Blocks, Found, Lowering};
use super::stage::{ApplicationGroups, AtEndpoints, Networks, Placing};
use crate::ingest::lowering::MANY;
use crate::ingest::terraform::{Resource, Value};
use crate::model::{
    AddressSet, Attachment, Doubt, Endpoint, Filter, FilterAction, FilterPeer, FilterRule, GapKind,
    Id, Network, PivotRisk, Subnet, Traffic,
};
use std::collections::BTreeSet;

/// What a resource says of where it stands.
pub struct AttachmentSpec<'a> {
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
    /// The addresses among which its own are, where they are not known: all, or one family.
    pub family: AddressSet,
}

impl<'a> AttachmentSpec<'a> {
    /// Somewhere in subnets, without groups of its own.
    #[must_use]
    pub fn plain(
        resource: &'a Resource,
        path: &'a str,
        subnets: Found<Id<Subnet>>,
        addresses: Blocks,
    ) -> Self {
        let (groups, members) = (Found::default(), Found::default());
        AttachmentSpec {
            resource,
            path,
            subnets,
            groups,
            members,
            addresses,
            family: AddressSet::all(),
        }
    }
}

impl Lowering<'_, AtEndpoints> {
    /// Adds an endpoint for a resource.
    pub fn endpoint(
        &mut self,
        id: Id<Resource>,
        kind: &'static str,
        attachments: Vec<Attachment>,
        answers_only: bool,
        pivot_risk: PivotRisk,
    ) {
        let (name, origin) = (self.name(id), Some(self.graph.resources[id].origin.clone()));
        let endpoint = self.world.endpoints.push(Endpoint {
            name,
            kind,
            attachments,
            answers_only,
            opens_only: false,
            pivot_risk,
            origin,
        });
        self.lowered.made.of.insert(id, endpoint);
    }
}

impl<B: Placing, M> Lowering<'_, At<B, M>> {
    /// All the places in which something may stand.
    pub fn attachments(&mut self, spec: &AttachmentSpec) -> Vec<Attachment> {
        let known = spec.addresses.addresses.clone();
        let holds = |lowering: &Self, subnet: Id<Subnet>| {
            !lowering.world.subnets[subnet].addresses.is_disjoint(&known)
        };
        let held = spec.subnets.all().any(|subnet| holds(self, subnet));
        let mut out = Vec::new();
        for (subnet, doubt) in &spec.subnets.items {
            if !held || holds(self, *subnet) {
                out.extend(self.in_subnet(spec, *subnet, doubt));
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
    ) -> Vec<Attachment> {
        let Subnet {
            network, addresses, ..
        } = self.world.subnets[subnet].clone();
        let likely = [
            spec.addresses.addresses.intersection(&addresses),
            addresses.intersection(&spec.family),
        ];
        let addresses = likely
            .into_iter()
            .find(|own| !own.is_empty())
            .unwrap_or(addresses);
        let attach = |(filters, why): (Vec<Id<Filter>>, Doubt)| Attachment {
            network,
            subnet: Some(subnet),
            addresses: addresses.clone(),
            filters,
            interface: 0,
            doubt: doubt.and(&why).and(&spec.subnets.rest),
            origin: Some(spec.resource.origin_of(spec.path)),
        };
        self.filters_on(spec, subnet)
            .into_iter()
            .map(attach)
            .collect()
    }

    /// Where not all subnets are known: the subnets that hold its address where it is known, else any network of the input; in
    /// doubt.
    fn somewhere(&mut self, spec: &AttachmentSpec) -> Vec<Attachment> {
        let what = format!(
            "the virtual network and subnets of `{}` are not known",
            spec.resource.address
        );
        let doubt = self
            .world
            .doubt(
                GapKind::NotInInput,
                what,
                Some(spec.resource.origin_of(spec.path)),
            )
            .and(&spec.subnets.rest);
        let filters = vec![self.unknown_group(&doubt)];
        let known = &spec.addresses.addresses;
        let attach = |network, subnet, whole: &AddressSet| {
            let own = known.intersection(whole);
            let addresses = if own.is_empty() { whole.clone() } else { own };
            let origin = Some(spec.resource.origin_of(spec.path));
            Attachment {
                network,
                subnet,
                addresses,
                filters: filters.clone(),
                interface: 0,
                doubt: doubt.clone(),
                origin,
            }
        };
        let holding = self
            .own_subnets()
            .into_iter()
            .map(|id| (id, &self.world.subnets[id]));
        let holding = holding.filter(|(_, subnet)| {
            subnet.doubt.is_certain() && !subnet.addresses.is_disjoint(known)
        });
        let mut out: Vec<Attachment> = holding
            .map(|(id, subnet)| attach(subnet.network, Some(id), &subnet.addresses))
            .collect();
        if !out.is_empty() {
            let others = self
                .world
                .networks
                .iter()
                .filter(|(_, network)| !network.known && !network.addresses.is_disjoint(known));
            out.extend(others.map(|(id, network)| attach(id, None, &network.addresses)));
            return out;
        }
        let networks: BTreeSet<Id<Network>> =
            self.seen::<Networks>().of.values().copied().collect();
        networks
            .into_iter()
            .map(|id| attach(id, None, &self.world.networks[id].addresses))
            .collect()
    }

    /// The group of the interface as it is in the subnet, with marks of membership in each way in which it may be a member.
    /// Marks alone would let nothing pass.
    fn filters_on(
        &mut self,
        spec: &AttachmentSpec,
        subnet: Id<Subnet>,
    ) -> Vec<(Vec<Id<Filter>>, Doubt)> {
        let mut filters: Vec<Id<Filter>> = spec
            .groups
            .all()
            .map(|group| self.filter(group, subnet))
            .collect();
        if !spec.groups.rest.is_certain() {
            filters.push(self.unknown_group(&spec.groups.rest));
        }
        let memberships = self.memberships(&spec.members);
        if filters.is_empty() && memberships.iter().any(|(marks, _)| !marks.is_empty()) {
            filters.push(self.open_group());
        }
        let doubt = spec.groups.doubt();
        memberships
            .into_iter()
            .map(|(marks, why)| ([filters.clone(), marks].concat(), doubt.and(&why)))
            .collect()
    }

    /// The application security groups that something may be a member of: where that is not certain, none but the certain ones,
    /// each of the others, and all of them.
    #[must_use]
    pub fn memberships(&self, members: &Found<Id<Filter>>) -> Vec<(Vec<Id<Filter>>, Doubt)> {
        let doubt = members.doubt();
        let certain: Vec<Id<Filter>> = members
            .items
            .iter()
            .filter(|(_, why)| why.is_certain())
            .map(|(group, _)| *group)
            .collect();
        let mut perhaps: Vec<Id<Filter>> = members
            .all()
            .filter(|group| !certain.contains(group))
            .collect();
        if !members.rest.is_certain() {
            perhaps.extend(
                self.seen::<ApplicationGroups>()
                    .of
                    .values()
                    .filter(|group| !certain.contains(group)),
            );
            perhaps.sort_unstable();
            perhaps.dedup();
        }
        let each = perhaps
            .iter()
            .map(|group| vec![*group])
            .filter(|_| perhaps.len() <= MANY);
        let mut out: Vec<Vec<Id<Filter>>> = vec![Vec::new()];
        out.extend(each);
        if perhaps.len() > 1 {
            out.push(perhaps.clone());
        }
        out.into_iter()
            .map(|further| ([certain.clone(), further].concat(), doubt.clone()))
            .collect()
    }

    /// A group of which nothing is known.
    pub fn unknown_group(&mut self, doubt: &Doubt) -> Id<Filter> {
        if let Some(group) = self.lowered.on_demand.unknown_groups.get(doubt) {
            return *group;
        }
        let number = self.lowered.on_demand.unknown_groups.len() + 1;
        let group = self.everything(format!("unknown network security group {number}"), doubt);
        self.lowered
            .on_demand
            .unknown_groups
            .insert(doubt.clone(), group);
        group
    }

    /// What stands for an interface without a network security group that is a member of application security groups.
    fn open_group(&mut self) -> Id<Filter> {
        let none = Doubt::none();
        if let Some(group) = self.lowered.on_demand.unknown_groups.get(&none) {
            return *group;
        }
        let group = self.everything("no network security group".to_owned(), &none);
        self.lowered.on_demand.unknown_groups.insert(none, group);
        group
    }

    /// What stands for an interface that sends and takes nothing but replies.
    pub fn taking_nothing(&mut self) -> Id<Filter> {
        const NAME: &str = "integration with a virtual network, which takes no connections";
        let known = self.world.filters.iter().find(|(_, own)| own.name == NAME);
        if let Some((filter, _)) = known {
            return filter;
        }
        let filter = self.everything(NAME.to_owned(), &Doubt::none());
        self.world.filters[filter].ingress.clear();
        filter
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
        self.world.filters.push(Filter {
            name,
            kind,
            stateful: true,
            ingress,
            egress,
            doubt: doubt.clone(),
            origin: None,
        })
    }

    /// The addresses that an attribute holds in the elements of a repeated block; what is not known is left out.
    pub fn addresses_in(&mut self, resource: &Resource, block: &str, names: &[&str]) -> Blocks {
        let mut out = Blocks::default();
        resource
            .values
            .get(block)
            .items()
            .iter()
            .for_each(|element| out.add(&self.addresses_of(resource, block, element, names)));
        out
    }

    fn addresses_of(
        &mut self,
        resource: &Resource,
        block: &str,
        element: &Value,
        names: &[&str],
    ) -> Blocks {
        let mut out = AddressSet::none();
        for value in names
            .iter()
            .map(|name| element.get(name))
            .filter(|value| value.text().is_some())
        {
            out = out.union(
                &self
                    .blocks(Attribute {
                        resource,
                        path: block,
                        value,
                    })
                    .addresses,
            );
        }
        Blocks {
            addresses: out,
            rest: Doubt::none(),
        }
    }

    /// Where the elements of a repeated block stand, each for itself: its subnets by `path` (`ip_configuration.subnet_id`), and
    /// its address by one of `names`.
    pub fn stands_in<'r>(
        &mut self,
        resource: &'r Resource,
        path: &'r str,
        names: &[&str],
    ) -> Vec<AttachmentSpec<'r>> {
        let (block, name) = path.rsplit_once('.').unwrap_or((path, ""));
        let mut out = Vec::new();
        for element in resource.values.get(block).items() {
            let subnets = self.subnets(Attribute {
                resource,
                path,
                value: element.get(name),
            });
            let addresses = self.addresses_of(resource, block, element, names);
            out.push(AttachmentSpec {
                family: address_family(element),
                ..AttachmentSpec::plain(resource, path, subnets, addresses)
            });
        }
        out
    }
}

/// Adds those places that are not in the list yet.
pub fn add_new(list: &mut Vec<Attachment>, more: Vec<Attachment>) {
    for one in more {
        if !list.contains(&one) {
            list.push(one);
        }
    }
}

/// The family of an element that says which one its address is of: `private_ip_address_version`, for scale sets `version`; IPv4
/// where it may say so and does not. All addresses for one of which it is not known.
/// Source: azurerm provider, `azurerm_network_interface`, `azurerm_lb`, `azurerm_linux_virtual_machine_scale_set`.
pub fn address_family(element: &Value) -> AddressSet {
    let said = ["private_ip_address_version", "version"].map(|path| element.get(path));
    if said.iter().any(|value| value.is_unknown()) {
        return AddressSet::all();
    }
    let six = said
        .iter()
        .filter_map(|value| value.text())
        .any(|text| text.eq_ignore_ascii_case("IPv6"));
    if six {
        AddressSet::all_v6()
    } else {
        AddressSet::all_v4()
    }
}
