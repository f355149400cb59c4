//! What makes resources by a text: CloudFormation and Cloud Control. Source: AWS CloudFormation user guide, "Template reference";
//! Cloud Control API user guide, "Using resource types".

use super::lowering::Lowering;
use super::stage::{AtFilters, AtRoutes, Networks, SecurityGroups, Subnets};
use crate::ingest::lowering::{Sees, Template, TemplateType, Templates};
use crate::model::{Filter, Id, Network, Route, RouteTable, Target};
use std::collections::BTreeSet;

/// The rank of a route that somebody enters.
const STATIC: u32 = 0;

/// The types, and how their texts are read.
pub const TEMPLATES: Templates = Templates {
    types: &[
        TemplateType::new(
            "aws_cloudformation_stack",
            &["template_body", "parameters"],
            &["template_url"],
        ),
        TemplateType::new(
            "aws_cloudformation_stack_set",
            &["template_body", "parameters"],
            &["template_url"],
        ),
        TemplateType::new(
            "aws_cloudcontrolapi_resource",
            &["type_name", "desired_state"],
            &[],
        ),
        TemplateType::new(
            "aws_serverlessapplicationrepository_cloudformation_stack",
            &["parameters"],
            &["application_id"],
        ),
        TemplateType::new(
            "aws_servicecatalog_provisioned_product",
            &["provisioning_parameters"],
            &["product_id", "product_name"],
        ),
    ],
    networking: &[
        "aws::ec2::route",
        "aws::ec2::subnetroutetableassociation",
        "aws::ec2::gatewayroutetableassociation",
        "aws::ec2::vpngatewayroutepropagation",
        "aws::ec2::vpcpeeringconnection",
        "aws::ec2::vpccidrblock",
        "aws::ec2::transitgateway",
        "aws::ec2::securitygroup",
        "aws::ec2::networkacl",
        "aws::ec2::subnetnetworkaclassociation",
        "aws::ec2::vpcendpoint",
        "aws::networkmanager::",
        "aws::vpclattice::",
        // Texts that stand elsewhere: other stacks, macros.
        "aws::cloudformation::stack",
        "aws::cloudformation::macro",
        "fn::transform",
        "!transform",
    ],
    lookups: &[
        "importvalue",
        "{{resolve:",
        "aws::ssm::parameter",
        "aws::cloudformation::stack",
        "fn::transform",
        "!transform",
    ],
    by_name: false,
};

/// The networks that a template names, or holds a part of.
fn networks<B, M>(
    lowering: &Lowering<super::on_demand::At<B, M>>,
    template: &Template<'_>,
) -> BTreeSet<Id<Network>>
where
    B: Sees<Networks> + Sees<Subnets>,
{
    let made = &lowering.lowered.seen::<Networks>().of;
    let whole = template.named.iter().filter_map(|id| made.get(id).copied());
    let subnets = &lowering.lowered.seen::<Subnets>().of;
    let parts = template.named.iter().filter_map(|id| subnets.get(id));
    whole
        .chain(parts.map(|id| lowering.world.subnets[*id].network))
        .collect()
}

/// What templates may add to security groups.
pub fn groups(lowering: &mut Lowering<AtFilters>) {
    for template in lowering.templates(&TEMPLATES) {
        let doubt = lowering.may_make(&template);
        let networks = networks(lowering, &template);
        let groups = lowering.seen::<SecurityGroups>();
        let named = groups.of.iter().chain(&groups.of_clusters);
        let named = named.filter(|(id, _)| template.may_change(**id));
        let of = |network: &Id<Network>| template.open.is_some() || networks.contains(network);
        let defaults = groups.defaults.iter().filter(|(network, _)| of(network));
        let changed: BTreeSet<Id<Filter>> = named
            .map(|(_, filter)| *filter)
            .chain(defaults.map(|(_, filter)| *filter))
            .collect();
        for filter in changed {
            let own = &mut lowering.world.filters[filter].doubt;
            *own = own.and(&doubt);
        }
    }
}

/// What templates may add to ACLs; a subnet that one names may be given another.
pub fn acls(lowering: &mut Lowering<AtFilters>) {
    for template in lowering.templates(&TEMPLATES) {
        let doubt = lowering.may_make(&template);
        let networks = networks(lowering, &template);
        let named = lowering.lowered.made.of.iter();
        let named = named.filter(|(id, _)| template.may_change(**id));
        let mut changed: BTreeSet<Id<Filter>> = named.map(|(_, filter)| *filter).collect();
        let subnets = lowering.world.subnets.iter();
        let may = |network: &Id<Network>| template.open.is_some() || networks.contains(network);
        let own = subnets.filter(|(_, subnet)| may(&subnet.network));
        changed.extend(own.flat_map(|(_, subnet)| subnet.filters.iter().copied()));
        for filter in changed {
            let own = &mut lowering.world.filters[filter].doubt;
            *own = own.and(&doubt);
        }
    }
}

/// What templates may add to route tables: routes anywhere.
pub fn routes(lowering: &mut Lowering<AtRoutes>) {
    for template in lowering.templates(&TEMPLATES) {
        let doubt = lowering.may_make(&template);
        let networks = networks(lowering, &template);
        let made = &lowering.lowered.made;
        let named = made.of.iter().filter(|(id, _)| template.may_change(**id));
        let mut tables: BTreeSet<Id<RouteTable>> = named.map(|(_, table)| *table).collect();
        let of = |network: &Id<Network>| template.open.is_some() || networks.contains(network);
        let main = made.main.iter().chain(&made.defaults);
        tables.extend(main.filter(|(id, _)| of(id)).map(|(_, table)| *table));
        let owned = made.network_of.iter();
        tables.extend(
            owned
                .filter(|(_, network)| of(network))
                .map(|(table, _)| *table),
        );
        for table in tables {
            lowering.world.route_tables[table].routes.push(Route {
                destination: None,
                target: Target::Unknown,
                rank: STATIC,
                doubt: doubt.clone(),
                origin: Some(template.resource.origin.clone()),
            });
        }
    }
}
