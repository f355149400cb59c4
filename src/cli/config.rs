//! The configuration file.

use super::arguments::{Level, Threshold};
use super::boundary::{Boundary, Refusal};
use super::error::CliError;
use super::own_file::yaml_text;
use crate::rules::{AllowEntry, Intent, IntentError, yaml_fault};
use serde::Deserialize;
use serde_saphyr::Spanned;
use std::ffi::OsStr;
use std::path::{Path, PathBuf};

/// Names that are looked for, best first, in each directory from here to the root of the repository.
const NAMES: [&str; 3] = [
    "crosspeer.yaml",
    ".crosspeer.yaml",
    ".github/crosspeer.yaml",
];

/// Whether a file is called as a configuration is.
pub(super) fn is_configuration(path: &Path) -> bool {
    let names = NAMES.iter().filter(|name| !name.contains('/'));
    let mut names = names.map(|name| Some(OsStr::new(*name)));
    names.any(|name| name == path.file_name())
}

/// A configuration file; every key may be absent, unknown keys are errors.
#[derive(Clone, Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase", default)]
pub(super) struct Config {
    /// Which manifests belong to which cluster.
    pub clusters: Vec<Tie>,
    /// Charts, and how each is rendered; they belong to the input wherever it is named.
    pub charts: Vec<Chart>,
    /// The policy engine, above what the input tells: one of [`ENGINES`].
    pub policy_engine: Option<String>,
    /// As `--exclude`; patterns hold from the file's directory.
    pub exclude: Vec<String>,
    /// As `--default-namespace`.
    pub default_namespace: Option<String>,
    /// Namespaces that the rules about namespaces leave out, instead of `kube-system`, `kube-public`, `kube-node-lease`.
    pub exempt_namespaces: Option<Vec<String>>,
    /// Findings that are accepted.
    pub accepted: Vec<Accepted>,
    /// Crossings that are wanted; none where it does not say.
    pub allow: Option<Vec<Spanned<AllowEntry>>>,
    /// The same, checked.
    #[serde(skip)]
    pub intent: Option<Intent>,
    /// As `--rules`, relative to the file.
    pub rules: Vec<PathBuf>,
    /// As `--select`.
    pub select: Vec<String>,
    /// As `--ignore`.
    pub ignore: Vec<String>,
    /// As `--min-severity`.
    pub min_severity: Option<Level>,
    /// As `--fail-on`.
    pub fail_on: Option<Threshold>,
    /// As `--baseline`, relative to the file.
    pub baseline: Option<PathBuf>,
    /// As `--strict`.
    pub strict: bool,
}

/// Manifests of a cluster.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "camelCase")]
pub(super) struct Tie {
    /// Terraform address or name of the cluster.
    pub address: String,
    /// Files and directories, relative to the configuration file.
    #[serde(default)]
    pub manifests: Vec<PathBuf>,
    /// The policy engine of this cluster, above the general one.
    pub policy_engine: Option<String>,
}

/// A release of a chart.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Chart {
    /// Directory or archive of the chart, relative to the configuration file.
    pub path: PathBuf,
    /// Name of the release, as `helm template NAME` takes it.
    pub name: Option<String>,
    /// Namespace of the release, as `helm template --namespace` takes it.
    pub namespace: Option<String>,
    /// Values files, relative to the configuration file.
    #[serde(default)]
    pub values: Vec<PathBuf>,
    /// Terraform address or name of the cluster that it is installed in.
    pub cluster: Option<String>,
}

/// Words for policy engines.
const ENGINES: &[&str] = &[
    "antrea",
    "azure",
    "azure-npm",
    "calico",
    "cilium",
    "gke-dataplane-v2",
    "kube-network-policies",
    "none",
    "ovn-kubernetes",
    "vpc-cni",
];

/// Findings that are left out, with the reason why.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Accepted {
    /// Rule id.
    pub rule: String,
    /// Subject of the finding (`shop/web`, `shop`); none means every subject.
    pub subject: Option<String>,
    /// Why it is accepted.
    pub reason: String,
}

/// A configuration and where it stands.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// What it says; the default where there is none.
    pub config: Config,
    /// The file; none where there is none.
    pub path: Option<PathBuf>,
    /// The directory from which patterns of `exclude` hold; empty for the working directory.
    pub root: PathBuf,
}

impl Found {
    /// Checks that the paths in the file stay in its repository and that of the working directory, where they lead anywhere: a pull request may
    /// change the file.
    fn inside(&self) -> Result<(), String> {
        let file = self.path.as_deref().unwrap_or(Path::new("."));
        let mut boundary = Boundary::of([file]);
        boundary.admit(file.parent().map(Path::to_owned).as_ref());
        let own = &self.config;
        let ties = own.clusters.iter().flat_map(|tie| &tie.manifests);
        let charts = own.charts.iter();
        let charts = charts.flat_map(|chart| chart.values.iter().chain([&chart.path]));
        for path in ties.chain(charts).chain(&own.rules).chain(&own.baseline) {
            match boundary.resolve(&self.resolve(path)) {
                Ok(_) | Err(Refusal::Unreadable { .. }) => {}
                Err(refusal) => return Err(refusal.to_string()),
            }
        }
        Ok(())
    }

    /// A path of the configuration as seen from the working directory.
    pub fn resolve(&self, path: &Path) -> PathBuf {
        match self.path.as_deref().and_then(Path::parent) {
            Some(directory) if path.is_relative() => directory.join(path),
            _ => path.to_path_buf(),
        }
    }
}

