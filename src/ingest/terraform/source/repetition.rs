//! Which instances a block has, as its `count` or `for_each` says.

use super::evaluator::Evaluator;
use super::question::Question;
use super::symbolic::Symbolic;
use crate::ingest::terraform::address::{Address, Key, ModulePath};

/// The instances of a block.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Keys {
    /// The sources hold no such block.
    Undeclared,
    /// How many it has is not known.
    Unknown,
    /// Those with these keys.
    Exactly(Vec<Key>),
}

/// Most instances of one block that are listed.
const MOST: usize = 1_000;

impl Keys {
    /// Those of a block with `count`.
    #[must_use]
    pub fn numbered(count: usize) -> Keys {
        if count > MOST {
            return Keys::Unknown;
        }
        Keys::Exactly((0..count as u64).map(Key::Number).collect())
    }

    fn of(value: &Symbolic) -> Keys {
        let text = |own: &Symbolic| match own {
            Symbolic::Text(text) => Some(Key::Text(text.to_string())),
            _ => None,
        };
        let keys: Option<Vec<Key>> = match value {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "a negative count is none, and one that is too large is not listed"
            )]
            Symbolic::Number(count) => return Keys::numbered(*count as usize),
            Symbolic::Set(items) if items.len() <= MOST => items.iter().map(text).collect(),
            Symbolic::Map(items) if items.len() <= MOST => {
                Some(items.keys().cloned().map(Key::Text).collect())
            }
            _ => None,
        };
        keys.map_or(Keys::Unknown, Keys::Exactly)
    }
}

impl Evaluator<'_> {
    /// The instances of a resource block in a module instance.
    #[must_use]
    pub fn keys_of_block(&self, address: &Address) -> Keys {
        let realm = self.number(&address.module);
        let key = (address.mode, address.kind.clone(), address.name.clone());
        let declared = self
            .module(realm)
            .and_then(|module| module.directory.resources.get(&key));
        let Some(declared) = declared else {
            return Keys::Undeclared;
        };
        self.begin();
        let question = Question::Repeat(realm, key.0, key.1, key.2);
        match self.repeat(question, realm, declared) {
            None => Keys::Exactly(vec![Key::None]),
            Some(outcome) => outcome.map_or(Keys::Unknown, |value| Keys::of(&value)),
        }
    }

    /// The instances of a module call in a module instance.
    #[must_use]
    pub fn keys_of_call(&self, module: &ModulePath, name: &str) -> Keys {
        let realm = self.number(module);
        let declared = self
            .module(realm)
            .and_then(|module| module.directory.calls.get(name));
        let Some(declared) = declared else {
            return Keys::Undeclared;
        };
        self.begin();
        match self.repeat(
            Question::CallRepeat(realm, name.to_owned()),
            realm,
            declared,
        ) {
            None => Keys::Exactly(vec![Key::None]),
            Some(outcome) => outcome.map_or(Keys::Unknown, |value| Keys::of(&value)),
        }
    }
}
