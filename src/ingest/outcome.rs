//! What reading the inputs yields.

use super::ignore::Ignore;
use super::input_error::InputError;
use super::terraform::LinkRow;
use crate::model::{GapKind, Origin, Place, World};
use std::sync::Arc;

/// Everything that was read, at one moment.
#[derive(Clone, Debug)]
pub struct Ingested {
    /// The world.
    pub world: World,
    /// Links between resources, ascending by address and attribute; none where the settings do not ask for them.
    pub links: Vec<LinkRow>,
    /// The inputs, ascending by path.
    pub inputs: Vec<InputRow>,
    /// What could not be read, ascending by place.
    pub errors: Vec<InputError>,
    /// What was left out and is not missed: sources that could not be unpacked, a state beside its plan; ascending by place.
    pub notes: Vec<InputError>,
    /// Requests to ignore findings, ascending by place.
    pub ignores: Vec<Ignore>,
}

impl Ingested {
    /// Adds files that were refused before anything was read of them.
    pub(super) fn refuse(&mut self, files: &[InputError]) {
        self.errors.extend_from_slice(files);
        self.errors.sort();
        self.errors.dedup();
    }

    /// Adds files that a directory holds and that were not read though they are meant to be: what they hold is not known.
    pub(super) fn pass_over(&mut self, files: &[InputError]) {
        for file in files {
            let place = Place {
                file: file.file.clone(),
                line: file.line,
                column: file.column,
                length: 0,
            };
            let origin = Origin {
                place,
                inner: None,
                address: file.file.clone(),
                change: Default::default(),
            };
            let what = format!("`{}` is not read: {}", file.file, file.message);
            self.world.doubt(GapKind::Unreadable, what, Some(origin));
            self.notes.push(InputError {
                message: format!("not read: {}", file.message),
                ..file.clone()
            });
        }
        self.notes.sort();
        self.notes.dedup();
    }
}

/// One input file that was read.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct InputRow {
    /// Its path.
    pub path: Arc<str>,
    /// What it is: `plan`, `state`, `manifests`, `chart`, `kustomization`, `sources`, `binary-plan`.
    pub kind: &'static str,
    /// Number of resource instances or Kubernetes objects in it.
    pub resources: usize,
}
