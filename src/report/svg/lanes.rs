//! Where the boxes and arrows of a drawing stand: workloads to the left, borders in the middle, far sides to the right. All
//! lengths are pixels at the picture's own size.

use super::super::drawing::{Drawing, Shape};
use std::collections::BTreeMap;

/// Letters of a name, and of a label, that are shown.
const MOST_LETTERS: usize = 44;

/// Around everything, and above it for the headline.
const MARGIN: usize = 20;
const TOP: usize = 50;

/// Below everything, for the legend.
const BOTTOM: usize = 40;

/// Between two boxes of a lane.
const GAP: usize = 14;

/// Height of a box, of a box with two lines, and of each arrow with a label that ends at one.
const LOW: usize = 28;
const HIGH: usize = 42;
const SLOT: usize = 18;

/// A box in its place.
#[derive(Debug)]
pub(super) struct Frame {
    pub x: usize,
    pub y: usize,
    pub width: usize,
    pub height: usize,
    /// The whole name, and as much of it as is shown.
    pub name: String,
    pub short: String,
    /// The second line; empty where there is none.
    pub about: String,
    pub border: bool,
}

/// An arrow in its place, from and to a point.
#[derive(Debug)]
pub(super) struct Line {
    pub from: (usize, usize),
    pub to: (usize, usize),
    /// What passes; empty on the way to a border.
    pub label: String,
    pub certain: bool,
}

/// A drawing with everything in its place.
#[derive(Debug)]
pub(super) struct Lanes {
    /// By number of the box.
    pub frames: Vec<Frame>,
    pub lines: Vec<Line>,
    pub width: usize,
    pub height: usize,
}

/// What passes from one box to another, certain or not.
type Labels<'d> = BTreeMap<(usize, usize, bool), Vec<&'d str>>;

impl Lanes {
    /// Places a drawing; `abouts` are the second lines of its boxes.
    pub fn of(drawing: &Drawing, abouts: &[String]) -> Self {
        let mut labels: Labels<'_> = BTreeMap::new();
        for arrow in &drawing.arrows {
            let own = labels.entry((arrow.from, arrow.to, arrow.certain));
            own.or_default().push(&arrow.label);
        }
        let mut frames = frames(drawing, abouts, &labels);
        let letters = drawing.arrows.iter().map(|arrow| letters(&arrow.label));
        let between = 60 + wide(letters.max().unwrap_or_default().min(MOST_LETTERS));
        let mut x = MARGIN;
        let mut heights = Vec::new();
        for lane in lanes(drawing) {
            let own = lane.iter().filter_map(|at| frames.get(*at));
            let width = own.map(|frame| frame.width).max().unwrap_or_default();
            let mut y = TOP;
            for at in &lane {
                if let Some(frame) = frames.get_mut(*at) {
                    (frame.x, frame.y, frame.width) = (x, y, width);
                    y += frame.height + GAP;
                }
            }
            heights.push((lane, y));
            x += width + between;
        }
        let height = heights.iter().map(|(_, height)| *height).max();
        let height = height.unwrap_or(TOP);
        for (lane, own) in heights {
            for at in lane {
                if let Some(frame) = frames.get_mut(at) {
                    frame.y += (height - own) / 2;
                }
            }
        }
        Lanes {
            lines: lines(&frames, &labels),
            width: x.saturating_sub(between) + MARGIN,
            height: height + BOTTOM,
            frames,
        }
    }
}

/// The numbers of the boxes in each lane: workloads by name, so that those of a namespace stand together; the others as they
/// were found, worst first.
fn lanes(drawing: &Drawing) -> [Vec<usize>; 3] {
    [Shape::Workload, Shape::Border, Shape::Far].map(|shape| {
        let boxes = drawing.boxes.iter().enumerate();
        let mut own: Vec<(&str, usize)> = boxes
            .filter(|(_, (_, own))| *own == shape)
            .map(|(at, (name, _))| (name.as_str(), at))
            .collect();
        if shape == Shape::Workload {
            own.sort_unstable();
        }
        own.into_iter().map(|(_, at)| at).collect()
    })
}

