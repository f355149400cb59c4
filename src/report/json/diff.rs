//! `crosspeer.diff/1`.

use super::super::difference::Difference;
use super::flow_fact::FlowFact;
use super::print;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    gained: Vec<FlowFact<'a>>,
    lost: Vec<FlowFact<'a>>,
}

/// Connectivity gained and lost as one document on one line; rows as those of `crosspeer.reach/1`.
#[must_use]
pub fn diff(difference: &Difference) -> String {
    let gained = difference.gained.iter().map(FlowFact::from).collect();
    let lost = difference.lost.iter().map(FlowFact::from).collect();
    print(
        &Document {
            schema: "crosspeer.diff/1",
            gained,
            lost,
        },
        false,
    )
}
