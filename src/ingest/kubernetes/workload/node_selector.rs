//! What pods ask of their nodes.

use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;
use crate::model::Labels;

/// The specification of the pods that an object makes; absent where it makes none.
#[must_use]
pub fn pod_spec(object: &Object) -> Node {
    match object.kind.as_str() {
        "Pod" => object.node.get("spec"),
        "CronJob" => object.node.get("spec.jobTemplate.spec.template.spec"),
        _ => object.node.get("spec.template.spec"),
    }
}

/// The node selector of the pods that an object makes.
#[must_use]
pub fn node_selector(object: &Object) -> Labels {
    let selector = pod_spec(object).get("nodeSelector").entries();
    selector
        .into_iter()
        .filter_map(|(key, value)| Some((key, value.written()?.to_owned())))
        .collect()
}
