//! Kubernetes: manifests read into objects, and objects lowered into namespaces, workloads and policies.

mod builds;
mod builtin;
mod catalogue;
pub mod cloud_border;
mod counterpart;
pub mod delivery;
mod duplicate;
pub mod egress_gateway;
pub mod engine;
mod fault;
mod fields;
mod half_read;
mod hidden;
mod label;
mod lower;
mod manifest_lowering;
mod namespace;
mod object;
mod own_node_port;
mod placeholder;
pub mod policy;
mod port;
mod port_check;
mod read;
pub mod recorded;
mod scope;
pub mod service;
mod service_address;
mod service_beyond;
mod service_endpoints;
pub mod way_in;
mod workload;

#[cfg(test)]
mod fixture;
#[cfg(test)]
mod tests;

pub use counterpart::Counterpart;
pub use fault::Faults;
pub use label::{label_selector, labels};
pub use lower::lower;
pub use manifest_lowering::ManifestLowering;
pub use object::{Object, ObjectParts, Objects, Remark};
pub use read::{read, read_requested};
pub use workload::{node_selector, pod_spec, resolve_templates};
