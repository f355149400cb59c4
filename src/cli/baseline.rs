//! Baselines: findings that are known, by fingerprint.

use super::error::CliError;
use super::own_file::{object, text};
use crate::rules::Finding;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;
use std::path::Path;

/// The version that is written and read.
const SCHEMA: &str = "crosspeer.baseline/1";

#[derive(Deserialize, Serialize)]
struct Baseline {
    schema: String,
    findings: Vec<Known>,
}

/// A known finding; what is beside the fingerprint is for the reader.
#[derive(Deserialize, Serialize)]
struct Known {
    fingerprint: String,
    rule: String,
    subject: String,
}

/// A baseline that holds `findings`.
pub(super) fn print(findings: &[Finding]) -> String {
    let known = |finding: &Finding| Known {
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule.clone(),
        subject: finding.subject.clone(),
    };
    let baseline = Baseline {
        schema: SCHEMA.to_owned(),
        findings: findings.iter().map(known).collect(),
    };
    serde_json::to_string_pretty(&baseline).unwrap_or_default() + "\n"
}

/// The fingerprints in a baseline file.
pub(super) fn read(path: &Path) -> Result<BTreeSet<String>, CliError> {
    let expected = "a baseline that `--write-baseline` wrote";
    let baseline: Baseline = object(path, 1, &text(path)?, expected)?;
    if baseline.schema != SCHEMA {
        return Err(CliError::Usage(format!(
            "`{}`: schema `{}` is not `{SCHEMA}`: expected {expected}",
            path.display(),
            baseline.schema
        )));
    }
    Ok(baseline
        .findings
        .into_iter()
        .map(|known| known.fingerprint)
        .collect())
}
