//! What each line of a policy means, kind by kind.

mod hidden;
mod istio;
mod network;
mod tiered;
mod unread;
