//! The only room that knows Terraform, Kubernetes and the clouds: reads input files and lowers them into the model.

mod file;
pub mod terraform;

pub use file::{File, InputError, Kind, Moment, Settings};
