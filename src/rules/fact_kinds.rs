//! The register of the kinds of facts: one line for each.

use super::kind::FactKind;
use super::{
    border_fact, chain_fact, cluster_fact, crossing_fact, filter_fact, intent_fact, namespace_fact,
    node_pool_fact, policy_fact, policy_rule_fact, remark_fact, route_fact, shared_nodes_fact,
};

/// The kinds of facts that rules may select.
pub const FACT_KINDS: &[&FactKind] = &[
    &crossing_fact::CROSSING,
    &chain_fact::CHAIN,
    &intent_fact::INTENT,
    &namespace_fact::NAMESPACE_KIND,
    &namespace_fact::ISOLATION,
    &policy_fact::POLICY_FACTS,
    &policy_rule_fact::POLICY_RULE,
    &cluster_fact::CLUSTER_KIND,
    &node_pool_fact::NODE_POOL,
    &shared_nodes_fact::SHARED_NODES,
    &remark_fact::REMARK,
    &border_fact::BORDER,
    &route_fact::ROUTE,
    &filter_fact::FILTER,
    &filter_fact::FILTER_RULE,
];
