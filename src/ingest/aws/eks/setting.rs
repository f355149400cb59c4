//! Settings of the VPC CNI plugin: who says what, and what holds where nobody does.
//! Source: amazon-vpc-cni-k8s README, "CNI Configuration Variables"; EKS user guide, "Amazon EKS add-ons".

use crate::model::{AddressSet, Doubt, Note, Origin};
use std::collections::BTreeMap;
use std::iter;

/// Something that sets variables of the plugin: an add-on, a Helm release, the `aws-node` DaemonSet.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Source {
    /// What it is, for the trail: ``add-on `aws_eks_addon.vpc_cni` ``.
    pub title: String,
    /// Where it stands.
    pub origin: Option<Origin>,
    /// Variables of the `aws-node` container, and what else is set, under the names that this room uses for it.
    pub variables: BTreeMap<String, String>,
    /// Variables that are set to something which is not known, each with the reason.
    pub unknown: BTreeMap<String, Doubt>,
    /// Why it may set variables that are not in `variables`.
    pub hidden: Doubt,
    /// Why it may set nothing at all here: it may be of another cluster, or of another plugin.
    pub unsure: Doubt,
}

/// All sources, the one that counts most first.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Settings {
    /// The sources.
    pub sources: Vec<Source>,
}

/// The value of a setting.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Setting<T> {
    /// One value where it is known; all values that it may have where it is not.
    pub values: Vec<T>,
    /// Why it is not known.
    pub doubt: Doubt,
    /// Who says so.
    pub note: Note,
}

impl<T: Clone + PartialEq> Setting<T> {
    /// The value, where it is known.
    #[must_use]
    pub fn known(&self) -> Option<&T> {
        match self.values.as_slice() {
            [value] => Some(value),
            _ => None,
        }
    }

    /// Whether it may be this.
    #[must_use]
    pub fn may_be(&self, value: &T) -> bool {
        self.values.contains(value)
    }
}

impl Settings {
    /// A variable as a truth value, read as the plugin reads it: what is neither true nor false leaves the default.
    #[must_use]
    pub fn flag(&self, name: &str, default: bool) -> Setting<bool> {
        self.read(
            name,
            &default.to_string(),
            |text| truth(text).unwrap_or(default),
            vec![default, !default],
        )
    }

