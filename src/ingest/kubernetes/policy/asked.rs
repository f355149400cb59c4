//! Which labels anything but metadata mentions: a label that nothing asks for decides nothing.

use crate::ingest::kubernetes::Object;
use crate::ingest::yaml::Node;
use std::collections::{BTreeMap, BTreeSet};

/// Fronts of labels that a mesh or a controller asks for though no object mentions them (Istio, "Sidecar injection"; Linkerd,
/// "Automatic proxy injection"; EKS, "Pod readiness gate").
const BUILT_IN: &[&str] = &["istio", "linkerd.io/", "elbv2.k8s.aws/", "kuma.io/"];

/// The texts of all objects, and what was looked up in them. They are read when the first label is looked up.
pub(super) struct Asked<'a> {
    objects: &'a [&'a Object],
    texts: Option<BTreeSet<String>>,
    found: BTreeMap<String, bool>,
}

impl<'a> Asked<'a> {
    pub(super) fn of(objects: &'a [&'a Object]) -> Self {
        Asked {
            objects,
            texts: None,
            found: BTreeMap::new(),
        }
    }

    /// Whether a selector may ask for the label: some text of an object, as a key or within an expression, holds its key.
    pub(super) fn holds(&mut self, key: &str) -> bool {
        if BUILT_IN.iter().any(|front| key.starts_with(front)) {
            return true;
        }
        if let Some(found) = self.found.get(key) {
            return *found;
        }
        let objects = self.objects;
        let texts = self.texts.get_or_insert_with(|| {
            let mut out = BTreeSet::new();
            objects
                .iter()
                .for_each(|object| collect(&object.node, &mut out));
            out
        });
        let found = texts.iter().any(|text| text.contains(key));
        self.found.insert(key.to_owned(), found);
        found
    }
}

/// Keys and texts, except those of metadata: labels that an object has are not asked for.
fn collect(node: &Node, out: &mut BTreeSet<String>) {
    for (key, value) in node.entries() {
        if key != "metadata" {
            collect(&value, out);
            out.insert(key);
        }
    }
    node.items().iter().for_each(|item| collect(item, out));
    out.extend(node.written().map(str::to_owned));
}
