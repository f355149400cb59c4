//! The stages in which Google's resources are lowered, and what each hands on: networks, subnets, machines and clusters,
//! private connections, services, peerings, tunnels, spokes, routes, and what reads them all.

use super::gke::facts::Facts;
use super::on_demand::At;
use super::peered::Peering;
use crate::ingest::lowering::{Output, Sees, joined_by_fields, stages};
use crate::ingest::terraform::Resource;
use crate::model::{Border, Doubt, Endpoint, Id, IpNet, Network, Origin, Subnet, Target};
use std::collections::BTreeMap;

/// VPC networks: managed and read ones.
#[derive(Clone, Debug, Default)]
pub struct Networks {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Network>>,
}

/// Subnets: managed and read ones.
#[derive(Clone, Debug, Default)]
pub struct Subnets {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Subnet>>,
}

/// A route of a network that is no subnet route.
#[derive(Clone, Debug)]
pub struct CustomRoute {
    /// Destination; none where it is not known.
    pub destination: Option<IpNet>,
    /// Where it leads.
    pub target: Target,
    /// The lower is taken first; 0 to 65535.
    pub priority: u32,
    /// Whether peers that import custom routes may get it.
    pub exported: bool,
    /// Why it is not certain.
    pub doubt: Doubt,
    /// Where it is declared.
    pub origin: Option<Origin>,
}

/// Static and learned routes of networks, in the order of their resources.
pub type CustomRoutes = BTreeMap<Id<Network>, Vec<CustomRoute>>;

/// Instances, load balancers and clusters.
#[derive(Clone, Debug, Default)]
pub struct Machines {
    /// Endpoints by resource.
    pub endpoints: BTreeMap<Id<Resource>, Id<Endpoint>>,
    /// Clusters, with what Terraform says of them.
    pub clusters: BTreeMap<Id<Resource>, Facts>,
    /// Routes to the pods of clusters.
    pub custom_routes: CustomRoutes,
}

/// Private connections to service producers.
#[derive(Clone, Debug, Default)]
pub struct ServiceConnections {
    /// With what each end exports and imports.
    pub peerings: Vec<Peering>,
    /// Networks of the producers.
    pub producers: Vec<Id<Network>>,
}

/// What service producers make: databases, caches, file shares.
#[derive(Clone, Debug, Default)]
pub struct ProducedServices {
    /// Endpoints by resource.
    pub endpoints: BTreeMap<Id<Resource>, Id<Endpoint>>,
    /// Peerings that they bring along.
    pub peerings: Vec<Peering>,
}

/// Peerings of networks.
#[derive(Clone, Debug, Default)]
pub struct Peerings {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Border>>,
    /// Those that carry packets, or may, with what each end exports and imports.
    pub peerings: Vec<Peering>,
}

/// Tunnels and attachments.
#[derive(Clone, Debug, Default)]
pub struct Tunnels {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Border>>,
    /// Routes that they learn.
    pub custom_routes: CustomRoutes,
}

/// Spokes of connectivity hubs.
#[derive(Clone, Debug, Default)]
pub struct Spokes {
    /// By resource.
    pub of: BTreeMap<Id<Resource>, Id<Border>>,
    /// Routes that they learn.
    pub custom_routes: CustomRoutes,
}

/// Static routes.
#[derive(Clone, Debug, Default)]
pub struct Routes {
    /// By network.
    pub custom_routes: CustomRoutes,
}

/// An output with endpoints.
pub trait WithEndpoints {
    /// By resource.
    fn endpoints(&mut self) -> &mut BTreeMap<Id<Resource>, Id<Endpoint>>;
}

impl WithEndpoints for Machines {
    fn endpoints(&mut self) -> &mut BTreeMap<Id<Resource>, Id<Endpoint>> {
        &mut self.endpoints
    }
}

impl WithEndpoints for ProducedServices {
    fn endpoints(&mut self) -> &mut BTreeMap<Id<Resource>, Id<Endpoint>> {
        &mut self.endpoints
    }
}

