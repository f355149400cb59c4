//! What pods ask of their nodes.

use super::kind::kind_of;
use super::shape::pod;
use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;
use crate::model::Labels;

/// The specification of the pods that an object makes; absent where it makes none.
#[must_use]
pub fn pod_spec(object: &Object) -> Node {
    let path = kind_of(object).map_or("spec.template", |kind| kind.template);
    pod(object, path).get("spec")
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
