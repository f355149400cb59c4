//! Names of policies for a person.

use crate::model::{Id, Policy, World};

/// ``NetworkPolicy `shop/default-deny` ``.
pub(super) fn policy(world: &World, id: Id<Policy>) -> String {
    let policy = &world.policies[id];
    let namespace = policy
        .namespace
        .map(|id| format!("{}/", world.namespaces[id].name))
        .unwrap_or_default();
    format!("{} `{namespace}{}`", policy.kind, policy.name)
}
