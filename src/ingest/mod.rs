//! The only room that knows Terraform, Kubernetes and the clouds: reads input files and lowers them into the model.

mod assemble;
pub mod aws;
pub mod azure;
mod detect;
mod file;
pub mod google;
mod ignore;
pub mod kubernetes;
pub mod lowering;
mod outcome;
pub mod rendering;
pub mod site;
pub mod terraform;
pub mod text;
mod tie;
mod unresolved;
pub mod yaml;

pub use assemble::{ingest, requests};
pub use detect::detect;
pub use file::{File, InputError, Kind, Moment, Settings};
pub use ignore::Ignore;
pub use outcome::{IngestError, Ingested, InputRow};
