//! What `fix` found, as its formats print it.

use super::patch::FileChange;
use crate::model::Traffic;

/// Everything that one run proposes.
#[derive(Clone, Debug, Default)]
pub struct Fixes {
    /// What is closed, in the order of the findings.
    pub fixes: Vec<Fix>,
    /// Findings for which nothing is proved.
    pub unproved: Vec<Unfixed>,
    /// The changes that close all of it, by path.
    pub changes: Vec<FileChange>,
    /// What whoever applies them should know.
    pub notes: Vec<String>,
    /// Number of findings before and after.
    pub findings: (usize, usize),
    /// Whether the changes are written.
    pub written: bool,
}

/// A finding that the changes close.
#[derive(Clone, Debug)]
pub struct Fix {
    /// Its name: `CP101/2`.
    pub finding: String,
    /// Its fingerprint.
    pub fingerprint: String,
    /// Its message.
    pub message: String,
    /// The borders that it is about.
    pub border: String,
    /// What crossed and no longer does.
    pub closed: Vec<ClosedRow>,
    /// Number of other directions between two parties in which all passes as before.
    pub kept: usize,
    /// Number of other flows that policies of the input close as soon as something enforces them.
    pub enforced: usize,
    /// Rules of the network that say less.
    pub narrowed: Vec<NarrowedRow>,
    /// Whether the changes for findings before it close it as well.
    pub along: bool,
}

/// A rule of the network that says less.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct NarrowedRow {
    /// The resource that declares it.
    pub rule: String,
    /// The addresses that it was about, as text.
    pub before: String,
    /// Those that it stays about; empty where it goes.
    pub after: String,
}

/// What no longer crosses.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ClosedRow {
    /// Who opened the connection.
    pub from: String,
    /// Whom it was opened to.
    pub to: String,
    /// Over which borders.
    pub crosses: Vec<String>,
    /// The traffic.
    pub traffic: Traffic,
    /// Whether it was certain.
    pub certain: bool,
}

/// A finding for which nothing is proved.
#[derive(Clone, Debug)]
pub struct Unfixed {
    /// Its name: `CP101/2`.
    pub finding: String,
    /// Its message.
    pub message: String,
    /// Why, without a full stop.
    pub why: String,
    /// What its rule advises.
    pub remedy: String,
}
