//! Copies a chart for helm, which follows links wherever they lead: the copy holds only what may be read.

use crate::cli::boundary::{Boundary, Refusal};
use crate::cli::paths::shown;
use std::path::{Path, PathBuf};

/// Largest file of a chart, in bytes, as helm itself has it for files of packed charts.
const LARGEST_FILE: u64 = 16 << 20;

/// Most bytes of a chart with its sub-charts, and most files.
const LARGEST_CHART: u64 = 256 << 20;
const MOST_FILES: usize = 20_000;

/// Why a chart is not copied.
#[derive(Debug, thiserror::Error)]
pub(super) enum CopyError {
    /// A file of it may not be read.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// It is larger than any chart.
    #[error(
        "`{0}` is larger than {mebibytes} MiB or holds more than {MOST_FILES} files: keep what is no part of the chart elsewhere",
        mebibytes = LARGEST_CHART >> 20
    )]
    Large(String),
    /// The copy cannot be written.
    #[error("a copy cannot be written: {0}")]
    Write(#[from] std::io::Error),
}

/// What was found on the way.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Copied {
    /// Whether it holds a packed sub-chart, whose files were not looked at.
    pub packed: bool,
    /// Whether a schema of its values names another document, which helm would read or fetch.
    pub schema_leads_out: bool,
    bytes: u64,
    files: usize,
}

/// Copies a chart's directory, or its archive, to a path that does not exist yet.
pub(super) fn copy(chart: &Path, to: &Path, boundary: &Boundary) -> Result<Copied, CopyError> {
    let mut copied = Copied::default();
    let real = boundary.resolve(chart)?;
    if real.is_file() {
        std::fs::write(to, boundary.read(chart, LARGEST_CHART)?)?;
        copied.packed = true;
        return Ok(copied);
    }
    let mut copy = ChartCopy {
        boundary,
        chart,
        around: Vec::new(),
        copied,
    };
    copy.directory(chart, to)?;
    Ok(copy.copied)
}

struct ChartCopy<'w> {
    boundary: &'w Boundary,
    chart: &'w Path,
    /// The directories that are being copied, without links: outer ones first.
    around: Vec<PathBuf>,
    copied: Copied,
}

impl ChartCopy<'_> {
    fn directory(&mut self, from: &Path, to: &Path) -> Result<(), CopyError> {
        let real = self.boundary.resolve(from)?;
        if self.around.contains(&real) {
            return Err(Refusal::Loop(shown(from)).into());
        }
        let unreadable = |why| Refusal::Unreadable {
            path: shown(from),
            why,
        };
        let entries: Result<Vec<_>, _> = std::fs::read_dir(&real).map_err(unreadable)?.collect();
        let mut names: Vec<_> = entries
            .map_err(unreadable)?
            .iter()
            .map(std::fs::DirEntry::file_name)
            .collect();
        names.sort();
        std::fs::create_dir(to)?;
        self.around.push(real);
        // Git's own folder is no part of a chart, also where the chart is the whole repository.
        for name in names.iter().filter(|name| *name != ".git") {
            let (from, to) = (from.join(name), to.join(name));
            if self.boundary.resolve(&from)?.is_dir() {
                self.directory(&from, &to)?;
            } else {
                self.file(&from, &to)?;
            }
        }
        self.around.pop();
        Ok(())
    }

    fn file(&mut self, from: &Path, to: &Path) -> Result<(), CopyError> {
        let bytes = self.boundary.read(from, LARGEST_FILE)?;
        self.copied.files += 1;
        self.copied.bytes += bytes.len() as u64;
        if self.copied.files > MOST_FILES || self.copied.bytes > LARGEST_CHART {
            return Err(CopyError::Large(shown(self.chart)));
        }
        let name = from.file_name().unwrap_or_default();
        self.copied.packed |= from.extension().is_some_and(|end| end == "tgz");
        self.copied.schema_leads_out |= name == "values.schema.json" && leads_out(&bytes);
        Ok(std::fs::write(to, bytes)?)
    }
}

