//! Which manifests belong to which cluster of the plans.

use super::kubernetes::Object;
use super::outcome::IngestError;
use super::site::Site;

/// The objects of each site, in the order of the sites; where there is no site, one list for the one cluster that the
/// manifests themselves make.
///
/// One cluster and no tie: they belong together. A tie is the cluster's Terraform address or its own name.
///
/// # Errors
/// [`IngestError::UnknownCluster`] for a tie to a cluster that is not there, [`IngestError::AmbiguousCluster`] where there
/// are several and objects without a tie.
pub fn tie(sites: &[Box<dyn Site + '_>], objects: Vec<Object>) -> Result<Vec<Vec<Object>>, IngestError> {
    let mut out: Vec<Vec<Object>> = sites.iter().map(|_| Vec::new()).collect();
    if sites.is_empty() {
        return Ok(vec![objects]);
    }
    let mut untied = Vec::new();
    for object in objects {
        let at = match &object.cluster {
            Some(tie) => Some(find(sites, tie)?),
            None if sites.len() == 1 => Some(0),
            None => None,
        };
        match at.and_then(|at| out.get_mut(at)) {
            Some(list) => list.push(object),
            None => untied.push(object.origin.place.file),
        }
    }
    if untied.is_empty() {
        return Ok(out);
    }
    untied.sort();
    untied.dedup();
    Err(IngestError::AmbiguousCluster { clusters: addresses(sites), files: untied })
}

fn find(sites: &[Box<dyn Site + '_>], tie: &str) -> Result<usize, IngestError> {
    let unknown = || IngestError::UnknownCluster { tie: tie.to_owned(), clusters: addresses(sites) };
    let by_address = sites.iter().position(|site| site.address() == tie);
    by_address.or_else(|| sites.iter().position(|site| site.title() == Some(tie))).ok_or_else(unknown)
}

fn addresses(sites: &[Box<dyn Site + '_>]) -> Vec<String> {
    let mut out: Vec<String> = sites.iter().map(|site| site.address().to_owned()).collect();
    out.sort();
    out
}
