//! Which findings count, and which are accepted or known already.

use super::arguments;
use super::baseline;
use super::config::Found;
use super::error::CliError;
use crate::report::LeftOut;
use crate::rules::Finding;

/// Findings that count, and those that do not.
pub(super) struct Counted {
    pub findings: Vec<Finding>,
    /// Number of those that are accepted or known.
    pub suppressed: usize,
    /// They themselves.
    pub left_out: Vec<LeftOut>,
}

pub(super) fn counted(
    findings: Vec<Finding>,
    arguments: &arguments::Scan,
    found: &Found,
) -> Result<Counted, CliError> {
    let own = found.config.baseline.as_deref();
    let path = arguments.baseline.clone();
    let path = path.or_else(|| own.map(|path| found.resolve(path)));
    let known = path.as_deref().map(baseline::read).transpose()?;
    let known = known.unwrap_or_default();
    let mut out = Counted {
        findings: Vec::with_capacity(findings.len()),
        suppressed: 0,
        left_out: Vec::new(),
    };
    for mut finding in findings {
        let why = accepted(&finding, found).or_else(|| in_baseline(&mut finding, &known));
        match why {
            None => out.findings.push(finding),
            Some(why) => out.left_out.push(LeftOut {
                finding,
                in_source: false,
                why,
            }),
        }
    }
    out.suppressed = out.left_out.len();
    if arguments.new_only {
        out.findings.retain(|finding| finding.new);
    }
    Ok(out)
}

/// That a baseline holds the finding. Where it lets more pass than the baseline knows, it counts, and says what.
fn in_baseline(finding: &mut Finding, known: &baseline::Accepteds) -> Option<String> {
    let accepted = known.get(&finding.fingerprint)?;
    let beyond = accepted.as_ref().and_then(|own| own.beyond(finding));
    match beyond {
        None => Some("it is in the baseline".to_owned()),
        Some(beyond) => {
            finding.note_beyond(&beyond.crossings, &beyond.parts);
            None
        }
    }
}

/// The reason for which the configuration accepts a finding; none where it does not.
fn accepted(finding: &Finding, found: &Found) -> Option<String> {
    let covers = |subject: &Option<String>| {
        subject
            .as_ref()
            .is_none_or(|subject| *subject == finding.subject)
    };
    let mut accepted = found.config.accepted.iter();
    let own = accepted.find(|one| one.rule == finding.rule && covers(&one.subject));
    own.map(|one| one.reason.clone())
}
