//! Namespaces: the label that names them, and how one is found.

use super::manifest_lowering::ManifestLowering;
use crate::model::{Id, Labels, Namespace, Origin};

/// The label by which the API server names every namespace, whatever the object says.
pub(super) const NAME: &str = "kubernetes.io/metadata.name";

/// A namespace of which nothing but the name is known.
pub(super) fn empty(
    name: &str,
    origin: Option<Origin>,
    lowering: &ManifestLowering<'_>,
) -> Namespace {
    let labels = Labels::from([(NAME.to_owned(), name.to_owned())]);
    let cluster = lowering.cluster;
    Namespace {
        cluster,
        name: name.to_owned(),
        labels,
        annotations: Labels::new(),
        declared: false,
        origin,
    }
}

/// The namespace of that name.
pub(super) fn id(name: &str, lowering: &ManifestLowering<'_>) -> Option<Id<Namespace>> {
    lowering.namespaces.get(name).copied()
}
