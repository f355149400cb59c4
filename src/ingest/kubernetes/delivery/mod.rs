//! Objects that bring other objects: applications of Argo CD, releases and kustomizations of Flux.

mod argo;
mod flux;
mod folder;

#[cfg(test)]
mod tests;

pub use folder::{Pointed, install};

use super::Object;
use crate::ingest::rendering::{Request, Requested};
use crate::ingest::yaml::Node;
use crate::model::{Gap, GapKind};

/// What an object asks to be rendered; else why what it brings is not known.
type Asked = Result<Request, String>;

/// Where an application sends what it brings.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Destination {
    /// To the cluster that it lives in.
    Here,
    /// There as well, but what it brings may be other than what the input holds, or not be brought now: in words.
    Perhaps(String),
    /// To another cluster: in words.
    Elsewhere(String),
}

impl Destination {
    fn is_elsewhere(&self) -> bool {
        matches!(self, Destination::Elsewhere(_))
    }

    fn words(&self) -> Option<String> {
        match self {
            Destination::Here => None,
            Destination::Perhaps(words) | Destination::Elsewhere(words) => Some(words.clone()),
        }
    }
}

/// What the objects ask to be rendered, in their order, and what they bring of which nothing can be known.
#[must_use]
pub fn requests(objects: &[Object]) -> (Vec<Requested>, Vec<Gap>) {
    let (mut asked, mut gaps) = (Vec::new(), Vec::new());
    for object in objects {
        let (requests, destination) = match (object.group.as_str(), object.kind.as_str()) {
            ("argoproj.io", "Application") => {
                argo::application(&object.node.get("spec"), &object.name)
            }
            ("argoproj.io", "ApplicationSet") => {
                argo::application(&object.node.get("spec.template.spec"), &object.name)
            }
            ("helm.toolkit.fluxcd.io", "HelmRelease") => flux::release(object),
            ("kustomize.toolkit.fluxcd.io", "Kustomization") => flux::kustomization(object),
            _ => continue,
        };
        let elsewhere = destination.is_elsewhere();
        for request in requests {
            match request {
                Ok(request) => asked.push(Requested {
                    request,
                    origin: object.origin.clone(),
                    cluster: if elsewhere {
                        None
                    } else {
                        object.cluster.clone()
                    },
                    clusters: if elsewhere {
                        Vec::new()
                    } else {
                        object.clusters.clone()
                    },
                    here: !elsewhere,
                    destination: destination.words(),
                }),
                Err(why) => {
                    let what = format!(
                        "the workloads and policies that {} brings are not in the input: {why}",
                        object.title()
                    );
                    gaps.push(Gap {
                        kind: GapKind::NotInInput,
                        what,
                        origin: Some(object.origin.clone()),
                    });
                }
            }
        }
    }
    (asked, gaps)
}

/// The text at a path, where it is one.
fn text(node: &Node, path: &str) -> Option<String> {
    node.get(path).text().map(str::to_owned)
}

/// A path of a repository without what leads nowhere.
fn path(text: &str) -> String {
    let path = text.trim_start_matches("./").trim_matches('/');
    if path.is_empty() {
        ".".to_owned()
    } else {
        path.to_owned()
    }
}
