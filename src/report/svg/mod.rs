//! The drawing as a picture (SVG 2), for wikis, merge requests and slides: who opens connections across which border to whom, in
//! three lanes. It asks for no font and no network, and follows the reader's light or dark colours.

mod lanes;

use super::drawing::{Drawing, Shape};
use super::escape::xml as text;
use super::format::{Format, whole};
use super::headline::headline;
use super::medium::Medium;
use super::plain::plain;
use super::scan::Scan;
use crate::model::{Change, World};
use lanes::{Frame, Lanes, Line};

/// The drawing as a picture
pub const FORMAT: Format = Format {
    name: "svg",
    about: "The same drawing as a picture, for wikis and merge requests",
    endings: &[".svg"],
    medium: Medium::Text,
    parts: |own| whole(svg(own)),
};

/// Colours of print; of the dark where the reader wants that.
const STYLE: &str = "\
text{font:12px ui-monospace,Menlo,Consolas,monospace;fill:#1f2328}
.head{font-weight:600}.faint,.traffic{fill:#59636e}
.traffic{font-size:11px;paint-order:stroke;stroke:#fff;stroke-width:5px}
.paper{fill:#fff}.box{fill:#f6f8fa;stroke:#818b98}.border{fill:#fff1e5;stroke:#bc4c00}
.arrow{fill:none;stroke:#59636e;stroke-width:1.4}.possible{stroke-dasharray:5 4}#head path{fill:#59636e}
@media (prefers-color-scheme:dark){text{fill:#f0f6fc}.faint,.traffic{fill:#9198a1}.traffic{stroke:#0d1117}.paper{fill:#0d1117}
.box{fill:#151b23;stroke:#656c76}.border{fill:#3d1300;stroke:#db6d28}.arrow{stroke:#9198a1}#head path{fill:#9198a1}}";

/// Every crossing that was found, as one picture.
#[must_use]
pub fn svg(scan: &Scan<'_>) -> String {
    let mut drawing = Drawing::of(scan.findings);
    // Hidden before names are cut, for a part of a secret would not be recognised.
    for (name, _) in &mut drawing.boxes {
        *name = scan.page.concealment.text(&plain(name)).into_owned();
    }
    let abouts = drawing.boxes.iter();
    let abouts = abouts.map(|(name, shape)| about(name, *shape, scan.world));
    let lanes = Lanes::of(&drawing, &abouts.collect::<Vec<_>>());
    let headline = text(&headline(scan));
    let (width, height) = (
        lanes.width.max(headline.chars().count() * 8 + 40),
        lanes.height,
    );
    let mut out = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
         role=\"img\" aria-label=\"{}\">\n<style>\n{STYLE}\n</style>\n<defs><marker id=\"head\" viewBox=\"0 0 8 8\" refX=\"7\" \
         refY=\"4\" markerWidth=\"8\" markerHeight=\"8\" orient=\"auto-start-reverse\"><path d=\"M0 0 8 4 0 8z\"/></marker></defs>\n\
         <rect class=\"paper\" width=\"100%\" height=\"100%\"/>\n<text class=\"head\" x=\"20\" y=\"28\">{headline}</text>\n",
        headline.replace('"', "&quot;")
    );
    // Labels last, so that no arrow goes through one.
    out.extend(lanes.lines.iter().map(arrow));
    out.extend(lanes.lines.iter().map(label));
    out.extend(lanes.frames.iter().map(frame));
    out.push_str(&format!(
        "<text class=\"faint\" x=\"20\" y=\"{}\">{}</text>\n</svg>\n",
        height - 14,
        text(&legend(&drawing))
    ));
    out
}

fn legend(drawing: &Drawing) -> String {
    if drawing.boxes.is_empty() {
        return "no crossing of a border was found".to_owned();
    }
    let mut legend = "an arrow goes from who opens the connection".to_owned();
    if drawing.arrows.iter().any(|arrow| !arrow.certain) {
        legend.push_str(" · a broken line is possible");
    }
    match drawing.more {
        0 => legend,
        more => format!("{legend} · {more} more are not drawn"),
    }
}

/// The second line of a border's box: what it is, and whether the plan adds it.
fn about(name: &str, shape: Shape, world: &World) -> String {
    let own = world.borders.iter().map(|(_, border)| border);
    let Some(border) = own
        .filter(|_| shape == Shape::Border)
        .find(|border| border.name == name)
    else {
        return String::new();
    };
    match border.origin.as_ref().map(|origin| origin.change) {
        Some(Change::Added) => format!("+ {}, new", border.kind),
        Some(Change::Updated) => format!("~ {}, changed", border.kind),
        _ => border.kind.to_owned(),
    }
}

fn frame(own: &Frame) -> String {
    let Frame {
        x,
        y,
        width,
        height,
        ..
    } = own;
    let class = if own.border { "border" } else { "box" };
    let line = |y: usize, class: &str, words: &str| {
        format!(
            "<text class=\"{class}\" x=\"{}\" y=\"{y}\">{}</text>",
            x + 10,
            text(words)
        )
    };
    let middle = y + height / 2;
    let words = match own.about.as_str() {
        "" => line(middle + 4, "name", &own.short),
        about => line(middle - 3, "name", &own.short) + &line(middle + 12, "faint", about),
    };
    format!(
        "<g><title>{}</title><rect class=\"{class}\" x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"5\"/>{words}</g>\n",
        text(&own.name)
    )
}

fn arrow(own: &Line) -> String {
    let ((x1, y1), (x2, y2)) = (own.from, own.to);
    let bend = (x1 + x2) / 2;
    let class = if own.certain {
        "arrow"
    } else {
        "arrow possible"
    };
    format!(
        "<path class=\"{class}\" marker-end=\"url(#head)\" d=\"M{x1} {y1}C{bend} {y1} {bend} {y2} {x2} {y2}\"/>\n"
    )
}

fn label(own: &Line) -> String {
    let ((from, _), (to, y)) = (own.from, own.to);
    let (x, anchor) = match to > from {
        true => (to - 12, "end"),
        false => (to + 12, "start"),
    };
    match own.label.as_str() {
        "" => String::new(),
        words => format!(
            "<text class=\"traffic\" x=\"{x}\" y=\"{}\" text-anchor=\"{anchor}\">{}</text>\n",
            y - 4,
            text(words)
        ),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::sample::{finding, scan_of};

    #[test]
    fn names_stay_text_and_arrows_follow_the_connection() {
        let mut inbound = finding(2);
        inbound.inbound = true;
        inbound.passages[0].certain = false;
        inbound.passages[0].far = "</text><script>\"&".into();
        let world = World::default();
        let findings = [finding(1), inbound];
        let drawn = svg(&scan_of(&findings, &[], &world));
        assert!(!drawn.contains("<script"), "{drawn}");
        assert!(
            drawn.contains("<title>&lt;/text&gt;&lt;script&gt;\"&amp;</title>"),
            "{drawn}"
        );
        // Of each crossing the part before the border and the part after it; one of the two crossings is only possible.
        assert_eq!(drawn.matches("marker-end").count(), 4);
        assert_eq!(drawn.matches("\"arrow possible\"").count(), 2);
        assert_eq!(drawn.matches("<rect class=\"border\"").count(), 1);
    }

    #[test]
    fn nothing_found_says_so() {
        let drawn = svg(&scan_of(&[], &[], &World::default()));
        assert!(
            drawn.contains("no crossing of a border was found"),
            "{drawn}"
        );
        assert!(!drawn.contains("marker-end"), "{drawn}");
    }
}
