//! What each line of a policy means, kind by kind.

mod network;
mod tiered;
