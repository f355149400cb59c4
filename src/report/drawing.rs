//! Who reaches whom across which border, as boxes and arrows: what the drawn formats share.

use crate::rules::{Finding, short_traffic};
use std::collections::BTreeMap;

/// Arrows of one drawing; more are counted, for nobody could follow them.
const MOST: usize = 200;

/// Boxes and the arrows between them.
#[derive(Debug, Default)]
pub(super) struct Drawing {
    /// Names of boxes, by number: workloads, borders, far sides.
    pub boxes: Vec<(String, Shape)>,
    /// From box, to box, what passes, whether it is certain; ascending.
    pub arrows: Vec<Arrow>,
    /// Arrows that are left out.
    pub more: usize,
}

/// What a box is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
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

impl Drawing {
    /// The crossings of findings; those by way of others are left out, since their last step is one of these.
    pub fn of(findings: &[Finding]) -> Self {
        let mut numbers: BTreeMap<(Shape, String), usize> = BTreeMap::new();
        let mut out = Drawing::default();
        let mut seen = std::collections::BTreeSet::new();
        for finding in findings.iter().filter(|finding| finding.direct) {
            let border = finding
                .border()
                .unwrap_or_else(|| "unknown border".to_owned());
            for passage in &finding.passages {
                let label = short_traffic(&passage.traffic);
                let ends = (passage.workload.clone(), passage.far.clone());
                let key = (
                    ends,
                    border.clone(),
                    finding.inbound,
                    label,
                    passage.certain,
                );
                if !seen.insert(key.clone()) {
                    continue;
                }
                if out.arrows.len() >= MOST {
                    out.more += 1;
                    continue;
                }
                let ((workload, far), border, inbound, label, certain) = key;
                let mut number = |shape, name: String| {
                    let next = out.boxes.len();
                    *numbers.entry((shape, name.clone())).or_insert_with(|| {
                        out.boxes.push((name, shape));
                        next
                    })
                };
                let workload = number(Shape::Workload, workload);
                let middle = number(Shape::Border, border);
                let far = number(Shape::Far, far);
                let (first, last) = if inbound {
                    (far, workload)
                } else {
                    (workload, far)
                };
                out.arrows.push(Arrow {
                    from: first,
                    to: middle,
                    label: String::new(),
                    certain,
                });
                out.arrows.push(Arrow {
                    from: middle,
                    to: last,
                    label,
                    certain,
                });
            }
        }
        out.arrows.sort();
        out.arrows.dedup();
        out
    }
}
