//! What policy engines do where the specification leaves it open, or otherwise than it says: the one table of it. `docs/engines.md` is this
//! table, held equal to it by a test.

use super::{CILIUM, DATAPLANE_V2, named};

/// Something that engines do differently.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Question {
    /// Whether a peer that selects pods also holds for pods on the host network, by their node's address.
    HostNetworkPeers,
    /// Whether address blocks of NetworkPolicy match pods by their addresses.
    BlocksMatchPods,
    /// Whether what a pod sends to its own node always passes.
    ToOwnNode,
    /// Whether policies for egress see the address of a Service before it becomes that of a pod.
    ServiceAddresses,
    /// Whether a named port of an ingress rule means, for each pod of the policy, the ports of that name of all of them.
    SharedPortNames,
    /// What only is written down here: the difference closes what the specification opens, or is judged by the module that reads the setting.
    Further,
}

/// How a difference bears on verdicts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Judged {
    /// As the engine does it.
    AsIs,
    /// In doubt: which versions do so is not known.
    InDoubt,
    /// As the specification has it, which lets more pass.
    Wider,
    /// Not yet: the engine may let more pass than is shown.
    NotYet,
}

/// One row: what one engine does.
#[derive(Clone, Copy, Debug)]
pub struct Behaviour {
    /// The engine in one word.
    pub engine: &'static str,
    /// What it is about.
    pub question: Question,
    /// Whether it is so.
    pub answer: bool,
    /// What it does, as a sentence without a full stop.
    pub what: &'static str,
    /// The versions from which it holds, as far as they were read.
    pub versions: &'static str,
    /// How it is judged.
    pub judged: Judged,
    /// Where it was read.
    pub source: &'static str,
}

pub(super) const CNI: &str = "vpc-cni";
pub(super) const CALICO: &str = "calico";
pub(super) const MANAGER: &str = "azure-npm";
pub(super) const ANTREA: &str = "antrea";
pub(super) const OVN: &str = "ovn-kubernetes";
/// The word for a cluster in which nothing enforces policies.
const NOTHING: &str = "none";
pub(super) const CONTROLLER: &str = "controller since 1.0";
const AGENT: &str = "agent since 1.0";
pub(super) const FELIX: &str = "Calico 3";
pub(super) const AGENTS: &str = "Cilium 1";
const RESOLVER: &str = "aws/amazon-network-policy-controller-k8s `pkg/resolvers/endpoints.go`";
const PROCESSOR: &str = "aws/aws-network-policy-agent `pkg/fwruleprocessor/fw_rule_processor.go`";

pub(super) const fn row(
    (engine, versions): (&'static str, &'static str),
    (question, answer): (Question, bool),
    judged: Judged,
    what: &'static str,
    source: &'static str,
) -> Behaviour {
    Behaviour {
        engine,
        question,
        answer,
        what,
        versions,
        judged,
        source,
    }
}

use Judged::{AsIs, InDoubt, NotYet, Wider};
use Question::{
    BlocksMatchPods, Further, HostNetworkPeers, ServiceAddresses, SharedPortNames, ToOwnNode,
};

