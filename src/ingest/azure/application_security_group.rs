//! Application security groups: names for sets of network interfaces of one network. In the model each is a filter that
//! lets nothing pass and only marks its members.
//! Source: "Application security groups" (application-security-groups): all members stand in one virtual network.

use super::lowering::{At, Attribute, Found, Lowering};
use super::stage::{ApplicationGroups, AtApplicationGroups};
use crate::ingest::lowering::{Family, Sees};
use crate::ingest::terraform::{NamedBy, ResourceFamily, Target};
use crate::model::{Doubt, Filter, Id};

const TYPE: &str = "azurerm_application_security_group";

/// Application security groups.
#[must_use]
pub fn family() -> Family<AtApplicationGroups> {
    Family {
        resources: ResourceFamily {
            types: vec!["azurerm_application_security_group"],
            references: vec![NamedBy::new(
                &["azurerm_application_security_group"],
                &[
                    "application_security_group_id",
                    "application_security_group_ids",
                    "source_application_security_group_ids",
                    "destination_application_security_group_ids",
                ],
            )],
            ..ResourceFamily::default()
        },
        lower,
    }
}

/// Lowers groups without their members.
fn lower(lowering: &mut Lowering<AtApplicationGroups>) {
    let graph = lowering.graph;
    for (id, resource) in graph.of(TYPE) {
        let twin = lowering.twin(resource, |lowering, id| {
            lowering.lowered.made.of.get(&id).copied()
        });
        let filter = twin.unwrap_or_else(|| {
            let (ingress, egress, doubt, origin) = (
                Vec::new(),
                Vec::new(),
                Doubt::none(),
                Some(resource.origin.clone()),
            );
            let name = lowering.name(id);
            lowering.world.filters.push(Filter {
                name,
                kind: "application security group",
                stateful: true,
                ingress,
                egress,
                doubt,
                origin,
            })
        });
        lowering.lowered.made.of.insert(id, filter);
    }
}

impl<B: Sees<ApplicationGroups>, M> Lowering<'_, At<B, M>> {
    /// The application security groups that an attribute names.
    pub fn application_groups(&mut self, at: Attribute) -> Found<Id<Filter>> {
        let own = |lowering: &Self, target: &Target| {
            lowering
                .seen::<ApplicationGroups>()
                .of
                .get(&target.resource)
                .copied()
        };
        self.find(at, own, |_, _, _| None)
    }
}
