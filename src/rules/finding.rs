//! What a rule found.

use super::severity::{Precision, Severity};
use crate::model::{Change, Gap, Hop, Id, Place, Traffic};
use std::sync::Arc;

/// Whether a finding holds, or would for some value of what the input leaves unknown.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Certainty {
    /// It holds, as far as the input says.
    Certain,
    /// It depends on a gap.
    Possible,
}

impl Certainty {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Certainty::Certain => "certain",
            Certainty::Possible => "possible",
        }
    }
}

/// What passes between a workload and a far side.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct WorkloadCrossing {
    /// The workload, as `namespace/name`.
    pub workload: Arc<str>,
    /// The far side.
    pub far: Arc<str>,
    /// Whether it is certain.
    pub certain: bool,
    /// Protocols and ports.
    pub traffic: Arc<Traffic>,
}

impl WorkloadCrossing {
    fn words(&self) -> String {
        format!("{} {} {}", self.workload, self.far, self.traffic)
    }
}

/// A place that bears on a finding.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Related {
    /// The place.
    pub place: Place,
    /// What stands there, in words.
    pub what: String,
}

/// What to do about a finding.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Remedy {
    /// One line.
    pub text: String,
    /// Ready to paste.
    pub paste: String,
}

/// One thing to fix.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Id of the rule.
    pub rule: String,
    /// How bad.
    pub severity: Severity,
    /// How often the rule is right.
    pub precision: Precision,
    /// Whether it holds or may hold.
    pub certainty: Certainty,
    /// Title of the rule.
    pub title: String,
    /// One sentence without a full stop, the subject first.
    pub message: String,
    /// Where the subject is declared.
    pub place: Place,
    /// What it is about: a workload (`shop/web`), a namespace, a policy or a cluster.
    pub subject: String,
    /// The workloads it stands for, ascending; empty where it is not about workloads.
    pub members: Vec<String>,
    /// Protocols and ports towards the far sides that speak for the finding: resources before pods before bare
    /// addresses (of whose owners nothing is known), certain before possible. Empty where the finding is no crossing.
    pub traffic: Traffic,
    /// What passes, ascending; empty where the finding is no crossing.
    pub passages: Vec<WorkloadCrossing>,
    /// The things that it is about, ascending, one text for each; empty where its rule tells none apart.
    pub parts: Vec<String>,
    /// What it says in a list of its border's findings, without who it is about and why.
    pub summary: String,
    /// Why it is so; empty where the summary says it.
    pub reason: String,
    /// The line that decides it; else the subject's.
    pub cause: Place,
    /// Whether its pods cross the border themselves, and not by way of others.
    pub direct: bool,
    /// Whether the far side opens the connection.
    pub inbound: bool,
    /// Names of the borders that are crossed, in order; empty where none is, or it is not known which.
    pub borders: Vec<String>,
    /// The proof of the first passage, hop by hop; empty where there is no path.
    pub path: Vec<Hop>,
    /// The gaps that it depends on, ascending.
    pub gaps: Vec<Id<Gap>>,
    /// Names the finding from run to run: the rule and what it is about, never a line number. 32 hexadecimal digits.
    pub fingerprint: String,
    /// Whether the plan (or the head of a comparison) adds it, or adds traffic to it.
    pub new: bool,
    /// What of it is new, where some of it was there before; empty where all of it is new, or nothing.
    pub added: Vec<WorkloadCrossing>,
    /// What to do.
    pub remedy: Remedy,
    /// Other places that bear on it.
    pub related: Vec<Related>,
}

impl Finding {
    /// The borders as one text; none where there is none.
    #[must_use]
    pub fn border(&self) -> Option<String> {
        (!self.borders.is_empty()).then(|| self.borders.join(", "))
    }

    /// Whether it is certain.
    #[must_use]
    pub fn is_certain(&self) -> bool {
        self.certainty == Certainty::Certain
    }

    /// Where a reviewer should look: for a new finding the first hop that the plan adds or changes, else the subject.
    #[must_use]
    pub fn anchor(&self) -> &Place {
        let changed = |hop: &&Hop| {
            hop.origin
                .as_ref()
                .is_some_and(|origin| origin.change != Change::None)
        };
        let hop = self.path.iter().find(changed).filter(|_| self.new);
        hop.and_then(|hop| hop.origin.as_ref())
            .map_or(&self.place, |origin| &origin.place)
    }