/// Every difference that is known.
pub const BEHAVIOURS: &[Behaviour] = &[
    row(
        (CNI, CONTROLLER),
        (HostNetworkPeers, true),
        AsIs,
        "a selector of a peer enters the address of every pod that it selects, also on the host network: the rule holds for the node and all that uses its address",
        RESOLVER,
    ),
    row(
        (CNI, CONTROLLER),
        (BlocksMatchPods, true),
        AsIs,
        "everything becomes addresses, so a block matches pods by theirs",
        RESOLVER,
    ),
    row(
        (CNI, AGENT),
        (ToOwnNode, true),
        AsIs,
        "the address of the pod's own node is let out and in before any rule",
        PROCESSOR,
    ),
    row(
        (CNI, AGENT),
        (ServiceAddresses, true),
        AsIs,
        "egress is judged where packets leave the pod, while they still have the address and the port of a Service; the controller enters Services into egress rules whose selector is matched by theirs",
        "aws/aws-network-policy-agent `pkg/ebpf/c/tc.v4egress.bpf.c`; aws/amazon-network-policy-controller-k8s `pkg/resolvers/endpoints.go` (`getMatchingServiceClusterIPs`)",
    ),
    row(
        (CNI, CONTROLLER),
        (Further, true),
        NotYet,
        "for a range of ports the controller enters a Service from the port that leads to the first of them up to the last of the range, whatever its ports between lead to",
        "aws/amazon-network-policy-controller-k8s `pkg/resolvers/endpoints.go` (`getMatchingServicePort`)",
    ),
    row(
        (CNI, AGENT),
        (Further, true),
        InDoubt,
        "what a pod sends to a node port of its own node is let out as what it sends to that node, and comes to the pods behind the Service from there",
        PROCESSOR,
    ),
    row(
        (CNI, CONTROLLER),
        (SharedPortNames, true),
        AsIs,
        "a named port of an ingress rule becomes the numbers that all pods of the policy give it, for each of them",
        RESOLVER,
    ),
    row(
        (CNI, CONTROLLER),
        (Further, true),
        Wider,
        "a named port has no number for peers that are blocks, or for a rule without peers: the entry is left out",
        RESOLVER,
    ),
    row(
        (CNI, CONTROLLER),
        (Further, true),
        Wider,
        "a peer of an ingress rule that has no port of the name itself is left out",
        RESOLVER,
    ),
    row(
        (CNI, CONTROLLER),
        (Further, true),
        Wider,
        "of several ports of one name and protocol in a pod only the first counts, and none of containers that start first",
        "aws/amazon-network-policy-controller-k8s `pkg/k8s/pod_utils.go`",
    ),
    row(
        (CNI, CONTROLLER),
        (Further, true),
        Wider,
        "a headless Service is entered into no rule: the pods behind it are reached by their own addresses",
        RESOLVER,
    ),
    row(
        (CNI, AGENT),
        (Further, true),
        InDoubt,
        "`except` of rules for the same block is merged, so that what one of them leaves out is left out of all",
        PROCESSOR,
    ),
    row(
        (CNI, AGENT),
        (Further, true),
        InDoubt,
        "no more than 24 ports of one protocol are kept for an address",
        "aws/aws-network-policy-agent `pkg/ebpf/c/tc.v4egress.bpf.c` (`MAX_PORT_PROTOCOL`)",
    ),
    row(
        (CNI, AGENT),
        (Further, true),
        InDoubt,
        "pods that no controller made may not be held to policies",
        "Amazon EKS User Guide, Limit Pod traffic with Kubernetes network policies",
    ),
    row(
        (CNI, AGENT),
        (Further, true),
        AsIs,
        "nothing is enforced where `--enable-network-policy` of the agent is off, which it is where it is absent",
        "aws/aws-network-policy-agent `pkg/config/controller_config.go`",
    ),
    row(
        (CNI, "plugin since 1.17"),
        (Further, true),
        AsIs,
        "`NETWORK_POLICY_ENFORCING_MODE` `strict` closes every pod that no policy selects",
        "aws/amazon-vpc-cni-k8s README",
    ),
    row(
        (CNI, AGENT),
        (Further, true),
        AsIs,
        "pods on Fargate, on Windows and on the host network are held to no policy",
        "Amazon EKS User Guide, Limit Pod traffic with Kubernetes network policies",
    ),
    row(
        (CALICO, FELIX),
        (HostNetworkPeers, false),
        AsIs,
        "pods on the host network make no workload endpoint, so no selector holds for them",
        "projectcalico/calico `libcalico-go/lib/backend/k8s/conversion/conversion.go`; projectcalico/calico#4493",
    ),
    row(
        (CALICO, FELIX),
        (BlocksMatchPods, true),
        AsIs,
        "`nets` and blocks match whoever has the address",
        "projectcalico/calico `felix/rules`",
    ),
    row(
        (CALICO, FELIX),
        (ToOwnNode, false),
        AsIs,
        "what a pod sends to its node passes its egress policies first; `defaultEndpointToHostAction` comes after them",
        "projectcalico/calico `felix/rules` (chains of workloads to the host)",
    ),
    row(
        (CALICO, FELIX),
        (ServiceAddresses, false),
        AsIs,
        "policies are applied after the address of a Service became that of a pod",
        "Calico documentation, Apply policy to services",
    ),
    row(
        (CALICO, FELIX),
        (SharedPortNames, false),
        AsIs,
        "a named port is looked up in each pod",
        "projectcalico/calico `felix/labelindex`",
    ),
    row(
        (CILIUM, AGENTS),
        (HostNetworkPeers, false),
        AsIs,
        "pods on the host network are the node: only `host`, `remote-node` and `toNodes` hold for them",
        "Cilium documentation, Layer 3 Policies, Entities based",
    ),
    row(
        (CILIUM, AGENTS),
        (BlocksMatchPods, false),
        AsIs,
        "blocks match neither pods nor, unless `policy-cidr-match-mode` says so, nodes",
        "Cilium documentation, Layer 3 Policies, IP/CIDR based",
    ),
    row(
        (CILIUM, AGENTS),
        (ToOwnNode, false),
        AsIs,
        "what a pod sends to its node needs a rule for `host`; the other direction always passes",
        "Cilium documentation, Layer 3 Policies, Entities based (`allow-localhost`)",
    ),
    row(
        (CILIUM, AGENTS),
        (ServiceAddresses, false),
        AsIs,
        "the address of a Service becomes that of a pod before policies are applied",
        "Cilium documentation, Kubernetes Without kube-proxy; Life of a Packet",
    ),
    row(
        (CILIUM, AGENTS),
        (SharedPortNames, false),
        AsIs,
        "a named port is looked up in each pod",
        "cilium/cilium `pkg/policy/l4.go`",
    ),
    row(
        (DATAPLANE_V2, "all"),
        (HostNetworkPeers, false),
        AsIs,
        "as Cilium, which it is",
        "Google Kubernetes Engine documentation, GKE Dataplane V2",
    ),
    row(
        (DATAPLANE_V2, "all"),
        (BlocksMatchPods, false),
        AsIs,
        "as Cilium, which it is",
        "Google Kubernetes Engine documentation, GKE Dataplane V2",
    ),
    row(
        (DATAPLANE_V2, "all"),
        (ToOwnNode, false),
        AsIs,
        "as Cilium, which it is",
        "Google Kubernetes Engine documentation, GKE Dataplane V2",
    ),
    row(
        (DATAPLANE_V2, "all"),
        (ServiceAddresses, false),
        AsIs,
        "as Cilium, which it is",
        "Google Kubernetes Engine documentation, GKE Dataplane V2",
    ),
    row(
        (DATAPLANE_V2, "all"),
        (SharedPortNames, false),
        AsIs,
        "as Cilium, which it is",
        "Google Kubernetes Engine documentation, GKE Dataplane V2",
    ),
    row(
        (MANAGER, "since 1.4"),
        (HostNetworkPeers, false),
        AsIs,
        "pods on the host network are passed over",
        "Azure/azure-container-networking `npm/pkg/controlplane/controllers/v2/podController.go`",
    ),
    row(
        (MANAGER, "since 1.4"),
        (BlocksMatchPods, true),
        AsIs,
        "blocks match whoever has the address",
        "Azure/azure-container-networking `npm/pkg/controlplane/translation`",
    ),
    row(
        (MANAGER, "since 1.4, nodes with Linux"),
        (ServiceAddresses, false),
        AsIs,
        "policies are applied where packets are forwarded, after the address of a Service became that of a pod",
        "Azure/azure-container-networking `npm/pkg/dataplane/policies/chain-management_linux.go`",
    ),
    row(
        (ANTREA, "since 1.0"),
        (ServiceAddresses, false),
        AsIs,
        "the tables for egress rules come after those that choose a pod behind a Service",
        "Antrea documentation, Antrea OVS Pipeline",
    ),
    row(
        (ANTREA, "since 1.0"),
        (BlocksMatchPods, true),
        AsIs,
        "a block matches whoever has the address",
        "antrea-io/antrea `pkg/agent/controller/networkpolicy` (`ipBlocksToOFAddresses`)",
    ),
    row(
        (OVN, "since 2018"),
        (ServiceAddresses, false),
        AsIs,
        "policies for egress are applied after load balancing",
        "ovn-kubernetes/ovn-kubernetes#370",
    ),
    row(
        (OVN, "since 2018"),
        (BlocksMatchPods, true),
        AsIs,
        "a block matches whoever has the address",
        "ovn-kubernetes/ovn-kubernetes `go-controller/pkg/ovn/gress_policy.go`",
    ),
];

