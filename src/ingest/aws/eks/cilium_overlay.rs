//! Cilium as the pods' network: which addresses pods have, and with which they leave.
//! Source: Cilium user guide, "IP Address Management (IPAM)", "Routing", "Masquerading"; its Helm chart, `cilium-configmap.yaml`.
//!
//! By default pods have addresses of a pool of the cluster's own, which the VPC does not know: nothing reaches them by those, and all that they
//! send leaves with the node's. In ENI mode, and chained behind the VPC CNI, they have addresses of the VPC.

use super::pod_network::{ClusterNetwork, Interface, Overlay, PodInterface, Translation};
use super::pool::{Family, Maker, System};
use super::setting::{Setting, Settings, Source};
use super::translation::outside;
use crate::ingest::kubernetes::Object;
use crate::ingest::kubernetes::engine::{AUDIT_MODE, CILIUM, ENABLE_POLICY, Hint};
use crate::model::{AddressSet, Doubt, GapKind, Note, World};
use serde_json::json;
use std::collections::BTreeMap;

/// Values of the Helm chart, and the keys of the ConfigMap that they become.
const VALUES: &[(&str, &str)] = &[
    ("cluster.id", "cluster-id"),
    ("cluster.name", "cluster-name"),
    ("cni.chainingMode", "cni-chaining-mode"),
    ("enableIPv4Masquerade", "enable-ipv4-masquerade"),
    (
        "extraConfig.enable-cilium-clusterwide-network-policy",
        CLUSTERWIDE,
    ),
    ("extraConfig.enable-cilium-network-policy", NAMESPACED),
    ("extraConfig.enable-k8s-networkpolicy", KUBERNETES),
    ("extraConfig.labels", LABELS),
    ("extraConfig.policy-audit-mode", AUDIT_MODE),
    ("ipam.mode", IPAM),
    ("ipv4NativeRoutingCIDR", NATIVE),
    ("k8sNetworkPolicy.enabled", KUBERNETES),
    ("labels", LABELS),
    ("nodeSelectorLabels", "enable-node-selector-labels"),
    ("policyAuditMode", AUDIT_MODE),
    ("policyCIDRMatchMode", "policy-cidr-match-mode"),
    ("policyEnforcementMode", ENABLE_POLICY),
    ("routingMode", ROUTING),
    ("tunnel", "tunnel"),
];
const CLUSTERWIDE: &str = "enable-cilium-clusterwide-network-policy";
const NAMESPACED: &str = "enable-cilium-network-policy";
const KUBERNETES: &str = "enable-k8s-networkpolicy";
const LABELS: &str = "labels";
const IPAM: &str = "ipam";
const NATIVE: &str = "ipv4-native-routing-cidr";
const ROUTING: &str = "routing-mode";
const MASQUERADE: &str = "enable-ipv4-masquerade";

/// The keys of the ConfigMap that values of the chart become, as far as they are read anywhere.
pub fn variables(value: &dyn Fn(&str) -> Option<String>) -> BTreeMap<String, String> {
    let mut out: BTreeMap<String, String> = VALUES
        .iter()
        .filter_map(|(name, key)| Some(((*key).to_owned(), value(name)?)))
        .collect();
    if value("eni.enabled").as_deref() == Some("true") {
        out.insert(IPAM.to_owned(), "eni".to_owned());
    }
    out
}

/// The ConfigMap that a release of the chart makes, as far as its values are known; none where it may be of another cluster.
pub fn object(source: &Source) -> Option<Object> {
    let origin = source
        .origin
        .clone()
        .filter(|_| source.hidden.and(&source.unsure).is_certain())?;
    let metadata = json!({"name": "cilium-config", "namespace": "kube-system"});
    Object::from_json(
        &json!({"apiVersion": "v1", "kind": "ConfigMap", "metadata": metadata, "data": source.variables}),
        origin,
    )
}

/// The settings of the ConfigMap.
pub fn source(object: &Object) -> Option<Source> {
    if !object.is("", "ConfigMap") || object.name != "cilium-config" {
        return None;
    }
    let variables = object
        .node
        .get("data")
        .entries()
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.written()?.to_owned())));
    let title = "ConfigMap `cilium-config`".to_owned();
    Some(Source {
        title,
        origin: Some(object.origin.clone()),
        variables: variables.collect(),
        ..Source::default()
    })
}

impl Overlay {
    /// What Terraform and the objects tell; `hints`: engines that the objects are of.
    pub fn of(sources: Vec<Source>, hints: &[Hint], world: &mut World) -> Option<Self> {
        let agent = hints.iter().find(|hint| hint.engine == CILIUM);
        let blind = match agent {
            Some(agent) if sources.is_empty() => {
                let what = "the ConfigMap `cilium-config`, which says which addresses Cilium gives pods, is not in the input";
                world.doubt(GapKind::NotInInput, what, Some(agent.origin.clone()))
            }
            None if sources.is_empty() => return None,
            _ => Doubt::none(),
        };
        Some(Overlay {
            settings: Settings { sources },
            blind,
        })
    }

