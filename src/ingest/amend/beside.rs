//! Where a new policy is written: beside the pods that it is about.

use super::{AmendError, text_of};
use crate::ingest::rendering::Tool;
use crate::ingest::{File, Kind, yaml};
use crate::model::{Origin, Separation, World};
use std::sync::Arc;

/// Where a document goes.
#[derive(Clone, Debug)]
pub(super) struct InsertionPoint {
    path: Arc<str>,
    /// The cluster that the pods' file is tied to.
    cluster: Option<String>,
    /// What whoever applies the change should know.
    pub note: Option<String>,
}

/// Where a policy goes: to the end of a file that the command line names, since nothing else would be read; into the templates of a chart
/// that prints the pods; else into a new file in the folder of the pods' own.
pub(super) fn place(
    files: &[File],
    separation: &Separation,
    world: &World,
) -> Result<InsertionPoint, AmendError> {
    let origin = subject(separation, world);
    let path = origin.map_or("".into(), |origin| origin.place.file.clone());
    let is_own = |file: &&File| file.path == path && file.kind != Some(Kind::Sources);
    let own = files
        .iter()
        .find(|file| file.rendering.is_none() && is_own(file));
    let name = file_name(separation, world);
    if let Some(file) = own {
        return beside_file(file, &name, files);
    }
    let printed = files.iter().find_map(|file| {
        let rendering = file.rendering.as_ref()?;
        let mut templates = rendering.templates.values();
        let is_it = file.path == path || templates.any(|template| template.path == path);
        (is_it && rendering.tool == Tool::Helm && !rendering.plain).then_some((file, rendering))
    });
    let (file, rendering) = printed.ok_or_else(|| AmendError::NotWritten(path.clone()))?;
    let folder = folder(&rendering.main);
    Ok(InsertionPoint {
        path: free(&format!("{folder}templates/"), &name, files),
        cluster: file.cluster.clone(),
        note: Some(format!(
            "the pods are printed by the chart of `{}`: the policy stands beside its templates, and goes into every release of it",
            rendering.main
        )),
    })
}

fn beside_file(file: &File, name: &str, files: &[File]) -> Result<InsertionPoint, AmendError> {
    if &*file.path == "-" {
        return Err(AmendError::StandardInput);
    }
    let insertion_point = |path| InsertionPoint {
        path,
        cluster: file.cluster.clone(),
        note: None,
    };
    if file.named {
        return Ok(insertion_point(file.path.clone()));
    }
    let mut out = insertion_point(free(folder(&file.path), name, files));
    let documents = yaml::read(&file.path, text_of(file)?);
    if documents.iter().any(|document| document.source().is_some()) {
        out.note = Some(format!(
            "`{}` is what a chart printed: keep `{}` where the next run does not remove it, or add it to the chart",
            file.path, out.path
        ));
    }
    Ok(out)
}

/// What the policy is about, and where it is written: the pods, else the first workload of the namespace, else the namespace.
fn subject<'w>(separation: &Separation, world: &'w World) -> Option<&'w Origin> {
    let mut workloads = world.workloads.iter();
    let first = workloads.find(|(_, own)| own.namespace == separation.namespace);
    let pods = separation.pods.map(|id| &world.workloads[id]);
    pods.or(first.map(|(_, own)| own))
        .map(|own| &own.origin)
        .or(world.namespaces[separation.namespace].origin.as_ref())
}

fn file_name(separation: &Separation, world: &World) -> String {
    format!(
        "{}-{}",
        world.namespaces[separation.namespace].name, separation.name
    )
}

/// The folder of a path, with the `/` behind it; empty for the working directory.
fn folder(path: &str) -> &str {
    path.rsplit_once('/').map_or("", |(folder, _)| {
        path.get(..folder.len() + 1).unwrap_or(folder)
    })
}

/// A path in a folder that no file of the input has.
fn free(folder: &str, name: &str, files: &[File]) -> Arc<str> {
    let path = |number: usize| match number {
        1 => format!("{folder}{name}.yaml"),
        _ => format!("{folder}{name}-{number}.yaml"),
    };
    let mut numbers = 1..;
    let free = numbers.find(|number| files.iter().all(|file| *file.path != path(*number)));
    path(free.unwrap_or(1)).into()
}

impl InsertionPoint {
    /// Adds the document to the files.
    pub fn add(self, document: &str, files: &mut Vec<File>) -> Result<(), AmendError> {
        let mut own = files
            .iter_mut()
            .filter(|file| file.path == self.path && file.rendering.is_none())
            .peekable();
        if own.peek().is_none() {
            files.push(File {
                path: self.path,
                bytes: document.as_bytes().to_vec(),
                kind: Some(Kind::Manifests),
                cluster: self.cluster,
                ..File::default()
            });
            return Ok(());
        }
        for file in own {
            let text = text_of(file)?;
            let line = if text.is_empty() || text.ends_with('\n') {
                ""
            } else {
                "\n"
            };
            let document = if text.trim_start().starts_with('{') {
                as_json(document)
            } else {
                format!("---\n{document}")
            };
            file.bytes = format!("{text}{line}{document}").into_bytes();
        }
        Ok(())
    }
}

/// A document as the next object of a JSON stream, which has no comments. `kubectl` reads such streams.
fn as_json(document: &str) -> String {
    let documents = yaml::read(&"".into(), document);
    let objects = documents.iter().filter_map(|own| own.content.as_ref().ok());
    objects
        .map(|object| format!("{:#}\n", object.json()))
        .collect()
}
