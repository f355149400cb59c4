//! From the command line to the files that are read.

use super::arguments::Inputs;
use super::boundary::{Boundary, read, read_standard_input};
use super::config::{Chart, Found};
use super::error::CliError;
use super::exclusion::Exclusion;
use super::listing::is_source;
use super::paths::{shown, tidy};
use super::render::{self, Job, kind_of};
use super::terraform_sources as sources;
use crate::ingest::rendering::name;
use crate::ingest::{File, Kind};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The files to read, and what was left out.
#[derive(Debug, Default)]
pub(super) struct Gathered {
    /// By path, then by root module.
    pub files: Vec<File>,
    /// What was found in directories and is not read, in the order in which it was met: its path, and why where that is not its name.
    pub skipped: Vec<String>,
    /// What else a person should know of what is not read: sentences without a full stop.
    pub notes: Vec<String>,
    /// Charts and kustomizations, named or found, that are to be rendered.
    pub jobs: Vec<Job>,
    /// The folders that reading is kept to.
    pub boundary: Boundary,
}

/// Where a file stands in the order of reading: its place on disk, the cluster that it is tied to, and the root module that it is a
/// source of.
pub(super) type Key = (PathBuf, Option<String>, Option<String>);

#[derive(Default)]
pub(super) struct Gather {
    /// What charts that are named are rendered with.
    chart: Job,
    pub(super) files: BTreeMap<Key, File>,
    pub(super) source_directories: BTreeSet<PathBuf>,
    pub(super) exclusion: Exclusion,
    /// Whether the command line names plans or states: then those that are found do not count.
    pub(super) plans_named: bool,
    /// The configuration in use, as it stands on disk.
    pub(super) configuration: Option<PathBuf>,
    pub(super) out: Gathered,
}

/// Reads everything that the command line and the configuration name; the working directory where they name nothing.
pub(super) fn gather(inputs: &Inputs, found: &Found) -> Result<Gathered, CliError> {
    let chart = Job {
        release: inputs.release.clone(),
        namespace: inputs.namespace.clone(),
        values: inputs.values.clone(),
        ..Job::default()
    };
    names_of_charts(inputs, found)?;
    let mut gather = Gather {
        chart,
        exclusion: Exclusion::new(&inputs.exclude, found)?.and_elsewhere(&inputs.elsewhere),
        plans_named: inputs.inputs.is_empty() && names_plans(inputs),
        configuration: found.path.as_deref().map(real),
        ..Gather::default()
    };
    gather.out.boundary = boundary(inputs);
    for (address, path) in ties(inputs, found)? {
        gather.add(&path, Some(Kind::Manifests), Some(&address))?;
    }
    let named = [
        (&inputs.plan, Kind::Plan),
        (&inputs.state, Kind::State),
        (&inputs.manifests, Kind::Manifests),
    ];
    for (paths, kind) in named
        .into_iter()
        .chain([(&inputs.plan_file, Kind::BinaryPlan)])
    {
        for path in paths {
            gather.add(path, Some(kind), None)?;
        }
    }
    for chart in &inputs.chart {
        if kind_of(chart) != Some(render::Kind::Chart) {
            return Err(CliError::Usage(format!(
                "`{}` is no chart: a chart is a directory that holds `Chart.yaml`",
                chart.display()
            )));
        }
        gather.named_chart(chart, None);
    }
    for chart in &found.config.charts {
        gather.configured_chart(chart, found)?;
    }
    gather.positional(inputs)?;
    gather.sources(inputs)?;
    Ok(gather.finish())
}

/// Whether options name a plan or a state.
fn names_plans(inputs: &Inputs) -> bool {
    !inputs.plan.is_empty() || !inputs.state.is_empty()
}

/// Whether options name manifests.
fn names_manifests(inputs: &Inputs) -> bool {
    [&inputs.manifests, &inputs.chart]
        .into_iter()
        .any(|list| !list.is_empty())
        || !inputs.cluster.is_empty()
}

/// Whether the working directory is read as well: where no input is named, and options do not name both sides, the network and the
/// manifests. What they name may all lie elsewhere, with the working directory being any one; then it is not read, and a note says so.
fn reads_here(inputs: &Inputs, notes: &mut Vec<String>) -> bool {
    if !inputs.inputs.is_empty() || names_plans(inputs) && names_manifests(inputs) {
        return false;
    }
    let tied = inputs.cluster.iter().filter_map(|tie| split_tie(tie));
    let lists = [
        &inputs.plan,
        &inputs.state,
        &inputs.manifests,
        &inputs.tf,
        &inputs.plan_file,
        &inputs.chart,
    ];
    let mut named = lists
        .into_iter()
        .flatten()
        .cloned()
        .chain(tied.map(|(_, path)| PathBuf::from(path)))
        .peekable();
    let here = std::env::current_dir().unwrap_or_default();
    let lies_here =
        |path: PathBuf| std::path::absolute(path).is_ok_and(|path| tidy(&path).starts_with(&here));
    let reads = named.peek().is_none() || named.any(lies_here);
    if !reads {
        notes.push(
            "the working directory is not read, since all that the options name lies elsewhere: name `.` to read it as well"
                .to_owned(),
        );
    }
    reads
}

