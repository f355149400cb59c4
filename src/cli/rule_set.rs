//! The rules there are: the built-in set, and directories that add rules and change or switch off built-in ones.

use super::error::CliError;
use super::own_file::yaml_text;
use crate::rules::{Override, Rule, RuleText, builtin_without_examples, load_any};
use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};

/// The rules of a run.
#[derive(Debug)]
pub(super) struct RuleSet {
    /// All of them by id, those that are switched off as well.
    pub rules: Vec<Rule>,
    /// Ids of those that are switched off.
    pub off: Vec<String>,
}

/// The built-in rules (without their examples) and those of `directories`, by id; no id twice.
pub(super) fn rule_set(directories: &[PathBuf]) -> Result<RuleSet, CliError> {
    let mut rules = builtin_without_examples()?;
    let mut overrides = Vec::new();
    for directory in directories {
        let (own, changes) = rules_in(directory)?;
        rules.extend(own);
        overrides.extend(changes);
    }
    rules.sort_by(|a, b| a.id.cmp(&b.id));
    let mut seen = BTreeSet::new();
    if let Some(rule) = rules.iter().find(|rule| !seen.insert(&rule.id)) {
        return Err(CliError::Usage(format!(
            "`{}`: rule id `{}` is taken: ids are never used twice; to change a rule, write `override: {}`",
            rule.path, rule.id, rule.id
        )));
    }
    changed(rules, &overrides)
}

/// The rules after what the directories change about them.
fn changed(mut rules: Vec<Rule>, overrides: &[Override]) -> Result<RuleSet, CliError> {
    let mut by: BTreeMap<&str, &Override> = BTreeMap::new();
    let mut off = Vec::new();
    for one in overrides {
        let Some(rule) = rules.iter_mut().find(|rule| rule.id == one.id) else {
            let known: Vec<&str> = rules.iter().map(|rule| rule.id.as_str()).collect();
            let known = known.join(", ");
            return Err(CliError::Usage(format!(
                "`{}`: `{}` is no rule to override: there are {known}",
                one.path, one.id
            )));
        };
        if let Some(other) = by.insert(&one.id, one) {
            return Err(CliError::Usage(format!(
                "`{}` and `{}` both override `{}`: keep one of them",
                other.path, one.path, one.id
            )));
        }
        one.apply(rule);
        if one.off {
            off.push(one.id.clone());
        }
    }
    Ok(RuleSet { rules, off })
}

/// The rules of one directory, by file name, and what it changes about others.
pub(super) fn rules_in(directory: &Path) -> Result<(Vec<Rule>, Vec<Override>), CliError> {
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
    let (mut rules, mut overrides) = (Vec::new(), Vec::new());
    for path in &paths {
        match load_any(&path.to_string_lossy(), &yaml_text(path)?)? {
            RuleText::Rule(rule) => rules.push(*rule),
            RuleText::Override(one) => overrides.push(one),
        }
    }
    Ok((rules, overrides))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::rules::Severity;

    fn set(files: &[(&str, &str)]) -> Result<RuleSet, String> {
        let folder = tempfile::tempdir().unwrap();
        for (name, text) in files {
            std::fs::write(folder.path().join(name), text).unwrap();
        }
        let out = rule_set(&[folder.path().to_owned()]);
        out.map_err(|error| {
            error
                .to_string()
                .replace(&*folder.path().to_string_lossy(), "DIR")
        })
    }

    #[test]
    fn a_directory_changes_and_switches_off_rules() {
        let changed = set(&[
            ("a.yaml", "override: CP101\nseverity: low\nreason: r\n"),
            ("b.yaml", "override: CP304\noff: true\nreason: r\n"),
        ])
        .unwrap();
        let rule = changed
            .rules
            .iter()
            .find(|rule| rule.id == "CP101")
            .unwrap();
        assert_eq!(
            (rule.severity, rule.worst()),
            (Severity::Low, Severity::Low)
        );
        assert_eq!(changed.off, ["CP304"]);
    }

    #[test]
    fn what_cannot_be_overridden_is_told() {
        for (files, expected) in [
            (
                &[("a.yaml", "override: CP999\noff: true\nreason: r\n")][..],
                "`DIR/a.yaml`: `CP999` is no rule to override: there are CP101",
            ),
            (
                &[
                    ("a.yaml", "override: CP101\noff: true\nreason: r\n"),
                    ("b.yaml", "override: CP101\nseverity: low\nreason: r\n"),
                ],
                "`DIR/a.yaml` and `DIR/b.yaml` both override `CP101`",
            ),
            (
                &[("a.yaml", "override: CP101\nreason: r\n")],
                "`DIR/a.yaml:1:11`: nothing is changed",
            ),
            (
                &[("a.yaml", "override: CP101\noff: true\nreason: ''\n")],
                "`DIR/a.yaml:3:9`: `reason` is empty",
            ),
            (
                &[("a.yaml", "override: CP101\nof: true\nreason: r\n")],
                "`DIR/a.yaml:2:1`: `of` is no key here",
            ),
        ] {
            let error = set(files).unwrap_err();
            assert!(error.starts_with(expected), "{error}");
        }
    }
}
