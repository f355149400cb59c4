//! From rows back to what they are the reading of.

use super::about::{About, OLDEST, VERSION};
use super::gap::RecordedGap;
use super::write::within;
use super::{CLUSTER, ELSEWHERE, Fact, GAP, IGNORE, MOMENTS, REPOSITORY};
use crate::ingest::ignore::{Ignore, RecordedIgnore};
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::recorded::RecordedObject;
use crate::ingest::terraform::recorded::{RecordedInput, RecordedPart, RecordedRow};
use crate::ingest::terraform::{Graph, Resource};
use crate::ingest::{InputRow, PlanPhase, parallel};
use crate::model::{Gap, Id};
use rustc_hash::FxHashMap;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Why rows are not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FactsError {
    /// Rows without the one about their repository.
    #[error(
        "`{path}` holds facts of `{repository}` and no row of the kind `repository` about it: expected all rows that `crosspeer facts` wrote"
    )]
    NoRepository {
        /// The file.
        path: String,
        /// The repository.
        repository: String,
    },
    /// The row about a repository cannot be read.
    #[error(
        "`{path}`: the row about the repository `{repository}` is malformed; write the facts again"
    )]
    Malformed {
        /// The file.
        path: String,
        /// The repository.
        repository: String,
    },
    /// Another version of the format.
    #[error(
        "`{path}`: facts of `{repository}` are of version {version}, and this crosspeer reads {OLDEST} to {VERSION}: {}",
        if *version > VERSION { "use a newer crosspeer" } else { "write them again" }
    )]
    Version {
        /// The file.
        path: String,
        /// The repository.
        repository: String,
        /// The version.
        version: u32,
    },
}

/// What one repository contributes beside resources of Terraform.
#[derive(Clone, Debug)]
pub struct Part {
    /// Its name.
    pub repository: Arc<str>,
    /// What it tells of itself.
    pub about: About,
    objects: Vec<Fact>,
    gaps: Vec<((bool, bool), Gap)>,
    ignores: Vec<((bool, bool), Ignore)>,
}

/// What repositories contribute.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    /// Resources of Terraform, for each of [`Facts::parts`].
    pub resources: Vec<RecordedPart>,
    /// The rest, ascending by repository.
    pub parts: Vec<Part>,
    /// Addresses of resources that are read elsewhere.
    pub elsewhere: Arc<BTreeSet<String>>,
    /// Whether clusters are judged elsewhere.
    pub clusters_elsewhere: bool,
    /// The repository whose facts are there and do not count, since it is read by itself.
    pub left_out: Option<String>,
}

/// What is newer comes later.
type Age = (Option<i64>, Option<String>);

impl Facts {
    /// Puts the rows of files together. Of the same repository in two files the newer commit counts; in which order files are
    /// given does not matter. `left_out`: a repository that is read by itself.
    ///
    /// # Errors
    /// Rows of a repository that cannot be read.
    pub fn of(
        files: Vec<(String, Vec<Fact>)>,
        left_out: Option<&str>,
    ) -> Result<Facts, FactsError> {
        let mut newest: BTreeMap<String, (Age, Vec<Fact>, About)> = BTreeMap::new();
        let (mut elsewhere, mut clusters_elsewhere) = (BTreeSet::new(), false);
        let mut is_left_out = false;
        for (path, rows) in files {
            let mut own: BTreeMap<String, Vec<Fact>> = BTreeMap::new();
            for row in rows {
                if row.kind == ELSEWHERE {
                    clusters_elsewhere |= row.r#type.as_deref() == Some(CLUSTER);
                    elsewhere.extend(row.address);
                } else if left_out == Some(row.repository.as_str()) {
                    is_left_out = true;
                } else {
                    own.entry(row.repository.clone()).or_default().push(row);
                }
            }
            for (repository, rows) in own {
                let (age, about) = about(&path, &repository, &rows)?;
                let known = newest.get(&repository);
                if known.is_none_or(|(own, before, _)| (own, before) < (&age, &rows)) {
                    newest.insert(repository, (age, rows, about));
                }
            }
        }
        let mut out = Facts {
            elsewhere: Arc::new(elsewhere),
            clusters_elsewhere,
            left_out: left_out.filter(|_| is_left_out).map(str::to_owned),
            ..Facts::default()
        };
        for (repository, (_, rows, about)) in newest {
            out.enter(&repository, rows, about);
        }
        Ok(out)
    }

