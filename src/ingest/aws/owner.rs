//! Whether two ends are of one account and one region, which AWS asks of what accepts itself and of references to groups.
//! Source: VPC peering guide, "Create a VPC peering connection" (account and region of the peer are the requester's unless they
//! are given), "Update your security groups to reference peer groups"; Transit Gateway guide, "Shared attachments".

use super::lowering::{At, Attribute, Lowering, is_set};
use crate::ingest::aws::stage::Networks;
use crate::ingest::lowering::Sees;
use crate::ingest::terraform::{Mode, Resource};
use crate::model::{Id, Network};

/// Whether two ends have something in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Common {
    /// Surely.
    Yes,
    /// Surely not.
    No,
    /// That is not known.
    Unknown,
}

impl Common {
    /// Whether two ends have both in common.
    #[must_use]
    pub fn and(self, other: Common) -> Common {
        match (self, other) {
            (Common::No, _) | (_, Common::No) => Common::No,
            (Common::Yes, Common::Yes) => Common::Yes,
            _ => Common::Unknown,
        }
    }

    /// What holds of one of several candidates.
    #[must_use]
    pub fn of_one(all: impl Iterator<Item = Common>) -> Common {
        all.reduce(|one, other| if one == other { one } else { Common::Unknown })
            .unwrap_or(Common::Unknown)
    }
}

/// What of a resource is compared.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Owner {
    /// Its region.
    Region,
    /// Its account.
    Account,
}

impl Owner {
    fn of(self, resource: &Resource) -> Option<&str> {
        let own = match self {
            Owner::Region => resource.region.as_deref(),
            Owner::Account => ["owner_id", "vpc_owner_id"]
                .iter()
                .find_map(|path| resource.values.get(path).text())
                .or(resource.account.as_deref()),
        };
        own.filter(|own| !own.is_empty())
    }

    /// Whether two resources have it in common: what is not known of either is the same where one provider makes both.
    #[must_use]
    pub fn common(self, one: &Resource, other: &Resource) -> Common {
        match (self.of(one), self.of(other)) {
            (Some(one), Some(other)) if one == other => Common::Yes,
            (Some(_), Some(_)) => Common::No,
            (one_region, other_region) if one_provider(one, other) => match self {
                // A region may be one resource's own.
                Owner::Region if one_region == other_region => Common::Yes,
                // What is read may be of others who share it.
                Owner::Account if [one, other].iter().all(|own| own.mode == Mode::Managed) => {
                    Common::Yes
                }
                _ => Common::Unknown,
            },
            _ => Common::Unknown,
        }
    }
}

fn one_provider(one: &Resource, other: &Resource) -> bool {
    one.input == other.input && one.provider.is_some() && one.provider == other.provider
}

impl<B: Sees<Networks>, M> Lowering<'_, At<B, M>> {
    /// Whether a connection and a network at its far end have an owner in common. `peer`: the attribute that gives the far
    /// end's owner, which is the connection's where it is not set.
    pub fn common_with_peer(&self, what: Owner, peer: Attribute, far: Id<Network>) -> Common {
        let connection = peer.resource;
        let networks = &self.seen::<Networks>().of;
        let resource = |(id, _): (&Id<Resource>, &Id<Network>)| &self.graph.resources[*id];
        let far = networks
            .iter()
            .find(|(_, network)| **network == far)
            .map(resource);
        let named = peer.value.text().filter(|text| !text.is_empty());
        let own = what.of(connection).or_else(|| self.near(what, connection));
        if let (Some(own), Some(other)) = (own, named.or_else(|| what.of(far?))) {
            return if own == other {
                Common::Yes
            } else {
                Common::No
            };
        }
        match far {
            Some(far) if what.common(connection, far) == Common::Yes => Common::Yes,
            _ if named.is_some() || peer.value.is_unknown() => Common::Unknown,
            // The peer's is the requester's; a VPC that another provider makes may have another nevertheless.
            Some(far) if far.provider.is_some() && !one_provider(connection, far) => {
                Common::Unknown
            }
            _ => Common::Yes,
        }
    }

    /// Whose the far end of a connection is, as far as the connection says: the requester's where it names none.
    pub fn peer_owner(&self, what: Owner, peer: Attribute) -> Option<String> {
        if is_set(peer.value) {
            return peer.value.text().map(str::to_owned);
        }
        let own = what.of(peer.resource);
        let own = own.or_else(|| self.near(what, peer.resource));
        own.map(str::to_owned)
    }

    /// What the requester's VPC tells of its owner.
    fn near(&self, what: Owner, connection: &Resource) -> Option<&str> {
        let vpc = connection.values.get("vpc_id");
        let target = self.graph.follow(vpc, &["aws_vpc"]).targets.into_iter();
        let target = target.map(|target| target.resource).next()?;
        what.of(&self.graph.resources[target])
    }
}
