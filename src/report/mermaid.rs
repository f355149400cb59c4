//! Mermaid drawings: GitHub, GitLab and many wikis show them.

use super::drawing::{Drawing, Shape};
use super::ends::ends;
use super::escape::mermaid as text;
use super::format::{Format, whole};
use super::label::heading;
use super::medium::Medium;
use super::scan::Scan;
use crate::model::{Change, HopKind, World};
use crate::rules::Finding;

/// A drawing of what crosses which border
pub const FORMAT: Format = Format {
    name: "mermaid",
    about: "A drawing of what crosses which border, for Markdown",
    endings: &[".mmd", ".mermaid"],
    medium: Medium::Text,
    parts: |own| whole(mermaid(own)),
};

/// Every crossing that was found.
#[must_use]
pub fn mermaid(scan: &Scan<'_>) -> String {
    let drawing = Drawing::of(scan.findings);
    let mut out = "flowchart LR\n".to_owned();
    if drawing.boxes.is_empty() {
        out.push_str("  none[\"no crossing found\"]\n");
    }
    for (number, (name, shape)) in drawing.boxes.iter().enumerate() {
        let (open, close) = match shape {
            Shape::Workload => ("[", "]"),
            Shape::Border => ("{{", "}}"),
            Shape::Far => ("([", "])"),
        };
        out.push_str(&format!("  n{number}{open}\"{}\"{close}\n", text(name)));
    }
    for arrow in &drawing.arrows {
        let line = if arrow.certain { "-->" } else { "-.->" };
        let label = match arrow.label.as_str() {
            "" => String::new(),
            label => format!("|\"{}\"|", text(label)),
        };
        out.push_str(&format!("  n{} {line}{label} n{}\n", arrow.from, arrow.to));
    }
    if drawing.more > 0 {
        out.push_str(&format!(
            "  more[\"{} more are not drawn\"]\n",
            drawing.more
        ));
    }
    out
}

/// The whole path of a finding, from who opens the connection to who answers; the way back as a dotted arrow. Empty where
/// the finding has no path.
pub(super) fn path(finding: &Finding, world: &World) -> String {
    let Some((from, to)) = ends(finding) else {
        return String::new();
    };
    let mut boxes = vec![format!("[\"{}\"]", text(from))];
    let mut back = Vec::new();
    for hop in &finding.path {
        let change = hop.origin.as_ref().map(|origin| origin.change);
        let mark = match change {
            Some(Change::Added) => "+ ",
            Some(Change::Updated) => "~ ",
            _ => "",
        };
        let words = text(&format!("{mark}{}", heading(hop, world)));
        match hop.kind {
            HopKind::ReturnRoute | HopKind::ReturnFilter => back.push(words),
            HopKind::Border => boxes.push(format!("{{{{\"{words}\"}}}}")),
            HopKind::Endpoint => {}
            _ => boxes.push(format!("[\"{words}\"]")),
        }
    }
    boxes.push(format!("([\"{}\"])", text(to)));
    let last = boxes.len() - 1;
    let mut out = "flowchart LR\n".to_owned();
    for (number, shape) in boxes.iter().enumerate() {
        out.push_str(&format!("  n{number}{shape}\n"));
    }
    let chain: Vec<String> = (0..boxes.len())
        .map(|number| format!("n{number}"))
        .collect();
    let line = if finding.is_certain() {
        " --> "
    } else {
        " -.-> "
    };
    out.push_str(&format!("  {}\n", chain.join(line)));
    if !back.is_empty() {
        out.push_str(&format!("  n{last} -. \"{}\" .-> n0\n", back.join(", ")));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{finding, scan_of};

    #[test]
    fn arrows_follow_the_connection_and_possible_ones_are_dotted() {
        let mut inbound = finding(2);
        inbound.inbound = true;
        inbound.passages[0].certain = false;
        inbound.passages[0].far = "a\"]<b".into();
        let world = World::default();
        let findings = [finding(1), inbound];
        let drawn = mermaid(&scan_of(&findings, &[], &world));
        assert_eq!(
            drawn,
            "flowchart LR\n  n0[\"shop/web\"]\n  n1{{\"aws_vpc_peering_connection.a\"}}\n  n2([\"x\"])\n  n3([\"a#quot;]b\"])\n  \
             n0 --> n1\n  n1 -.->|\"tcp 5432\"| n0\n  n1 -->|\"tcp 5432\"| n2\n  n3 -.-> n1\n"
        );
        let path = path(&findings[1], &world);
        assert!(
            path.starts_with("flowchart LR\n  n0[\"a#quot;]b\"]\n"),
            "{path}"
        );
        assert!(path.contains("([\"shop/web\"])"), "{path}");
    }
}
