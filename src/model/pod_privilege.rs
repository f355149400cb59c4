//! What pods ask for that lets who gets into one do more to its node or its network.

use super::Doubt;
use std::collections::BTreeSet;

/// Something that most pods do without. What is only a default of Kubernetes is none: it says nothing about a pod.
/// Source: Kubernetes documentation, "Pod Security Standards", baseline and restricted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Privilege {
    /// A container is privileged.
    Privileged,
    /// The processes or the shared memory of the node are seen (`hostPID`, `hostIPC`).
    HostProcesses,
    /// A container adds `NET_ADMIN`, `NET_RAW`, `SYS_ADMIN` or all capabilities.
    NetworkCapabilities,
    /// A container runs as user 0.
    Root,
    /// A container runs without a filter of system calls (`Unconfined`).
    Unconfined,
}

impl Privilege {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Privilege::Privileged => "privileged",
            Privilege::HostProcesses => "host-processes",
            Privilege::NetworkCapabilities => "network-capabilities",
            Privilege::Root => "root",
            Privilege::Unconfined => "unconfined",
        }
    }
}

/// What the pods of a workload ask for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct PodPrivileges {
    /// What they surely ask for.
    pub asked: BTreeSet<Privilege>,
    /// Why they may ask for more.
    pub doubt: Doubt,
}