/// Every box at its size, not yet in its place.
fn frames(drawing: &Drawing, abouts: &[String], labels: &Labels<'_>) -> Vec<Frame> {
    let labelled = |at: usize| {
        let ends = labels.iter();
        ends.filter(|((_, to, _), own)| *to == at && own.iter().any(|label| !label.is_empty()))
            .count()
    };
    let frame = |(at, (name, shape)): (usize, &(String, Shape))| {
        let about = abouts.get(at).cloned().unwrap_or_default();
        let short = cut(name);
        let least = if about.is_empty() { LOW } else { HIGH };
        Frame {
            x: 0,
            y: 0,
            width: wide(letters(&short).max(letters(&about))) + 20,
            height: least.max(labelled(at) * SLOT + 10),
            name: name.clone(),
            short,
            about,
            border: *shape == Shape::Border,
        }
    };
    drawing.boxes.iter().enumerate().map(frame).collect()
}

/// The arrows. Those with a label end one below the other, so that no label hides another.
fn lines(frames: &[Frame], labels: &Labels<'_>) -> Vec<Line> {
    let mut ends: BTreeMap<usize, usize> = BTreeMap::new();
    let mut out = Vec::new();
    for ((from, to, certain), own) in labels {
        let (Some(first), Some(last)) = (frames.get(*from), frames.get(*to)) else {
            continue;
        };
        let label = joined(own);
        let middle = |frame: &Frame| frame.y + frame.height / 2;
        let end = if label.is_empty() {
            middle(last)
        } else {
            let slot = ends.entry(*to).or_default();
            *slot += 1;
            last.y + *slot * SLOT
        };
        let right = |frame: &Frame| frame.x + frame.width;
        let (x1, x2) = if first.x < last.x {
            (right(first), last.x)
        } else {
            (first.x, right(last))
        };
        out.push(Line {
            from: (x1, middle(first)),
            to: (x2, end),
            label,
            certain: *certain,
        });
    }
    out
}

/// What passes, in one label.
fn joined(labels: &[&str]) -> String {
    let labels: Vec<&str> = labels
        .iter()
        .copied()
        .filter(|own| !own.is_empty())
        .collect();
    cut(&labels.join("; "))
}

fn letters(text: &str) -> usize {
    text.chars().count()
}

/// Width of so many letters of a font whose letters are 0.6 of 12 pixels wide.
fn wide(letters: usize) -> usize {
    (letters * 73).div_ceil(10)
}

/// The beginning of a text, as much as is shown.
fn cut(text: &str) -> String {
    if letters(text) <= MOST_LETTERS {
        return text.to_owned();
    }
    let head: String = text.chars().take(MOST_LETTERS - 1).collect();
    head + "…"
}

#[cfg(test)]
mod tests {
    use super::super::super::drawing::Arrow;
    use super::*;

    fn arrow(from: usize, to: usize, label: &str, certain: bool) -> Arrow {
        let label = label.to_owned();
        Arrow {
            from,
            to,
            label,
            certain,
        }
    }

    #[test]
    fn lanes_stand_side_by_side_and_labels_below_each_other() {
        let name = "n".repeat(60);
        let drawing = Drawing {
            boxes: vec![
                ("b/x".to_owned(), Shape::Workload),
                ("peering".to_owned(), Shape::Border),
                (name, Shape::Far),
                ("a/y".to_owned(), Shape::Workload),
            ],
            arrows: vec![
                arrow(0, 1, "", true),
                arrow(1, 2, "tcp 1", true),
                arrow(1, 2, "tcp 2", true),
                arrow(1, 2, "tcp 3", false),
                arrow(2, 1, "", true),
                arrow(1, 3, "tcp 4", true),
            ],
            more: 0,
        };
        let placed = Lanes::of(&drawing, &vec![String::new(); 4]);
        let frame = |at: usize| placed.frames.get(at).unwrap();
        assert!(frame(0).x < frame(1).x && frame(1).x < frame(2).x);
        assert!(frame(3).y < frame(0).y, "workloads are sorted by name");
        assert_eq!(frame(2).short.chars().count(), MOST_LETTERS);
        let labelled = placed.lines.iter().filter(|own| !own.label.is_empty());
        let ends: Vec<(&str, usize)> = labelled.map(|own| (&*own.label, own.to.1)).collect();
        let [(possible, first), (both, second), (inward, _)] = ends.as_slice() else {
            panic!("{ends:?}");
        };
        assert_eq!(
            (*possible, *both, *inward),
            ("tcp 3", "tcp 1; tcp 2", "tcp 4")
        );
        assert_eq!(second - first, SLOT);
        // What comes from the far side goes to the left.
        let back = placed.lines.last().unwrap();
        assert!(back.from.0 > back.to.0, "{back:?}");
        for frame in &placed.frames {
            assert!(
                frame.x + frame.width <= placed.width && frame.y + frame.height < placed.height
            );
        }
    }
}
