//! From the reading of a repository to rows.

use super::about::{About, AboutInput, VERSION};
use super::gap::RecordedGap;
use super::noun::noun;
use super::{CLUSTER, Fact, GAP, IGNORE, MOMENTS, REPOSITORY};
use crate::ingest::cut::Cut;
use crate::ingest::ignore::Ignore;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::recorded::{self as objects, Needed, RecordedObject};
use crate::ingest::terraform::recorded::{Apart, Numbers, Recorded, Stand, record, word};
use crate::ingest::{InputError, InputRow};
use crate::model::{Confidential, Gap, GapKind, Id, Origin, Place};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Which repository is read, and what of it may be written.
pub struct Here<'h> {
    /// Its name.
    pub repository: &'h str,
    /// The commit, where known.
    pub commit: Option<&'h str>,
    /// When that was committed, in seconds since 1970; where known.
    pub committed: Option<i64>,
    /// What is sensitive.
    pub confidential: Confidential,
    /// From a path as it is shown to one from the root of the repository.
    pub path: &'h dyn Fn(&str) -> String,
    /// Paths as they are shown, which messages may name.
    pub known: BTreeSet<String>,
    /// Namespace of objects that name none.
    pub default_namespace: &'h str,
    /// How many files in folders were passed over.
    pub skipped: usize,
}

/// An object, and the resource of the same repository that is its cluster.
#[derive(Clone, Debug)]
pub struct ObjectAt {
    /// The object.
    pub object: Object,
    /// Its cluster, by its name among all resources ([`crate::ingest::terraform::Graph::title`]), though it may be there at the
    /// other moment only; none where it is tied elsewhere, or to nothing.
    pub home: Option<String>,
}

/// What a repository holds at one moment.
#[derive(Clone, Debug, Default)]
pub struct Contribution {
    /// Plans and states, each linked by itself.
    pub apart: Apart,
    /// Objects, by place.
    pub objects: Vec<ObjectAt>,
    /// What is not known.
    pub gaps: Vec<Gap>,
    /// Requests to ignore findings.
    pub ignores: Vec<Ignore>,
    /// What was read.
    pub inputs: Vec<InputRow>,
    /// What could not be read.
    pub errors: Vec<InputError>,
    /// Policy engines that the configuration tells, by the name of the cluster among all resources.
    pub engines: Vec<(String, String)>,
}

/// The rows of a repository. `before` is what it holds before its plans, where it has any.
#[must_use]
pub fn write(here: &Here<'_>, after: &Contribution, before: Option<&Contribution>) -> Vec<Fact> {
    let moments: Vec<&Apart> = [before, Some(after)]
        .into_iter()
        .flatten()
        .map(|own| &own.apart)
        .collect();
    let numbers = Numbers::of(&moments);
    let homes = moments.iter().flat_map(|apart| homes(apart, &numbers));
    let writer = Writer {
        here,
        cut: Cut::new(here.confidential.clone()),
        homes: homes.collect(),
        numbers,
    };
    let mut out = vec![writer.about(after, before)];
    let both = |rows: &dyn Fn(&Contribution) -> Vec<Fact>| merged(rows(after), before.map(rows));
    out.extend(both(&|own| writer.resources(own)));
    out.extend(numbered(both(&|own| writer.objects(own))));
    out.extend(both(&|own| writer.gaps(own)));
    out.extend(both(&|own| writer.ignores(own)));
    for fact in &mut out {
        here.repository.clone_into(&mut fact.repository);
        fact.commit = here.commit.map(str::to_owned);
        fact.committed = here.committed;
    }
    out
}

/// Rows of both moments: what is the same at both is one row. Each list is in order, and so is what comes out.
fn merged(after: Vec<Fact>, before: Option<Vec<Fact>>) -> Vec<Fact> {
    let at = |mut fact: Fact, moment: (bool, bool)| {
        word(&MOMENTS, moment).clone_into(&mut fact.moment);
        fact
    };
    let Some(before) = before else {
        return after.into_iter().map(|own| at(own, (true, true))).collect();
    };
    let mut open: BTreeMap<&Fact, usize> = BTreeMap::new();
    for fact in &before {
        *open.entry(fact).or_default() += 1;
    }
    let mut out = Vec::new();
    let mut same: BTreeMap<Fact, usize> = BTreeMap::new();
    for fact in after {
        let left = open.get_mut(&fact).filter(|left| **left > 0);
        let is_both = left.is_some();
        left.into_iter().for_each(|left| *left -= 1);
        if is_both {
            *same.entry(fact.clone()).or_default() += 1;
        }
        out.push(at(fact, (true, is_both)));
    }
    for fact in before {
        match same.get_mut(&fact).filter(|left| **left > 0) {
            Some(left) => *left -= 1,
            None => out.push(at(fact, (false, true))),
        }
    }
    out.sort_by_key(|fact| fact.number);
    out
}

