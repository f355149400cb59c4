//! What names mean where an expression stands.

use super::question::Question;
use super::symbolic::Symbolic;
use crate::ingest::terraform::address::Key;

/// The surroundings of an expression: its module instance, the instance of its block, and names bound around it.
#[derive(Clone, Debug)]
pub(super) struct Scope<'s> {
    /// Number of the module instance.
    pub realm: usize,
    /// Instance of the block, for `count.index` and `each.key`.
    pub key: Key,
    /// Where the collection of `for_each` is found, for `each.value`.
    pub repeat: Option<Question>,
    names: Option<&'s Frame<'s>>,
}

/// One name bound by a `for` expression or a `dynamic` block.
#[derive(Debug)]
pub(super) struct Frame<'s> {
    name: &'s str,
    value: Symbolic,
    outer: Option<&'s Frame<'s>>,
}

impl Scope<'static> {
    /// The scope of a module's locals, outputs and repetition arguments.
    pub fn module(realm: usize) -> Self {
        Scope {
            realm,
            key: Key::None,
            repeat: None,
            names: None,
        }
    }

    /// The scope of a block with instances.
    pub fn block(realm: usize, key: Key, repeat: Option<Question>) -> Self {
        Scope {
            realm,
            key,
            repeat,
            names: None,
        }
    }
}

impl<'s> Scope<'s> {
    /// Binds a name.
    pub fn frame(&self, name: &'s str, value: Symbolic) -> Frame<'s> {
        Frame {
            name,
            value,
            outer: self.names,
        }
    }

    /// This scope with a name bound.
    pub fn within<'n>(&'n self, frame: &'n Frame<'n>) -> Scope<'n> {
        Scope {
            realm: self.realm,
            key: self.key.clone(),
            repeat: self.repeat.clone(),
            names: Some(frame),
        }
    }

    /// The value of a bound name.
    pub fn bound(&self, name: &str) -> Option<&Symbolic> {
        let mut frame = self.names;
        while let Some(own) = frame {
            if own.name == name {
                return Some(&own.value);
            }
            frame = own.outer;
        }
        None
    }
}
