//! A world that is read from the files, and what is asked of it again and again.

use super::super::answer::Read;
use super::chosen::Chosen;
use crate::fix::{Permitted, Seen, Target};
use crate::ingest::Ingested;
use crate::reach::Engine;
use crate::rules::Coverage;
use std::collections::BTreeSet;

/// A world, and all that passes in it.
pub(super) struct World {
    pub ingested: Ingested,
    pub permitted: Permitted,
    /// Fingerprints of its findings.
    pub found: BTreeSet<String>,
}

impl World {
    pub fn new(ingested: Ingested, read: &Read) -> Self {
        let engine = Engine::new(&ingested.world);
        let permitted = Permitted::of(&engine);
        let findings = read.rulebook.judge(&engine, &ingested).0.findings;
        let found = findings.into_iter().map(|finding| finding.fingerprint);
        let found = found.collect();
        drop(engine);
        World {
            ingested,
            permitted,
            found,
        }
    }

    pub fn has(&self, chosen: &Chosen<'_>) -> bool {
        self.found.contains(&chosen.finding.fingerprint)
    }

    pub fn engine(&self) -> Engine<'_> {
        Engine::new(&self.ingested.world)
    }

    pub fn seen<'a, 'w>(&'a self, engine: &'a Engine<'w>) -> Seen<'a, 'w> {
        Seen {
            engine,
            permitted: &self.permitted,
        }
    }

    /// The crossings that its policies or the configuration name.
    pub fn wanted(&self, read: &Read) -> Target {
        let engine = self.engine();
        let none = BTreeSet::new();
        let named = Target::named(&engine.exposures(), engine.world(), &none);
        named.and(&self.intended(read))
    }

    /// The crossings that its policies name, but for those of some names.
    pub fn named_beside(&self, cut: &BTreeSet<String>) -> Target {
        let engine = self.engine();
        Target::named(&engine.exposures(), engine.world(), cut)
    }

    /// The crossings that the configuration names.
    pub fn intended(&self, read: &Read) -> Target {
        let engine = self.engine();
        let coverage = coverage(&engine, read);
        let target =
            |own: Coverage<'_>| Target::intended(&engine.exposures(), engine.world(), &own);
        coverage.map(target).unwrap_or_default()
    }
}

/// What the configuration wants of the world of an engine.
pub(super) fn coverage<'a, 'w: 'a>(engine: &Engine<'w>, read: &'a Read) -> Option<Coverage<'a>> {
    let intent = read.rulebook.intent()?;
    Some(Coverage::new(intent, engine))
}
