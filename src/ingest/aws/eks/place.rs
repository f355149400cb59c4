//! Placements of all workloads of a cluster.

use super::engine;
use super::facts::{self, Facts};
use super::fargate::Profile;
use super::hybrid;
use super::limits;
use super::manifests::Manifests;
use super::node_group;
use super::placement::{self, Fargate};
use super::pod_interfaces::{self, Rules};
use super::pod_network::{ClusterNetwork, Overlay};
use super::pod_placement;
use super::pool::{Family, Maker, NodeSubnet, Pool};
use super::setting::Settings;
use crate::ingest::aws::Lowering;
use crate::ingest::aws::stage::{SecurityGroups, Subnets};
use crate::ingest::terraform::{Resource, Value};
use crate::model::{
    AddressSet, Attachment, Cluster, DistinctPlacements, Doubt, Enforced, Filter, GapKind, Id,
    Labels, Note, Origin, PodPlacement, PodPlacements, Workload,
};
use rustc_hash::FxHashMap;

/// The annotation by which pods ask for further interfaces (Multus).
const NETWORKS: &str = "k8s.v1.cni.cncf.io/networks";

/// Groups that a pod has of its own, who says so, and why that is not certain.
type OwnGroups = (Vec<Id<Filter>>, Note, Doubt);

/// What is the same for all workloads.
struct Site<'a> {
    id: Id<Resource>,
    facts: &'a Facts,
    manifests: &'a Manifests,
    settings: &'a Settings,
    pools: Vec<Pool>,
    eni_configs: Vec<super::eni_config::EniConfig>,
    tagged: Vec<NodeSubnet>,
    cilium_overlay: Option<Overlay>,
    engine: String,
    enforced: Enforced,
    auto_enforced: Enforced,
}

/// Gives every workload of the cluster its placements.
pub fn place(
    lowering: &mut Lowering,
    id: Id<Resource>,
    facts: &Facts,
    cluster: Id<Cluster>,
    manifests: &Manifests,
    settings: &Settings,
) {
    let pools = pools(lowering, id, facts, manifests);
    let pools = pools
        .into_iter()
        .map(|pool| pool.in_model(lowering.world))
        .collect();
    let own = &lowering.world.clusters[cluster];
    let (engine, enforced) = (own.engine.clone(), own.enforced.clone());
    let known = matches!(enforced, Enforced::Yes(_)) || engine != "vpc-cni";
    let sources = facts.plugins.overlays.iter().chain(&manifests.overlays);
    let cilium_overlay = Overlay::of(sources.cloned().collect(), &manifests.hints, lowering.world);
    let site = Site {
        cilium_overlay,
        id,
        facts,
        manifests,
        settings,
        pools,
        eni_configs: facts
            .plugins
            .eni_configs
            .iter()
            .chain(&manifests.eni_configs)
            .cloned()
            .collect(),
        tagged: tagged(lowering, facts),
        auto_enforced: if known {
            enforced.clone()
        } else {
            engine::controller(manifests, settings)
        },
        engine,
        enforced,
    };
    let workloads: Vec<Id<Workload>> = lowering
        .world
        .workloads
        .iter()
        .filter(|(_, own)| own.cluster == cluster)
        .map(|(id, _)| id)
        .collect();
    let mut distinct = DistinctPlacements::default();
    let mut of_class: FxHashMap<(bool, &Labels), PodPlacements> = FxHashMap::default();
    for id in workloads {
        let class = site.class(&lowering.world.workloads[id]);
        let known = class.and_then(|class| of_class.get(&class)).cloned();
        let placements =
            known.unwrap_or_else(|| distinct.shared(site.pod_placements(lowering, id)));
        if let Some(class) = class {
            of_class.insert(class, placements.clone());
        }
        lowering.world.workloads[id].pod_placements = placements;
    }
}