/// Whether something is so of the engine by the word in [`crate::model::Cluster::engine`]; none where the engine is not known, the table does not
/// say, or several engines of which one is in use differ.
#[must_use]
pub fn holds(engine: &str, question: Question) -> Option<bool> {
    if engine == NOTHING {
        return Some(false);
    }
    let of = |engine: &&str| {
        BEHAVIOURS
            .iter()
            .find(|row| row.engine == *engine && row.question == question)
            .map(|row| row.answer)
    };
    let engines = named(engine);
    let first = engines.first().and_then(of)?;
    engines
        .iter()
        .all(|engine| of(engine) == Some(first))
        .then_some(first)
}

#[cfg(test)]
mod tests {
    use super::super::{kinds, settings};
    use super::*;

    const TITLES: &[(&str, &str)] = &[
        (CNI, "Amazon VPC CNI (`vpc-cni`)"),
        (CALICO, "Calico (`calico`)"),
        (CILIUM, "Cilium (`cilium`)"),
        (DATAPLANE_V2, "GKE Dataplane V2 (`gke-dataplane-v2`)"),
        (MANAGER, "Azure Network Policy Manager (`azure-npm`)"),
        (ANTREA, "Antrea (`antrea`)"),
        (OVN, "OVN-Kubernetes (`ovn-kubernetes`)"),
    ];

