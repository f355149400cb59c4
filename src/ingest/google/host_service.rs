//! Addresses that firewall rules do not filter: Google Cloud, "VPC firewall rules", "Always allowed traffic": a machine and its metadata server, which also
//! answers for names and time.

use super::Lowering;
use super::stage::AtRest;
use crate::ingest::lowering::Family;
use crate::ingest::lowering::host_service::{Row, enter, of_kind};
use crate::model::Doubt;

const ROWS: &[Row] = &[(
    "metadata server, name resolution and time",
    "169.254.169.254,fd20:ce::254",
    true,
)];

/// What Google Cloud answers on every host itself.
#[must_use]
pub fn family() -> Family<AtRest> {
    Family::without_types(lower)
}

/// Enters them for every network of Google Cloud.
fn lower(lowering: &mut Lowering<AtRest>) {
    for network in of_kind(lowering.graph, lowering.world, "google_") {
        enter(lowering.world, network, ROWS, &Doubt::none());
    }
}
