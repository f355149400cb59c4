//! Objects by which a controller makes peerings, routes and tunnels of a cloud, or joins clusters by a tunnel of its own: which
//! networks they join is not read, so that any two networks of the input may be joined. So it is with rules of a cloud's filters, which
//! may open any filter of the input.
//! Sources: Crossplane's providers (upbound/provider-aws and others, their CRDs), AWS Controllers for Kubernetes (EC2),
//! Config Connector and Azure Service Operator references; Submariner, "Architecture"; Tailscale, "Kubernetes operator".

use super::Object;
use crate::model::{Border, Doubt, Filter, GapKind, Id, Leg, Network, World};

/// Ends of the groups of controllers that make a cloud's resources.
const CLOUDS: &[&str] = &[
    "aws.upbound.io",
    "aws.m.upbound.io",
    "azure.upbound.io",
    "azure.m.upbound.io",
    "gcp.upbound.io",
    "gcp.m.upbound.io",
    "aws.crossplane.io",
    "azure.crossplane.io",
    "gcp.crossplane.io",
    "services.k8s.aws",
    "cnrm.cloud.google.com",
    "network.azure.com",
];

/// Parts of the names of kinds that join networks, or route between them.
const JOINING: &[&str] = &[
    "Peering",
    "Route",
    "TransitGateway",
    "VPN",
    "Vpn",
    "VPCEndpoint",
    "PrivateEndpoint",
    "PrivateLink",
    "Interconnect",
    "ExpressRoute",
    "VirtualNetworkGateway",
    "VirtualHub",
    "ServiceAttachment",
    "Spoke",
];

/// Parts of the names of kinds that add rules to a filter.
const OPENING: &[&str] = &[
    "SecurityGroupRule",
    "SecurityGroupIngressRule",
    "SecurityGroupEgressRule",
    "NetworkACLRule",
    "SecurityRule",
    "AdminRule",
    "Firewall",
];

/// Kinds that join clusters or networks by a tunnel of their own; no kinds: all of the group.
const TUNNELS: &[(&str, &[&str])] = &[
    ("submariner.io", &[]),
    ("tailscale.com", &["Connector", "ProxyGroup"]),
];

/// What an object may do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Effect {
    /// Join networks, or lead between them.
    Joins,
    /// Let pass what a filter stops.
    Opens,
}

fn effect(object: &Object) -> Option<Effect> {
    let (group, kind) = (object.group.as_str(), object.kind.as_str());
    let is_of = |own: &&str| {
        let front = group.strip_suffix(*own);
        front.is_some_and(|front| front.is_empty() || front.ends_with('.'))
    };
    let cloud = CLOUDS.iter().any(is_of);
    let has = |parts: &[&str]| parts.iter().any(|part| kind.contains(part));
    let tunnel = TUNNELS
        .iter()
        .any(|(own, kinds)| *own == group && (kinds.is_empty() || kinds.contains(&kind)));
    if tunnel || cloud && has(JOINING) {
        return Some(Effect::Joins);
    }
    (cloud && has(OPENING)).then_some(Effect::Opens)
}

/// What an object may do, in words; none where it neither joins networks nor opens filters.
#[must_use]
pub fn what(object: &Object) -> Option<String> {
    let does = match effect(object)? {
        Effect::Joins => "it may join networks, or route between them",
        Effect::Opens => "it may open any filter of the cloud",
    };
    let (kind, group) = (&object.kind, &object.group);
    Some(format!("{kind} ({group}) is not modelled: {does}"))
}

/// Enters what objects may make.
pub fn lower<'o>(objects: impl Iterator<Item = &'o Object>, world: &mut World) {
    let mut makers: Vec<(&Object, Effect)> = objects
        .filter_map(|object| Some((object, effect(object)?)))
        .collect();
    makers.sort_by(|a, b| a.0.origin.cmp(&b.0.origin));
    let (joining, opening): (Vec<_>, Vec<_>) = makers
        .into_iter()
        .partition(|(_, effect)| *effect == Effect::Joins);
    let joining: Vec<&Object> = joining.into_iter().map(|(own, _)| own).collect();
    let opening: Vec<&Object> = opening.into_iter().map(|(own, _)| own).collect();
    join(&joining, world);
    open(&opening, world);
}

/// Why some of several objects may have an effect.
fn doubt(makers: &[&Object], world: &mut World) -> Doubt {
    let mut doubt = Doubt::none();
    for object in makers {
        let origin = Some(object.origin.clone());
        let what = what(object).unwrap_or_default();
        doubt = doubt.and(&world.doubt(GapKind::NotModelled, what, origin));
    }
    doubt
}

/// Every filter may have rules that are not in it.
fn open(makers: &[&Object], world: &mut World) {
    if makers.is_empty() {
        return;
    }
    let doubt = doubt(makers, world);
    let filters: Vec<Id<Filter>> = world.filters.ids().collect();
    for filter in filters {
        let own = &mut world.filters[filter];
        own.doubt = own.doubt.and(&doubt);
    }
}

