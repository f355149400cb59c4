//! Sorts of interfaces that the firewall tells apart: the rules of a network apply to those with their target tags or
//! service accounts, so that each sort has one ordered list of rules, and each is one filter.
//! Source: cloud.google.com/firewall/docs/firewalls, "Targets and IP addresses", "Source and target filtering by service account".

use crate::ingest::terraform::Resource;
use crate::model::{Doubt, Id, Network};
use std::collections::BTreeSet;

/// A sort of interfaces.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Class {
    /// The network.
    pub network: Id<Network>,
    /// Region, where known: regional policies apply to their own.
    pub region: Option<String>,
    /// Network tags.
    pub tags: BTreeSet<String>,
    /// Service accounts; one at most in practice.
    pub accounts: BTreeSet<Account>,
    /// The cluster whose nodes they are.
    pub cluster: Option<Id<Resource>>,
    /// Further tags that rules name and that they may have, and why they may not.
    pub perhaps: (BTreeSet<String>, Doubt),
    /// Whether packets have an address of an alias range, a pod's: no source tag or account names those.
    pub alias: bool,
    /// Why there may be other tags or accounts.
    pub doubt: Doubt,
}

/// Whom a rule is about: those with one of the tags or accounts.
#[derive(Clone, Debug, Default)]
pub struct Named {
    /// Tags.
    pub tags: BTreeSet<String>,
    /// Accounts.
    pub accounts: BTreeSet<Account>,
    /// Why there may be others.
    pub rest: Doubt,
}

impl Named {
    /// Whether nobody is named at all.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tags.is_empty() && self.accounts.is_empty() && self.rest.is_certain()
    }

    /// Whether interfaces of a class are meant: none where they are not, else the reason why they may not be.
    #[must_use]
    pub fn means(&self, class: &Class) -> Option<Doubt> {
        if !self.tags.is_disjoint(&class.tags) || !self.accounts.is_disjoint(&class.accounts) {
            return Some(Doubt::none());
        }
        let (perhaps, unsure) = &class.perhaps;
        let may_have = if self.tags.is_disjoint(perhaps) {
            Doubt::none()
        } else {
            unsure.clone()
        };
        let rest = self.rest.and(&class.doubt).and(&may_have);
        (!rest.is_certain()).then_some(rest)
    }
}

/// A service account.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Account {
    /// By its email.
    Email(String),
    /// The account that a resource makes, whose email is not known.
    Resource(Id<Resource>),
    /// The project's default account for instances.
    ComputeDefault,
}
