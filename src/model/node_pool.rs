//! Nodes that are made alike, and what pods on them get of the machine below.

use super::{Doubt, Note, Origin};

/// Nodes of one cluster that are made alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodePool {
    /// What they are, as placements name them: ``node group `workers` ``.
    pub name: String,
    /// Whether pods on them get the credentials of their node.
    pub credentials: NodeCredentials,
    /// Where they are declared.
    pub origin: Option<Origin>,
}

/// Whether pods that are not on the host network get the credentials of their node from a service of the machine below
/// ([`super::HostService`]), where no policy stops them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeCredentials {
    /// Whether they do.
    pub to_pods: ToPods,
    /// What could keep them from pods.
    pub control: CredentialsControl,
    /// Why it is so; its place is where it would be changed.
    pub note: Note,
}

/// Whether something is given to pods.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToPods {
    /// It is.
    Given,
    /// It is not.
    Withheld,
    /// The input leaves it unknown.
    Unknown(Doubt),
}

/// What keeps the credentials of nodes from pods.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CredentialsControl {
    /// A setting of the machines: answers do not travel as far as pods.
    HopLimit,
    /// A server on the node that answers pods in place of the machine below.
    NodeProxy,
    /// Network policies alone.
    Policy,
}

impl CredentialsControl {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            CredentialsControl::HopLimit => "hop-limit",
            CredentialsControl::NodeProxy => "node-proxy",
            CredentialsControl::Policy => "policy",
        }
    }
}
