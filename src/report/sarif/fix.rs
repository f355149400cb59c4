//! What closes a result, as edits of whole lines.

use super::place::Places;
use super::shape::{ArtifactChange, ArtifactLocation, Fix, Lines, Replacement, Text};
use crate::report::patch::{FileChange, LineEdit};
use crate::report::scan::{Scan, many};
use crate::rules::Finding;

/// The one fix of a finding; none where nothing is proved, or where nobody asked.
pub(super) fn fixes(finding: &Finding, scan: &Scan<'_>, places: &Places<'_>) -> Vec<Fix> {
    let changes = scan.proved.get(&finding.fingerprint).into_iter();
    let fix = |changes: &Vec<FileChange>| Fix {
        description: Text {
            text: description(changes),
        },
        artifact_changes: changes.iter().map(|own| change(own, places)).collect(),
    };
    changes
        .filter(|changes| !changes.is_empty())
        .map(fix)
        .collect()
}

/// What it does, and which files it adds: a reader of SARIF looks for the files of changes on disk.
fn description(changes: &[FileChange]) -> String {
    let new = changes.iter().filter(|own| own.before.is_none()).count();
    let new = match new {
        0 => String::new(),
        some => format!(", {some} of them new"),
    };
    format!(
        "closes this finding and nothing else, proved by a second run: {}{new}",
        many(changes.len(), "file")
    )
}

fn change(own: &FileChange, places: &Places<'_>) -> ArtifactChange {
    ArtifactChange {
        artifact_location: ArtifactLocation {
            uri: places.paths.uri(&own.path),
        },
        replacements: own.edits.iter().map(replacement).collect(),
    }
}

fn replacement(edit: &LineEdit) -> Replacement {
    Replacement {
        deleted_region: Lines {
            start_line: edit.start,
            start_column: 1,
            end_line: edit.start + edit.lines,
            end_column: 1,
        },
        inserted_content: (!edit.replacement.is_empty()).then(|| Text {
            text: edit.replacement.clone(),
        }),
    }
}
