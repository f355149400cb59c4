//! Sorts of interfaces that the firewall tells apart: the rules of a network apply to those with their target tags or
//! service accounts, so that each sort has one ordered list of rules, and each is one filter.
//! Source: cloud.google.com/firewall/docs/firewalls, "Targets and IP addresses", "Source and target filtering by service account".

use super::account::Account;
use super::lowering::{Attribute, Lowering};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{Doubt, Filter, Id, Network};
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

impl Lowering<'_> {
    /// The texts of a list, and why there may be others.
    pub fn texts(&mut self, at: Attribute) -> (BTreeSet<String>, Doubt) {
        let mut rest = Doubt::none();
        for item in at.value.items().iter().filter(|item| item.is_unknown()) {
            rest = rest.and(&self.unknown(at.with(item)));
        }
        (
            at.value
                .items()
                .iter()
                .filter_map(Value::text)
                .map(str::to_owned)
                .collect(),
            rest,
        )
    }

    /// Tags and accounts that attributes of a resource name.
    pub fn named(&mut self, tags: Attribute, accounts: Attribute) -> Named {
        let (tags, one) = self.texts(tags);
        let (accounts, other) = self.accounts(accounts);
        Named {
            tags,
            accounts,
            rest: one.and(&other),
        }
    }

    /// The filter of a class. Its rules are entered once all classes are there.
    pub fn class(&mut self, class: Class) -> Id<Filter> {
        if let Some(filter) = self.lowered.classes.get(&class) {
            return *filter;
        }
        let filter = Filter {
            name: self.class_name(&class),
            kind: "firewall rule",
            stateful: true,
            ingress: Vec::new(),
            egress: Vec::new(),
            doubt: Doubt::none(),
            origin: None,
        };
        let filter = self.world.filters.push(filter);
        self.lowered.classes.insert(class, filter);
        filter
    }

    /// Unique in the world.
    fn class_name(&self, class: &Class) -> String {
        let mut name = format!("firewall of {}", self.world.networks[class.network].name);
        let who = match (class.cluster, class.alias) {
            (Some(cluster), true) => format!("pods of {}", self.graph.resources[cluster].address),
            (Some(cluster), false) => format!("nodes of {}", self.graph.resources[cluster].address),
            (None, true) => "alias addresses".to_owned(),
            (None, false) => String::new(),
        };
        let tags: Vec<String> = class.tags.iter().map(|tag| format!("tag {tag}")).collect();
        let accounts: Vec<String> = class
            .accounts
            .iter()
            .map(|account| self.account_name(account))
            .collect();
        let words: Vec<String> = std::iter::once(who)
            .chain(tags)
            .chain(accounts)
            .chain(class.region.clone())
            .collect();
        let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
        if !words.is_empty() {
            name = format!("{name} for {}", words.join(", "));
        }
        let taken = |name: &String| {
            self.lowered
                .classes
                .values()
                .any(|filter| self.world.filters[*filter].name == *name)
        };
        let numbered = (2..).map(|number| format!("{name} ({number})"));
        let plain = name.clone();
        std::iter::once(plain)
            .chain(numbered)
            .find(|name| !taken(name))
            .unwrap_or(name)
    }
}
