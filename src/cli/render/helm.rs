//! `helm template`. Source: Helm documentation, "helm template".

use super::chart::{self, Copied};
use super::sources::templates;
use super::tool::{Program, Sandbox, ToolError};
use super::{Job, Printed};
use crate::cli::boundary::Boundary;
use crate::cli::paths::{shown, tidy};
use crate::ingest::rendering::{Tool, name};
use std::ffi::OsString;
use std::path::{Path, PathBuf};

const PROGRAM: &[&str] = &["helm"];

/// Largest values file, in bytes.
const LARGEST_VALUES: u64 = 16 << 20;

/// Since then templates resolve no host names unless they are allowed to (CVE-2023-25165).
const WITHOUT_DNS: (u32, u32, u32) = (3, 11, 1);

/// Since then a schema of values can be passed over (`--skip-schema-validation`).
const WITHOUT_SCHEMA: (u32, u32, u32) = (3, 16, 0);

/// Renders a chart. What it lacks is not fetched: dependencies must stand in its `charts` directory.
pub(super) fn template(
    job: &Job,
    namespace: &str,
    boundary: &Boundary,
) -> Result<Printed, ToolError> {
    if let Some(release) = &job.release {
        name::release_name(release).map_err(ToolError::Hostile)?;
    }
    name::namespace(namespace).map_err(ToolError::Hostile)?;
    let helm = Program::find(PROGRAM)?;
    let mut sandbox = Sandbox::new(&helm)?;
    let copy = sandbox.place("chart", &shown(&job.path));
    let copied = chart::copy(&job.path, &copy, boundary).map_err(ToolError::hostile)?;
    let values = values(job, &mut sandbox, boundary)?;
    let skip_schema = may_skip_schema(&copied, version(&helm, &sandbox))?;
    let arguments = arguments(job, namespace, &values, &copy, skip_schema);
    let text = helm.run(&arguments, &sandbox)?;
    let templates = templates(Tool::Helm, &text, &|name| locate(&job.path, name), boundary);
    Ok(Printed { text, templates })
}

/// What helm is given: options first, each with its value in one argument; then, after `--`, what is none.
fn arguments(
    job: &Job,
    namespace: &str,
    values: &[PathBuf],
    chart: &Path,
    skip_schema: bool,
) -> Vec<OsString> {
    let option = |name: &str, value: &std::ffi::OsStr| {
        let mut whole = OsString::from(format!("{name}="));
        whole.push(value);
        whole
    };
    let mut out: Vec<OsString> = vec!["template".into()];
    out.push(option("--namespace", namespace.as_ref()));
    out.extend(skip_schema.then(|| "--skip-schema-validation".into()));
    out.extend(
        values
            .iter()
            .map(|file| option("--values", file.as_os_str())),
    );
    out.extend(
        job.set
            .iter()
            .map(|(name, value)| option(name, value.as_ref())),
    );
    out.push("--".into());
    out.extend(job.release.as_ref().map(OsString::from));
    out.push(chart.into());
    out
}

/// Copies the values under names of our own: helm splits a name at commas, and takes some for addresses of the network.
fn values(
    job: &Job,
    sandbox: &mut Sandbox,
    boundary: &Boundary,
) -> Result<Vec<PathBuf>, ToolError> {
    let mut out = Vec::new();
    for file in &job.values {
        let bytes = boundary
            .read(file, LARGEST_VALUES)
            .map_err(ToolError::hostile)?;
        out.push(sandbox.write(&format!("values-{}.yaml", out.len()), &shown(file), &bytes)?);
    }
    for text in &job.texts {
        let name = format!("values-{}.yaml", out.len());
        out.push(sandbox.write(&name, "the values", text.as_bytes())?);
    }
    Ok(out)
}

/// The version of helm; none where it does not tell.
fn version(helm: &Program, sandbox: &Sandbox) -> Option<(u32, u32, u32)> {
    let printed = helm
        .run(
            &["version".into(), "--template={{.Version}}".into()],
            sandbox,
        )
        .ok()?;
    parse_version(&String::from_utf8_lossy(&printed))
}

fn parse_version(text: &str) -> Option<(u32, u32, u32)> {
    let mut parts = text.trim().strip_prefix('v')?.split(['.', '-', '+']);
    let mut number = || parts.next()?.parse().ok();
    Some((number()?, number()?, number()?))
}