/// The configuration that `--config` names, else the nearest one, else none.
pub(super) fn find(named: Option<&Path>, none: bool) -> Result<Found, CliError> {
    match (named, none) {
        (_, true) => Ok(Found::default()),
        (Some(path), _) => read(path),
        (None, _) => nearest().map_or_else(|| Ok(Found::default()), |path| read(&path)),
    }
}

/// Upward from the working directory, no further than the directory that holds `.git`.
fn nearest() -> Option<PathBuf> {
    let start = std::env::current_dir().ok()?;
    let mut up = PathBuf::new();
    for directory in start.ancestors() {
        if let Some(name) = NAMES.iter().find(|name| directory.join(name).is_file()) {
            return Some(up.join(name));
        }
        if directory.join(".git").exists() {
            return None;
        }
        up.push("..");
    }
    None
}

fn read(path: &Path) -> Result<Found, CliError> {
    let found = Found {
        config: of_text(path, &yaml_text(path)?)?,
        path: Some(path.to_owned()),
        root: path.parent().unwrap_or(Path::new("")).to_owned(),
    };
    found.inside().map_err(|why| malformed(path, why.into()))?;
    Ok(found)
}

/// Reads the text of a configuration; `path` is shown in errors.
pub(super) fn of_text(path: &Path, text: &str) -> Result<Config, CliError> {
    parse(&path.to_string_lossy(), text).map_err(|wrong| malformed(path, wrong))
}

fn malformed(path: &Path, wrong: Wrong) -> CliError {
    CliError::Malformed {
        path: path.to_owned(),
        line: wrong.line,
        column: wrong.column,
        why: wrong.why,
    }
}

/// What is wrong with a configuration, and where; line 0 means as a whole.
#[derive(Debug)]
struct Wrong {
    line: u64,
    column: u64,
    why: String,
}

impl From<String> for Wrong {
    fn from(why: String) -> Self {
        Wrong {
            line: 0,
            column: 0,
            why,
        }
    }
}

impl From<IntentError> for Wrong {
    fn from(error: IntentError) -> Self {
        Wrong {
            line: error.line,
            column: error.column,
            why: error.message,
        }
    }
}

/// Reads the text of a configuration file; an empty one says nothing.
fn parse(path: &str, text: &str) -> Result<Config, Wrong> {
    if text
        .lines()
        .all(|line| line.trim().is_empty() || line.trim_start().starts_with('#'))
    {
        return Ok(Config::default());
    }
    let mut config: Config = serde_saphyr::from_str(text).map_err(|error| {
        let at = error.location();
        Wrong {
            line: at.map_or(0, |at| at.line()),
            column: at.map_or(0, |at| at.column()),
            why: yaml_fault(&error),
        }
    })?;
    let entries = config.allow.as_deref();
    let intent = entries.map(|entries| Intent::read(path, entries));
    config.intent = intent.transpose()?;
    let ties = config.clusters.iter_mut();
    let engines = ties.filter_map(|tie| tie.policy_engine.as_mut());
    for word in engines.chain(&mut config.policy_engine) {
        if !ENGINES.contains(&word.as_str()) {
            let known = ENGINES.join(", ");
            let why = format!("`policyEngine: {word}` is not known: expected one of {known}");
            return Err(why.into());
        }
        // AKS calls its own engine `azure`; its table of behaviour names it in full.
        if word == "azure" {
            "azure-npm".clone_into(word);
        }
    }
    match config
        .accepted
        .iter()
        .find(|one| one.reason.trim().is_empty())
    {
        None => Ok(config),
        Some(one) => Err(format!(
            "`accepted` of rule `{}` has an empty reason: expected why it is accepted",
            one.rule
        )
        .into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ties_and_thresholds_are_read() {
        let config = parse("c.yaml", "failOn: none\nclusters:\n  - address: 'aws_eks_cluster.this[\"a\"]'\n    manifests: [m/a]\n").unwrap();
        assert_eq!(config.fail_on, Some(Threshold::None));
        assert_eq!(config.clusters[0].address, "aws_eks_cluster.this[\"a\"]");
        assert!(parse("c.yaml", "# nothing\n").unwrap().clusters.is_empty());
    }

    #[test]
    fn charts_and_engines_are_read() {
        let text = "policyEngine: calico\nclusters: [{address: a, policyEngine: none}]\ncharts: [{path: web, name: r, values: [v.yaml]}]\n";
        let config = parse("c.yaml", text).unwrap();
        assert_eq!(
            (
                config.policy_engine.as_deref(),
                config.clusters[0].policy_engine.as_deref()
            ),
            (Some("calico"), Some("none"))
        );
        assert_eq!(
            (
                config.charts[0].name.as_deref(),
                config.charts[0].values.len()
            ),
            (Some("r"), 1)
        );
        let azure = parse(
            "c.yaml",
            "policyEngine: azure\nclusters: [{address: a, policyEngine: azure}]\n",
        );
        let azure = azure.unwrap();
        let engines = [&azure.policy_engine, &azure.clusters[0].policy_engine];
        assert_eq!(engines.map(|own| own.as_deref()), [Some("azure-npm"); 2]);
        // A slip of the pen must not switch policies on.
        for text in [
            "policyEngine: calicoo\n",
            "clusters: [{address: a, policyEngine: off}]\n",
        ] {
            assert!(
                parse("c.yaml", text)
                    .unwrap_err()
                    .why
                    .contains("expected one of antrea, azure, azure-npm, calico"),
                "{text}"
            );
        }
    }

    #[test]
    fn unknown_keys_are_errors_with_their_line() {
        let error = parse("c.yaml", "strict: true\nfailon: low\n").unwrap_err();
        assert!(error.why.contains("failon") && error.line == 2, "{error:?}");
    }
}
