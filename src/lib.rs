//! Which pods can reach across a VPC peering or another network border, and which namespaces lack the policies that
//! would stop them: computed from a Terraform plan and rendered Kubernetes manifests, before anything is applied.
//!
//! Data walks left to right through five rooms; `ARCHITECTURE.md` draws them and `tests/integration/architecture` holds the imports.

pub mod cli;
pub mod fix;
pub mod ingest;
pub mod model;
pub mod reach;
pub mod report;
pub mod rules;
