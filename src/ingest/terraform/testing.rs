//! Small plans for tests.

use super::Terraform;
use crate::ingest::{File, Kind, PlanPhase, resource_types};

/// Reads files at one moment.
pub fn read(files: &[&File], phase: PlanPhase) -> Terraform {
    super::read(files, resource_types(), phase)
}

/// A file of a kind.
pub fn file(path: &str, content: &str, kind: Kind) -> File {
    File {
        path: path.into(),
        bytes: content.as_bytes().to_vec(),
        kind: Some(kind),
        named: true,
        ..File::default()
    }
}

/// Reads a plan after its apply.
pub fn read_plan(json: &str) -> Terraform {
    read(&[&file("plan.json", json, Kind::Plan)], PlanPhase::After)
}

/// Reads a plan of these changes and without configuration.
pub fn read_changes(changes: &str) -> Terraform {
    read_plan(&format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":{changes}}}"#
    ))
}
