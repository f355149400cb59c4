//! Node classes: nodes that Karpenter (`EC2NodeClass`, `AWSNodeTemplate`) or EKS Auto Mode (`NodeClass`) starts when pods need
//! them. Source: Karpenter documentation, "NodeClasses"; EKS user guide, "Create a Node Class for Amazon EKS".

use super::pool::{AutoPods, Maker, NodeSubnet, Pool, System};
use super::selector_terms::{self, Term};
use crate::ingest::aws::stage::SecurityGroups;
use crate::ingest::aws::{Lowering, MetadataOptions, MetadataSetting, Otherwise};
use crate::ingest::kubernetes::Object;
use crate::ingest::terraform::Resource;
use crate::model::{
    CredentialsControl, Doubt, Id, Labels, Network, NodeCredentials, Note, Origin, ToPods,
};

/// A node class.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NodeClass {
    /// Who starts the nodes.
    pub maker: Maker,
    /// Kind and name, for the trail.
    pub title: String,
    /// Subnets of nodes.
    pub subnets: Vec<Term>,
    /// Security groups of nodes.
    pub groups: Vec<Term>,
    /// Subnets of pods, where they are not those of the node.
    pub pod_subnets: Vec<Term>,
    /// Security groups of pods, likewise.
    pub pod_groups: Vec<Term>,
    /// Whether packets to outside the network leave with the node's address.
    pub translates: bool,
    /// Whether pods that no policy selects are closed.
    pub closed: bool,
    /// Operating system of the nodes.
    pub system: System,
    /// Settings of the metadata service; Auto Mode has none.
    pub metadata: MetadataOptions,
    /// Where it stands.
    pub origin: Origin,
}

/// Reads a node class; none where the object is of another kind.
#[must_use]
pub fn of_object(object: &Object) -> Option<NodeClass> {
    let maker = match object.kind.as_str() {
        "EC2NodeClass" | "AWSNodeTemplate" => Maker::Karpenter,
        "NodeClass" => Maker::AutoMode,
        _ => return None,
    };
    let spec = object.node.get("spec");
    let list = |name: &str| selector_terms::read(&spec.get(name));
    let (subnets, groups) = match object.kind.as_str() {
        "AWSNodeTemplate" => (
            selector_terms::read_map(&spec.get("subnetSelector")),
            selector_terms::read_map(&spec.get("securityGroupSelector")),
        ),
        _ => (
            list("subnetSelectorTerms"),
            list("securityGroupSelectorTerms"),
        ),
    };
    let images = spec.get("amiSelectorTerms").items();
    let mut image = images
        .iter()
        .filter_map(|term| term.get("alias").text().map(str::to_owned))
        .chain(spec.get("amiFamily").text().map(str::to_owned));
    let windows = image.any(|name| name.to_ascii_lowercase().starts_with("windows"));
    Some(NodeClass {
        maker,
        title: format!("nodes of {} `{}`", object.kind, object.name),
        subnets,
        groups,
        pod_subnets: list("podSubnetSelectorTerms"),
        pod_groups: list("podSecurityGroupSelectorTerms"),
        translates: spec.get("snatPolicy").text() != Some("Disabled"),
        closed: spec.get("networkPolicy").text() == Some("DefaultDeny"),
        system: if windows {
            System::Windows
        } else {
            System::Linux
        },
        metadata: metadata(object),
        origin: object.origin.clone(),
    })
}

/// What Karpenter sets for whoever leaves it open: tokens always; a hop limit of 2 before `v1`. Source: Karpenter documentation,
/// "v1 Migration"; `EC2NodeClass` `v1` and `v1beta1`, `metadataOptions`.
fn metadata(object: &Object) -> MetadataOptions {
    let block = object.node.get("spec").get("metadataOptions");
    let origin = Origin {
        place: if block.is_absent() {
            object.origin.place.clone()
        } else {
            block.key_place()
        },
        ..object.origin.clone()
    };
    let hops = if object.version == "v1" {
        MetadataSetting::Keeps
    } else {
        MetadataSetting::Lets
    };
    MetadataOptions::of_node(&block, origin).or(MetadataSetting::Keeps, hops)
}

