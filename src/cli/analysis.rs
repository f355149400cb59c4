//! From files to worlds: what every command that looks at input begins with.

use super::arguments::Inputs;
use super::config::{Found, find};
use super::console::Console;
use super::error::CliError;
use super::gather::{Gathered, gather};
use super::render::{fulfil, render};
use super::repository::repository_paths;
use super::{CommandOutcome, arguments::Scope};
use crate::ingest::facts::Facts;
use crate::ingest::{
    File, IngestError, Ingested, Input, InputError, NOTHING_TO_JUDGE, PlanPhase, Quotable, Reading,
    Settings, confidential, quotable, quotable_template,
};
use crate::model::Place;
use crate::reach;
use crate::report::{Problem, Quoted, Quotes, RepositoryPaths, many, text};
use std::collections::BTreeSet;

/// What was gathered, and how to read it.
pub(super) struct Analysis {
    pub found: Found,
    pub gathered: Gathered,
    settings: Settings,
    strict: bool,
    /// What other repositories contribute.
    facts: Facts,
}

impl Analysis {
    /// Finds the configuration and reads the files.
    pub fn new(inputs: &Inputs, console: &mut Console) -> Result<Self, CliError> {
        let found = find(
            inputs.configuration.config.as_deref(),
            inputs.configuration.no_config,
        )?;
        Self::of(inputs, found, console)
    }

    /// Reads the files, with a configuration that was found.
    pub fn of(inputs: &Inputs, found: Found, console: &mut Console) -> Result<Self, CliError> {
        console.step("reading the inputs");
        let mut gathered = gather(inputs, &found)?;
        console.conceal(confidential(&gathered.files));
        console.protect(gathered.files.iter().map(|file| &*file.path));
        let own = &found.config;
        let namespace = inputs
            .default_namespace
            .clone()
            .or_else(|| own.default_namespace.clone());
        let settings = Settings {
            default_namespace: namespace.unwrap_or_else(|| Settings::default().default_namespace),
            policy_engine: own.policy_engine.clone(),
            policy_engines: own
                .clusters
                .iter()
                .filter_map(|tie| Some((tie.address.clone(), tie.policy_engine.clone()?)))
                .collect(),
            links: false,
        };
        let facts = facts(inputs)?;
        if let Some(own) = &facts.left_out {
            gathered.notes.push(format!(
                "the facts of `{own}` do not count, since that is the repository at hand and its files are read"
            ));
        }
        let boundary = gathered.boundary.clone();
        console.step("rendering charts and kustomizations");
        for job in std::mem::take(&mut gathered.jobs) {
            gathered
                .files
                .push(render(&job, &settings.default_namespace, &boundary));
        }
        fulfil(&mut gathered.files, &settings, &boundary);
        let strict = inputs.strict || own.strict;
        console.step("joining networks, policies and pods");
        Ok(Analysis {
            found,
            gathered,
            settings,
            strict,
            facts,
        })
    }

    /// Namespace of objects that name none.
    #[cfg(feature = "facts")]
    pub fn default_namespace(&self) -> &str {
        &self.settings.default_namespace
    }

    /// What the repository at hand contributes to its organisation, and what of it could not be read.
    #[cfg(feature = "facts")]
    pub fn contribute(
        &self,
        here: &crate::ingest::facts::Here<'_>,
    ) -> Result<(Vec<crate::ingest::facts::Fact>, Vec<InputError>), IngestError> {
        let input = Input::of(&self.gathered.files);
        crate::ingest::contribute(&Reading::new(&input, &self.settings, &self.facts), here)
    }

    /// Lists links between resources from now on.
    pub fn list_links(&mut self) {
        self.settings.links = true;
    }

    /// Adds files, and renders what they ask for.
    pub fn add(&mut self, files: Vec<File>) {
        self.gathered.files.extend(files);
        fulfil(
            &mut self.gathered.files,
            &self.settings,
            &self.gathered.boundary,
        );
    }

    /// Where the files are in their repository.
    pub fn repository_paths(&self) -> RepositoryPaths {
        let renderings = self
            .gathered
            .files
            .iter()
            .filter_map(|file| file.rendering.as_ref());
        let rendered = renderings.flat_map(|own| {
            let templates = own.templates.values();
            templates
                .map(|template| template.path.as_ref())
                .chain([own.main.as_ref()])
        });
        let files = self.gathered.files.iter().map(|file| file.path.as_ref());
        let elsewhere = self.facts.parts.iter();
        let elsewhere = elsewhere.map(|part| part.repository.to_string());
        repository_paths(files.chain(rendered), elsewhere.collect())
    }

    /// The world at a moment.
    pub fn world(&self, phase: PlanPhase) -> Result<Ingested, IngestError> {
        self.reread(&self.gathered.files, phase)
    }

    /// The world that other files make, read as these are.
    pub fn reread(&self, files: &[File], phase: PlanPhase) -> Result<Ingested, IngestError> {
        let input = Input::of(files);
        Reading::new(&input, &self.settings, &self.facts).world(phase)
    }

    /// The world after the plan, and the one before it where there is a plan. All files are read once.
    pub fn after_and_before(&self) -> Result<(Ingested, Option<Ingested>), IngestError> {
        let input = Input::of(&self.gathered.files);
        Reading::new(&input, &self.settings, &self.facts).worlds()
    }

