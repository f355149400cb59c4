//! What the input marks as sensitive: by plans and states (`sensitive_values`, `after_sensitive`, `before_sensitive`, outputs
//! and variables with `sensitive`; Terraform documentation, "JSON Output Format"), and by `.tf` sources.
//!
//! Marks are gathered beside the model, not in it: a sensitive id links and a sensitive block is compared as any other.

mod plan;
mod source;
mod value;

use super::text::decode;
use super::{File, Kind, detect};
use crate::model::Confidential;

/// What the files mark as sensitive. A file that cannot be read adds nothing: nothing of it is quoted either.
#[must_use]
pub fn confidential(files: &[File]) -> Confidential {
    let mut out = Confidential::default();
    for file in files {
        let kind = detect(file);
        let Ok(text) = decode(&file.bytes) else {
            continue;
        };
        if let Ok(Some(Kind::Plan | Kind::State)) = kind {
            plan::collect(&text, &mut out);
        }
    }
    source::collect(files, &mut out);
    if !out.is_empty() {
        let paths = files
            .iter()
            .flat_map(|file| [Some(&file.path), file.root.as_ref()]);
        for path in paths.flatten() {
            // Reports name files as they were given, and from the root of the repository.
            out.names
                .insert(path.trim_start_matches(['.', '/']).to_owned());
            out.names.insert(path.to_string());
        }
    }
    out
}
