//! Who reaches whom across which border, as boxes and arrows: what the drawn formats share.

use crate::rules::{Finding, short_traffic};
use indexmap::IndexSet;

/// Crossings of one drawing; more are counted, for nobody could follow them.
const MOST: usize = 100;

/// Boxes and the arrows between them.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// Names of boxes, by number: workloads, borders, far sides.
    pub boxes: Vec<(String, Shape)>,
    /// From box, to box, what passes, whether it is certain; ascending.
    pub arrows: Vec<Arrow>,
    /// Crossings that are left out.
    pub more: usize,
}

/// What a box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Shape {
    Workload,
    Border,
    Far,
}

/// One arrow, in the direction in which connections are opened.
#[derive(Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Arrow {
    pub from: usize,
    pub to: usize,
    pub label: String,
    pub certain: bool,
}

/// A crossing as it is drawn.
#[derive(PartialEq, Eq, Hash)]
struct Crossing<'f> {
    workload: &'f str,
    border: String,
    far: &'f str,
    inbound: bool,
    label: String,
    certain: bool,
}

/// The crossings of findings, each once; those by way of others are left out, since their last step is one of these.
fn crossings(findings: &[Finding]) -> IndexSet<Crossing<'_>> {
    let direct = findings.iter().filter(|finding| finding.direct);
    let each = direct.flat_map(|finding| finding.passages.iter().map(move |one| (finding, one)));
    each.map(|(finding, one)| Crossing {
        workload: &one.workload,
        border: finding
            .border()
            .unwrap_or_else(|| "unknown border".to_owned()),
        far: &one.far,
        inbound: finding.inbound,
        label: short_traffic(&one.traffic),
        certain: one.certain,
    })
    .collect()
}

impl Drawing {
    /// What crosses, by findings.
    pub fn of(findings: &[Finding]) -> Self {
        let crossings = crossings(findings);
        let mut boxes: IndexSet<(String, Shape)> = IndexSet::new();
        let mut arrows = Vec::new();
        for own in crossings.iter().take(MOST) {
            let mut number = |name: &str, shape| boxes.insert_full((name.to_owned(), shape)).0;
            let workload = number(own.workload, Shape::Workload);
            let border = number(&own.border, Shape::Border);
            let far = number(own.far, Shape::Far);
            let (first, last) = if own.inbound {
                (far, workload)
            } else {
                (workload, far)
            };
            let mut arrow = |from, to, label: &str| {
                arrows.push(Arrow {
                    from,
                    to,
                    label: label.to_owned(),
                    certain: own.certain,
                });
            };
            arrow(first, border, "");
            arrow(border, last, &own.label);
        }
        arrows.sort();
        arrows.dedup();
        Drawing {
            boxes: boxes.into_iter().collect(),
            arrows,
            more: crossings.len().saturating_sub(MOST),
        }
    }
}
