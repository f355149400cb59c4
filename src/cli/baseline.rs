//! Baselines: findings that are known, by fingerprint, with what they let pass.

use super::error::CliError;
use super::own_file::{object, text};
use crate::model::{IntervalSet, Protocol, Traffic};
use crate::rules::{Finding, WorkloadCrossing};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::path::Path;

/// The version that is written.
const SCHEMA: &str = "crosspeer.baseline/2";
/// An older one that is read as well. It does not say what findings let pass.
const WITHOUT_TRAFFIC: &str = "crosspeer.baseline/1";

/// The word for all traffic.
const ALL: &str = "all";

#[derive(Deserialize, Serialize)]
struct Baseline {
    schema: String,
    findings: Vec<Known>,
}

/// A known finding; its rule and subject are for the reader.
#[derive(Deserialize, Serialize)]
struct Known {
    fingerprint: String,
    rule: String,
    subject: String,
    /// Absent in the older version.
    certain: Option<bool>,
    /// Empty where the finding is no crossing; absent in the older version.
    passes: Option<Vec<Passage>>,
    /// The things that the finding is about; empty where its rule tells none apart.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    parts: Vec<String>,
}

/// What passes between a workload and a far side.
#[derive(Deserialize, Serialize)]
struct Passage {
    workload: String,
    far: String,
    certain: bool,
    /// Protocol → intervals of ports, both ends included, or of ICMP messages (type × 256 + code). `all` alone: everything.
    traffic: BTreeMap<String, Vec<(u16, u16)>>,
}

/// What a baseline says of a finding.
pub(super) struct Accepted {
    certain: bool,
    /// Ascending.
    passes: Vec<WorkloadCrossing>,
    parts: Vec<String>,
}

/// What a finding has beyond a baseline; all empty where it is only surer.
#[derive(Default)]
pub(super) struct Beyond {
    pub crossings: Vec<WorkloadCrossing>,
    pub parts: Vec<String>,
}

/// Findings of a baseline, by fingerprint; of each what it says, where it says something.
pub(super) type Accepteds = BTreeMap<String, Option<Accepted>>;

impl Accepted {
    /// What a finding of the same fingerprint has beyond this; none where it has nothing.
    pub fn beyond(&self, finding: &Finding) -> Option<Beyond> {
        let crossings = finding.beyond(&self.passes);
        let parts = finding.parts_beyond(&self.parts);
        let surer = finding.passages.is_empty() && finding.is_certain() && !self.certain;
        let any = surer || !crossings.is_empty() || !parts.is_empty();
        any.then(|| Beyond {
            parts: parts.into_iter().cloned().collect(),
            crossings,
        })
    }
}

/// A baseline that holds `findings`.
pub(super) fn print(findings: &[Finding]) -> String {
    let known = |finding: &Finding| Known {
        fingerprint: finding.fingerprint.clone(),
        rule: finding.rule.clone(),
        subject: finding.subject.clone(),
        certain: Some(finding.is_certain()),
        passes: Some(finding.passages.iter().map(Passage::of).collect()),
        parts: finding.parts.clone(),
    };
    let baseline = Baseline {
        schema: SCHEMA.to_owned(),
        findings: findings.iter().map(known).collect(),
    };
    serde_json::to_string_pretty(&baseline).unwrap_or_default() + "\n"
}

impl Passage {
    fn of(crossing: &WorkloadCrossing) -> Passage {
        let parts = crossing.traffic.parts().into_iter();
        let parts =
            parts.map(|(protocol, detail)| (protocol.to_string(), detail.ranges().to_vec()));
        Passage {
            workload: crossing.workload.to_string(),
            far: crossing.far.to_string(),
            certain: crossing.certain,
            traffic: if crossing.traffic.is_all() {
                BTreeMap::from([(ALL.to_owned(), Vec::new())])
            } else {
                parts.collect()
            },
        }
    }

    /// None where a protocol is unknown: then nothing of it is accepted.
    fn crossing(self) -> Option<WorkloadCrossing> {
        let part = |(name, ranges): (String, Vec<(u16, u16)>)| {
            if name == ALL {
                return Some(Traffic::all());
            }
            // `IP47` is protocol 47.
            let name = name.strip_prefix("IP").unwrap_or(&name).to_owned();
            let detail = IntervalSet::from_ranges(ranges);
            Some(Traffic::detail(Protocol::parse(&name)?, &detail))
        };
        let traffic: Option<Traffic> = self.traffic.into_iter().map(part).collect();
        Some(WorkloadCrossing {
            workload: self.workload.into(),
            far: self.far.into(),
            certain: self.certain,
            traffic: traffic?.into(),
        })
    }
}

/// What a baseline file accepts.
pub(super) fn read(path: &Path) -> Result<Accepteds, CliError> {
    let expected = "a baseline that `--write-baseline` wrote";
    let baseline: Baseline = object(path, 1, &text(path)?, expected)?;
    if ![SCHEMA, WITHOUT_TRAFFIC].contains(&baseline.schema.as_str()) {
        return Err(CliError::Usage(format!(
            "`{}`: schema `{}` is not `{SCHEMA}`: expected {expected}",
            path.display(),
            baseline.schema
        )));
    }
    let accepted = |known: Known| {
        let passes = known.passes?.into_iter();
        let mut passes: Vec<WorkloadCrossing> = passes.filter_map(Passage::crossing).collect();
        passes.sort();
        Some(Accepted {
            certain: known.certain.unwrap_or_default(),
            passes,
            parts: known.parts,
        })
    };
    let findings = baseline.findings.into_iter();
    Ok(findings
        .map(|known| (known.fingerprint.clone(), accepted(known)))
        .collect())
}
