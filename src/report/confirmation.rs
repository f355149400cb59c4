//! What analysers answered, beside the verdicts.

use serde::Serialize;

/// The answers to exported tests.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Confirmation {
    /// One for each answer: those that differ first.
    pub rows: Vec<ConfirmationRow>,
}

/// The answer to one test.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct ConfirmationRow {
    /// `differs`, `open`, `decided` (what was possible), `agrees`.
    pub standing: &'static str,
    /// The test's name.
    pub test: String,
    /// Both ends and the traffic; empty where the answer does not say them.
    pub about: String,
    /// The verdict: `reachable`, `possible`, `blocked`.
    pub expected: &'static str,
    /// `passes`, `stopped`, or why there is no answer.
    pub answered: String,
    /// Who answered.
    pub by: &'static str,
}

/// Standings in the order in which they are read.
const ORDER: [&str; 4] = ["differs", "open", "decided", "agrees"];

impl Confirmation {
    /// Puts rows into their order.
    #[must_use]
    pub fn new(mut rows: Vec<ConfirmationRow>) -> Self {
        let place = |row: &ConfirmationRow| ORDER.iter().position(|own| *own == row.standing);
        rows.sort_by(|a, b| (place(a), a).cmp(&(place(b), b)));
        Confirmation { rows }
    }

    fn count(&self, standing: &str) -> usize {
        self.rows
            .iter()
            .filter(|row| row.standing == standing)
            .count()
    }

    /// How many answers are other ones than the verdicts.
    #[must_use]
    pub fn differs(&self) -> usize {
        self.count("differs")
    }

    /// How many are the same.
    #[must_use]
    pub fn agrees(&self) -> usize {
        self.count("agrees")
    }
}