/// Whether schemas are to be passed over, since they could lead helm to other files or the network. Helm that is too old to be kept from
/// either is not run.
fn may_skip_schema(copied: &Copied, version: Option<(u32, u32, u32)>) -> Result<bool, ToolError> {
    let needs = |least: (u32, u32, u32), why: &str| {
        let (a, b, c) = least;
        let too_old = version.is_some_and(|own| own < least);
        let said = || format!("helm {a}.{b}.{c} or newer is needed: {why}");
        too_old
            .then(said)
            .map_or(Ok(()), |said| Err(ToolError::Hostile(said)))
    };
    needs(
        WITHOUT_DNS,
        "before it a chart may ask the network for addresses",
    )?;
    let skip = copied.packed || copied.schema_leads_out;
    if skip {
        needs(
            WITHOUT_SCHEMA,
            "the schema of the chart's values may name other files, and older ones read them",
        )?;
    }
    Ok(skip)
}

/// The file that helm names: the chart's name, then the path in its directory. None where the path would lead out of it.
fn locate(chart: &Path, name: &str) -> Option<PathBuf> {
    let (_, path) = name.split_once('/')?;
    let found = tidy(&chart.join(path));
    found.starts_with(tidy(chart)).then_some(found)
}

/// The command that renders it by hand.
pub(super) fn command(job: &Job) -> String {
    let release = job
        .release
        .as_ref()
        .map(|name| format!(" {name}"))
        .unwrap_or_default();
    let namespace = job
        .namespace
        .as_ref()
        .map(|name| format!(" --namespace {name}"))
        .unwrap_or_default();
    let values: String = job
        .values
        .iter()
        .map(|file| format!(" --values {}", file.display()))
        .collect();
    format!(
        "helm template{release} {}{namespace}{values}",
        job.path.display()
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whatever_the_input_says_is_a_value_or_stands_after_the_dashes() {
        let hostile = "--post-renderer=./x.sh";
        let job = Job {
            release: Some(hostile.to_owned()),
            set: vec![
                ("--set", hostile.to_owned()),
                ("--kube-version", "--debug".to_owned()),
            ],
            ..Job::default()
        };
        let values = [PathBuf::from("/t/values-0.yaml")];
        let given = arguments(&job, "--output-dir=/", &values, Path::new("/t/chart"), true);
        let given: Vec<&str> = given.iter().map(|text| text.to_str().unwrap()).collect();
        assert_eq!(
            given,
            [
                "template",
                "--namespace=--output-dir=/",
                "--skip-schema-validation",
                "--values=/t/values-0.yaml",
                "--set=--post-renderer=./x.sh",
                "--kube-version=--debug",
                "--",
                hostile,
                "/t/chart",
            ]
        );
    }

    #[test]
    fn names_that_are_none_are_refused_before_helm_is_looked_for() {
        let boundary = Boundary::default();
        let said = |release: &str, namespace: &str| {
            let job = Job {
                release: Some(release.to_owned()),
                ..Job::default()
            };
            template(&job, namespace, &boundary)
                .err()
                .unwrap()
                .to_string()
        };
        assert!(said("--post-renderer=./x.sh", "a").contains("`--post-renderer=./x.sh`"));
        assert!(said("web", "--output-dir=/").contains("namespace `--output-dir=/`"));
    }

    #[test]
    fn helm_that_cannot_be_kept_inside_is_not_run() {
        for (text, expected) in [
            ("v4.1.4", Some((4, 1, 4))),
            ("v3.10.0-rc.1\n", Some((3, 10, 0))),
            ("v3.10.0+g1", Some((3, 10, 0))),
            ("3.10", None),
            ("apiVersion: v1", None),
        ] {
            assert_eq!(parse_version(text), expected, "{text}");
        }
        let plain = Copied::default();
        let mut packed = Copied::default();
        packed.packed = true;
        let skip =
            |copied, version| may_skip_schema(copied, version).map_err(|why| why.to_string());
        assert_eq!(skip(&plain, Some((3, 11, 1))), Ok(false));
        assert_eq!(skip(&packed, Some((3, 16, 0))), Ok(true));
        assert_eq!(skip(&packed, None), Ok(true));
        assert!(
            skip(&plain, Some((3, 11, 0)))
                .unwrap_err()
                .contains("3.11.1")
        );
        assert!(
            skip(&packed, Some((3, 15, 9)))
                .unwrap_err()
                .contains("3.16.0")
        );
    }
}
