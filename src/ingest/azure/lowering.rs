//! The words that all families share, and how a family finds what its attributes name.

use super::stage::AtClusters;
use crate::ingest::lowering;
use crate::ingest::terraform::{By, Mode, Resource, Value};
use crate::model::{Doubt, Id, Subnet};

pub use super::on_demand::At;
pub use lowering::{Attribute, Blocks, Found, is_set};

/// What all resources became.
pub type Lowered = AtClusters;

/// A run of the families of a stage over one graph.
pub type Lowering<'a, S = Lowered> = lowering::Lowering<'a, S>;

/// Whether two names are the same: names of Azure's resources do not tell capital letters from small ones.
/// Source: "Naming rules and restrictions for Azure resources".
#[must_use]
pub fn same(a: &str, b: &str) -> bool {
    a.eq_ignore_ascii_case(b)
}

/// Whether two resources are of one resource group and subscription.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Together {
    No,
    Perhaps,
    Yes,
}

/// What neither says is the same, where both are of one input.
fn together(a: &Resource, b: &Resource) -> Together {
    let group = |resource: &Resource| {
        let own = resource.values.get("resource_group_name").text();
        own.map(str::to_ascii_lowercase)
    };
    let here = a.input == b.input;
    let alike = |one: Option<String>, other: Option<String>, neither: bool| match (one, other) {
        (Some(one), Some(other)) if one == other => Together::Yes,
        (Some(_), Some(_)) => Together::No,
        (None, None) if neither => Together::Yes,
        _ => Together::Perhaps,
    };
    let values = [a, b].map(|own| own.values.get("resource_group_name"));
    let same = here && values[0] == values[1] && !matches!(values[0], Value::Unknown);
    let groups = alike(group(a), group(b), same);
    let of_one_provider = here && a.account == b.account;
    let subscriptions = match (subscription(a), subscription(b)) {
        (None, _) | (_, None) if of_one_provider => Together::Yes,
        (one, other) => alike(one, other, false),
    };
    groups.min(subscriptions)
}

/// The subscription that a resource's id names, else that of its provider.
fn subscription(resource: &Resource) -> Option<String> {
    let id = resource.values.get("id").text().unwrap_or_default();
    let own = id
        .strip_prefix("/subscriptions/")
        .and_then(|rest| rest.split('/').next());
    own.or(resource.account.as_deref())
        .map(str::to_ascii_lowercase)
}

impl<B, M> Lowering<'_, At<B, M>> {
    /// The resources of a type that an attribute holds the name of: names are unique within a resource group, which the
    /// attribute's own resource names.
    pub fn by_name(&mut self, at: Attribute, kind: &str) -> Found<Id<Resource>> {
        let Some(text) = at.value.text() else {
            return self.resources(at, kind);
        };
        let graph = self.graph;
        let named = |own: &Resource| match own.values.get("name") {
            Value::Text(name) if same(name, text) => Together::Yes,
            Value::Text(_) => Together::No,
            // A name that is not known yet may be this one.
            name if name.is_unknown() => Together::Perhaps,
            _ => Together::No,
        };
        let grade = |own: &Resource| named(own).min(together(own, at.resource));
        let mut all: Vec<(Id<Resource>, &Resource)> = graph
            .of(kind)
            .filter(|(_, own)| grade(own) != Together::No)
            .collect();
        let sure = |own: &Resource| grade(own) == Together::Yes;
        if all.iter().any(|(_, own)| sure(own)) {
            all.retain(|(_, own)| sure(own));
        }
        let open = all.iter().any(|(_, own)| !sure(own));
        if all.iter().any(|(_, own)| own.mode == Mode::Managed) {
            all.retain(|(_, own)| own.mode == Mode::Managed);
        }
        let mut out = Found::default();
        let names: Vec<&str> = all.iter().map(|(_, own)| own.address.as_str()).collect();
        let doubt = match all.len() {
            0 => {
                out.rest = self.not_in_input(at, text);
                return out;
            }
            1 if !open => Doubt::none(),
            _ => self.unlinked(at, &names, By::Gap),
        };
        all.into_iter()
            .for_each(|(id, _)| out.add(id, doubt.clone()));
        if open {
            out.rest = doubt;
        }
        out
    }

    /// All subnets of this cloud, those included that the input only names.
    pub fn own_subnets(&self) -> Vec<Id<Subnet>> {
        self.world
            .subnets
            .ids()
            .skip(self.lowered.on_demand.foreign_subnets)
            .collect()
    }
}
