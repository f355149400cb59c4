//! `kustomize build`, or the same as `kubectl kustomize`. Source: kustomize documentation, "buildMetadata".

use super::sources::templates;
use super::tool::{Program, Sandbox, ToolError};
use super::{Job, Printed};
use crate::cli::boundary::Boundary;
use crate::cli::paths::tidy;
use crate::ingest::rendering::Tool;
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

const PROGRAMS: &[&str] = &["kustomize", "kubectl"];

/// Builds a kustomization. It is built as the only resource of another one that asks for the origin of each object; where that cannot be, as
/// itself, and objects lead back to the kustomization as a whole.
pub(super) fn build(job: &Job, boundary: &Boundary) -> Result<Printed, ToolError> {
    let program = Program::find(PROGRAMS)?;
    let sandbox = Sandbox::new(&program)?;
    let run = |directory: &Path| program.run(&arguments(&program, directory), &sandbox);
    let real = boundary.resolve(&job.path).map_err(ToolError::hostile)?;
    let wrapped =
        wrap(sandbox.path(), &real).and_then(|wrapper| Some((run(&wrapper).ok()?, wrapper)));
    let Some((text, wrapper)) = wrapped else {
        return Ok(Printed {
            text: run(&real)?,
            templates: Default::default(),
        });
    };
    let locate = |name: &str| {
        let path = tidy(&wrapper.join(name));
        let inner = relative(&real, &path)?;
        Some(tidy(&job.path.join(inner)))
    };
    let templates = templates(Tool::Kustomize, &text, &locate, boundary);
    Ok(Printed { text, templates })
}

/// What the program is given: options first; then, after `--`, the directory.
fn arguments(program: &Program, directory: &Path) -> Vec<OsString> {
    let verb = if program.name() == "kubectl" {
        "kustomize"
    } else {
        "build"
    };
    [verb, "--load-restrictor=LoadRestrictionsRootOnly", "--"]
        .map(OsString::from)
        .into_iter()
        .chain([directory.into()])
        .collect()
}

/// Writes a kustomization around another one and returns its directory; none where no path leads from one to the other.
fn wrap(home: &Path, real: &Path) -> Option<PathBuf> {
    let wrapper = std::fs::canonicalize(home).ok()?.join("around");
    std::fs::create_dir(&wrapper).ok()?;
    let path = relative(&wrapper, real)?
        .to_string_lossy()
        .replace('\\', "/");
    let text = serde_json::json!({"resources": [path], "buildMetadata": ["originAnnotations"]});
    std::fs::write(wrapper.join("kustomization.yaml"), text.to_string()).ok()?;
    Some(wrapper)
}

/// The path from a directory to another path, both absolute and tidy; none where they share no root.
fn relative(from: &Path, to: &Path) -> Option<PathBuf> {
    let (own, other): (Vec<Component<'_>>, Vec<Component<'_>>) =
        (from.components().collect(), to.components().collect());
    let shared = own.iter().zip(&other).take_while(|(a, b)| a == b).count();
    let up = own.get(shared..)?.iter().map(|_| Component::ParentDir);
    (shared > 0).then(|| {
        up.chain(other.get(shared..).unwrap_or_default().iter().copied())
            .collect()
    })
}

/// The command that builds it by hand.
pub(super) fn command(job: &Job) -> String {
    format!("kubectl kustomize {}", job.path.display())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_lead_from_one_directory_to_another() {
        for (from, to, expected) in [
            ("/a/b", "/a/c/d", Some("../c/d")),
            ("/a", "/a/b", Some("b")),
            ("/x/y", "/a", Some("../../a")),
        ] {
            assert_eq!(
                relative(Path::new(from), Path::new(to)),
                expected.map(PathBuf::from),
                "{from} {to}"
            );
        }
    }
}
