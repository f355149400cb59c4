//! Findings as the page reads them.

use super::super::problem::Quotes;
use super::crossings::Crossings;
use super::hops::Paths;
use super::shape::{At, FindingShape, PlaceShape, RelatedShape, WorkloadCrossingShape};
use super::things::Things;
use crate::model::World;
use crate::rules::{Certainty, Finding, WorkloadCrossing};

/// What a finding is entered into.
pub(super) struct Lists<'l, 'q> {
    pub things: &'l mut Things,
    pub crossings: &'l mut Crossings,
    pub paths: &'l mut Paths<'q>,
    pub quotes: &'l Quotes,
}

/// A finding of a world: `new`, `old`, or `closed` where it is one of before that is gone.
pub(super) fn finding(
    finding: &Finding,
    change: &'static str,
    news: String,
    world: &World,
    lists: &mut Lists<'_, '_>,
) -> FindingShape {
    let members: Vec<usize> = finding
        .members
        .iter()
        .flat_map(|member| lists.things.titled(member))
        .copied()
        .collect();
    let namespace = members
        .is_empty()
        .then(|| lists.things.namespace_titled(&finding.subject));
    let border = finding.border();
    FindingShape {
        rule: finding.rule.clone(),
        severity: finding.severity.word(),
        certainty: finding.certainty.word(),
        message: finding.message.clone(),
        subject: finding.subject.clone(),
        members,
        namespace: At(namespace.flatten()),
        way: At(border.and_then(|name| lists.crossings.way_named(&name, lists.things))),
        place: PlaceShape::from(&finding.place),
        quote: lists.quotes.line(&finding.place),
        passages: finding
            .passages
            .iter()
            .map(|one| passage(one, lists))
            .collect(),
        path: At(lists.paths.path(&finding.path, world)),
        gaps: finding
            .gaps
            .iter()
            .map(|gap| lists.paths.gap(*gap, world))
            .collect(),
        fingerprint: finding.fingerprint.clone(),
        change,
        news: Some(news).filter(|news| !news.is_empty()),
        remedy: finding.remedy.text.clone(),
        paste: finding.remedy.paste.clone(),
        related: finding
            .related
            .iter()
            .map(|one| RelatedShape {
                what: one.what.clone(),
                place: PlaceShape::from(&one.place),
            })
            .collect(),
    }
}

fn passage(passage: &WorkloadCrossing, lists: &mut Lists<'_, '_>) -> WorkloadCrossingShape {
    let certainty = if passage.certain {
        Certainty::Certain
    } else {
        Certainty::Possible
    };
    WorkloadCrossingShape {
        workload: At(lists.things.titled(&passage.workload).first().copied()),
        far: passage.far.to_string(),
        certainty: certainty.word(),
        ports: lists.crossings.ports(&passage.traffic),
    }
}