/// An output with peerings of producers' networks.
pub trait WithProducers {
    /// In the order in which they are made.
    fn peerings(&mut self) -> &mut Vec<Peering>;
}

impl WithProducers for ServiceConnections {
    fn peerings(&mut self) -> &mut Vec<Peering> {
        &mut self.peerings
    }
}

impl WithProducers for ProducedServices {
    fn peerings(&mut self) -> &mut Vec<Peering> {
        &mut self.peerings
    }
}

fn join(all: &mut CustomRoutes, more: CustomRoutes) {
    for (network, own) in more {
        all.entry(network).or_default().extend(own);
    }
}

joined_by_fields! {
    Networks: of;
    Subnets: of;
    ServiceConnections: peerings, producers;
    ProducedServices: endpoints, peerings;
    Peerings: of, peerings;
}

impl Output for Machines {
    fn join(&mut self, other: Self) {
        self.endpoints.extend(other.endpoints);
        self.clusters.extend(other.clusters);
        join(&mut self.custom_routes, other.custom_routes);
    }
}

impl Output for Tunnels {
    fn join(&mut self, other: Self) {
        self.of.extend(other.of);
        join(&mut self.custom_routes, other.custom_routes);
    }
}

impl Output for Spokes {
    fn join(&mut self, other: Self) {
        self.of.extend(other.of);
        join(&mut self.custom_routes, other.custom_routes);
    }
}

impl Output for Routes {
    fn join(&mut self, other: Self) {
        join(&mut self.custom_routes, other.custom_routes);
    }
}

stages! {
    /// VPC networks.
    networks: AtNetworks makes Networks;
    /// Subnets.
    subnets: AtSubnets makes Subnets;
    /// Machines and clusters.
    machines: AtMachines makes Machines;
    /// Private connections to service producers.
    connections: AtServiceConnections makes ServiceConnections;
    /// What service producers make.
    services: AtProducedServices makes ProducedServices;
    /// Peerings.
    peerings: AtPeerings makes Peerings;
    /// Tunnels and attachments.
    tunnels: AtTunnels makes Tunnels;
    /// Spokes of connectivity hubs.
    spokes: AtSpokes makes Spokes;
    /// Static routes, once it is known what they lead to.
    routes: AtRoutes makes Routes;
    /// What hands nothing on.
    rest: AtRest makes ();
    => AtClusters makes ();
}

/// A stage at which peerings and tunnels are made.
pub trait Bordered: Sees<Peerings> + Sees<Tunnels> {}

impl<B: Sees<Peerings> + Sees<Tunnels>> Bordered for B {}

impl<B: Bordered, M> At<B, M> {
    /// The peering or tunnel that a resource became.
    pub fn border_of(&self, resource: Id<Resource>) -> Option<Id<Border>> {
        let peering = self.seen::<Peerings>().of.get(&resource);
        let tunnel = || self.seen::<Tunnels>().of.get(&resource);
        peering.or_else(tunnel).copied()
    }
}

impl AtRest {
    /// All peerings that carry packets, or may.
    pub fn peerings(&self) -> Vec<Peering> {
        [
            &self.seen::<ServiceConnections>().peerings,
            &self.seen::<ProducedServices>().peerings,
            &self.seen::<Peerings>().peerings,
        ]
        .into_iter()
        .flatten()
        .cloned()
        .collect()
    }

    /// Static and learned routes of a network.
    pub fn custom_routes(&self, network: Id<Network>) -> Vec<CustomRoute> {
        [
            &self.seen::<Machines>().custom_routes,
            &self.seen::<Tunnels>().custom_routes,
            &self.seen::<Spokes>().custom_routes,
            &self.seen::<Routes>().custom_routes,
        ]
        .into_iter()
        .filter_map(|all| all.get(&network))
        .flatten()
        .cloned()
        .collect()
    }
}
