//! The hops: one file for each sort, with what passes it and why.

pub(super) mod border;
pub(super) mod endpoint;
pub(super) mod entry_point;
mod filter_evidence;
pub(super) mod interface_filter;
pub(super) mod policy;
pub(super) mod reply;
pub(super) mod route;
pub(super) mod source_address;
pub(super) mod subnet_filter;
