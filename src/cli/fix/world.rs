//! A world that is read from the files, and what is asked of it again and again.

use super::super::answer::Read;
use super::chosen::Chosen;
use crate::fix::{Permitted, Seen, Target};
use crate::ingest::Ingested;
use crate::reach::{Engine, Exposure};
use crate::rules::Coverage;
use std::cell::OnceCell;
use std::collections::BTreeSet;

/// A world, and all that passes in it.
pub(super) struct World {
    pub ingested: Ingested,
    /// All that crosses.
    pub exposures: Vec<Exposure>,
    pub permitted: Permitted,
    found: OnceCell<BTreeSet<String>>,
}

impl World {
    pub fn new(ingested: Ingested) -> Self {
        let engine = Engine::new(&ingested.world);
        let (exposures, permitted) = (engine.exposures(), Permitted::of(&engine));
        drop(engine);
        World {
            ingested,
            exposures,
            permitted,
            found: OnceCell::new(),
        }
    }

    /// Fingerprints of its findings. They are judged when they are first asked for: few proposals come that far.
    pub fn found(&self, read: &Read) -> &BTreeSet<String> {
        self.found.get_or_init(|| {
            let judgement = read.rulebook.judge(&self.engine(), &self.ingested).0;
            let each = judgement.findings.into_iter();
            each.map(|finding| finding.fingerprint).collect()
        })
    }

    pub fn has(&self, chosen: &Chosen<'_>, read: &Read) -> bool {
        self.found(read).contains(&chosen.finding.fingerprint)
    }

    pub fn engine(&self) -> Engine<'_> {
        Engine::new(&self.ingested.world)
    }

    pub fn seen<'a, 'w>(&'a self, engine: &'a Engine<'w>) -> Seen<'a, 'w> {
        Seen {
            engine,
            exposures: &self.exposures,
            permitted: &self.permitted,
        }
    }

    /// The crossings that its policies or the configuration name.
    pub fn wanted(&self, read: &Read) -> Target {
        self.named_beside(&BTreeSet::new())
            .and(&self.intended(read))
    }

    /// The crossings that its policies name, but for those of some names.
    pub fn named_beside(&self, cut: &BTreeSet<String>) -> Target {
        Target::named(&self.exposures, &self.ingested.world, cut)
    }

    /// The crossings that the configuration names.
    pub fn intended(&self, read: &Read) -> Target {
        let engine = self.engine();
        let coverage = coverage(&engine, read);
        let target = |own: Coverage<'_>| Target::intended(&self.exposures, engine.world(), &own);
        coverage.map(target).unwrap_or_default()
    }
}

/// What the configuration wants of the world of an engine.
pub(super) fn coverage<'a, 'w: 'a>(engine: &Engine<'w>, read: &'a Read) -> Option<Coverage<'a>> {
    let intent = read.rulebook.intent()?;
    Some(Coverage::new(intent, engine))
}
