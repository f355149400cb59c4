//! Where the pods of a workload may run: which nodes, and whether on Fargate. Scheduling beyond what is read here is no gap:
//! what may be placed somewhere is taken to stand there.
//! Source: EKS user guide, "Define which Pods use AWS Fargate when launched", "Managed node groups".

use super::fargate::Profile;
use super::pool::{Maker, Pool, System};
use crate::model::{Labels, Workload};

/// Label of managed nodes, and of the pods that ask for them.
const GROUP: &str = "eks.amazonaws.com/nodegroup";
/// Label of nodes that tells their sort: `ec2`, `auto`, `fargate`, `hybrid`. As an annotation of pods it keeps them off Fargate.
const COMPUTE: &str = "eks.amazonaws.com/compute-type";
/// Label of pods that chooses among the profiles that match.
const PROFILE: &str = "eks.amazonaws.com/fargate-profile";
/// The operating system of a node.
const SYSTEMS: &[&str] = &["kubernetes.io/os", "beta.kubernetes.io/os"];

/// Labels that every node has, or whose values the input does not say.
const WELL_KNOWN: &[&str] = &[
    "kubernetes.io/",
    "k8s.io/",
    "eks.amazonaws.com/",
    "amazonaws.com/",
    "karpenter.sh/",
    "k8s.aws/",
];

/// Whether pods run on Fargate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Fargate<'a> {
    /// They do not.
    No,
    /// They do, by this profile.
    Yes(&'a Profile),
    /// They may, by each of these profiles, or run on nodes.
    Perhaps(Vec<&'a Profile>),
}

/// Tells the profile that takes the pods: of several the alphanumerically first, unless a label of the pods names one.
#[must_use]
pub fn fargate<'a>(workload: &Workload, namespace: &str, profiles: &'a [Profile]) -> Fargate<'a> {
    let off = workload.host_network || workload.kind == "DaemonSet";
    if off
        || workload
            .annotations
            .get(COMPUTE)
            .is_some_and(|kind| kind != "fargate")
    {
        return Fargate::No;
    }
    let named = workload.labels.get(PROFILE);
    let mut perhaps = Vec::new();
    for profile in profiles.iter().filter(|profile| {
        named.is_none() || profile.name.is_none() || profile.name.as_ref() == named
    }) {
        match profile.takes(namespace, &workload.labels) {
            Some(true)
                if perhaps.is_empty() && profile.doubt.is_certain() && profile.name.is_some() =>
            {
                return Fargate::Yes(profile);
            }
            Some(true)
                if perhaps.is_empty() && profiles.len() == 1 && profile.doubt.is_certain() =>
            {
                return Fargate::Yes(profile);
            }
            Some(false) => {}
            _ => perhaps.push(profile),
        }
    }
    if perhaps.is_empty() {
        Fargate::No
    } else {
        Fargate::Perhaps(perhaps)
    }
}

/// The operating system of the nodes that pods ask for: Linux where they ask for none.
#[must_use]
pub fn system(asked: &Labels) -> System {
    let windows = |key: &&str| asked.get(*key).is_some_and(|value| value == "windows");
    if SYSTEMS.iter().any(windows) {
        System::Windows
    } else {
        System::Linux
    }
}

/// The pools that have nodes which the pods may run on, given the node labels that they ask for.
#[must_use]
pub fn pools<'a>(asked: &Labels, pools: &'a [Pool]) -> Vec<&'a Pool> {
    pools
        .iter()
        .filter(|pool| asked.iter().all(|(key, value)| wears(pool, key, value)))
        .collect()
}

/// Whether nodes of a pool may carry a label.
fn wears(pool: &Pool, key: &str, value: &str) -> bool {
    match key {
        GROUP => match pool.maker {
            Maker::Managed => pool.name.as_deref().is_none_or(|name| name == value),
            maker => maker == Maker::Unseen,
        },
        COMPUTE => match value {
            "auto" => matches!(pool.maker, Maker::AutoMode | Maker::Unseen),
            "fargate" | "hybrid" => false,
            _ => pool.maker != Maker::AutoMode,
        },
        key if SYSTEMS.contains(&key) => (value == "windows") == (pool.system == System::Windows),
        key => match pool.labels.get(key) {
            Some(own) => own == value,
            None => {
                !pool.labels_complete
                    || WELL_KNOWN.iter().any(|front| {
                        key.split('/')
                            .next()
                            .is_some_and(|own| format!("{own}/").ends_with(front))
                    })
            }
        },
    }
}
