//! Who takes part in a flow, and which way it goes.

use crate::model::{AddressSet, Endpoint, Id, Workload};

/// One end of a flow.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Party {
    /// The pods of a workload.
    Workload(Id<Workload>),
    /// A resource.
    Endpoint(Id<Endpoint>),
    /// Bare addresses: only their place is known.
    Addresses(AddressSet),
}
