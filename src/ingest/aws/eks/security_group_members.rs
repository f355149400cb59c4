//! Whose addresses Cilium finds where it asks AWS for security groups and tags. Source: cilium `pkg/policy/groups/aws/aws.go`; EC2 API,
//! DescribeInstances and DescribeNetworkInterfaces.
//!
//! Up to 1.14 it asks for the instances that fit all that is written, and takes all of their addresses. Later it asks for interfaces of
//! any service by the groups, for instances by the tags, and takes both. What either way finds is sure; what one of them may find is
//! possible. Addresses of IPv6 are never sure: neither way takes them.

use super::group_search::{Groups, is_resolved, is_shared, may_be_attached_anywhere};
use super::selector_terms;
use crate::ingest::aws::Lowering;
use crate::ingest::aws::stage::Endpoints;
use crate::ingest::site::{Members, Wanted};
use crate::ingest::terraform::Resource;
use crate::model::{AddressSet, Attachment, Endpoint, GapKind, Id, Network, World};

/// What the operator of a cluster in the network `home` finds.
pub fn members(lowering: &Lowering, home: Id<Network>, wanted: &Wanted) -> Members {
    let ids: Vec<Groups> = wanted
        .ids
        .iter()
        .map(|id| Groups::with_id(lowering, id))
        .collect();
    let names: Vec<Groups> = wanted
        .names
        .iter()
        .map(|name| Groups::with_name(lowering, name))
        .collect();
    let search = Search {
        lowering,
        home,
        wanted,
        ids: ids.iter().collect(),
        names: names.iter().collect(),
    };
    let open = vec![(
        GapKind::NotInInput,
        "further ones may stand outside of the input".to_owned(),
    )];
    let mut out = Members {
        open,
        ..Members::default()
    };
    search.found(&mut out);
    out.possibly = if wanted.ids.is_empty() || !wanted.tags.is_empty() {
        AddressSet::all()
    } else {
        ids.iter()
            .zip(&wanted.ids)
            .map(|(groups, id)| search.extent(groups, id, &mut out.open))
            .collect()
    };
    out.possibly = out.possibly.union(&out.surely);
    out
}

/// One question.
struct Search<'s, 'l> {
    lowering: &'s Lowering<'l>,
    home: Id<Network>,
    wanted: &'s Wanted,
    /// The groups with one of the ids.
    ids: Groups,
    /// The groups with one of the names.
    names: Groups,
}

impl Search<'_, '_> {
    fn endpoints(&self) -> impl Iterator<Item = (Id<Resource>, &Resource, &Endpoint)> {
        let Lowering {
            graph,
            world,
            lowered,
        } = self.lowering;
        lowered
            .seen::<Endpoints>()
            .of
            .iter()
            .map(|(id, endpoint)| (*id, &graph.resources[*id], &world.endpoints[*endpoint]))
    }

    /// Enters the addresses of what is surely found, and names what may be found besides.
    fn found(&self, out: &mut Members) {
        let (mut elsewhere, mut blind) = (Vec::new(), Vec::new());
        for (id, resource, endpoint) in self
            .endpoints()
            .filter(|(id, resource, endpoint)| self.may_fit(*id, resource, endpoint))
        {
            let known = own_of(self.lowering.world, endpoint);
            if !endpoint
                .attachments
                .iter()
                .all(|own| self.is_asked(own.network))
            {
                elsewhere.push(format!("`{}`", resource.address));
            } else if known.v4.is_empty() || !self.fits(id, resource, endpoint) {
                blind.push(format!("`{}`", resource.address));
            } else {
                out.surely.v4 = out.surely.v4.union(&known.v4);
            }
        }
        if let Some(region) = self
            .wanted
            .region
            .as_ref()
            .filter(|region| !self.is_home(region))
        {
            out.surely = AddressSet::none();
            let what = format!(
                "it names region `{region}`, where only old versions ask, and the cluster may stand in another"
            );
            out.open.push((GapKind::NotJudged, what));
        }
        for (mut list, kind, what) in [
            (
                elsewhere,
                GapKind::NotJudged,
                "it asks in the account and region of the cluster, which may not be those of",
            ),
            (
                blind,
                GapKind::UnknownValue,
                "the input does not say whether, and at which addresses, it finds",
            ),
        ] {
            list.sort();
            list.dedup();
            if !list.is_empty() {
                out.open.push((kind, format!("{what} {}", list.join(", "))));
            }
        }
    }

    /// Whether a network surely is of the account and region in which the cluster stands, and its operator asks.
    fn is_asked(&self, network: Id<Network>) -> bool {
        let owner = |id: Id<Network>| &self.lowering.world.networks[id].owner;
        let (own, home) = (owner(network), owner(self.home));
        let differs = [own.is_of_other_account(home), own.is_of_other_region(home)];
        network == self.home || differs == [Some(false); 2]
    }