/// What may be read: what lies beside what the command line names. The configuration is a part of the input, and adds nothing.
fn boundary(inputs: &Inputs) -> Boundary {
    let ties = inputs.cluster.iter().filter_map(|tie| split_tie(tie));
    let named = [
        &inputs.inputs,
        &inputs.plan,
        &inputs.state,
        &inputs.manifests,
        &inputs.tf,
        &inputs.plan_file,
        &inputs.chart,
    ];
    let here = reads_here(inputs, &mut Vec::new()).then_some(Path::new("."));
    let named = named
        .into_iter()
        .flatten()
        .map(PathBuf::as_path)
        .chain(here);
    let mut boundary = Boundary::of(named.chain(ties.map(|(_, path)| Path::new(path))));
    let packed = |path: &&PathBuf| path.is_file();
    boundary.admit(&inputs.values);
    boundary.admit(inputs.chart.iter().chain(&inputs.inputs).filter(packed));
    boundary
}

/// Checks the names that releases and namespaces are given.
fn names_of_charts(inputs: &Inputs, found: &Found) -> Result<(), CliError> {
    let check = |release: Option<&String>, namespace: Option<&String>| {
        release.map_or(Ok(()), |release| name::release_name(release))?;
        namespace.map_or(Ok(()), |namespace| name::namespace(namespace))
    };
    check(inputs.release.as_ref(), inputs.namespace.as_ref()).map_err(CliError::Usage)?;
    check(None, inputs.default_namespace.as_ref()).map_err(CliError::Usage)?;
    let own = |why| CliError::Malformed {
        path: found.path.clone().unwrap_or_default(),
        line: 0,
        column: 0,
        why,
    };
    check(None, found.config.default_namespace.as_ref()).map_err(own)?;
    for chart in &found.config.charts {
        check(chart.name.as_ref(), chart.namespace.as_ref()).map_err(own)?;
    }
    Ok(())
}

/// Pairs of a cluster and a path of its manifests.
fn ties(inputs: &Inputs, found: &Found) -> Result<Vec<(String, PathBuf)>, CliError> {
    let mut out = Vec::new();
    for tie in &inputs.cluster {
        let (address, path) = split_tie(tie).ok_or_else(|| {
            CliError::Usage(format!("`--cluster {tie}`: expected ADDRESS=PATH, as in `--cluster aws_eks_cluster.main=rendered`"))
        })?;
        out.push((address.to_owned(), PathBuf::from(path)));
    }
    for tie in &found.config.clusters {
        out.extend(
            tie.manifests
                .iter()
                .map(|path| (tie.address.clone(), found.resolve(path))),
        );
    }
    Ok(out)
}

/// Splits `ADDRESS=PATH` at the first `=` that stands outside of an instance key.
pub(super) fn split_tie(tie: &str) -> Option<(&str, &str)> {
    let mut quoted = false;
    let mut before = ' ';
    for (at, c) in tie.char_indices() {
        quoted ^= c == '"' && before != '\\';
        before = c;
        if c == '=' && !quoted {
            let (address, path) = tie.split_at(at);
            return path
                .strip_prefix('=')
                .filter(|path| !path.is_empty() && !address.is_empty())
                .map(|path| (address, path));
        }
    }
    None
}

impl Gather {
    fn positional(&mut self, inputs: &Inputs) -> Result<(), CliError> {
        for path in &inputs.inputs {
            self.add(path, None, None)?;
        }
        if reads_here(inputs, &mut self.out.notes) {
            self.walk(Path::new("."), None, None)?;
        }
        Ok(())
    }

    fn add(
        &mut self,
        path: &Path,
        kind: Option<Kind>,
        cluster: Option<&str>,
    ) -> Result<(), CliError> {
        if path == Path::new("-") {
            let bytes = read_standard_input()?;
            self.keep(path, bytes, kind, true, cluster);
            return Ok(());
        }
        let about = std::fs::metadata(path).map_err(|why| CliError::Read {
            path: path.to_owned(),
            why,
        })?;
        let manifests = matches!(kind, None | Some(Kind::Manifests));
        if manifests && kind_of(path) == Some(render::Kind::Chart) {
            self.named_chart(path, cluster);
            return Ok(());
        }
        if about.is_dir() && manifests {
            return self.walk(path, kind, cluster);
        }
        // Configuration in JSON that is named by itself is refused as no plan.
        if kind.is_none()
            && is_source(path)
            && path.extension().is_none_or(|ending| ending != "json")
        {
            let root = path
                .parent()
                .filter(|parent| !parent.as_os_str().is_empty())
                .unwrap_or(Path::new("."));
            self.source_directories.insert(root.to_owned());
            return Ok(());
        }
        let bytes = read(path)?;
        self.keep(path, bytes, kind, true, cluster);
        Ok(())
    }

