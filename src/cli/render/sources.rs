//! The files that a tool printed objects from.

use crate::cli::boundary::Boundary;
use crate::cli::paths::shown;
use crate::ingest::rendering::{Template, Tool, source_names};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

/// Files by the name by which the tool calls them.
pub(super) type Templates = BTreeMap<String, Template>;

/// Longest file that is read, in bytes: templates are written by hand.
const LONGEST: u64 = 4 << 20;

/// Reads the files that a tool names in what it printed; `locate` makes a path of a name. A name without a file is left out.
pub(super) fn templates(
    tool: Tool,
    printed: &[u8],
    locate: &dyn Fn(&str) -> Option<PathBuf>,
    boundary: &Boundary,
) -> Templates {
    let names = source_names(tool, &String::from_utf8_lossy(printed));
    names
        .into_iter()
        .filter_map(|name| Some((name.clone(), template(&locate(&name)?, boundary)?)))
        .collect()
}

fn template(path: &Path, boundary: &Boundary) -> Option<Template> {
    // What a tool prints is text of the input: it may name any file.
    if !boundary.resolve(path).ok()?.is_file() {
        return None;
    }
    let bytes = boundary.read(path, LONGEST).unwrap_or_default();
    Some(Template {
        path: shown(path).into(),
        text: String::from_utf8(bytes).unwrap_or_default(),
    })
}
