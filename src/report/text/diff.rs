//! Connectivity gained and lost, as `diff` prints it.

use super::super::difference::Difference;
use super::reach::line;
use super::style::{ADDED, ERROR, paint};

/// `+` before what is gained, `-` before what is lost, then both counted.
#[must_use]
pub fn diff(difference: &Difference) -> String {
    let mut out = String::new();
    for row in &difference.gained {
        out.push_str(&format!("{} {}", paint(ERROR, '+'), line(row)));
    }
    for row in &difference.lost {
        out.push_str(&format!("{} {}", paint(ADDED, '-'), line(row)));
    }
    out.push_str(&format!(
        "{} gained, {} lost\n",
        difference.gained.len(),
        difference.lost.len()
    ));
    out
}
