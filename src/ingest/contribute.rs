//! What the repository at hand contributes to the world of its organisation.

use super::assemble::Reading;
use super::facts::{Contribution, Fact, Here, ObjectAt, write};
use super::kubernetes::Object;
use super::site::Site;
use super::{IngestError, InputError, PlanPhase, Settings, clouds, ignore, tie};
use crate::model::World;

/// The rows of the repository at hand, and what of it could not be read: that is in the rows as gaps.
///
/// # Errors
/// [`IngestError::AmbiguousCluster`] where it holds several clusters and does not tell which one its manifests are of.
pub fn contribute(
    reading: &Reading<'_>,
    here: &Here<'_>,
) -> Result<(Vec<Fact>, Vec<InputError>), IngestError> {
    let after = at(reading, PlanPhase::After)?;
    let mut before = None;
    if reading.has_plan() {
        let mut own = at(reading, PlanPhase::Before)?;
        homes_of(&after, &mut own);
        before = Some(own);
    }
    let mut errors = after.errors.clone();
    errors.sort();
    errors.dedup();
    Ok((write(here, &after, before.as_ref()), errors))
}

fn at(reading: &Reading<'_>, moment: PlanPhase) -> Result<Contribution, IngestError> {
    let (read, apart, objects, mut inputs) = reading.taken(moment);
    inputs.extend(read.inputs);
    let mut world = World::default();
    let sites = clouds::lower(&read.graph, &mut world);
    let mut ignores: Vec<_> = read.ignores.into_iter().map(Into::into).collect();
    ignores.extend(ignore::of_remarks(&objects.remarks));
    ignores.extend(ignore::of_annotations(&objects.objects));
    let engines = engines(&sites, reading.settings());
    let mut own = tie::homes(&sites, objects.objects)?;
    own.sort_by(|(a, _), (b, _)| a.origin.place.cmp(&b.origin.place));
    let object_at = |(object, home): (Object, Option<String>)| ObjectAt { object, home };
    Ok(Contribution {
        apart,
        objects: own.into_iter().map(object_at).collect(),
        gaps: read
            .graph
            .gaps
            .iter()
            .cloned()
            .chain(objects.gaps)
            .collect(),
        ignores,
        inputs,
        errors: read.errors.into_iter().chain(objects.errors).collect(),
        engines,
    })
}

/// Lets objects be of the clusters that they are of after the plan, though those may not be there yet.
fn homes_of(after: &Contribution, before: &mut Contribution) {
    let mut homes = after.objects.iter().filter_map(|own| own.home.as_ref());
    let Some(first) = homes.next() else {
        return;
    };
    if homes.all(|home| home == first) {
        let open = before.objects.iter_mut();
        open.filter(|own| own.home.is_none() && own.object.cluster.is_none())
            .for_each(|own| own.home = Some(first.clone()));
    }
}

/// The policy engines that settings tell of clusters.
fn engines(sites: &[Box<dyn Site + '_>], settings: &Settings) -> Vec<(String, String)> {
    let of = |site: &dyn Site| {
        let own = settings.of_cluster(site.address(), site.title());
        Some((site.address().to_owned(), own.policy_engine?))
    };
    sites.iter().filter_map(|site| of(site.as_ref())).collect()
}
