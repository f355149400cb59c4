//! Addresses that the machine under every host answers itself.

use super::{AddressSet, Doubt, Id, Network};

/// Addresses of a network that the provider answers on every host itself, so that packets to them meet no route and no filter of the network:
/// instance metadata, name resolution, time. Policies of a cluster are applied before, and hold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HostService {
    /// The network whose hosts they are.
    pub network: Id<Network>,
    /// What it is, for the trail: `instance metadata`.
    pub title: &'static str,
    /// Whether who asks there may get the credentials of the host.
    pub gives_credentials: bool,
    /// The addresses; never none.
    pub addresses: AddressSet,
    /// Why something of the network may filter them after all.
    pub doubt: Doubt,
}
