//! The two sides of a comparison, and which of them the paths belong to that options and configuration name.

use super::config::{Config, Found};
use super::gather::split_tie;
use super::paths::tidy;
use std::path::{Path, PathBuf};

/// One side as seen beside the other.
pub(super) struct DiffSide<'a> {
    /// What the command line names as its inputs.
    pub own: &'a [PathBuf],
    /// What it names as those of the other side.
    pub other: &'a [PathBuf],
}

impl DiffSide<'_> {
    /// Where a path is on this side. What lies in an input of one side is of that side, and of the other where it stands at the same place in
    /// it; what lies in none is of both. None where it is not of this side.
    pub fn path(&self, path: &Path) -> Option<PathBuf> {
        match (deepest(path, self.own), deepest(path, self.other)) {
            (None, None) => Some(path.to_owned()),
            (Some((_, own, _)), Some((_, other, _))) if own >= other => Some(path.to_owned()),
            (Some(_), None) => Some(path.to_owned()),
            (_, Some((at, _, rest))) => self.twin(at, &rest),
        }
    }

    /// The same place on this side: in the input of the same position where both sides have as many, else in the first that has it.
    fn twin(&self, at: usize, rest: &Path) -> Option<PathBuf> {
        let paired = self.own.len() == self.other.len();
        let inputs = self
            .own
            .iter()
            .enumerate()
            .filter(|(own, _)| !paired || *own == at);
        let places = inputs.map(|(_, input)| {
            if rest.as_os_str().is_empty() {
                input.clone()
            } else {
                input.join(rest)
            }
        });
        let mut existing = places.filter(|_| paired || !rest.as_os_str().is_empty());
        existing.find(|place| place.exists())
    }

    /// The ties of this side, of those that the command line names (`ADDRESS=PATH`).
    pub fn ties(&self, ties: &[String]) -> Vec<String> {
        let tie = |tie: &String| match split_tie(tie) {
            Some((address, path)) => self
                .path(Path::new(path))
                .map(|path| format!("{address}={}", path.display())),
            None => Some(tie.clone()),
        };
        ties.iter().filter_map(tie).collect()
    }

    /// The paths of this side, of those that the command line names.
    pub fn paths(&self, paths: &[PathBuf]) -> Vec<PathBuf> {
        paths.iter().filter_map(|path| self.path(path)).collect()
    }

    /// The configuration for this side; its paths are as seen from the working directory.
    pub fn found(&self, found: &Found) -> Found {
        let own = |path: &PathBuf| self.path(&found.resolve(path));
        let mut config: Config = found.config.clone();
        for tie in &mut config.clusters {
            tie.manifests = tie.manifests.iter().filter_map(own).collect();
        }
        config.charts.retain_mut(|chart| {
            chart.values = chart
                .values
                .iter()
                .map(|file| own(file).unwrap_or_else(|| found.resolve(file)))
                .collect();
            own(&chart.path).map(|path| chart.path = path).is_some()
        });
        let root = found.root.clone();
        Found {
            config,
            path: None,
            root,
        }
    }
}

/// The input that holds a path and lies deepest: its position, its depth, and the way from it to the path.
fn deepest(path: &Path, inputs: &[PathBuf]) -> Option<(usize, usize, PathBuf)> {
    let whole =
        |path: &Path| std::path::absolute(path).map_or_else(|_| tidy(path), |path| tidy(&path));
    let path = whole(path);
    let holding = inputs.iter().enumerate().filter_map(|(at, input)| {
        let input = whole(input);
        Some((
            at,
            input.components().count(),
            path.strip_prefix(&input).ok()?.to_owned(),
        ))
    });
    holding.max_by_key(|(at, depth, _)| (*depth, std::cmp::Reverse(*at)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn paths_are_of_the_side_that_holds_them() {
        let here = tempfile::tempdir().unwrap();
        for folder in ["old/m/a", "new/m/a", "new/m/b"] {
            std::fs::create_dir_all(here.path().join(folder)).unwrap();
        }
        let at = |path: &str| here.path().join(path);
        for (base, head, path, on_base, on_head) in [
            // At the same place in both.
            (
                &["old"][..],
                &["new"][..],
                "new/m/a",
                Some("old/m/a"),
                Some("new/m/a"),
            ),
            (
                &["old"],
                &["new"],
                "old/m/a",
                Some("old/m/a"),
                Some("new/m/a"),
            ),
            // Only in one.
            (&["old"], &["new"], "new/m/b", None, Some("new/m/b")),
            // In neither: shared.
            (
                &["old.json"],
                &["new.json"],
                "new/m/b",
                Some("new/m/b"),
                Some("new/m/b"),
            ),
            // One inside of the other: the deeper one holds it.
            (&["old"], &["."], "old/m/a", Some("old/m/a"), None),
            // An input itself: the one of the same position.
            (
                &["x.json", "old/m/a"],
                &["y.json", "new/m/a"],
                "new/m/a",
                Some("old/m/a"),
                Some("new/m/a"),
            ),
            (
                &["old/m/a"],
                &["y.json", "new/m/a"],
                "new/m/a",
                None,
                Some("new/m/a"),
            ),
        ] {
            let (base, head): (Vec<_>, Vec<_>) = (
                base.iter().map(|path| at(path)).collect(),
                head.iter().map(|path| at(path)).collect(),
            );
            let found = [(&base, &head), (&head, &base)].map(|(own, other)| {
                DiffSide { own, other }
                    .path(&at(path))
                    .map(|path| tidy(&path))
            });
            assert_eq!(
                found,
                [on_base.map(at), on_head.map(at)],
                "{base:?} {head:?} {path}"
            );
        }
    }
}
