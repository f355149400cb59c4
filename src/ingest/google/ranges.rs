//! Ranges that Google takes for private. Source: cloud.google.com/vpc/docs/subnets, "Valid IPv4 ranges";
//! cloud.google.com/kubernetes-engine/docs/concepts/ip-masquerade-agent, "Default non-masquerade destinations", the same list.

use crate::model::AddressSet;

const PRIVATE: &[&str] = &[
    "10.0.0.0/8",
    "172.16.0.0/12",
    "192.168.0.0/16",
    "100.64.0.0/10",
    "192.0.0.0/24",
    "192.0.2.0/24",
    "192.88.99.0/24",
    "198.18.0.0/15",
    "198.51.100.0/24",
    "203.0.113.0/24",
    "240.0.0.0/4",
];

/// Private IPv4 addresses; all others in use within a network are public addresses used privately.
#[must_use]
pub fn private() -> AddressSet {
    PRIVATE
        .iter()
        .filter_map(|block| AddressSet::parse(block).ok())
        .collect()
}