/// One border between all networks of the input.
fn join(makers: &[&Object], world: &mut World) {
    let Some(first) = makers.first() else {
        return;
    };
    let (name, origin) = (first.title(), first.origin.clone());
    let doubt = doubt(makers, world);
    let networks = world.networks.iter().filter(|(_, own)| own.known);
    let networks: Vec<Id<Network>> = networks.map(|(id, _)| id).collect();
    let mut legs = Vec::new();
    for from in &networks {
        for to in networks.iter().filter(|to| *to != from) {
            let end = |id: Id<Network>| (id, world.networks[id].addresses.clone());
            legs.push(Leg::unknown(end(*from), end(*to), doubt.clone()));
        }
    }
    if !legs.is_empty() {
        world.borders.push(Border {
            name,
            kind: "unmodelled connection",
            legs,
            state: "a controller of the cluster may make it".to_owned(),
            origin: Some(origin),
        });
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::objects;
    use super::*;
    use crate::model::AddressSet;

    /// The borders of two networks beside an object of that kind.
    fn borders(version: &str, kind: &str) -> usize {
        let mut world = World::default();
        for (name, block) in [("a", "10.0.0.0/16"), ("b", "10.1.0.0/16")] {
            world.networks.push(Network {
                name: name.to_owned(),
                addresses: AddressSet::parse(block).unwrap(),
                owner: crate::model::NetworkOwner::default(),
                known: true,
                doubt: Doubt::none(),
                origin: None,
            });
        }
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n");
        let objects = objects(&[&text]).objects;
        lower(objects.iter(), &mut world);
        world.borders.iter().count()
    }

    #[test]
    fn an_object_that_makes_a_peering_may_join_any_networks() {
        for (version, kind) in [
            ("ec2.aws.upbound.io/v1beta1", "VPCPeeringConnection"),
            (
                "ec2.services.k8s.aws/v1alpha1",
                "TransitGatewayVPCAttachment",
            ),
            ("network.azure.upbound.io/v1beta1", "VirtualNetworkPeering"),
            (
                "network.azure.com/v1api20201101",
                "VirtualNetworksVirtualNetworkPeering",
            ),
            (
                "compute.cnrm.cloud.google.com/v1beta1",
                "ComputeNetworkPeering",
            ),
            ("submariner.io/v1alpha1", "Submariner"),
            ("tailscale.com/v1alpha1", "Connector"),
        ] {
            assert_eq!(borders(version, kind), 1, "{kind} ({version})");
        }
        for (version, kind) in [
            ("s3.aws.upbound.io/v1beta1", "Bucket"),
            ("sql.cnrm.cloud.google.com/v1beta1", "SQLInstance"),
            ("gateway.networking.k8s.io/v1", "HTTPRoute"),
            ("notaws.upbound.io/v1", "VPCPeeringConnection"),
            ("tailscale.com/v1alpha1", "DNSConfig"),
            ("ec2.aws.upbound.io/v1beta1", "SecurityGroupRule"),
        ] {
            assert_eq!(borders(version, kind), 0, "{kind} ({version})");
        }
    }

    /// Whether a closed filter may have further rules beside an object of that kind.
    fn opened(version: &str, kind: &str) -> bool {
        let mut world = World::default();
        let filter = world.filters.push(Filter {
            name: "closed".to_owned(),
            kind: "security group",
            stateful: true,
            ingress: Vec::new(),
            egress: Vec::new(),
            doubt: Doubt::none(),
            origin: None,
        });
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: x}}\n");
        let objects = objects(&[&text]).objects;
        lower(objects.iter(), &mut world);
        !world.filters[filter].doubt.is_certain()
    }

    /// Sources: the references of the controllers, whose kinds are named as the clouds' own resources.
    #[test]
    fn an_object_that_makes_a_rule_of_a_filter_may_open_any() {
        for (version, kind) in [
            ("ec2.aws.upbound.io/v1beta1", "SecurityGroupRule"),
            ("ec2.aws.m.upbound.io/v1beta1", "SecurityGroupIngressRule"),
            ("ec2.aws.upbound.io/v1beta1", "NetworkACLRule"),
            ("network.azure.upbound.io/v1beta1", "SecurityRule"),
            (
                "network.azure.com/v1api20201101",
                "NetworkSecurityGroupsSecurityRule",
            ),
            ("compute.cnrm.cloud.google.com/v1beta1", "ComputeFirewall"),
        ] {
            assert!(opened(version, kind), "{kind} ({version})");
        }
        for (version, kind) in [
            ("ec2.aws.upbound.io/v1beta1", "SecurityGroup"),
            ("ec2.aws.upbound.io/v1beta1", "VPCPeeringConnection"),
            ("example.org/v1", "SecurityGroupRule"),
        ] {
            assert!(!opened(version, kind), "{kind} ({version})");
        }
    }
}
