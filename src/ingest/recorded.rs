//! What other repositories contribute to a world beside the resources of their clouds, and to which cluster their objects go.

use super::facts::Facts;
use super::ignore::Ignore;
use super::kubernetes::Object;
use super::outcome::InputRow;
use super::site::Site;
use super::terraform::Terraform;
use super::{PlanPhase, Settings};
use crate::model::{Gap, GapKind};
use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

/// An object that another repository contributes.
pub struct Contributed {
    /// The repository.
    pub repository: Arc<str>,
    /// The object; tied to a cluster where its repository tells one.
    pub object: Object,
    /// Whether its cluster is there at the other moment only.
    pub is_homeless: bool,
}

/// What is contributed at one moment.
pub struct Recorded {
    /// The settings, with what other repositories configure of their clusters.
    pub settings: Settings,
    /// What was read.
    pub inputs: Vec<InputRow>,
    /// Requests to ignore findings.
    pub ignores: Vec<Ignore>,
    /// What is not known.
    pub gaps: Vec<Gap>,
    /// Kubernetes objects, by repository and place.
    pub objects: Vec<Contributed>,
}

/// What repositories contribute at a moment, where their resources are in a graph already.
pub fn recorded(
    facts: &Facts,
    read: &Terraform,
    settings: &Settings,
    moment: PlanPhase,
) -> Recorded {
    let mut out = Recorded {
        settings: settings.clone(),
        inputs: Vec::new(),
        ignores: Vec::new(),
        gaps: Vec::new(),
        objects: Vec::new(),
    };
    for (part, known) in facts.parts.iter().zip(&read.recorded) {
        out.inputs.extend(part.inputs(moment));
        out.ignores.extend(part.ignores(moment).cloned());
        out.gaps.extend(part.gaps(moment).cloned());
        let objects = part.objects(moment, &read.graph, known);
        let repository = || Arc::clone(&part.repository);
        out.objects.extend(
            objects
                .into_iter()
                .map(|(object, is_homeless)| Contributed {
                    repository: repository(),
                    object,
                    is_homeless,
                }),
        );
        for (number, engine) in &part.about.engines {
            if let Some(id) = known.get(number) {
                let engines = &mut out.settings.policy_engines;
                engines.insert(read.graph.title(*id), engine.clone());
            }
        }
    }
    out
}

/// The objects with their clusters, and gaps for those whose cluster is not known or not there: one for each repository.
pub fn tied(
    objects: Vec<Contributed>,
    sites: &[Box<dyn Site + '_>],
    moment: PlanPhase,
) -> (Vec<Object>, Vec<Gap>) {
    let mut names: BTreeSet<&str> = sites.iter().map(|site| site.address()).collect();
    names.extend(sites.iter().filter_map(|site| site.title()));
    let mut out = Vec::new();
    let mut absent: BTreeMap<(Arc<str>, String), Object> = BTreeMap::new();
    let mut loose: BTreeMap<Arc<str>, Vec<Object>> = BTreeMap::new();
    for Contributed {
        repository,
        mut object,
        is_homeless,
    } in objects
    {
        match &object.cluster {
            _ if is_homeless && sites.is_empty() => {
                object.cluster = None;
                out.push(object);
            }
            _ if is_homeless => {}
            Some(tie) if names.contains(tie.as_str()) => out.push(object),
            Some(_) if moment == PlanPhase::Before => {}
            Some(tie) => {
                let key = (repository, tie.clone());
                absent.entry(key).or_insert(object);
            }
            None if sites.len() < 2 || !object.bears() => out.push(object),
            None => loose.entry(repository).or_default().push(object),
        }
    }
    let mut gaps: Vec<Gap> = absent
        .iter()
        .map(|(key, object)| not_there(key, object))
        .collect();
    for (repository, objects) in loose {
        gaps.extend(objects.first().map(|first| not_told(&repository, first)));
        out.extend(everywhere(&objects, sites));
    }
    (out, gaps)
}

fn not_there((repository, tie): &(Arc<str>, String), object: &Object) -> Gap {
    Gap {
        kind: GapKind::NotInInput,
        what: format!(
            "the cluster `{tie}` that manifests of `{repository}` are tied to is not in the input, so their pods are not judged: \
             add the facts of the repository that holds it"
        ),
        origin: Some(object.origin.clone()),
    }
}

fn not_told(repository: &str, object: &Object) -> Gap {
    Gap {
        kind: GapKind::Unlinked,
        what: format!(
            "which cluster the manifests of `{repository}` are applied to is not known, so their pods are not judged: name it under \
             `clusters` in the configuration of that repository, and write its facts again"
        ),
        origin: Some(object.origin.clone()),
    }
}

/// Policies that are there in one of the clusters, and it is not known in which: each of them may have one.
fn everywhere(objects: &[Object], sites: &[Box<dyn Site + '_>]) -> Vec<Object> {
    let why = "which cluster it is applied to is not known";
    let copies = objects
        .iter()
        .filter_map(|object| object.without_content(why));
    let copies: Vec<Object> = copies.collect();
    let at = |site: &dyn Site| {
        let cluster = Some(site.address().to_owned());
        copies.iter().cloned().map(move |mut copy| {
            copy.cluster.clone_from(&cluster);
            copy
        })
    };
    sites
        .iter()
        .flat_map(|site| at(site.as_ref()).collect::<Vec<_>>())
        .collect()
}
