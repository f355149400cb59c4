//! `kustomize build`, or the same as `kubectl kustomize`. Source: kustomize documentation, "buildMetadata".

use super::mirror::Mirror;
use super::sources::templates;
use super::tool::{Program, Sandbox, ToolError};
use super::{Job, Printed};
use crate::cli::boundary::Boundary;
use crate::cli::paths::tidy;
use crate::ingest::rendering::{Tool, name};
use std::ffi::OsString;
use std::path::{Component, Path, PathBuf};

const PROGRAMS: &[&str] = &["kustomize", "kubectl"];

/// Builds a kustomization, in a copy of all that it names. It is built as the only resource of another one that asks for the origin of each
/// object; where that cannot be, as itself, and objects lead back to the kustomization as a whole.
pub(super) fn build(job: &Job, namespace: &str, boundary: &Boundary) -> Result<Printed, ToolError> {
    let program = Program::find(PROGRAMS)?;
    let mut sandbox = Sandbox::new(&program)?;
    let copy = Mirror::new(boundary, &mut sandbox, namespace).kustomization(&job.path)?;
    let target = job.answers.as_ref();
    let target = target.and_then(|request| request.target_namespace.as_deref());
    target
        .map_or(Ok(()), name::namespace)
        .map_err(ToolError::Hostile)?;
    let run = |directory: &Path| program.run(&arguments(&program, directory), &sandbox);
    let wrapper = wrap(sandbox.path(), &copy, target);
    let text = match (wrapper.as_ref().map(|wrapper| run(wrapper)), target) {
        (Some(Ok(text)), _) => text,
        (Some(Err(why)), Some(_)) => return Err(why),
        _ => {
            return Ok(Printed {
                text: run(&copy)?,
                templates: Default::default(),
            });
        }
    };
    let locate = |name: &str| {
        let path = tidy(&wrapper.as_ref()?.join(name));
        let inner = relative(&copy, &path)?;
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

/// Writes a kustomization around another one, which puts all objects into a namespace where one is given; its directory. None where no path
/// leads from one to the other.
fn wrap(home: &Path, copy: &Path, namespace: Option<&str>) -> Option<PathBuf> {
    let wrapper = home.join("around");
    std::fs::create_dir(&wrapper).ok()?;
    let path = relative(&wrapper, copy)?
        .to_string_lossy()
        .replace('\\', "/");
    let mut text = serde_json::json!({"resources": [path], "buildMetadata": ["originAnnotations"]});
    if let (Some(namespace), Some(map)) = (namespace, text.as_object_mut()) {
        map.insert("namespace".to_owned(), namespace.into());
    }
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
