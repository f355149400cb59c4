//! The fields of each sort of fact: what rules may match, group by and print.

use super::condition::Scalar;
use super::rule::Select;

/// What a field holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Holds {
    /// One of these words.
    Word(&'static [&'static str]),
    /// `true` or `false`.
    Flag,
    /// A name from the input; printed between backticks.
    Name,
    /// A name that Kubernetes or the program gives, as a kind; printed as it is.
    Term,
    /// Words for a person; cannot be matched.
    Phrase,
}

/// A field of a sort of fact.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Field {
    /// Its name in rules.
    pub name: &'static str,
    /// What it holds.
    pub holds: Holds,
    /// What it means.
    pub about: &'static str,
}

const fn field(name: &'static str, holds: Holds, about: &'static str) -> Field {
    Field { name, holds, about }
}

const DIRECTION: Field = field(
    "direction",
    Holds::Word(&["ingress", "egress"]),
    "which way connections are opened, seen from the pod",
);
const CERTAINTY: Field = field(
    "certainty",
    Holds::Word(&["certain", "possible"]),
    "possible: it depends on something that the input leaves unknown",
);
const CLUSTER: Field = field(
    "cluster",
    Holds::Name,
    "Terraform address of the cluster; empty where the input holds none",
);
const NAMESPACE: Field = field("namespace", Holds::Name, "name of the namespace");
const EXEMPT: Field = field(
    "exempt",
    Holds::Flag,
    "whether the configuration exempts the namespace",
);
const HAS_POLICY: Field = field(
    "has_policy",
    Holds::Flag,
    "whether an effective policy of any kind selects something in the namespace",
);
const REASON: Field = field("reason", Holds::Phrase, "why it is so");
const POLICY: Field = field(
    "policy",
    Holds::Name,
    "the policy that decides, as `namespace/name`; empty where there is none",
);
const POLICY_KIND: Field = field("policy_kind", Holds::Term, "the kind of that policy");
const NEW_PODS: Field = field(
    "new_pods",
    Holds::Word(&["isolated", "open"]),
    "what a new pod without labels would be",
);

const CROSSING: &[Field] = &[
    DIRECTION,
    CERTAINTY,
    CLUSTER,
    NAMESPACE,
    REASON,
    POLICY,
    POLICY_KIND,
    field("workload", Holds::Name, "the workload, as `namespace/name`"),
    field(
        "host_network",
        Holds::Flag,
        "whether its pods use their node's network",
    ),
    field(
        "far",
        Holds::Name,
        "the far side: a resource, a workload of another cluster, or addresses",
    ),
    field(
        "far_network",
        Holds::Name,
        "the networks that the far side stands in",
    ),
    field("border", Holds::Name, "the borders on the way"),
    field(
        "border_kind",
        Holds::Phrase,
        "what the border is, as its provider calls it: peering, transit gateway",
    ),
    field(
        "permission",
        Holds::Word(&[
            "no-policy",
            "not-enforced",
            "host-network",
            "everything",
            "unclear",
            "named",
        ]),
        "what the policies on the workload's side say: none decides, they do not hold, they do not apply, a rule lets anyone pass, one that is not understood may, a rule names the far side",
    ),
    field(
        "breadth",
        Holds::Word(&["unnamed", "part", "whole-network"]),
        "how much of the far network the deciding rule names; unnamed where no rule names any",
    ),
    field("traffic", Holds::Phrase, "protocols and ports"),
    field("block", Holds::Phrase, "the far side as a CIDR block"),
    field(
        "protocol",
        Holds::Phrase,
        "protocol of the witness, in capitals",
    ),
    field("port", Holds::Phrase, "port of the witness"),
    field(
        "by_entry_point",
        Holds::Flag,
        "whether others come to the workload by a load balancer or a node port instead of its pods' own addresses",
    ),
    field(
        "entry_point",
        Holds::Name,
        "that way in; empty where they come to the pods' own addresses",
    ),
    field(
        "door_kind",
        Holds::Phrase,
        "what it is: load balancer, node port",
    ),
    field(
        "seen",
        Holds::Phrase,
        "the witness's source as the workload's pods see it, as a CIDR block",
    ),
    field(
        "pod_port",
        Holds::Phrase,
        "port of the witness as the workload's pods see it",
    ),
];

