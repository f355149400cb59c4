//! Paths of attributes, which every link names.

use std::cmp::Ordering;
use std::fmt;
use std::hash::{Hash, Hasher};
use std::ops::Deref;
use std::sync::Arc;

/// A dotted path without indexes, that costs nothing to copy.
#[derive(Clone, Debug, Default)]
pub struct AttributePath(Path);

#[derive(Clone, Debug)]
enum Path {
    Constant(&'static str),
    Shared(Arc<str>),
}

impl Default for Path {
    fn default() -> Self {
        Path::Constant("")
    }
}

impl AttributePath {
    /// Whether it is the id of an account. That stands before another id (`123456789012/sg-…`) and names no resource.
    #[must_use]
    pub fn is_account(&self) -> bool {
        let leaf = self.as_str().rsplit('.').next();
        leaf.is_some_and(|leaf| ["account_id", "owner_id", "peer_owner_id"].contains(&leaf))
    }

    /// As text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        match &self.0 {
            Path::Constant(text) => text,
            Path::Shared(text) => text,
        }
    }
}

impl Deref for AttributePath {
    type Target = str;

    fn deref(&self) -> &str {
        self.as_str()
    }
}

impl From<&'static str> for AttributePath {
    fn from(text: &'static str) -> Self {
        AttributePath(Path::Constant(text))
    }
}

impl From<Arc<str>> for AttributePath {
    fn from(text: Arc<str>) -> Self {
        AttributePath(Path::Shared(text))
    }
}

impl From<String> for AttributePath {
    fn from(text: String) -> Self {
        AttributePath(Path::Shared(text.into()))
    }
}

impl fmt::Display for AttributePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self)
    }
}

impl PartialEq for AttributePath {
    fn eq(&self, other: &Self) -> bool {
        self.as_str() == other.as_str()
    }
}

impl Eq for AttributePath {}

impl PartialEq<str> for AttributePath {
    fn eq(&self, other: &str) -> bool {
        self.as_str() == other
    }
}

impl PartialEq<&str> for AttributePath {
    fn eq(&self, other: &&str) -> bool {
        self.as_str() == *other
    }
}

impl PartialOrd for AttributePath {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for AttributePath {
    fn cmp(&self, other: &Self) -> Ordering {
        self.as_str().cmp(other.as_str())
    }
}

impl Hash for AttributePath {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.as_str().hash(state);
    }
}