    fn line(row: &Behaviour) -> String {
        let judged = match row.judged {
            AsIs => "as it is",
            InDoubt => "possible",
            Wider => "as the specification has it, which lets more pass",
            NotYet => "not yet: it may let more pass than is shown",
        };
        let Behaviour {
            what,
            versions,
            source,
            ..
        } = row;
        format!("| {what} | {versions} | {judged} | {source} |\n")
    }

    fn page() -> String {
        let mut out = include_str!("engines.md").to_owned();
        for (engine, title) in TITLES {
            out += &format!(
                "\n## {title}\n\n| What it does | Versions | How it is judged | Source |\n|---|---|---|---|\n"
            );
            let mut lines: Vec<String> = BEHAVIOURS
                .iter()
                .chain(kinds::ENFORCED)
                .chain(settings::READ_ELSEWHERE)
                .filter(|row| row.engine == *engine)
                .map(line)
                .collect();
            lines.dedup();
            out += &lines.concat();
        }
        out
    }

    #[test]
    fn the_page_is_the_table() {
        let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/engines.md");
        if std::env::var_os("CROSSPEER_WRITE_DOCS").is_some() {
            std::fs::write(path, page()).unwrap();
        }
        assert!(
            std::fs::read_to_string(path).unwrap() == page(),
            "docs/engines.md differs from the table: run this test with CROSSPEER_WRITE_DOCS=1"
        );
        assert!(
            BEHAVIOURS
                .iter()
                .chain(kinds::ENFORCED)
                .chain(settings::READ_ELSEWHERE)
                .all(|row| TITLES.iter().any(|known| known.0 == row.engine))
        );
    }

    #[test]
    fn what_engines_differ_in_is_not_known_where_the_engine_is_not() {
        for (engine, peers, own_node) in [
            ("vpc-cni", Some(true), Some(true)),
            ("calico", Some(false), Some(false)),
            ("unknown engine", None, None),
            ("unknown: calico or cilium", Some(false), Some(false)),
            ("unknown: calico or vpc-cni", None, None),
            ("something-else", None, None),
            ("", None, None),
        ] {
            assert_eq!(holds(engine, HostNetworkPeers), peers, "{engine}");
            assert_eq!(holds(engine, ToOwnNode), own_node, "{engine}");
        }
    }

    #[test]
    fn each_engine_answers_a_question_once() {
        for row in BEHAVIOURS.iter().filter(|row| row.question != Further) {
            let same =
                |other: &&Behaviour| other.engine == row.engine && other.question == row.question;
            assert_eq!(BEHAVIOURS.iter().filter(same).count(), 1, "{row:?}");
        }
    }
}
