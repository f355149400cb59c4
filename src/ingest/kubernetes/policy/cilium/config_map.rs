//! Where the settings of Cilium's agent stand (Cilium documentation, "cilium-config").

use super::super::super::object::Object;

/// The ConfigMap of the agent, where it is in the input.
pub(super) fn config<'a>(objects: &[&'a Object]) -> Option<&'a Object> {
    objects
        .iter()
        .copied()
        .find(|object| object.is("", "ConfigMap") && object.name == "cilium-config")
}