    fn is_home(&self, region: &str) -> bool {
        let home = &self.lowering.world.networks[self.home].owner;
        home.region.as_deref() == Some(region)
    }

    /// Whether all that is written fits an instance, on whichever interface it is looked for.
    fn fits(&self, id: Id<Resource>, resource: &Resource, endpoint: &Endpoint) -> bool {
        let Wanted {
            ids, names, tags, ..
        } = self.wanted;
        resource.kind == "aws_instance"
            && endpoint.attachments.iter().all(|own| {
                own.doubt.is_certain()
                    && (ids.is_empty() || self.ids.on(own))
                    && (names.is_empty() || self.names.on(own))
            })
            && tags.iter().all(|(key, value)| {
                selector_terms::tag(self.lowering, id, resource, key).as_ref() == Some(value)
            })
    }

    /// Whether something of what is written fits a resource of any sort, as far as the input says.
    fn may_fit(&self, id: Id<Resource>, resource: &Resource, endpoint: &Endpoint) -> bool {
        let tags = &self.wanted.tags;
        let wears = |(key, value): &(String, String)| match selector_terms::tag(
            self.lowering,
            id,
            resource,
            key,
        ) {
            Some(own) => own == *value,
            None => selector_terms::hides(resource, key),
        };
        let tagged = resource.kind == "aws_instance" && !tags.is_empty() && tags.iter().all(wears);
        tagged
            || endpoint
                .attachments
                .iter()
                .any(|own| self.ids.on(own) || self.names.on(own))
    }

    /// Addresses that something with the groups of an id may have: those of their VPC, and public ones.
    fn extent(&self, groups: &Groups, id: &str, open: &mut Vec<(GapKind, String)>) -> AddressSet {
        let Lowering { world, lowered, .. } = self.lowering;
        if groups.0.is_empty() {
            open.push((
                GapKind::NotInInput,
                format!("no resource of the input has the id `{id}`"),
            ));
            return AddressSet::all();
        }
        let of_group = groups
            .0
            .iter()
            .filter_map(|group| lowered.network_of_group(*group));
        let attachments = self
            .endpoints()
            .flat_map(|(.., endpoint)| &endpoint.attachments);
        let of_holder = attachments
            .filter(|own| own.doubt.is_certain() && groups.on(own))
            .map(|own| own.network);
        let Some(home) = of_group.chain(of_holder).next() else {
            open.push((
                GapKind::NotInInput,
                format!("the VPC of `{id}` is not known"),
            ));
            return AddressSet::all();
        };
        let network = &world.networks[home];
        if !network.known || !network.doubt.is_certain() || is_shared(self.lowering, groups) {
            open.push((
                GapKind::NotInInput,
                format!("which addresses the VPCs of `{id}` have is not known"),
            ));
            return AddressSet::all();
        }
        let public = AddressSet::all().difference(&AddressSet::private());
        network
            .addresses
            .difference(&self.strangers(groups, home))
            .union(&public)
    }

    /// Known addresses in a network of what surely has none of the groups.
    fn strangers(&self, groups: &Groups, network: Id<Network>) -> AddressSet {
        if may_be_attached_anywhere(self.lowering) {
            return AddressSet::none();
        }
        // An interface may be part of an instance that the input does not hold.
        let is_stranger = |resource: &Resource, endpoint: &Endpoint| {
            let apart = |own: &Attachment| {
                own.doubt.is_certain()
                    && !groups.on(own)
                    && own
                        .filters
                        .iter()
                        .all(|group| is_resolved(self.lowering, *group))
            };
            resource.kind != "aws_network_interface"
                && endpoint
                    .attachments
                    .iter()
                    .all(|own| own.network == network)
                && endpoint.attachments.iter().all(apart)
        };
        let of = |wanted: bool| -> AddressSet {
            let some = self
                .endpoints()
                .filter(|(_, resource, endpoint)| is_stranger(resource, endpoint) == wanted);
            some.map(|(.., endpoint)| own_of(self.lowering.world, endpoint))
                .collect()
        };
        of(true).difference(&of(false))
    }
}

/// The addresses that are an endpoint's own, where the input tells them.
fn own_of(world: &World, endpoint: &Endpoint) -> AddressSet {
    let own = endpoint.attachments.iter().filter(|own| {
        let place = own
            .subnet
            .map_or(&world.networks[own.network].addresses, |subnet| {
                &world.subnets[subnet].addresses
            });
        own.addresses != *place && own.addresses.is_subset(place)
    });
    own.map(|own| own.addresses.clone()).collect()
}
