//! The filter of each sort of interfaces, and the tags and accounts that attributes name.

use super::class::{Class, Named};
use super::lowering::{At, Attribute, Lowering};
use crate::ingest::terraform::Value;
use crate::model::{Doubt, Filter, Id};
use std::collections::BTreeSet;

impl<B, M> Lowering<'_, At<B, M>> {
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
        if let Some(filter) = self.lowered.on_demand.classes.get(&class) {
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
        self.lowered.on_demand.classes.insert(class, filter);
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
                .on_demand
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
