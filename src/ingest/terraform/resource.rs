//! A resource of a plan or state, and the values of its attributes.

mod value;

pub use value::{By, Draft, Members, Reference, Target, Value, is_open};
pub(super) use value::{MARK, is_id, marker};

use super::mode::Mode;
use super::source::DeclaredPlace;
use crate::model::Origin;
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// Whether a resource surely is as it stands in the graph.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Presence {
    /// It is so.
    #[default]
    Sure,
    /// Its change is put off to a later plan: it may be so or not be.
    Deferred,
    /// It is as it was when planning failed: it may become something else.
    Unplanned,
    /// The plan updates its parent, whose own list leaves it out: it may be taken away.
    Wiped,
    /// The configuration declares it, and the plan is incomplete and leaves it out: it may be so or not be.
    Missing,
}

/// One instance of a resource at one moment (before or after the plan).
#[derive(Clone, Debug)]
pub struct Resource {
    /// Full address with module path and instance key: `module.net["a"].aws_subnet.this[0]`.
    pub address: String,
    /// Address of the module instance, empty for the root.
    pub module: String,
    /// Type: `aws_subnet`.
    pub kind: String,
    /// Name in the configuration: `this`.
    pub name: String,
    /// Managed or data.
    pub mode: Mode,
    /// Which plan or state it is of, from 0.
    pub input: usize,
    /// Attributes and blocks; a map.
    pub values: Value,
    /// Attributes that are known only after apply, of an object that is kept and has a value for them: nothing says that the
    /// plan takes it away.
    pub kept: BTreeSet<String>,
    /// Region, where known (the `region` attribute of the resource, else the provider's).
    pub region: Option<String>,
    /// Account, where known (from an ARN, `owner_id` or the provider's assumed role).
    pub account: Option<String>,
    /// Key of the provider that makes it; none where the input does not say.
    pub provider: Option<String>,
    /// Whether it surely is as it stands here.
    pub presence: Presence,
    /// The block that declares it.
    pub origin: Origin,
    /// Lines of attributes and blocks where the sources tell, by dotted path without indexes (`ingress.cidr_blocks`); where it
    /// is sure which of several blocks is meant, also with the position in the plan (`ingress[1].cidr_blocks`).
    pub lines: Arc<BTreeMap<String, DeclaredPlace>>,
}

impl Resource {
    /// The line of an attribute, else that of the resource's block. In the path, blocks may carry their position
    /// (`ingress[1].cidr_blocks`): then it is that block's line where the sources tell, else the first one's.
    #[must_use]
    pub fn origin_of(&self, path: &str) -> Origin {
        let found = self
            .lines
            .get(path)
            .or_else(|| self.lines.get(block(path)?))
            .or_else(|| self.lines.get(&bare(path)));
        match found {
            Some(declared_place) => Origin {
                place: declared_place.place.clone(),
                inner: declared_place.inner.clone(),
                ..self.origin.clone()
            },
            None => self.origin.clone(),
        }
    }
}

impl Resource {
    /// Whether neither account, region nor ARN tell two resources of one type and name apart.
    #[must_use]
    pub fn may_be(&self, other: &Resource) -> bool {
        let [own, theirs] = [self, other].map(|one| one.values.get("arn").text());
        self.is_near(other) && alike(own, theirs)
    }

    /// Whether two resources may be of one account and region.
    #[must_use]
    pub fn is_near(&self, other: &Resource) -> bool {
        alike(self.account.as_deref(), other.account.as_deref())
            && alike(self.region.as_deref(), other.region.as_deref())
    }
}

/// Whether two words may be the same, where one that is not known may be any.
fn alike(a: Option<&str>, b: Option<&str>) -> bool {
    a.is_none() || b.is_none() || a == b
}

/// The block with a position that a path ends in or goes through.
fn block(path: &str) -> Option<&str> {
    path.rfind(']').and_then(|end| path.get(..=end))
}

/// A path without positions.
fn bare(path: &str) -> String {
    let mut inside = false;
    let keep = |c: &char| {
        let kept = !inside && *c != '[';
        inside = *c == '[' || inside && *c != ']';
        kept
    };
    path.chars().filter(keep).collect()
}
