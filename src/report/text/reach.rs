//! Connectivity, as `reach` prints it.

use super::super::connectivity::{ChainRow, Connectivity, FlowRow, GroupedRow};
use super::super::scan::many;
use super::style::{BOLD, FAINT, paint};
use super::wrap::wide;
use crate::model::{AddressSet, Traffic};
use crate::report::plain::plain;
use crate::rules::traffic_words;
use std::sync::Arc;

/// A table of flows, then what is reached by way of others, then what is not known.
#[must_use]
pub fn reach(flows: impl Iterator<Item = FlowRow>, connectivity: &Connectivity) -> String {
    table(flows.map(|flow| Row::of(&flow)).collect(), connectivity)
}

/// The same by class: the first few of both ends are named, the rest counted.
#[must_use]
pub fn reach_grouped(flows: &[GroupedRow], connectivity: &Connectivity) -> String {
    table(flows.iter().map(Row::grouped).collect(), connectivity)
}

fn table(rows: Vec<Row>, connectivity: &Connectivity) -> String {
    let widest = |text: &dyn Fn(&Row) -> &str| rows.iter().map(|row| wide(text(row))).max();
    let from = widest(&|row| &row.from).unwrap_or_default().min(WIDEST);
    let to = widest(&|row| &row.to).unwrap_or_default().min(WIDEST);
    let mut out: String = rows.iter().map(|row| row.line(from, to)).collect();
    out.push_str(&format!("{}\n", paint(BOLD, many(rows.len(), "flow"))));
    out.extend(connectivity.chains.iter().map(chain));
    for gap in &connectivity.gaps {
        let place = gap
            .origin
            .as_ref()
            .map(|origin| format!(" ({})", super::hops::place(origin)))
            .unwrap_or_default();
        let text = format!("not known: {}{}", plain(&gap.what), plain(&place));
        out.push_str(&format!("{}\n", paint(FAINT, text)));
    }
    out
}

/// So many names of one end are printed.
const NAMED: usize = 3;

/// The first few names, the rest counted.
fn few(names: &[Arc<str>]) -> String {
    let first: Vec<String> = names.iter().take(NAMED).map(|name| blocks(name)).collect();
    match names.len().saturating_sub(NAMED) {
        0 => first.join(", "),
        more => format!("{} and {more} more", first.join(", ")),
    }
}

/// Widest column of the table.
const WIDEST: usize = 48;

/// Most blocks that a range is written as.
const MOST_BLOCKS: usize = 3;

/// A line of the table.
struct Row {
    from: String,
    to: String,
    rest: String,
}

impl Row {
    fn of(flow: &FlowRow) -> Self {
        let ends = (blocks(&flow.from), blocks(&flow.to));
        Row::new(ends, flow.certain, &flow.crosses, &flow.traffic)
    }

    fn grouped(flow: &GroupedRow) -> Self {
        let ends = (few(&flow.from), few(&flow.to));
        Row::new(ends, flow.certain, &flow.crosses, &flow.traffic)
    }

    fn new(
        (from, to): (String, String),
        certain: bool,
        crosses: &[String],
        traffic: &Traffic,
    ) -> Self {
        let mut notes: Vec<String> = Vec::new();
        notes.extend((!certain).then(|| "possible".to_owned()));
        notes.extend((!crosses.is_empty()).then(|| format!("across {}", crosses.join(", "))));
        let notes = match notes.is_empty() {
            true => String::new(),
            false => format!("  ({})", plain(&notes.join(", "))),
        };
        Row {
            from: plain(&from).into_owned(),
            to: plain(&to).into_owned(),
            rest: format!("{}{notes}", traffic_words(traffic)),
        }
    }

    fn line(&self, from: usize, to: usize) -> String {
        format!("{:from$} -> {:to$}  {}\n", self.from, self.to, self.rest)
    }
}

/// A range of addresses as CIDR blocks, where few make it up; a name as it is.
fn blocks(name: &str) -> String {
    match AddressSet::parse(name) {
        Ok(addresses) if addresses.blocks().len() <= MOST_BLOCKS => addresses.to_string(),
        _ => name.to_owned(),
    }
}

/// `from -> in between -> to`, with what the last step lets pass.
fn chain(row: &ChainRow) -> String {
    let through = row.through.iter().map(|name| blocks(name));
    let steps = [few(&row.from)].into_iter().chain(through);
    let steps: Vec<String> = steps
        .chain([few(&row.to)])
        .map(|name| plain(&name).to_string())
        .collect();
    let possible = if row.certain { "" } else { "possible, " };
    format!(
        "{}  {}  ({possible}by way of others, across {})\n",
        steps.join(" -> "),
        traffic_words(&row.traffic),
        plain(&row.crosses.join(", "))
    )
}

/// One flow by itself.
pub(super) fn line(flow: &FlowRow) -> String {
    Row::of(flow).line(0, 0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_is_written_as_its_blocks() {
        assert_eq!(blocks("10.40.0.0-10.40.255.255"), "10.40.0.0/16");
        assert_eq!(blocks("shop/web[Deployment]"), "shop/web[Deployment]");
        // 10.0.0.1 to 10.0.0.14 are six blocks.
        assert_eq!(blocks("10.0.0.1-10.0.0.14"), "10.0.0.1-10.0.0.14");
    }
}
