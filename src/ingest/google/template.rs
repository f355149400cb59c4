//! What makes resources by a text: Deployment Manager and Infrastructure Manager. Source: Google Cloud documentation, Deployment
//! Manager, "Supported resource types" and "Adding composite types"; Infrastructure Manager, "Infrastructure Manager overview".

use super::lowering::Lowering;
use super::stage::{AtRest, AtRoutes, CustomRoute, Networks, Subnets};
use crate::ingest::lowering::{Sees, Template, TemplateType, Templates};
use crate::model::{Id, Network, Target};
use std::collections::BTreeSet;

/// The types, and how their texts are read.
pub const TEMPLATES: Templates = Templates {
    types: &[
        TemplateType::new("google_deployment_manager_deployment", &["target"], &[]),
        TemplateType::new(
            "google_infra_manager_deployment",
            &["terraform_blueprint"],
            &["terraform_blueprint"],
        ),
    ],
    networking: &[
        "firewall",
        "route",
        "peering",
        "vpn",
        "interconnect",
        "forwardingrule",
        "serviceattachment",
    ],
    lookups: &["$(ref.", "outputs", ".py", ".jinja", "composite:"],
    by_name: true,
};

/// The networks that a template may change, or parts of which it may.
fn networks<B, M>(
    lowering: &Lowering<super::on_demand::At<B, M>>,
    template: &Template<'_>,
) -> BTreeSet<Id<Network>>
where
    B: Sees<Networks> + Sees<Subnets>,
{
    let made = &lowering.lowered.seen::<Networks>().of;
    let whole = made.iter().filter(|(id, _)| template.may_change(**id));
    let subnets = &lowering.lowered.seen::<Subnets>().of;
    let parts = subnets.iter().filter(|(id, _)| template.may_change(**id));
    whole
        .map(|(_, network)| *network)
        .chain(parts.map(|(_, id)| lowering.world.subnets[*id].network))
        .collect()
}

/// What templates may add to the routes of networks.
pub fn routes(lowering: &mut Lowering<AtRoutes>) {
    for template in lowering.templates(&TEMPLATES) {
        let doubt = lowering.may_make(&template);
        for network in networks(lowering, &template) {
            let routes = &mut lowering.lowered.made.custom_routes;
            routes.entry(network).or_default().push(CustomRoute {
                destination: None,
                target: Target::Unknown,
                priority: 0,
                exported: true,
                doubt: doubt.clone(),
                origin: Some(template.resource.origin.clone()),
            });
        }
    }
}

/// What templates may add to the firewalls of networks.
pub fn rules(lowering: &mut Lowering<AtRest>) {
    for template in lowering.templates(&TEMPLATES) {
        let doubt = lowering.may_make(&template);
        let networks = networks(lowering, &template);
        for (class, filter) in &lowering.lowered.on_demand.classes {
            if networks.contains(&class.network) {
                let own = &mut lowering.world.filters[*filter].doubt;
                *own = own.and(&doubt);
            }
        }
    }
}
