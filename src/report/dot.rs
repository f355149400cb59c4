//! Graphviz: the drawing for its own tools.

use super::drawing::{Drawing, Shape};
use super::escape::dot as text;
use super::format::{Format, whole};
use super::medium::Medium;
use super::scan::Scan;

/// A drawing for Graphviz
pub const FORMAT: Format = Format {
    name: "dot",
    about: "The same drawing for Graphviz",
    endings: &[".dot", ".gv"],
    medium: Medium::Text,
    parts: |own| whole(dot(own)),
};

/// Every crossing that was found, as a directed graph.
#[must_use]
pub fn dot(scan: &Scan<'_>) -> String {
    let drawing = Drawing::of(scan.findings);
    let mut out = "digraph crosspeer {\n  rankdir=LR;\n".to_owned();
    for (number, (name, shape)) in drawing.boxes.iter().enumerate() {
        let shape = match shape {
            Shape::Workload => "box",
            Shape::Border => "hexagon",
            Shape::Far => "ellipse",
        };
        out.push_str(&format!(
            "  n{number} [label=\"{}\", shape={shape}];\n",
            text(name)
        ));
    }
    for arrow in &drawing.arrows {
        let style = if arrow.certain { "solid" } else { "dashed" };
        let label = text(&arrow.label);
        out.push_str(&format!(
            "  n{} -> n{} [label=\"{label}\", style={style}];\n",
            arrow.from, arrow.to
        ));
    }
    if drawing.more > 0 {
        let more = drawing.more;
        out.push_str(&format!(
            "  more [label=\"{more} more are not drawn\", shape=plain];\n"
        ));
    }
    out.push_str("}\n");
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::World;
    use crate::report::sample::{finding, scan_of};

    #[test]
    fn a_name_cannot_end_its_label() {
        let mut hostile = finding(1);
        hostile.passages[0].far = "x\"];\\N".into();
        let world = World::default();
        let findings = [hostile];
        let drawn = dot(&scan_of(&findings, &[], &world));
        let line = "  n2 [label=\"x\\\"];\\\\N\", shape=ellipse];\n";
        assert!(drawn.contains(line), "{drawn}");
        assert!(
            drawn.contains("n0 -> n1 [label=\"\", style=solid];"),
            "{drawn}"
        );
    }
}
