//! Peerings that carry packets, or may, with what their ends export and import.
//! Source: cloud.google.com/vpc/docs/vpc-peering, "Route exchange options".

use crate::ingest::lowering::Flag;
use crate::model::{Border, Doubt, Id, Network};

/// What a network exports to a peer and imports from it.
#[derive(Clone, Debug)]
pub struct PeeringEnd {
    /// The network.
    pub network: Id<Network>,
    /// Static and learned routes go out.
    pub exports_custom: Flag,
    /// They come in.
    pub imports_custom: Flag,
    /// Subnet ranges of public addresses go out.
    pub exports_public: Flag,
    /// They come in.
    pub imports_public: Flag,
    /// IPv6 ranges are exchanged.
    pub six: Flag,
}

impl PeeringEnd {
    /// An end of which nothing is known.
    #[must_use]
    pub fn unknown(network: Id<Network>, doubt: &Doubt) -> Self {
        let flag = Flag {
            on: true,
            doubt: doubt.clone(),
        };
        let [
            exports_custom,
            imports_custom,
            exports_public,
            imports_public,
            six,
        ] = std::array::from_fn(|_| flag.clone());
        PeeringEnd {
            network,
            exports_custom,
            imports_custom,
            exports_public,
            imports_public,
            six,
        }
    }
}

/// A peering of two networks that carries packets, or may.
#[derive(Clone, Debug)]
pub struct Peering {
    /// The border.
    pub border: Id<Border>,
    /// Its two ends.
    pub ends: [PeeringEnd; 2],
    /// Why it may carry nothing.
    pub doubt: Doubt,
}
