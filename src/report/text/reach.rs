//! Connectivity, as `reach` prints it.

use super::super::connectivity::{ChainRow, Connectivity, FlowRow};
use super::style::{BOLD, FAINT, paint};
use crate::report::plain::plain;

/// One line for each flow, then one for each way by others, then what was not understood.
#[must_use]
pub fn reach(connectivity: &Connectivity) -> String {
    let mut out: String = connectivity.flows.iter().map(line).collect();
    let flows = connectivity.flows.len();
    out.push_str(&format!(
        "{} {}\n",
        paint(BOLD, flows),
        if flows == 1 { "flow" } else { "flows" }
    ));
    out.extend(connectivity.chains.iter().map(chain));
    for gap in &connectivity.gaps {
        let place = gap
            .origin
            .as_ref()
            .map(|origin| format!(" ({})", super::hops::place(origin)))
            .unwrap_or_default();
        out.push_str(&format!(
            "{}\n",
            paint(
                FAINT,
                format!("not known: {}{}", plain(&gap.what), plain(&place))
            )
        ));
    }
    out
}

/// `from -> in between -> to`, with what the last step lets pass.
fn chain(row: &ChainRow) -> String {
    let steps: Vec<String> = [&row.from]
        .into_iter()
        .chain(&row.through)
        .chain([&row.to])
        .map(|name| plain(name).to_string())
        .collect();
    let possible = if row.certain { "" } else { "possible, " };
    format!(
        "{}  {}  ({possible}by way of others, across {})\n",
        steps.join(" -> "),
        row.traffic,
        plain(&row.crosses.join(", "))
    )
}

pub(super) fn line(row: &FlowRow) -> String {
    let mut notes: Vec<String> = Vec::new();
    notes.extend((!row.certain).then(|| "possible".to_owned()));
    notes.extend((!row.crosses.is_empty()).then(|| format!("across {}", row.crosses.join(", "))));
    let notes = if notes.is_empty() {
        String::new()
    } else {
        format!("  ({})", plain(&notes.join(", ")))
    };
    format!(
        "{} -> {}  {}{notes}\n",
        plain(&row.from),
        plain(&row.to),
        row.traffic
    )
}