    /// Whether nothing is there.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.parts.is_empty()
    }

    /// Whether a file, as reports call it, is of one of the repositories.
    #[must_use]
    pub fn holds(&self, file: &str) -> bool {
        let own = |front: &str| {
            let parts = &self.parts;
            parts
                .binary_search_by(|part| (*part.repository).cmp(front))
                .is_ok()
        };
        let ends = file.match_indices('/').map(|(at, _)| at);
        !self.parts.is_empty() && ends.filter_map(|end| file.get(..end)).any(own)
    }

    /// Whether any of them is of a plan, so that before is not after.
    #[must_use]
    pub fn has_plan(&self) -> bool {
        let mut inputs = self.parts.iter().flat_map(|part| &part.about.inputs);
        inputs.any(|input| input.kind == "plan")
    }

    /// How many files were passed over where the facts were written.
    #[must_use]
    pub fn skipped(&self) -> usize {
        let own = self.parts.iter().map(|part| part.about.skipped);
        own.fold(0, usize::saturating_add)
    }

    fn enter(&mut self, repository: &str, mut rows: Vec<Fact>, about: About) {
        rows.sort_by_key(|row| row.number);
        let front: Arc<str> = format!("{repository}/").into();
        let mut files = Files {
            repository,
            known: FxHashMap::default(),
        };
        let mut part = Part {
            repository: repository.into(),
            objects: Vec::new(),
            gaps: Vec::new(),
            ignores: Vec::new(),
            about,
        };
        let mut resources = Vec::new();
        for row in rows {
            let at = moments(&row.moment);
            let file = row.file.as_deref().map(|file| files.of(file));
            let line = row
                .line
                .and_then(|line| u32::try_from(line).ok())
                .unwrap_or(0);
            match row.kind.as_str() {
                REPOSITORY => {}
                GAP => {
                    let gap: RecordedGap = serde_json::from_str(&row.body).unwrap_or_default();
                    part.gaps.push((at, gap.gap((file, line), &front)));
                }
                IGNORE => {
                    let own: RecordedIgnore = serde_json::from_str(&row.body).unwrap_or_default();
                    let file = file.unwrap_or_else(|| Arc::from(""));
                    part.ignores.push((at, own.ignore(file, line, &front)));
                }
                _ if row.address.is_some() => {
                    let file = file.unwrap_or_else(|| Arc::from(""));
                    resources.push(resource(row, at, (file, line), &front));
                }
                _ => part.objects.push(row),
            }
        }
        self.resources.push(RecordedPart {
            inputs: part.inputs_of_terraform(),
            rows: resources,
        });
        self.parts.push(part);
    }
}

/// When a row is so; a word that is not known stands for always, which forgets nothing.
fn moments(word: &str) -> (bool, bool) {
    let found = MOMENTS.iter().find(|(own, _)| *own == word);
    found.map_or((true, true), |(_, moments)| *moments)
}

/// Whether something is so at a moment.
fn is_at((after, before): (bool, bool), moment: PlanPhase) -> bool {
    match moment {
        PlanPhase::After => after,
        PlanPhase::Before => before,
    }
}

fn about(path: &str, repository: &str, rows: &[Fact]) -> Result<(Age, About), FactsError> {
    let row = rows.iter().find(|row| row.kind == REPOSITORY);
    let (path, repository) = (path.to_owned(), repository.to_owned());
    let Some(row) = row else {
        return Err(FactsError::NoRepository { path, repository });
    };
    let Ok(about) = serde_json::from_str::<About>(&row.body) else {
        return Err(FactsError::Malformed { path, repository });
    };
    let version = about.version;
    if !(OLDEST..=VERSION).contains(&version) {
        return Err(FactsError::Version {
            path,
            repository,
            version,
        });
    }
    Ok(((row.committed, row.commit.clone()), about))
}

fn resource(row: Fact, at: (bool, bool), place: (Arc<str>, u32), front: &Arc<str>) -> RecordedRow {
    let number = |number: Option<i64>| number.and_then(|own| u32::try_from(own).ok());
    RecordedRow {
        number: number(row.number).unwrap_or(u32::MAX),
        at,
        input: number(row.input).unwrap_or(0) as usize,
        presence: row.presence.unwrap_or_default(),
        address: row.address.unwrap_or_default(),
        account: row.account,
        region: row.region,
        file: place.0,
        line: place.1,
        body: row.body,
        front: Arc::clone(front),
    }
}

/// Paths with their repository in front, each made once.
struct Files<'r> {
    repository: &'r str,
    known: FxHashMap<String, Arc<str>>,
}

