//! Connectivity, as `reach` prints it.

use super::super::connectivity::{ChainRow, Connectivity, FlowRow};
use super::super::scan::many;
use super::style::{BOLD, FAINT, paint};
use super::wrap::wide;
use crate::model::AddressSet;
use crate::report::plain::plain;
use crate::rules::traffic_words;

/// A table of flows, then what is reached by way of others, then what is not known.
#[must_use]
pub fn reach(connectivity: &Connectivity) -> String {
    let rows: Vec<Row> = connectivity.flows.iter().map(Row::of).collect();
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
        let mut notes: Vec<String> = Vec::new();
        notes.extend((!flow.certain).then(|| "possible".to_owned()));
        notes.extend(
            (!flow.crosses.is_empty()).then(|| format!("across {}", flow.crosses.join(", "))),
        );
        let notes = match notes.is_empty() {
            true => String::new(),
            false => format!("  ({})", plain(&notes.join(", "))),
        };
        Row {
            from: plain(&blocks(&flow.from)).into_owned(),
            to: plain(&blocks(&flow.to)).into_owned(),
            rest: format!("{}{notes}", traffic_words(&flow.traffic)),
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
    let steps: Vec<String> = [&row.from]
        .into_iter()
        .chain(&row.through)
        .chain([&row.to])
        .map(|name| plain(&blocks(name)).to_string())
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
