//! Input files as the front door hands them over: this room reads no disk.

use super::rendering::Rendering;
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// What a file was said to be on the command line; none where its content shall tell.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Kind {
    /// Plan JSON.
    Plan,
    /// State JSON.
    State,
    /// Kubernetes objects in YAML or JSON.
    Manifests,
    /// Terraform sources (`.tf`, `.tf.json`), and `.terraform/modules/modules.json`.
    Sources,
    /// The binary plan: a zip.
    BinaryPlan,
}

/// One input file.
#[derive(Clone, Debug, Default)]
pub struct File {
    /// Path to show, with `/` between parts.
    pub path: Arc<str>,
    /// Content as it stands on disk.
    pub bytes: Vec<u8>,
    /// What the command line said that it is.
    pub kind: Option<Kind>,
    /// Whether the command line names the file itself; false for one that was found in a directory.
    pub named: bool,
    /// Address or name of the cluster that a tie in the configuration or on the command line gives it to.
    pub cluster: Option<String>,
    /// For sources: the directory of the root module that they are part of, as in `path`.
    pub root: Option<Arc<str>>,
    /// For what a tool printed from a chart or kustomization: how. Its `path` is the directory, its `kind` that of manifests.
    pub rendering: Option<Arc<Rendering>>,
    /// Why its content is not known, though by its name it may be an input: lower case, no full stop, names the file. Then there are no bytes.
    pub unread: Option<String>,
    /// First and last lines of what of its manifests may not be quoted, once they are read: so they are read once.
    pub closed: OnceLock<Vec<(u32, u32)>>,
}

/// Settings that bear on the meaning of the input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Settings {
    /// Namespace of objects that name none.
    pub default_namespace: String,
    /// The policy engine, where the configuration says it (`vpc-cni`, `calico`, `cilium`, `none`): above what the input tells.
    pub policy_engine: Option<String>,
    /// The same for single clusters, by Terraform address or name: above `policy_engine`.
    pub policy_engines: BTreeMap<String, String>,
    /// Whether the links between resources are listed; no verdict rests on the list.
    pub links: bool,
}

impl Settings {
    /// The settings for one cluster.
    #[must_use]
    pub fn of_cluster(&self, address: &str, title: Option<&str>) -> Settings {
        let own = self
            .policy_engines
            .get(address)
            .or_else(|| self.policy_engines.get(title?));
        Settings {
            policy_engine: own.or(self.policy_engine.as_ref()).cloned(),
            ..self.clone()
        }
    }
}

impl Default for Settings {
    fn default() -> Self {
        Settings {
            default_namespace: "default".to_owned(),
            policy_engine: None,
            policy_engines: BTreeMap::new(),
            links: true,
        }
    }
}

/// Which side of a plan is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum PlanPhase {
    /// As things will be once the plan is applied. A state is the same at both moments.
    #[default]
    After,
    /// As things are now.
    Before,
}