impl Files<'_> {
    fn of(&mut self, path: &str) -> Arc<str> {
        if let Some(known) = self.known.get(path) {
            return Arc::clone(known);
        }
        let own: Arc<str> = within(self.repository, path).into();
        self.known.insert(path.to_owned(), Arc::clone(&own));
        own
    }
}

/// The words for kinds of inputs.
const INPUTS: [&str; 7] = [
    "plan",
    "state",
    "manifests",
    "chart",
    "kustomization",
    "sources",
    "binary-plan",
];

impl Part {
    /// What was read at a moment.
    pub fn inputs(&self, moment: PlanPhase) -> impl Iterator<Item = InputRow> + '_ {
        self.about.inputs.iter().filter_map(move |input| {
            let resources = match moment {
                PlanPhase::After => input.after?,
                PlanPhase::Before => input.before?,
            };
            Some(InputRow {
                path: within(&self.repository, &input.path).into(),
                kind: INPUTS.into_iter().find(|own| *own == input.kind)?,
                resources,
            })
        })
    }

    fn inputs_of_terraform(&self) -> Vec<RecordedInput> {
        let mut own: Vec<_> = self
            .about
            .inputs
            .iter()
            .filter_map(|input| Some((input.number?, input)))
            .collect();
        own.sort_by_key(|(number, _)| *number);
        let input = |(_, input): (usize, &super::AboutInput)| RecordedInput {
            path: within(&self.repository, &input.path).into(),
            is_state: input.kind == "state",
        };
        own.into_iter().map(input).collect()
    }

    /// What is not known at a moment.
    pub fn gaps(&self, moment: PlanPhase) -> impl Iterator<Item = &Gap> {
        let own = self.gaps.iter().filter(move |(at, _)| is_at(*at, moment));
        own.map(|(_, gap)| gap)
    }

    /// Requests to ignore findings at a moment.
    pub fn ignores(&self, moment: PlanPhase) -> impl Iterator<Item = &Ignore> {
        let own = self
            .ignores
            .iter()
            .filter(move |(at, _)| is_at(*at, moment));
        own.map(|(_, ignore)| ignore)
    }

    /// The objects of a moment, and of each whether its cluster is there at the other moment only. `known`: the resource of each
    /// number.
    pub fn objects(
        &self,
        moment: PlanPhase,
        graph: &Graph,
        known: &FxHashMap<u32, Id<Resource>>,
    ) -> Vec<(Object, bool)> {
        let own = self.objects.iter();
        let rows: Vec<&Fact> = own
            .filter(|row| is_at(moments(&row.moment), moment))
            .collect();
        let homes: FxHashMap<u32, String> = known
            .iter()
            .filter(|(_, id)| graph.resources[**id].kind.ends_with("_cluster"))
            .map(|(number, id)| (*number, graph.title(*id)))
            .collect();
        let marks = |number: &str| {
            let id = known.get(&number.parse().ok()?)?;
            Some(id.index().to_string())
        };
        parallel::map(
            &rows,
            |row| row.body.len(),
            |row| self.object(row, &homes, &marks),
        )
    }

    fn object(
        &self,
        row: &Fact,
        homes: &FxHashMap<u32, String>,
        marks: &(dyn Fn(&str) -> Option<String> + Sync),
    ) -> (Object, bool) {
        let parsed = serde_json::from_str::<RecordedObject>(&row.body);
        let broken = parsed.is_err();
        let mut own = parsed.unwrap_or_default();
        let lead = |path: String| within(&self.repository, &path);
        own.file = own.file.map(lead);
        own.inner = own.inner.map(|(file, at)| (lead(file), at));
        own.input = if own.applied {
            own.input
        } else {
            own.input.map(lead)
        };
        let home = own.home;
        let file = within(&self.repository, row.file.as_deref().unwrap_or_default());
        let line = row.line.and_then(|line| u32::try_from(line).ok());
        let of = (
            row.r#type.clone().unwrap_or_default(),
            row.namespace.clone(),
            row.name.clone().unwrap_or_default(),
            file.into(),
            line.unwrap_or(0),
        );
        let mut object = own.object(of, marks);
        if let Some(namespace) = &self.about.default_namespace {
            object.by_default_in(namespace);
        }
        let found = home.and_then(|home| homes.get(&home));
        let is_homeless = home.is_some() && found.is_none();
        if found.is_some() {
            object.cluster = found.cloned();
        }
        if broken {
            object.hidden = vec![String::new()];
            object.unread = Some("what the facts tell of it is malformed".to_owned());
        }
        (object, is_homeless)
    }
}
