//! What each line of a policy means, kind by kind.

mod istio;
mod network;
mod tiered;
