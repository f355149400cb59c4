//! From a change that is proposed to files that say so: the way back from the model to what people write.
//!
//! A change is written where a person would write it: a rule where it stands, a new policy in a file beside the pods' own. What cannot be
//! written there (objects that Terraform applies, rules that a chart prints) is refused, with the reason.

mod beside;
mod enforce;
mod error;
mod labels;
mod planned;
mod policy;
mod remove;
mod restrict;
mod rule;
mod text;

pub use error::AmendError;

use super::{File, Kind, detect};
use crate::model::{Amendment, Narrowing, World};
use std::collections::BTreeMap;
use std::sync::Arc;
use text::text_of;

/// Files after a change.
#[derive(Clone, Debug, Default)]
pub struct Amended {
    /// All files, the changed ones among them; new ones last.
    pub files: Vec<File>,
    /// What whoever applies the change should know: sentences without a full stop, each once.
    pub notes: Vec<String>,
}

/// What is said where Terraform's sources change.
const PLANNED: &str = "the plan is judged as Terraform would make it of the changed sources: make a new one before you apply";

/// What is said where rules are narrowed.
const NARROWED: &str = "rules are narrowed to those whom the input holds: add the subnets of whoever else is to come through them";

/// The files with changes written into them. The ids of the changes are those of `world`, which was read from the files.
///
/// # Errors
/// [`AmendError`] where a change cannot be written.
pub fn amend(
    files: &[File],
    amendments: &[Amendment],
    world: &World,
) -> Result<Amended, AmendError> {
    let mut out = Amended {
        files: files.to_vec(),
        notes: Vec::new(),
    };
    // Places are those of the files as they were read, so what stands in them changes before anything is added.
    let mut rules: BTreeMap<Arc<str>, Vec<&Narrowing>> = BTreeMap::new();
    for amendment in amendments {
        match amendment {
            Amendment::Narrow(own) => rules.entry(own.rule.file.clone()).or_default().push(own),
            Amendment::Enforce(id) => {
                enforce::enforce(&world.clusters[*id], &mut out.files)?;
                out.notes.push(PLANNED.to_owned());
            }
            Amendment::Remove(origin) => {
                remove::remove(origin, &mut out.files)?;
                out.notes.push(PLANNED.to_owned());
            }
            Amendment::Restrict(own) => {
                restrict::restrict(own, &mut out.files)?;
                out.notes.extend([PLANNED, NARROWED].map(str::to_owned));
            }
            Amendment::Separate(_) => {}
        }
    }
    // A plan file holds the sources as they were: Terraform would refuse to apply it.
    if !out.notes.is_empty() {
        let is_saved = |file: &File| matches!(detect(file), Ok(Some(Kind::BinaryPlan)));
        out.files.retain(|file| !is_saved(file));
    }
    for (file, narrowings) in rules {
        out.narrow(&file, &narrowings, world)?;
    }
    for amendment in amendments {
        if let Amendment::Separate(own) = amendment {
            let place = beside::place(&out.files, own, world)?;
            let document = policy::document(own, world)?;
            out.notes.extend(place.note.clone());
            place.add(&document, &mut out.files)?;
        }
    }
    out.notes.sort();
    out.notes.dedup();
    Ok(out)
}

impl Amended {
    /// Writes into a file what its rules no longer let pass. One that is tied to several clusters counts once for each of them.
    fn narrow(
        &mut self,
        path: &Arc<str>,
        narrowings: &[&Narrowing],
        world: &World,
    ) -> Result<(), AmendError> {
        let mut own = self.files.iter_mut().filter(|file| {
            file.path == *path && file.rendering.is_none() && file.kind != Some(Kind::Sources)
        });
        let first = own
            .next()
            .ok_or_else(|| AmendError::NotWritten(path.clone()))?;
        let text = text_of(first)?;
        let changed = rule::narrow(path, text, narrowings, world)?;
        self.notes
            .extend(rule::printed_from(path, text, narrowings));
        first.bytes = changed.into_bytes();
        let bytes = first.bytes.clone();
        own.for_each(|file| file.bytes.clone_from(&bytes));
        Ok(())
    }
}
