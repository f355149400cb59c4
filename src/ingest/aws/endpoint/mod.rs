//! Resources that hold an address in a subnet, one file for each sort of service.

mod analytics;
mod cache;
mod compute;
mod database;
mod messaging;
mod network;
mod storage;

use super::placement::Placement;

/// All resource types that only differ in the names of their attributes.
pub const PLACEMENTS: &[&[Placement]] = &[
    database::PLACEMENTS,
    cache::PLACEMENTS,
    analytics::PLACEMENTS,
    messaging::PLACEMENTS,
    storage::PLACEMENTS,
    compute::PLACEMENTS,
    network::PLACEMENTS,
];