/// Whether a JSON schema names another document. One that cannot be read may.
fn leads_out(schema: &[u8]) -> bool {
    fn look(value: &serde_json::Value) -> bool {
        match value {
            serde_json::Value::Object(map) => map.iter().any(|(key, value)| match value.as_str() {
                Some(text) if key.ends_with("Ref") || key == "$ref" => !text.starts_with('#'),
                Some(text) if key == "$schema" => !is_draft(text),
                _ => look(value),
            }),
            serde_json::Value::Array(items) => items.iter().any(look),
            _ => false,
        }
    }
    serde_json::from_slice(schema).map_or(true, |schema| look(&schema))
}

/// Whether it is the name of a draft that every validator holds.
fn is_draft(text: &str) -> bool {
    ["http://json-schema.org/", "https://json-schema.org/"]
        .iter()
        .any(|front| text.starts_with(front))
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    /// Copies a chart that holds what `make` puts there; what is said where it is refused.
    fn copied(make: impl Fn(&Path)) -> (tempfile::TempDir, Result<Copied, String>) {
        let home = tempfile::tempdir().unwrap();
        let chart = home.path().join("repository/chart");
        std::fs::create_dir_all(chart.join("templates")).unwrap();
        std::fs::write(home.path().join("outside"), "canary").unwrap();
        std::fs::write(home.path().join("repository/shared"), "shared").unwrap();
        std::fs::write(chart.join("Chart.yaml"), "name: c").unwrap();
        make(&chart);
        let boundary = Boundary::folder(&home.path().join("repository"));
        let result = copy(&chart, &home.path().join("copy"), &boundary);
        (home, result.map_err(|why| why.to_string()))
    }

    #[test]
    fn links_inside_are_followed_and_links_out_are_refused_by_name() {
        let (home, result) = copied(|chart| {
            symlink("../../shared", chart.join("templates/shared")).unwrap();
            std::fs::create_dir(chart.join(".git")).unwrap();
            std::fs::write(chart.join(".git/config"), "token").unwrap();
        });
        assert!(result.is_ok(), "{result:?}");
        let copy = home.path().join("copy");
        let shared = copy.join("templates/shared");
        assert!(shared.symlink_metadata().is_ok_and(|about| about.is_file()));
        assert_eq!(std::fs::read(shared).unwrap(), b"shared");
        assert!(!copy.join(".git").exists());
        for (name, to, why) in [
            ("templates/x", "../../../outside", "leads out"),
            ("files", "/etc", "leads out"),
            ("x", "/dev/zero", "leads out"),
            ("round", "templates/..", "leads back"),
            ("gone", "no-such-file", "cannot be read"),
        ] {
            let (_home, result) = copied(|chart| symlink(to, chart.join(name)).unwrap());
            let said = result.unwrap_err();
            assert!(said.contains(why) && said.contains(name), "{name}: {said}");
        }
    }

    #[test]
    fn what_helm_would_wait_for_or_fetch_is_seen() {
        let (_home, result) = copied(|chart| {
            let made = std::process::Command::new("mkfifo")
                .arg(chart.join("pipe"))
                .status()
                .unwrap();
            assert!(made.success());
        });
        assert!(result.unwrap_err().contains("pipe` is a FIFO"));
        let schema = |text: &str| {
            let (_home, result) =
                copied(|chart| std::fs::write(chart.join("values.schema.json"), text).unwrap());
            result.unwrap().schema_leads_out
        };
        for (text, expected) in [
            (
                r##"{"$schema":"http://json-schema.org/draft-07/schema#","a":{"$ref":"#/b"}}"##,
                false,
            ),
            (
                r#"{"properties":{"a":{"$ref":"file:///etc/hostname"}}}"#,
                true,
            ),
            (r#"{"allOf":[{"\u0024ref":"http://localhost/x"}]}"#, true),
            (r#"{"$dynamicRef":"other.json"}"#, true),
            (r#"{"$schema":"http://localhost/meta"}"#, true),
            ("{", true),
        ] {
            assert_eq!(schema(text), expected, "{text}");
        }
    }
}
