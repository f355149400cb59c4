//! Which manifests belong to which cluster of the plans.

mod error;
mod proposal;

pub use error::IngestError;

use super::PlanPhase;
use super::kubernetes::Object;
use super::site::Site;
use proposal::proposals;
use std::sync::Arc;

/// Which objects are of which cluster.
#[derive(Debug)]
pub struct Tied {
    /// The objects of each site, in the order of the sites; where there is no site, one list for the one cluster that the
    /// manifests themselves make.
    pub lists: Vec<Vec<Object>>,
    /// Objects that Terraform applies to one of several clusters, of which it is not known.
    pub loose: Vec<Object>,
}

/// Gives each object to its cluster.
///
/// One cluster and no tie: they belong together. A tie is the cluster's Terraform address or its own name; before the plan is applied
/// a cluster may not be there yet, and then its objects are not either. What Terraform applies is of the cluster that its provider is
/// configured from. What changes no verdict wherever it is applied needs no tie.
///
/// # Errors
/// [`IngestError::UnknownCluster`] for a tie to a cluster that is not there, [`IngestError::AmbiguousCluster`] where there
/// are several and objects without a tie.
pub fn tie(
    sites: &[Box<dyn Site + '_>],
    objects: Vec<Object>,
    phase: PlanPhase,
) -> Result<Tied, IngestError> {
    let mut out: Vec<Vec<Object>> = sites.iter().map(|_| Vec::new()).collect();
    let (mut untied, mut loose, mut alone) = (Vec::new(), Vec::new(), Vec::new());
    for object in objects {
        let at = match &object.cluster {
            Some(tie) => match find(sites, tie) {
                Err(_) if phase == PlanPhase::Before => continue,
                found => Some(found?),
            },
            None if sites.len() == 1 => Some(0),
            None => applied_to(sites, &object.clusters),
        };
        match at.and_then(|at| out.get_mut(at)) {
            Some(list) => list.push(object),
            None if sites.is_empty() => alone.push(object),
            None if object.applied => loose.push(object),
            None if !object.bears() => out
                .first_mut()
                .into_iter()
                .for_each(|list| list.push(object.clone())),
            None => untied.push(object.origin.place.file.clone()),
        }
    }
    if sites.is_empty() {
        out.push(alone);
    }
    if untied.is_empty() {
        return Ok(Tied { lists: out, loose });
    }
    Err(ambiguous(sites, untied))
}

fn ambiguous(sites: &[Box<dyn Site + '_>], mut untied: Vec<Arc<str>>) -> IngestError {
    untied.sort();
    untied.dedup();
    IngestError::AmbiguousCluster {
        clusters: addresses(sites),
        proposals: proposals(&names(sites), &untied),
        files: untied,
    }
}

/// Each object with the name of the cluster of the input that it is of; none where it is tied elsewhere, or to nothing: then it
/// may be of a cluster that another repository holds.
///
/// # Errors
/// [`IngestError::AmbiguousCluster`] where there are several clusters and objects without a tie.
pub fn homes(
    sites: &[Box<dyn Site + '_>],
    objects: Vec<Object>,
) -> Result<Vec<(Object, Option<String>)>, IngestError> {
    let mut untied = Vec::new();
    let mut home = |object: &Object| match &object.cluster {
        Some(tie) => find(sites, tie).ok(),
        None if sites.len() == 1 => Some(0),
        None => {
            let at = applied_to(sites, &object.clusters);
            if at.is_none() && sites.len() > 1 && !object.applied && object.bears() {
                untied.push(object.origin.place.file.clone());
            }
            at
        }
    };
    let name = |at: usize| sites.get(at).map(|site| site.address().to_owned());
    let mut out = Vec::new();
    for object in objects {
        let home = home(&object).and_then(name);
        out.push((object, home));
    }
    if untied.is_empty() {
        return Ok(out);
    }
    Err(ambiguous(sites, untied))
}

/// The only site that is one of the resources.
fn applied_to(sites: &[Box<dyn Site + '_>], resources: &[String]) -> Option<usize> {
    let own = |site: &dyn Site| resources.iter().any(|address| site.is(address));
    let mut found = sites
        .iter()
        .enumerate()
        .filter(|(_, site)| own(site.as_ref()))
        .map(|(at, _)| at);
    found.next().filter(|_| found.next().is_none())
}

fn find(sites: &[Box<dyn Site + '_>], tie: &str) -> Result<usize, IngestError> {
    let unknown = || IngestError::UnknownCluster {
        tie: tie.to_owned(),
        clusters: addresses(sites),
    };
    let by_address = sites.iter().position(|site| site.address() == tie);
    by_address
        .or_else(|| sites.iter().position(|site| site.title() == Some(tie)))
        .ok_or_else(unknown)
}

/// Address and own name of each cluster, ascending.
fn names(sites: &[Box<dyn Site + '_>]) -> Vec<(String, Option<String>)> {
    let mut out: Vec<(String, Option<String>)> = sites
        .iter()
        .map(|site| (site.address().to_owned(), site.title().map(str::to_owned)))
        .collect();
    out.sort();
    out
}

fn addresses(sites: &[Box<dyn Site + '_>]) -> Vec<String> {
    let mut out: Vec<String> = sites.iter().map(|site| site.address().to_owned()).collect();
    out.sort();
    out
}
