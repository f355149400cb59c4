//! What expressions lead to, found once for all instances of a block that their keys do not tell apart.

use super::trace::{Choice, Traced};
use crate::ingest::terraform::address::Key;
use crate::ingest::terraform::configuration::Expression;
use crate::ingest::terraform::value::Target;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// What expressions of one attribute lead to.
#[derive(Debug)]
pub struct Found {
    /// Attributes of resources, ascending.
    pub targets: Arc<[Target]>,
    /// As [`Traced::opaque`].
    pub opaque: bool,
    /// As [`Traced::local`].
    pub local: bool,
    /// As [`Traced::spread`].
    pub spread: bool,
    /// As [`Traced::mixed`].
    pub mixed: bool,
}

impl From<Traced<'_>> for Found {
    fn from(traced: Traced<'_>) -> Self {
        Found {
            targets: traced.targets.into_iter().collect(),
            opaque: traced.opaque,
            local: traced.local,
            spread: traced.spread,
            mixed: traced.mixed,
        }
    }
}

/// What is found from an instance whose key chooses nowhere on the way.
#[derive(Debug)]
struct Common<'c> {
    /// The expressions, told apart by where they are.
    expressions: Vec<&'c Expression>,
    found: Rc<Found>,
    /// Keys that choose: with one of them something else may be found.
    keys: FxHashSet<&'c Key>,
}

/// By module instance and type, then by path of the attribute.
type ByPlace<'c> = FxHashMap<(String, String), FxHashMap<String, Vec<Common<'c>>>>;

/// Everything that was found within one plan.
#[derive(Debug, Default)]
pub struct Memo<'c>(RefCell<ByPlace<'c>>);

impl<'c> Memo<'c> {
    /// What expressions lead to from an instance with that key. `place`: the module instance and the type of the resource that
    /// holds them; `trace` follows them.
    pub fn found(
        &self,
        place: (&str, &str),
        expressions: &[&'c Expression],
        path: &str,
        key: &Key,
        trace: impl Fn(&Key) -> Traced<'c>,
    ) -> Rc<Found> {
        let place = (place.0.to_owned(), place.1.to_owned());
        let mut all = self.0.borrow_mut();
        let known = all.entry(place).or_default();
        if !known.contains_key(path) {
            known.insert(path.to_owned(), Vec::new());
        }
        let Some(list) = known.get_mut(path) else {
            return Rc::new(trace(key).into());
        };
        let at = list.iter().position(|own| own.is_of(expressions));
        let at = at.unwrap_or_else(|| {
            list.push(Common::of(expressions, trace(&Key::None)));
            list.len() - 1
        });
        match list.get(at) {
            Some(common) if !common.keys.contains(key) => Rc::clone(&common.found),
            _ => Rc::new(trace(key).into()),
        }
    }
}

impl<'c> Common<'c> {
    fn of(expressions: &[&'c Expression], mut traced: Traced<'c>) -> Self {
        let mut keys = FxHashSet::default();
        for choice in std::mem::take(&mut traced.choices) {
            match choice {
                Choice::Instances(all) => keys.extend(all.iter().map(|own| &own.key)),
                Choice::Calls(all) => keys.extend(all),
            }
        }
        keys.remove(&Key::None);
        Common {
            expressions: expressions.to_vec(),
            found: Rc::new(traced.into()),
            keys,
        }
    }

    fn is_of(&self, expressions: &[&Expression]) -> bool {
        let same = |(own, other): (&&Expression, &&Expression)| std::ptr::eq(*own, *other);
        self.expressions.len() == expressions.len()
            && self.expressions.iter().zip(expressions).all(same)
    }
}