/// Auto Mode requires tokens, and a hop limit of 1. Source: EKS user guide, "Learn about Amazon EKS Auto Mode managed instances", "Instance
/// Metadata Service".
fn auto_credentials(origin: Option<Origin>) -> NodeCredentials {
    NodeCredentials {
        to_pods: ToPods::Withheld,
        control: CredentialsControl::HopLimit,
        note: Note {
            text: "EKS Auto Mode requires tokens, which do not leave the node".to_owned(),
            origin,
            assumed: true,
        },
    }
}

impl NodeClass {
    fn credentials(&self) -> NodeCredentials {
        if self.maker == Maker::AutoMode {
            return auto_credentials(Some(self.origin.clone()));
        }
        let whose = format!("`{}`", self.origin.address);
        let otherwise = Otherwise::Unknown("sets nothing of the metadata service");
        self.metadata.credentials(&whose, otherwise)
    }

    /// The nodes as a pool.
    pub fn pool(
        &self,
        lowering: &mut Lowering,
        cluster: Id<Resource>,
        network: Id<Network>,
    ) -> Pool {
        let places =
            selector_terms::places(lowering, &self.subnets, network, &self.title, &self.origin);
        let (filters, doubt) = selector_terms::filters(
            lowering,
            &self.groups,
            cluster,
            network,
            &self.title,
            &self.origin,
        );
        let credentials = self.credentials();
        let auto = (self.maker == Maker::AutoMode).then(|| self.auto(lowering, cluster, network));
        Pool {
            title: self.title.clone(),
            name: None,
            maker: self.maker,
            system: self.system,
            labels: Labels::new(),
            labels_complete: false,
            branches: (self.maker == Maker::AutoMode).then_some(false),
            places,
            filters,
            credentials,
            node_pool: None,
            auto,
            doubt,
            origin: Some(self.origin.clone()),
        }
    }

    fn auto(
        &self,
        lowering: &mut Lowering,
        cluster: Id<Resource>,
        network: Id<Network>,
    ) -> AutoPods {
        let title = format!("pods on {}", self.title);
        let places = (!self.pod_subnets.is_empty()).then(|| {
            selector_terms::places(lowering, &self.pod_subnets, network, &title, &self.origin)
        });
        let filters = (!self.pod_groups.is_empty()).then(|| {
            selector_terms::filters(
                lowering,
                &self.pod_groups,
                cluster,
                network,
                &title,
                &self.origin,
            )
            .0
        });
        AutoPods {
            translates: self.translates,
            places,
            filters,
            closed: self.closed,
            origin: Some(self.origin.clone()),
        }
    }
}

/// The nodes that EKS Auto Mode starts by the NodeClass `default`, which it makes: in the cluster's subnets, with the
/// cluster's security group.
#[must_use]
pub fn default_pool(lowering: &Lowering, cluster: Id<Resource>, places: Vec<NodeSubnet>) -> Pool {
    let resource = &lowering.graph.resources[cluster];
    Pool {
        title: format!("EKS Auto Mode nodes of `{}`", resource.address),
        name: None,
        maker: Maker::AutoMode,
        system: System::Linux,
        labels: Labels::new(),
        labels_complete: false,
        branches: Some(false),
        places,
        filters: lowering
            .seen::<SecurityGroups>()
            .of_clusters
            .get(&cluster)
            .copied()
            .into_iter()
            .collect(),
        credentials: auto_credentials(Some(resource.origin_of("compute_config"))),
        node_pool: None,
        auto: Some(AutoPods {
            translates: true,
            places: None,
            filters: None,
            closed: false,
            origin: None,
        }),
        doubt: Doubt::none(),
        origin: Some(resource.origin_of("compute_config")),
    }
}
