//! Which of several instances a key chooses.

use crate::ingest::terraform::address::Key;
use crate::ingest::terraform::instances::Instance;

/// Instances or calls among which a key may choose, ascending by key.
#[derive(Clone, Copy, Debug)]
pub enum Choice<'c> {
    /// Instances of a resource block.
    Instances(&'c [Instance]),
    /// Instances of a module call.
    Calls(&'c [Key]),
}

/// Of several instances, which ascend by key, the one with the wanted key; with no key wanted, the one that is paired; else all.
pub fn chosen<'a, T>(
    all: &'a [T],
    wanted: &Key,
    pairs: &[Key],
    key: impl Fn(&T) -> &Key,
) -> Vec<&'a T> {
    let with = |wanted: &Key| {
        let found = all.binary_search_by(|own| key(own).cmp(wanted)).ok();
        found.and_then(|at| all.get(at))
    };
    if *wanted != Key::None {
        return with(wanted).into_iter().collect();
    }
    let paired = pairs.iter().find_map(with);
    paired.map_or_else(|| all.iter().collect(), |one| vec![one])
}