/// All nodes of the cluster that the input tells of: those of Terraform, and those of node classes in the manifests.
pub fn pools(
    lowering: &mut Lowering,
    id: Id<Resource>,
    facts: &Facts,
    manifests: &Manifests,
) -> Vec<Pool> {
    let mut out = facts.pools.clone();
    for class in &manifests.node_classes {
        for network in &facts.networks {
            let pool = class.pool(lowering, id, *network);
            out.push(Pool {
                doubt: pool.doubt.and(&facts.unsure),
                ..pool
            });
        }
    }
    out
}

/// Subnets of the networks that may be the cluster's which are tagged for further interfaces of nodes.
fn tagged(lowering: &Lowering, facts: &Facts) -> Vec<NodeSubnet> {
    let wears = |resource: &Resource| {
        ["tags", "tags_all"]
            .iter()
            .any(|path| match resource.values.get(path) {
                Value::Map(map) => map
                    .get("kubernetes.io/role/cni")
                    .is_some_and(|value| value.text() == Some("1") || value.is_unknown()),
                _ => false,
            })
    };
    let here = |subnet: &Id<crate::model::Subnet>| {
        facts
            .networks
            .contains(&lowering.world.subnets[*subnet].network)
    };
    let subnets = lowering
        .seen::<Subnets>()
        .of
        .iter()
        .filter(|(id, _)| wears(&lowering.graph.resources[**id]))
        .flat_map(|(_, subnet)| lowering.lowered.on_demand.alternatives.of(*subnet));
    let mut subnets: Vec<_> = subnets.filter(here).collect();
    subnets.sort_unstable();
    subnets.dedup();
    subnets
        .into_iter()
        .map(|subnet| node_group::place(lowering, subnet, facts.unsure.clone()))
        .collect()
}

