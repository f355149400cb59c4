//! What pods ask of their nodes.

use crate::ingest::kubernetes::Object;
use crate::model::Labels;

/// The node selector of the pods that an object makes.
#[must_use]
pub fn node_selector(object: &Object) -> Labels {
    let spec = match object.kind.as_str() {
        "Pod" => object.node.get("spec"),
        "CronJob" => object.node.get("spec.jobTemplate.spec.template.spec"),
        _ => object.node.get("spec.template.spec"),
    };
    let selector = spec.get("nodeSelector").entries();
    selector.into_iter().filter_map(|(key, value)| Some((key, value.written()?.to_owned()))).collect()
}
