//! The nouns of transit gateways: gateways, attachments and route tables.

use super::switch::Switch;
use crate::ingest::aws::lowering::Found;
use crate::ingest::terraform::Resource;
use crate::model::{Border, Doubt, Id, IpNet, Network, Origin, Subnet};
use std::collections::BTreeMap;

/// All hubs with what is joined to them.
#[derive(Debug, Default)]
pub struct Hubs {
    /// The hubs by the border that each became.
    pub hubs: BTreeMap<Id<Border>, Hub>,
    /// All attachments.
    pub hub_attachments: Vec<HubAttachment>,
    /// Which attachments a resource is: both sides of one between gateways, and several where it is not known what it joins.
    pub joints_of: BTreeMap<Id<Resource>, Vec<usize>>,
    /// Attachments of which it is not known what they join, until all others are known.
    pub unresolved: Vec<UnresolvedAttachment>,
    /// Attachments in doubt that stand for those that are not known, by what they may join.
    pub presumed: BTreeMap<(Id<Border>, Id<Network>), usize>,
    /// All route tables.
    pub tables: Vec<Table>,
    /// Which route table a resource is.
    pub table_of: BTreeMap<Id<Resource>, usize>,
}

/// One gateway.
#[derive(Clone, Debug)]
pub struct Hub {
    /// Its resource; none for one that is only named.
    pub resource: Option<Id<Resource>>,
    /// Whether the input manages it, so that its default route table holds only what the input says.
    pub managed: bool,
    /// Whether attachments are associated with the default route table unless they say otherwise.
    pub associates: Switch,
    /// Whether attachments propagate into the default route table unless they say otherwise.
    pub propagates: Switch,
    /// Whether references to security groups hold across it, unless an attachment says otherwise.
    pub keeps_members: Switch,
    /// Whether attachments of other accounts need no acceptance.
    pub accepts: Switch,
    /// The default route table for associations; one is right.
    pub association: Found<usize>,
    /// The default route table for propagations; one is right.
    pub propagation: Found<usize>,
}

/// What stands at the far end of an attachment.
#[derive(Clone, Debug)]
pub enum AttachmentTarget {
    /// A VPC, by way of some of its subnets.
    Network(Id<Network>, Found<Id<Subnet>>),
    /// A network that is not in the input: it propagates blocks that are not known.
    Outer(Id<Network>),
    /// Another gateway, which has the same attachment as [`HubAttachment::twin`].
    Hub,
}

/// One attachment, seen from one gateway. An attachment between two gateways is there twice, once from each.
#[derive(Clone, Debug)]
pub struct HubAttachment {
    /// The gateway.
    pub border: Id<Border>,
    /// The attachment's resource; none for one that the input does not hold.
    pub resource: Option<Id<Resource>>,
    /// What it leads to.
    pub end: AttachmentTarget,
    /// For one between gateways: the same attachment as the other gateway sees it.
    pub twin: Option<usize>,
    /// Whether it is certain what it joins.
    pub settled: bool,
    /// Why it may not carry packets.
    pub doubt: Doubt,
    /// Whether it goes with the gateway's default association.
    pub associates: Switch,
    /// Whether it goes with the gateway's default propagation.
    pub propagates: Switch,
    /// Whether references to security groups hold across it.
    pub keeps_members: Switch,
    /// Whether it carries IPv6.
    pub carries_v6: Switch,
    /// Route tables that it is associated with; one is right.
    pub tables: Found<usize>,
}

impl HubAttachment {
    /// The network at the end, where it is a VPC.
    #[must_use]
    pub fn network(&self) -> Option<Id<Network>> {
        match self.end {
            AttachmentTarget::Network(network, _) => Some(network),
            _ => None,
        }
    }
}

/// What is known of the ends of an attachment that is not fully known.
#[derive(Clone, Debug)]
pub struct UnresolvedAttachment {
    /// Its resource; none for one that the input does not hold.
    pub resource: Option<Id<Resource>>,
    /// Its gateways; none where it may be any.
    pub borders: Vec<Id<Border>>,
    /// What is at its other end, as far as known.
    pub end: Far,
    /// Why it is not known.
    pub doubt: Doubt,
}

/// What may be at the other end.
#[derive(Clone, Debug)]
pub enum Far {
    /// One of these networks; none where it may be any.
    Networks(Vec<Id<Network>>),
    /// One of these gateways; none where it may be any.
    Hubs(Vec<Id<Border>>),
    /// Nothing is known of it.
    Anything,
}

/// Rank of routes that a network outside may propagate for the blocks of networks of the input.
pub const BEHIND: u32 = 2;

/// One route table.
#[derive(Clone, Debug)]
pub struct Table {
    /// The gateway.
    pub border: Id<Border>,
    /// Name to print.
    pub name: String,
    /// Its routes in any order.
    pub routes: Vec<Route>,
    /// Why it may hold further routes.
    pub rest: Doubt,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// One route.
#[derive(Clone, Debug)]
pub struct Route {
    /// Destinations; none where they are not known.
    pub block: Option<IpNet>,
    /// 0 for static, 1 for propagated routes, [`BEHIND`].
    pub rank: u32,
    /// Attachments, each with its doubt; none drops the packet.
    pub to: Vec<(usize, Doubt)>,
    /// Why the route is not certain.
    pub doubt: Doubt,
    /// The line that declares it.
    pub origin: Option<Origin>,
}