const CHAINS: &[Field] = &[
    CERTAINTY,
    CLUSTER,
    NAMESPACE,
    field(
        "workload",
        Holds::Name,
        "the workload where the chain starts, as `namespace/name`",
    ),
    field(
        "through",
        Holds::Name,
        "the pods and resources in between, in order; the last of them crosses the border",
    ),
    field(
        "steps",
        Holds::Name,
        "number of connections one after the other, at least 2",
    ),
    field(
        "far",
        Holds::Name,
        "the far side: a resource, or the addresses of a network",
    ),
    field("border", Holds::Name, "the borders of the last step"),
    field(
        "border_kind",
        Holds::Phrase,
        "what the border is, as its provider calls it: peering, transit gateway",
    ),
    field(
        "traffic",
        Holds::Phrase,
        "protocols and ports of the last step",
    ),
];

const NAMESPACES: &[Field] = &[
    CERTAINTY,
    CLUSTER,
    NAMESPACE,
    EXEMPT,
    HAS_POLICY,
    field(
        "declared",
        Holds::Flag,
        "whether a Namespace object stands in the input",
    ),
    field(
        "has_workloads",
        Holds::Flag,
        "whether workloads that policies could hold for stand in it",
    ),
    field(
        "inventory",
        Holds::Phrase,
        "its workloads, counted and the first few named",
    ),
];

const ISOLATION: &[Field] = &[
    DIRECTION,
    CERTAINTY,
    CLUSTER,
    NAMESPACE,
    EXEMPT,
    HAS_POLICY,
    NEW_PODS,
    field(
        "state",
        Holds::Word(&["isolated", "open"]),
        "open: some pod (in an empty namespace: a new pod) is not isolated by any policy",
    ),
    field(
        "open",
        Holds::Phrase,
        "the workloads that are open, counted and the first few named",
    ),
];

const POLICIES: &[Field] = &[
    DIRECTION,
    CERTAINTY,
    CLUSTER,
    NAMESPACE,
    EXEMPT,
    POLICY,
    POLICY_KIND,
    REASON,
    field(
        "nullifies",
        Holds::Flag,
        "whether a rule of it lets anyone pass, so that isolating the pods has no effect",
    ),
    field(
        "inert",
        Holds::Flag,
        "whether it has no effect because nothing in the cluster reads its kind",
    ),
];

const CLUSTERS: &[Field] = &[
    CERTAINTY,
    CLUSTER,
    REASON,
    field(
        "has_policies",
        Holds::Flag,
        "whether policies stand in it that isolate pods",
    ),
    field(
        "enforced",
        Holds::Word(&["everywhere", "partly", "nowhere"]),
        "where pods that policies isolate may run and something enforces them",
    ),
    field("engine", Holds::Term, "the policy engine"),
    field(
        "unprotected",
        Holds::Phrase,
        "workloads whose policies do not hold, counted and the first few named",
    ),
];

const REMARKS: &[Field] = &[
    CERTAINTY,
    CLUSTER,
    NAMESPACE,
    EXEMPT,
    POLICY,
    POLICY_KIND,
    field(
        "remark",
        Holds::Word(&[
            "inert",
            "selects-nothing",
            "matches-nobody",
            "other-cluster",
            "unknown-port",
            "outside-networks",
            "translated",
            "shadowed",
            "contradiction",
        ]),
        "what is remarked: the kind is not read, no pod is selected, a rule matches no pod, only pods of another cluster, or no named port; \
         its addresses lie in no network, or are replaced on the way; other rules decide before it; two policies disagree at one priority",
    ),
    field(
        "side",
        Holds::Name,
        "the direction of the rule that is meant; empty where the policy as a whole is",
    ),
    field(
        "rule",
        Holds::Name,
        "the place of that rule in its direction, from 1; empty where the policy as a whole is meant",
    ),
    field("reason", Holds::Phrase, "the remark as a sentence"),
];

/// The fields of a sort of fact.
#[must_use]
pub fn fields(select: Select) -> &'static [Field] {
    match select {
        Select::Crossing => CROSSING,
        Select::Chain => CHAINS,
        Select::Namespace => NAMESPACES,
        Select::Isolation => ISOLATION,
        Select::Policy => POLICIES,
        Select::Cluster => CLUSTERS,
        Select::Remark => REMARKS,
    }
}

impl Field {
    /// Whether a rule may compare it with `value`; else what is expected instead.
    pub(super) fn accepts(&self, value: &Scalar) -> Result<(), String> {
        match (self.holds, value) {
            (Holds::Word(words), Scalar::Word(word)) if words.contains(&word.as_str()) => Ok(()),
            (Holds::Flag, Scalar::Flag(_)) | (Holds::Name | Holds::Term, Scalar::Word(_)) => Ok(()),
            (Holds::Word(words), _) => Err(format!("one of {}", words.join(", "))),
            (Holds::Flag, _) => Err("true or false".to_owned()),
            (Holds::Name | Holds::Term, _) => Err("a name".to_owned()),
            (Holds::Phrase, _) => Err("no condition: the field is only to be printed".to_owned()),
        }
    }
}