    /// A variable as one of the words; the first is the default, and what is none of them leaves it.
    #[must_use]
    pub fn word(&self, name: &str, words: &[&'static str]) -> Setting<&'static str> {
        let default = words.first().copied().unwrap_or_default();
        let word = |text: &str| {
            words
                .iter()
                .find(|word| word.eq_ignore_ascii_case(text))
                .copied()
                .unwrap_or(default)
        };
        self.read(name, default, word, words.to_vec())
    }

    /// A variable as text.
    #[must_use]
    pub fn text(&self, name: &str, default: &str) -> Setting<String> {
        self.read(name, default, str::to_owned, vec![default.to_owned()])
    }

    /// A variable as blocks, separated by commas; empty by default. What is no block drops out, as in the plugin.
    #[must_use]
    pub fn blocks(&self, name: &str) -> Setting<AddressSet> {
        let read = |text: &str| {
            text.split(',')
                .filter_map(|part| AddressSet::parse(part.trim()).ok())
                .collect()
        };
        self.read(
            name,
            "",
            read,
            vec![AddressSet::none(), AddressSet::all_v4()],
        )
    }

    fn read<T: PartialEq>(
        &self,
        name: &str,
        default: &str,
        read: impl Fn(&str) -> T,
        all: Vec<T>,
    ) -> Setting<T> {
        for source in &self.sources {
            if let Some(text) = source.variables.get(name) {
                let note = Note {
                    text: format!("{} sets {name} to `{text}`", source.title),
                    origin: source.origin.clone(),
                    assumed: false,
                };
                let value = read(text);
                let others = all.into_iter().filter(|other| *other != value);
                let others: Vec<T> = match source.unsure.is_certain() {
                    true => Vec::new(),
                    false => others.collect(),
                };
                return Setting {
                    values: iter::once(value).chain(others).collect(),
                    doubt: source.unsure.clone(),
                    note,
                };
            }
            let unknown = source.unknown.get(name);
            if let Some(doubt) =
                unknown.or(Some(&source.hidden).filter(|hidden| !hidden.is_certain()))
            {
                let text = match unknown {
                    Some(_) => format!(
                        "{} sets {name} to something that is not known",
                        source.title
                    ),
                    None => format!(
                        "{} may set {name}, and its settings are not known",
                        source.title
                    ),
                };
                let note = Note {
                    text,
                    origin: source.origin.clone(),
                    assumed: false,
                };
                return Setting {
                    values: all,
                    doubt: doubt.clone(),
                    note,
                };
            }
        }
        let text = match default {
            "" => format!("{name} is empty by default"),
            value => format!("{name} is `{value}` by default"),
        };
        Setting {
            values: vec![read(default)],
            doubt: Doubt::none(),
            note: Note {
                text,
                origin: None,
                assumed: true,
            },
        }
    }
}

/// A truth value as Go's `strconv.ParseBool` reads it, which is what the plugin uses.
#[must_use]
pub fn truth(text: &str) -> Option<bool> {
    match text {
        "1" | "t" | "T" | "TRUE" | "true" | "True" => Some(true),
        "0" | "f" | "F" | "FALSE" | "false" | "False" => Some(false),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn source(title: &str, variables: &[(&str, &str)]) -> Source {
        let variables = variables
            .iter()
            .map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))
            .collect();
        Source {
            title: title.to_owned(),
            variables,
            ..Source::default()
        }
    }

    #[test]
    fn the_first_source_that_speaks_decides() {
        let settings = Settings {
            sources: vec![
                source("add-on", &[("A", "true")]),
                source("chart", &[("A", "false"), ("B", "1")]),
            ],
        };
        assert_eq!(settings.flag("A", false).known(), Some(&true));
        assert_eq!(settings.flag("B", false).known(), Some(&true));
        assert_eq!(settings.flag("C", true).known(), Some(&true));
        assert!(settings.flag("C", true).note.assumed);
        assert!(!settings.flag("A", false).note.assumed);
    }

    #[test]
    fn what_the_plugin_cannot_read_leaves_the_default() {
        let settings = Settings {
            sources: vec![source(
                "add-on",
                &[
                    ("A", "yes"),
                    ("M", "loose"),
                    ("X", "10.0.0.0/8, what, 172.16.0.0/12"),
                ],
            )],
        };
        assert_eq!(settings.flag("A", false).known(), Some(&false));
        assert_eq!(
            settings.word("M", &["strict", "standard"]).known(),
            Some(&"strict")
        );
        assert_eq!(
            settings.blocks("X").known().unwrap().to_string(),
            "10.0.0.0/8, 172.16.0.0/12"
        );
    }

    #[test]
    fn a_source_with_hidden_settings_leaves_both_values() {
        let mut world = crate::model::World::default();
        let hidden = world.doubt(crate::model::GapKind::UnknownValue, "values", None);
        let settings = Settings {
            sources: vec![
                Source {
                    hidden,
                    ..source("add-on", &[("A", "true")])
                },
                source("chart", &[("B", "true")]),
            ],
        };
        assert_eq!(
            settings.flag("A", false).known(),
            Some(&true),
            "what is set is known"
        );
        assert_eq!(
            settings.flag("B", false).values,
            [false, true],
            "the add-on may say otherwise"
        );
    }

    #[test]
    fn a_source_that_may_be_of_another_cluster_leaves_both_values() {
        let mut world = crate::model::World::default();
        let unsure = world.doubt(crate::model::GapKind::Unlinked, "which cluster", None);
        let settings = Settings {
            sources: vec![Source {
                unsure,
                ..source("add-on", &[("A", "true"), ("S", "10.0.0.0/8")])
            }],
        };
        let flag = settings.flag("A", false);
        assert_eq!(
            (flag.values, flag.doubt.is_certain()),
            (vec![true, false], false)
        );
        assert_eq!(settings.blocks("S").known(), None);
        assert_eq!(
            settings.flag("B", false).known(),
            Some(&false),
            "it does not set this one"
        );
    }
}
