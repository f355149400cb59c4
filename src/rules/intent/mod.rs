//! Intent: which crossings the configuration's `allow:` says are wanted, held against a world.

mod allowance;
mod coverage;
mod day;
mod end;
mod file;
#[cfg(test)]
mod tests;

pub use allowance::{Allowance, Intent, IntentError};
pub use coverage::Coverage;
pub(super) use coverage::Part;
pub use day::Day;
pub(super) use end::{End, Named};
pub use file::AllowEntry;