    /// What this lets pass and is not in `before`, which is ascending by workload and far side. What was only possible and
    /// is certain now counts.
    #[must_use]
    pub fn beyond(&self, before: &[WorkloadCrossing]) -> Vec<WorkloadCrossing> {
        let more = |one: &WorkloadCrossing| {
            let ends = |passage: &WorkloadCrossing| {
                (&*passage.workload, &*passage.far).cmp(&(&*one.workload, &*one.far))
            };
            let from = before.partition_point(|other| ends(other).is_lt());
            let same = before.iter().skip(from);
            let same = same.take_while(|other| ends(other).is_eq());
            let known: Traffic = same
                .filter(|other| other.certain || !one.certain)
                .map(|other| &*other.traffic)
                .collect();
            let traffic = one.traffic.difference(&known);
            (!traffic.is_empty()).then(|| WorkloadCrossing {
                traffic: Arc::new(traffic),
                ..one.clone()
            })
        };
        self.passages.iter().filter_map(more).collect()
    }

    /// Compares with the finding of the same fingerprint before the plan, where there was one.
    pub(super) fn compare(&mut self, before: Option<&Finding>) {
        self.added = before
            .map(|before| self.beyond(&before.passages))
            .unwrap_or_default();
        let surer = before
            .is_some_and(|before| self.passages.is_empty() && self.certainty < before.certainty);
        let more = before.is_some_and(|before| !self.parts_beyond(&before.parts).is_empty());
        self.new = before.is_none() || surer || more || !self.added.is_empty();
    }

    /// The things that it is about and that are not in `before`.
    #[must_use]
    pub fn parts_beyond(&self, before: &[String]) -> Vec<&String> {
        let parts = self.parts.iter();
        parts.filter(|part| !before.contains(part)).collect()
    }

    /// Says what of it is beyond a baseline that knows the rest: crossings, else things.
    pub fn note_beyond(&mut self, crossings: &[WorkloadCrossing], things: &[String]) {
        let beyond: Vec<String> = match crossings {
            [] => things.to_vec(),
            some => some.iter().map(WorkloadCrossing::words).collect(),
        };
        let shown: Vec<String> = beyond.iter().take(3).cloned().collect();
        let more = match beyond.len().saturating_sub(shown.len()) {
            0 => String::new(),
            more => format!(" and {more} more"),
        };
        let words = match shown.as_slice() {
            [] => "certain now, and only possible in the baseline".to_owned(),
            some => format!("beyond the baseline: {}{more}", some.join("; ")),
        };
        for text in [&mut self.message, &mut self.summary] {
            text.push_str(&format!(" ({words})"));
        }
    }

    /// What is new about it: `new in this plan`, with the flows where some of it was there before; empty for an old one.
    /// `since` says what it is new to.
    #[must_use]
    pub fn news(&self, since: &str) -> String {
        match (self.new, self.added.as_slice()) {
            (false, _) => String::new(),
            (true, []) => format!("new {since}"),
            (true, [one]) => format!("new {since}: {}", one.words()),
            (true, [one, more @ ..]) => {
                format!("new {since}: {} and {} more", one.words(), more.len())
            }
        }
    }
}

/// FNV-1a over 128 bits (Fowler, Noll, Vo): a name for a text, stable for ever, not a seal against forgery.
pub(super) fn fingerprint(parts: &[String]) -> String {
    let mut hash: u128 = 0x6c62_272e_07bb_0142_62b8_2175_6295_c58d;
    for part in parts {
        for byte in part.bytes().chain([0xff]) {
            hash =
                (hash ^ u128::from(byte)).wrapping_mul(0x0000_0000_0100_0000_0000_0000_0000_013b);
        }
    }
    format!("{hash:032x}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fingerprint_tells_parts_apart() {
        let of = |parts: &[&str]| {
            fingerprint(
                &parts
                    .iter()
                    .map(|part| (*part).to_owned())
                    .collect::<Vec<_>>(),
            )
        };
        assert_ne!(of(&["a", "bc"]), of(&["ab", "c"]));
        assert_eq!(of(&["a", "b"]).len(), 32);
        // The published vector for the text "a" is d228cb696f1a8caf78912b704e4a8964; here a separator follows the text.
        assert_eq!(fingerprint(&[]), "6c62272e07bb014262b821756295c58d");
    }
}