    /// The ways in which the packets of a pod that sits there are addressed, each with whether the pod has an address of the VPC; none where
    /// Cilium does not give pods their addresses.
    pub fn translations(
        &self,
        world: &mut World,
        cluster_network: &ClusterNetwork,
        pod_interface: &PodInterface,
    ) -> Option<Vec<(bool, Translation)>> {
        let own = matches!(
            pod_interface.interface,
            Interface::Shared | Interface::Apart(..)
        );
        if !own
            || pod_interface.pool.maker == Maker::AutoMode
            || pod_interface.pool.system == System::Windows
        {
            return None;
        }
        let chained = self.settings.text("cni-chaining-mode", "none");
        if self.blind.is_certain()
            && chained
                .known()
                .is_some_and(|mode| mode == "aws-cni" || mode == "generic-veth")
        {
            return None;
        }
        let ipam = self.settings.text(IPAM, "cluster-pool");
        if cluster_network.family == Family::V6 {
            let what = "which addresses Cilium gives pods in an IPv6 cluster is not judged";
            let doubt = world.doubt(GapKind::NotJudged, what, ipam.note.origin.clone());
            return Some(self.unknown(world, cluster_network, &Setting { doubt, ..ipam }));
        }
        match ipam
            .known()
            .filter(|_| self.blind.is_certain() && ipam.doubt.is_certain())
        {
            Some(mode) if mode == "eni" => Some(self.in_the_network(world, cluster_network)),
            Some(_) => Some(self.in_a_pool(world, &ipam)),
            None => Some(self.unknown(world, cluster_network, &ipam)),
        }
    }

    /// In ENI mode: as with the VPC CNI, but what is left untranslated is what routes natively.
    fn in_the_network(
        &self,
        world: &World,
        cluster_network: &ClusterNetwork,
    ) -> Vec<(bool, Translation)> {
        let masquerade = self.settings.flag(MASQUERADE, true);
        let native = self.settings.blocks(NATIVE);
        let mut out = Vec::new();
        if masquerade.may_be(&false) {
            let text = format!("packets keep the pod's address: {}", masquerade.note.text);
            let note = Note {
                text,
                ..masquerade.note.clone()
            };
            out.push((
                true,
                Translation {
                    towards: AddressSet::none(),
                    note,
                    doubt: masquerade.doubt.clone(),
                },
            ));
        }
        if masquerade.may_be(&true) {
            let text = format!(
                "packets to outside of what Cilium routes natively leave with the node's address: {}",
                masquerade.note.text
            );
            let note = Note {
                text,
                ..masquerade.note.clone()
            };
            let written = native.known().filter(|blocks| !blocks.is_empty());
            let all = match written {
                Some(blocks) => {
                    vec![Translation {
                        towards: AddressSet::all_v4().difference(blocks),
                        note,
                        doubt: Doubt::none(),
                    }]
                }
                None => outside(world, cluster_network, note),
            };
            out.extend(all.into_iter().map(|one| {
                (
                    true,
                    Translation {
                        doubt: one.doubt.and(&masquerade.doubt).and(&native.doubt),
                        ..one
                    },
                )
            }));
        }
        out
    }

    /// Addresses that the VPC does not know: what is not translated goes nowhere, unless routes to nodes lead there.
    fn in_a_pool(&self, world: &mut World, ipam: &Setting<String>) -> Vec<(bool, Translation)> {
        let masquerade = self.settings.flag(MASQUERADE, true);
        let routing = self.settings.text(ROUTING, "tunnel");
        let native = routing.known().is_some_and(|mode| mode == "native")
            || self
                .settings
                .text("tunnel", "vxlan")
                .known()
                .is_some_and(|mode| mode == "disabled");
        let mut doubt = routing.doubt.and(&masquerade.doubt);
        if native || masquerade.may_be(&false) {
            let what = "Cilium routes pods by addresses that no subnet holds: which routes and filters hold for them is not judged";
            doubt = doubt.and(&world.doubt(
                GapKind::NotJudged,
                what,
                ipam.note.origin.clone().or(masquerade.note.origin.clone()),
            ));
        }
        let said = if ipam.note.assumed {
            &masquerade.note
        } else {
            &ipam.note
        };
        let text = format!(
            "pods have addresses of Cilium's own, and all that they send out leaves with the node's: {}",
            said.text
        );
        let note = Note {
            text,
            ..said.clone()
        };
        let mut out = vec![(
            false,
            Translation {
                towards: AddressSet::all_v4(),
                note: note.clone(),
                doubt: doubt.clone(),
            },
        )];
        if !doubt.is_certain() {
            out.push((
                true,
                Translation {
                    towards: AddressSet::none(),
                    note,
                    doubt,
                },
            ));
        }
        out
    }

    fn unknown(
        &self,
        world: &World,
        cluster_network: &ClusterNetwork,
        ipam: &Setting<String>,
    ) -> Vec<(bool, Translation)> {
        let doubt = self.blind.and(&ipam.doubt);
        let text =
            "which addresses Cilium gives pods, and with which they leave, is not known".to_owned();
        let note = Note {
            text,
            origin: ipam.note.origin.clone(),
            assumed: false,
        };
        let everywhere = Translation {
            towards: AddressSet::all(),
            note: note.clone(),
            doubt: doubt.clone(),
        };
        let never = Translation {
            towards: AddressSet::none(),
            note: note.clone(),
            doubt: doubt.clone(),
        };
        let mut out = vec![(false, everywhere), (true, never)];
        out.extend(
            outside(world, cluster_network, note)
                .into_iter()
                .map(|one| {
                    (
                        true,
                        Translation {
                            doubt: one.doubt.and(&doubt),
                            ..one
                        },
                    )
                }),
        );
        out
    }
}