    /// The lines of the files of places that may be quoted.
    pub fn quotes<'p>(&self, places: impl Iterator<Item = &'p Place>) -> Quotes {
        self.quotes_of(&places.map(|place| place.file.as_ref()).collect())
    }

    /// The lines of files that may be quoted.
    pub fn quotes_of(&self, wanted: &BTreeSet<&str>) -> Quotes {
        let files = self.gathered.files.iter();
        let templates = files.clone().filter_map(|file| file.rendering.as_ref());
        let templates = templates
            .flat_map(|own| own.templates.values())
            .filter(|template| wanted.contains(template.path.as_ref()))
            .map(|template| (template.path.to_string(), quotable_template(&template.text)));
        let files = files
            .filter(|file| file.rendering.is_none() && wanted.contains(file.path.as_ref()))
            .filter_map(|file| Some((file.path.to_string(), quotable(file)?)));
        let quoted = |(path, Quotable { text, closed })| (path, Quoted { text, closed });
        templates.chain(files).map(quoted).collect()
    }

    /// Tells what could not be read, and how the command ends because of it; none where nothing stands in the way.
    pub fn complain(&self, ingested: &Ingested, console: &mut Console) -> Option<CommandOutcome> {
        let is_empty = ingested.inputs.is_empty();
        self.complain_of(&ingested.errors, &ingested.notes, is_empty, console);
        let lost = ingested.errors.iter().any(|error| !error.refused);
        let read: usize = ingested.inputs.iter().map(|row| row.resources).sum();
        if lost && read > 0 {
            console.note(&format!(
                "{} could be read and judged; the rest counts as unknown, so verdicts may be possible",
                many(read, "object")
            ));
        }
        match () {
            () if !ingested.errors.is_empty() => Some(CommandOutcome::Refused),
            () if self.strict && !ingested.world.gaps.is_empty() => {
                Some(CommandOutcome::Incomplete)
            }
            () => None,
        }
    }

    /// Tells what could not be read, was not rendered, and was not looked at. `is_empty`: nothing is there at all.
    pub fn complain_of(
        &self,
        errors: &[InputError],
        notes: &[InputError],
        is_empty: bool,
        console: &mut Console,
    ) {
        let problems = problems(errors);
        let quotes = self.quotes(problems.iter().map(|problem| &problem.place));
        for (file, rendering) in self
            .gathered
            .files
            .iter()
            .filter_map(|file| Some((file, file.rendering.as_ref()?)))
        {
            if let Some(failure) = rendering
                .failure
                .as_ref()
                .filter(|failure| !failure.refused)
            {
                console.warning(&format!("`{}`: {}", file.path, failure.what));
            }
        }
        for why in self
            .gathered
            .files
            .iter()
            .filter_map(|file| file.unread.as_ref())
        {
            console.warning(why);
        }
        self.tell_skipped(console);
        if is_empty {
            console.warning(NOTHING_TO_JUDGE);
        }
        for problem in problems {
            console.complain(&text::problem(&problem, &quotes));
        }
        for note in notes {
            let place = if note.line == 0 {
                note.file.to_string()
            } else {
                format!("{}:{}", note.file, note.line)
            };
            console.note(&format!("`{place}`: {}", note.message));
        }
    }
}

impl Analysis {
    /// How many files were passed over, here and where facts were written.
    pub fn skipped(&self) -> usize {
        let here = self.gathered.skipped.len();
        here.saturating_add(self.facts.skipped())
    }

    /// What the walk did not read: with `--verbose` file by file.
    fn tell_skipped(&self, console: &mut Console) {
        for note in &self.gathered.notes {
            console.note(note);
        }
        let listed = if console.verbose {
            self.gathered.skipped.as_slice()
        } else {
            &[]
        };
        for skipped in listed {
            console.note(&format!("skipped {skipped}"));
        }
    }
}

/// The unreadable parts of the input as reports show them.
pub(super) fn problems(errors: &[InputError]) -> Vec<Problem> {
    let problem = |error: &InputError| Problem {
        place: Place {
            file: error.file.clone(),
            line: error.line,
            column: error.column,
            length: error.length,
        },
        message: error.message.clone(),
        refused: error.refused,
    };
    errors.iter().map(problem).collect()
}

/// What other repositories contribute, where options name it.
#[cfg(feature = "facts")]
fn facts(inputs: &Inputs) -> Result<Facts, CliError> {
    super::facts::read(&inputs.others)
}

/// Nothing: reading files of facts is left out of this build.
#[cfg(not(feature = "facts"))]
fn facts(_: &Inputs) -> Result<Facts, CliError> {
    Ok(Facts::default())
}

/// Whether an input of that kind is a plan or a state.
fn is_cloud(kind: &str) -> bool {
    matches!(kind, "plan" | "state")
}

/// The phase that `--before` asks for.
pub(super) fn phase(inputs: &Inputs) -> PlanPhase {
    if inputs.before {
        PlanPhase::Before
    } else {
        PlanPhase::After
    }
}

/// What `reach` and `diff` look at: what is asked for, else borders where there is a plan or a state, else clusters.
pub(super) fn scope(asked: Option<Scope>, ingested: &Ingested) -> reach::Scope {
    match asked {
        Some(Scope::Cluster) => reach::Scope::Cluster,
        Some(Scope::Border) => reach::Scope::Border,
        Some(Scope::All) => reach::Scope::All,
        None if ingested.inputs.iter().any(|row| is_cloud(row.kind)) => reach::Scope::Border,
        None => reach::Scope::Cluster,
    }
}
