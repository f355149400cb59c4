//! The rules there are: the built-in set and directories of further ones.

use super::error::CliError;
use super::own_file::yaml_text;
use crate::rules::{Rule, builtin, load};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// The built-in rules and those of `directories`, by id; no id twice.
pub(super) fn rule_set(directories: &[PathBuf]) -> Result<Vec<Rule>, CliError> {
    let mut rules = builtin()?;
    for directory in directories {
        rules.extend(rules_in(directory)?);
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let mut seen = BTreeSet::new();
    match rules.iter().find(|rule| !seen.insert(&rule.id)) {
        None => Ok(rules),
        Some(rule) => Err(CliError::Usage(format!(
            "`{}`: rule id `{}` is taken: ids are never used twice",
            rule.path, rule.id
        ))),
    }
}

/// The rules of one directory, by file name.
pub(super) fn rules_in(directory: &Path) -> Result<Vec<Rule>, CliError> {
    let unreadable = |why| CliError::Read {
        path: directory.to_owned(),
        why,
    };
    let mut paths = Vec::new();
    for entry in std::fs::read_dir(directory).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        if path
            .extension()
            .is_some_and(|end| end == "yaml" || end == "yml")
        {
            paths.push(path);
        }
    }
    paths.sort();
    let parse = |path: &PathBuf| Ok(load(&path.to_string_lossy(), &yaml_text(path)?)?);
    paths.iter().map(parse).collect()
}
