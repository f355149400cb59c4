//! One packet for which something is shown.

use super::Protocol;
use std::net::IpAddr;

/// One packet that opens a connection, as it stands on the wire where it is judged.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Witness {
    /// Source address.
    pub source: IpAddr,
    /// Destination address.
    pub destination: IpAddr,
    /// Protocol.
    pub protocol: Protocol,
    /// Destination port; for ICMP `type * 256 + code`; 0 for protocols that have neither.
    pub port: u16,
}