impl Site<'_> {
    /// What the placements of a workload rest on: whether it is on the host network, and the node labels that it asks for. None
    /// where they rest on more of it, or a gap names it.
    fn class(&self, workload: &Workload) -> Option<(bool, &Labels)> {
        let asked = self.asked(workload);
        let has_choices =
            !self.manifests.group_policies.is_empty() || !self.facts.profiles.is_empty();
        let is_named = workload.kind == "Pod"
            || workload.annotations.contains_key(NETWORKS)
            || !self.pools.is_empty() && placement::pools(asked, &self.pools).is_empty();
        (!has_choices && !is_named).then_some((workload.host_network, asked))
    }

    fn pod_placements(&self, lowering: &mut Lowering, id: Id<Workload>) -> Vec<PodPlacement> {
        let workload = lowering.world.workloads[id].clone();
        let namespace = lowering.world.namespaces[workload.namespace].clone();
        let pod = crate::model::Selected {
            pod: &workload.labels,
            namespace: &namespace.name,
            namespace_labels: &namespace.labels,
            service_account: &workload.service_account,
            service_account_labels: &workload.service_account_labels,
        };
        let groups = pod_interfaces::own_groups(lowering, &self.manifests.group_policies, pod);
        let mut out = Vec::new();
        let mut otherwise = Doubt::none();
        match placement::fargate(&workload, &namespace.name, &self.facts.profiles) {
            Fargate::No => {}
            Fargate::Yes(profile) => {
                return self.on_fargate(lowering, profile, groups.as_ref(), &Doubt::none());
            }
            Fargate::Perhaps(profiles) => {
                otherwise = self.undecided(lowering, &workload.origin, &profiles);
                for profile in profiles {
                    out.extend(self.on_fargate(lowering, profile, groups.as_ref(), &otherwise));
                }
            }
        }
        out.extend(self.on_nodes(lowering, &workload, groups.as_ref(), &otherwise));
        if out.is_empty() {
            let pool = facts::unseen(lowering, self.id, self.facts);
            let pool = Pool {
                system: placement::system(self.asked(&workload)),
                ..pool.in_model(lowering.world)
            };
            out.extend(self.on_pools(
                lowering,
                &workload,
                groups.as_ref(),
                &Doubt::none(),
                &[&pool],
            ));
        }
        out.extend(self.further(lowering, &workload, out.first()));
        let remote = self.facts.remote.as_ref();
        out.extend(hybrid::placements(remote, &workload, lowering.world));
        let mut out = dedup(out);
        if self.engine == "vpc-cni" {
            limits::alone(lowering.world, &workload, &mut out);
        }
        out
    }

    /// The node labels that pods ask for.
    fn asked(&self, workload: &Workload) -> &Labels {
        static NONE: Labels = Labels::new();
        self.manifests.asked.get(&workload.origin).unwrap_or(&NONE)
    }

    /// Interfaces that pods have beside the one of the cluster's network: which they are, what filters them and whether policies hold for
    /// them is not known. Source: EKS user guide, "Attach multiple network interfaces to Pods"; "Limit Pod traffic with Kubernetes network
    /// policies", "Considerations".
    fn further(
        &self,
        lowering: &mut Lowering,
        workload: &Workload,
        like: Option<&PodPlacement>,
    ) -> Option<PodPlacement> {
        let like = like.filter(|_| workload.annotations.contains_key(NETWORKS))?;
        let title = &workload.origin.address;
        let what = format!(
            "{title} asks for further interfaces by `{NETWORKS}`: what filters them, and whether policies hold for them, is not judged"
        );
        let origin = workload.origin.clone();
        let doubt = lowering
            .world
            .doubt(GapKind::NotJudged, what.clone(), Some(origin.clone()));
        let name = format!("security groups of further interfaces of {title}");
        let filter = lowering.hidden_group(name, doubt.clone(), origin.clone());
        let network = &lowering.world.networks[self.facts.network];
        let note = Note {
            text: "a further interface of the pod has an address of its own".to_owned(),
            origin: Some(origin.clone()),
            assumed: false,
        };
        let pod = Attachment {
            network: self.facts.network,
            subnet: None,
            addresses: network.addresses.clone(),
            filters: vec![filter],
            interface: 0,
            doubt: doubt.clone(),
            origin: Some(origin),
        };
        Some(PodPlacement {
            name: format!("a further interface on {}", like.name),
            pool: like.pool,
            pod,
            node: like.node.clone(),
            translated: AddressSet::none(),
            enforced: Enforced::Unknown(
                Note {
                    text: what,
                    ..note.clone()
                },
                doubt.clone(),
            ),
            source_address: note,
            doubt,
        })
    }

    fn undecided(&self, lowering: &mut Lowering, origin: &Origin, profiles: &[&Profile]) -> Doubt {
        let names: Vec<String> = profiles
            .iter()
            .map(|profile| format!("`{}`", profile.address))
            .collect();
        let what = format!(
            "whether {} runs on Fargate, by {}, is not known",
            origin.address,
            names.join(" or ")
        );
        lowering.world.doubt(
            GapKind::UnknownValue,
            what,
            profiles.first().map(|profile| profile.origin.clone()),
        )
    }

    fn on_nodes(
        &self,
        lowering: &mut Lowering,
        workload: &Workload,
        groups: Option<&OwnGroups>,
        doubt: &Doubt,
    ) -> Vec<PodPlacement> {
        let asked = self.asked(workload);
        let any: Vec<Pool>;
        let mut pools = placement::pools(asked, &self.pools);
        let mut doubt = doubt.clone();
        if pools.is_empty() && !self.pools.is_empty() {
            let what = format!(
                "no nodes of the input have the labels that {} asks for: it is taken to run on any",
                workload.origin.address
            );
            doubt = doubt.and(&lowering.world.doubt(
                GapKind::NotInInput,
                what,
                Some(workload.origin.clone()),
            ));
            let system = placement::system(asked);
            let other = |pool: &Pool| Pool {
                system: pool.system.max(system),
                ..pool.clone()
            };
            any = self.pools.iter().map(other).collect();
            pools = any.iter().collect();
        }
        let able: Vec<&Pool> = pools
            .iter()
            .copied()
            .filter(|pool| pool.branches != Some(false))
            .collect();
        if groups.is_some() && self.needs_branches(&able) && !workload.host_network {
            pools = able;
        }
        self.on_pools(lowering, workload, groups, &doubt, &pools)
    }

    /// Whether pods with groups of their own stand only where nodes can have branch interfaces, and some can.
    fn needs_branches(&self, able: &[&Pool]) -> bool {
        self.settings.flag(pod_interfaces::POD_ENI, false).known() == Some(&true)
            && !able.is_empty()
    }

    fn on_pools(
        &self,
        lowering: &mut Lowering,
        workload: &Workload,
        groups: Option<&OwnGroups>,
        doubt: &Doubt,
        pools: &[&Pool],
    ) -> Vec<PodPlacement> {
        let rules = Rules {
            settings: self.settings,
            eni_configs: &self.eni_configs,
            tagged: &self.tagged,
            calico_ip_pools: self.manifests.calico_ip_pools.as_ref(),
        };
        let mut out = Vec::new();
        for (family, unsure) in &self.facts.families {
            for (pool, place) in pools
                .iter()
                .flat_map(|pool| pool.places.iter().map(move |place| (*pool, place)))
            {
                let mut cluster_network = self.cluster_network(*family, pool);
                if let Some(subnet) = place.subnet {
                    cluster_network.network = lowering.world.subnets[subnet].network;
                }
                for mut pod_interface in pod_interfaces::pod_interfaces(
                    lowering,
                    rules,
                    workload.host_network,
                    groups,
                    pool,
                    place,
                ) {
                    pod_interface.doubt = pod_interface.doubt.and(doubt).and(unsure);
                    out.extend(pod_placement::pod_placements(
                        lowering.world,
                        &cluster_network,
                        &pod_interface,
                    ));
                }
            }
        }
        out
    }

    fn cluster_network(&self, family: Family, pool: &Pool) -> ClusterNetwork<'_> {
        let enforced = if pool.maker == Maker::AutoMode {
            &self.auto_enforced
        } else {
            &self.enforced
        };
        let (cilium_overlay, engine) = (self.cilium_overlay.as_ref(), self.engine.as_str());
        ClusterNetwork {
            network: self.facts.network,
            family,
            settings: self.settings,
            cilium_overlay,
            engine,
            enforced,
        }
    }

    fn on_fargate(
        &self,
        lowering: &mut Lowering,
        profile: &Profile,
        groups: Option<&OwnGroups>,
        doubt: &Doubt,
    ) -> Vec<PodPlacement> {
        let cluster = lowering
            .seen::<SecurityGroups>()
            .of_clusters
            .get(&self.id)
            .copied()
            .into_iter()
            .collect();
        let name = format!("Fargate profile `{}`", profile.address);
        let note = Note {
            text: format!("{name} takes the pod, which keeps its own address"),
            origin: Some(profile.origin.clone()),
            assumed: false,
        };
        let (filters, note, own) = match groups {
            Some((filters, own, doubt)) => (
                filters.clone(),
                Note {
                    text: format!("{}; {}", note.text, own.text),
                    ..note
                },
                doubt.clone(),
            ),
            None => (cluster, note, Doubt::none()),
        };
        let mut out = Vec::new();
        for (family, unsure) in &self.facts.families {
            let cluster_network = ClusterNetwork {
                network: self.facts.network,
                family: *family,
                settings: self.settings,
                cilium_overlay: None,
                engine: &self.engine,
                enforced: &self.enforced,
            };
            for place in &profile.places {
                let doubt = doubt.and(&own).and(unsure).and(&profile.doubt);
                out.push(pod_placement::fargate(
                    lowering.world,
                    &cluster_network,
                    name.clone(),
                    place,
                    &filters,
                    note.clone(),
                    doubt,
                ));
            }
        }
        out
    }
}

/// Leaves out what stands there already.
fn dedup(pod_placements: Vec<PodPlacement>) -> Vec<PodPlacement> {
    let mut out: Vec<PodPlacement> = Vec::with_capacity(pod_placements.len());
    for pod_placement in pod_placements {
        if !out.contains(&pod_placement) {
            out.push(pod_placement);
        }
    }
    out
}
