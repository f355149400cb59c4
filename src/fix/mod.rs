//! Fixes that are proved: what would close the crossings of findings, and whether it did.
//!
//! Three steps, of which this room takes the first and the last. [`propose`] says what is to change so that less passes; whoever holds
//! the files writes the change into them and reads them again; [`prove`] compares what passes in the two worlds. Only what a finding is
//! about may be gone, and nothing may be new. A fix that does not stand this is none.

mod needed;
mod network;
mod opening;
mod permitted;
mod proof;
mod proposal;
mod resources;
mod route;
mod stuck;
mod target;

pub use network::narrow;
pub use opening::Opening;
pub use permitted::{Passing, Permitted, Seen};
pub use proof::{Claim, Closed, Passes, Proof, Unproved, prove};
pub use proposal::{ATTEMPTS, Attempt, Means, propose};
pub use resources::Between;
pub use route::WideRoute;
pub use stuck::Stuck;
pub use target::Target;