    /// A chart that the command line or a tie names.
    fn named_chart(&mut self, path: &Path, cluster: Option<&str>) {
        let job = Job {
            path: path.to_owned(),
            named: true,
            cluster: cluster.map(str::to_owned),
            ..self.chart.clone()
        };
        self.out.jobs.push(job);
    }

    /// A chart that the configuration names. It stands for the same chart where that is found.
    fn configured_chart(&mut self, chart: &Chart, found: &Found) -> Result<(), CliError> {
        let path = found.resolve(&chart.path);
        if kind_of(&path) != Some(render::Kind::Chart) {
            let why = format!(
                "`charts` names `{}`, which is no chart: a chart is a directory that holds `Chart.yaml`",
                path.display()
            );
            return Err(CliError::Usage(why));
        }
        let values = chart
            .values
            .iter()
            .map(|file| found.resolve(file))
            .collect();
        let (release, namespace, cluster) = (
            chart.name.clone(),
            chart.namespace.clone(),
            chart.cluster.clone(),
        );
        self.out.jobs.push(Job {
            path,
            release,
            namespace,
            values,
            named: true,
            cluster,
            ..Job::default()
        });
        Ok(())
    }

    pub(super) fn is_known(&self, path: &Path) -> bool {
        let real = real(path);
        self.files
            .range((real.clone(), None, None)..)
            .next()
            .is_some_and(|((known, ..), _)| *known == real)
    }

    pub(super) fn keep(
        &mut self,
        path: &Path,
        bytes: Vec<u8>,
        kind: Option<Kind>,
        named: bool,
        cluster: Option<&str>,
    ) {
        // A file that nothing ties counts once; one that is tied counts in each of its clusters, and there only.
        if cluster.is_none() && self.is_known(path) {
            return;
        }
        let cluster = cluster.map(str::to_owned);
        let key = (real(path), cluster.clone(), None);
        let file = File {
            path: shown(path).into(),
            bytes,
            kind,
            named,
            cluster,
            ..File::default()
        };
        self.files.entry(key).or_insert(file);
    }

    fn sources(&mut self, inputs: &Inputs) -> Result<(), CliError> {
        let mut roots: BTreeSet<PathBuf> = inputs.tf.iter().cloned().collect();
        let found = std::mem::take(&mut self.source_directories);
        roots.extend(sources::roots(found, &self.out.boundary));
        if roots.is_empty() && inputs.plan_file.is_empty() {
            roots = sources::beside(
                self.files
                    .values()
                    .filter(|file| is_plan(file))
                    .map(|file| Path::new(file.path.as_ref())),
            );
        }
        for root in roots {
            for file in sources::read(&root, &self.out.boundary)? {
                let path = PathBuf::from(file.path.as_ref());
                self.files.insert((path, None, Some(shown(&root))), file);
            }
        }
        Ok(())
    }

    fn finish(self) -> Gathered {
        let mut out = self.out;
        out.files = self.files.into_values().collect();
        out.files
            .sort_by(|a, b| (&a.path, &a.cluster, &a.root).cmp(&(&b.path, &b.cluster, &b.root)));
        out.skipped.sort();
        out.skipped.dedup();
        out.jobs = render::not_named_by_others(out.jobs);
        out.jobs
            .sort_by(|a, b| (&a.path, &a.release).cmp(&(&b.path, &b.release)));
        out
    }
}

/// A path by which a file is known, however it is written.
pub(super) fn real(path: &Path) -> PathBuf {
    path.canonicalize().unwrap_or_else(|_| path.to_owned())
}

/// Whether a file was said to be a plan, or looks like one from its first bytes.
fn is_plan(file: &File) -> bool {
    let head = file
        .bytes
        .get(..4096.min(file.bytes.len()))
        .unwrap_or_default();
    file.kind == Some(Kind::Plan)
        || file.kind.is_none() && String::from_utf8_lossy(head).contains("\"format_version\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_tie_is_split_outside_of_the_instance_key() {
        assert_eq!(
            split_tie("aws_eks_cluster.a=m"),
            Some(("aws_eks_cluster.a", "m"))
        );
        assert_eq!(
            split_tie("aws_eks_cluster.a[\"x=y\"]=m/n=o"),
            Some(("aws_eks_cluster.a[\"x=y\"]", "m/n=o"))
        );
        assert_eq!(split_tie("aws_eks_cluster.a"), None);
        assert_eq!(split_tie("=m"), None);
    }
}
