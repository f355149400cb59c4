//! The only room that knows Terraform, Kubernetes and the clouds: reads input files and lowers them into the model.

pub mod amend;
mod assemble;
pub mod aws;
pub mod azure;
mod clouds;
mod confidential;
mod detect;
mod file;
pub mod google;
mod ignore;
mod input_error;
mod json_fault;
pub mod kubernetes;
pub mod lowering;
mod outcome;
mod own_node;
mod parallel;
mod quotable;
pub mod rendering;
pub mod site;
pub mod terraform;
pub mod text;
mod tie;
mod unresolved;
pub mod yaml;

pub use assemble::{Reading, ingest};
pub use clouds::resource_types;
pub use confidential::confidential;
pub use detect::{Decoded, Input, detect, meant};
pub use file::{File, Kind, Moment, Settings};
pub use ignore::Ignore;
pub use input_error::InputError;
pub use json_fault::json_fault;
pub use outcome::{IngestError, Ingested, InputRow};
pub use quotable::{Quotable, quotable, quotable_template};