/// Rows with numbers in their order.
fn numbered(mut rows: Vec<Fact>) -> Vec<Fact> {
    for (fact, number) in rows.iter_mut().zip(0..) {
        fact.number = Some(number);
    }
    rows
}

/// A body as JSON: the shapes that are written hold nothing that JSON cannot.
fn body(shape: &impl Serialize) -> String {
    serde_json::to_string(shape).unwrap_or_default()
}

/// Number and address of each cluster, by its name among all resources.
fn homes(apart: &Apart, numbers: &Numbers) -> Vec<(String, (u32, String))> {
    let graph = &apart.graph;
    let numbers = numbers.in_graph(graph);
    let clusters = graph
        .resources
        .iter()
        .filter(|(_, own)| noun(&own.kind, true) == CLUSTER);
    clusters
        .filter_map(|(id, own)| Some((graph.title(id), (*numbers.get(&id)?, own.address.clone()))))
        .collect()
}

struct Writer<'w> {
    here: &'w Here<'w>,
    cut: Cut,
    numbers: Numbers,
    homes: BTreeMap<String, (u32, String)>,
}

impl Writer<'_> {
    fn about(&self, after: &Contribution, before: Option<&Contribution>) -> Fact {
        let mut inputs: BTreeMap<(String, &'static str), AboutInput> = BTreeMap::new();
        let moments = [(Some(after), true, before.is_none()), (before, false, true)];
        for (own, is_after, is_before) in moments {
            for row in own.iter().flat_map(|own| &own.inputs) {
                let path = (self.here.path)(&row.path);
                let entry = inputs.entry((path.clone(), row.kind)).or_default();
                entry.path = path;
                row.kind.clone_into(&mut entry.kind);
                entry.after = entry.after.or(is_after.then_some(row.resources));
                entry.before = entry.before.or(is_before.then_some(row.resources));
            }
        }
        for input in &after.apart.inputs {
            let kind = if input.is_state { "state" } else { "plan" };
            if let Some(own) = inputs.get_mut(&((self.here.path)(&input.path), kind)) {
                own.number = Some(input.number);
            }
        }
        let engines = after.engines.iter();
        let namespace = self.here.default_namespace;
        let about = About {
            version: VERSION,
            tool: env!("CARGO_PKG_VERSION").to_owned(),
            inputs: inputs.into_values().collect(),
            skipped: self.here.skipped,
            engines: engines
                .filter_map(|(cluster, engine)| Some((self.homes.get(cluster)?.0, engine.clone())))
                .collect(),
            default_namespace: (namespace != "default").then(|| namespace.to_owned()),
        };
        Fact {
            kind: REPOSITORY.to_owned(),
            moment: "both".to_owned(),
            name: Some(self.here.repository.to_owned()),
            body: body(&about),
            ..Fact::default()
        }
    }

    fn resources(&self, own: &Contribution) -> Vec<Fact> {
        let numbers = self.numbers.in_graph(&own.apart.graph);
        let types = own.apart.graph.types;
        let rows = record(&own.apart, &numbers, &self.cut).into_iter();
        rows.map(|own| {
            let is_modelled = types.is_modelled(&own.kind);
            self.resource(own, is_modelled)
        })
        .collect()
    }

    fn resource(&self, own: Recorded, is_modelled: bool) -> Fact {
        let mut rest = own.rest;
        let stands = rest.lines.values_mut().chain(rest.inner.as_mut());
        stands.for_each(|stand| self.lead(stand));
        Fact {
            kind: noun(&own.kind, is_modelled).to_owned(),
            r#type: Some(own.kind),
            number: Some(own.number.into()),
            input: i64::try_from(own.input).ok(),
            presence: Some(own.presence.to_owned()).filter(|word| !word.is_empty()),
            address: Some(own.address),
            id: own.id,
            aliases: own.aliases.into_iter().collect(),
            account: own.account,
            region: own.region,
            name: own.name,
            cidr: own.blocks.into_iter().collect(),
            joins_to: own.joins_to.into_iter().collect(),
            file: Some((self.here.path)(&own.origin.place.file)),
            line: Some(own.origin.place.line.into()),
            body: body(&rest),
            ..Fact::default()
        }
    }

    /// Lets a place name its file from the root of the repository.
    fn lead(&self, stand: &mut Stand) {
        stand.file = stand.file.take().map(|file| (self.here.path)(&file));
        if let Some(inner) = &mut stand.inner {
            self.lead(inner);
        }
    }

    fn objects(&self, own: &Contribution) -> Vec<Fact> {
        let numbers = self.numbers.in_graph(&own.apart.graph);
        let marks = |at: &str| {
            let number = numbers.get(&Id::at(at.parse().ok()?))?;
            Some(number.to_string())
        };
        let here: BTreeMap<_, _> = homes(&own.apart, &self.numbers).into_iter().collect();
        let mut needed = Needed::default();
        let mut out = Vec::new();
        for ObjectAt { object, home } in &own.objects {
            if !needed.takes(object) {
                continue;
            }
            let recorded = objects::record(object, &self.cut, &marks);
            let home = home
                .as_ref()
                .and_then(|home| here.get(home).or_else(|| self.homes.get(home)));
            let recorded = RecordedObject {
                home: home.map(|(number, _)| *number),
                tie: recorded.tie.clone().filter(|_| home.is_none()),
                ..recorded
            };
            let cluster = home.map(|(_, address)| address.clone());
            out.push(self.object(object, recorded, cluster));
        }
        out
    }

    fn object(&self, object: &Object, own: RecordedObject, cluster: Option<String>) -> Fact {
        let path = |file: Option<String>| file.map(|file| (self.here.path)(&file));
        let is_applied = own.applied;
        let recorded = RecordedObject {
            input: if is_applied {
                own.input
            } else {
                path(own.input)
            },
            file: path(own.file),
            inner: own.inner.map(|(file, at)| ((self.here.path)(&file), at)),
            ..own
        };
        let cluster = cluster.or_else(|| recorded.tie.clone());
        Fact {
            kind: objects::noun(object).to_owned(),
            r#type: Some(object.kind.clone()),
            joins_to: cluster.iter().cloned().collect(),
            cluster,
            namespace: object.namespace.clone(),
            name: Some(object.name.clone()),
            file: Some((self.here.path)(&object.origin.place.file)),
            line: Some(object.origin.place.line.into()),
            body: body(&recorded),
            ..Fact::default()
        }
    }

    fn gaps(&self, own: &Contribution) -> Vec<Fact> {
        let lost = own.errors.iter().map(lost);
        let all: BTreeSet<Gap> = own.gaps.iter().cloned().chain(lost).collect();
        all.iter().map(|gap| self.gap(gap)).collect()
    }

    fn gap(&self, gap: &Gap) -> Fact {
        let what = self.sentence(&gap.what);
        let place = gap.origin.as_ref().map(|origin| &origin.place);
        let mut recorded = RecordedGap::of(gap, what, self.here.path);
        recorded.about = recorded.about.map(|about| self.about_of(&about));
        Fact {
            kind: GAP.to_owned(),
            name: Some(gap.kind.word().to_owned()),
            file: place.map(|place| (self.here.path)(&place.file)),
            line: place.map(|place| place.line.into()),
            body: body(&recorded),
            ..Fact::default()
        }
    }

    fn ignores(&self, own: &Contribution) -> Vec<Fact> {
        let fact = |ignore: &Ignore| Fact {
            kind: IGNORE.to_owned(),
            file: Some((self.here.path)(&ignore.place.file)),
            line: Some(ignore.place.line.into()),
            body: body(&ignore.recorded()),
            ..Fact::default()
        };
        own.ignores.iter().map(fact).collect()
    }

    /// A sentence in which paths are those of the organisation, and nothing is sensitive.
    fn sentence(&self, text: &str) -> String {
        let parts = text.split('`').enumerate().map(|(at, part)| match at % 2 {
            0 => part.to_owned(),
            _ => self.name(part),
        });
        let joined = parts.collect::<Vec<_>>().join("`");
        if self.cut.is_empty() {
            joined
        } else {
            self.cut.told(&joined)
        }
    }

    /// What an origin is called: of what a tool renders, the folder is named with the repository in front.
    fn about_of(&self, address: &str) -> String {
        match address.split_once(' ') {
            Some((tool @ ("chart" | "kustomization"), path)) => {
                format!("{tool} {}", self.name(path))
            }
            _ => self.name(address),
        }
    }

    /// A name that a sentence quotes: of a path, or a path with a line, with the repository in front.
    fn name(&self, quoted: &str) -> String {
        let is_line = |rest: &str| rest.chars().all(|c| c.is_ascii_digit() || c == ':');
        let cut = quoted
            .find(':')
            .filter(|at| quoted.get(*at..).is_some_and(is_line));
        let (path, line) = quoted.split_at(cut.unwrap_or(quoted.len()));
        if self.here.known.contains(path) {
            format!(
                "{}{line}",
                within(self.here.repository, &(self.here.path)(path))
            )
        } else {
            quoted.to_owned()
        }
    }
}

/// A path of a repository as the organisation calls it.
pub fn within(repository: &str, path: &str) -> String {
    match path {
        "" | "." => repository.to_owned(),
        path => format!("{repository}/{path}"),
    }
}

/// What is not known since a part of the input cannot be read.
fn lost(error: &InputError) -> Gap {
    let origin = Origin {
        place: Place {
            file: error.file.clone(),
            line: error.line,
            column: error.column,
            length: error.length,
        },
        inner: None,
        address: error.file.clone(),
        change: Default::default(),
    };
    Gap {
        kind: GapKind::Unreadable,
        what: error.message.clone(),
        origin: Some(origin),
    }
}
