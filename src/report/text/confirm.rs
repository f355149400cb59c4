//! What analysers answered, as `confirm` prints it.

use super::super::confirmation::{Confirmation, ConfirmationRow};
use super::super::plain::plain;
use super::style::{ADDED, ERROR, paint};

/// Each answer that does not simply agree, then all counted.
#[must_use]
pub fn confirm(confirmation: &Confirmation) -> String {
    let told = confirmation
        .rows
        .iter()
        .filter(|row| row.standing != "agrees");
    let mut out: String = told.map(line).collect();
    let count = |standing: &str| {
        let own = confirmation
            .rows
            .iter()
            .filter(|row| row.standing == standing);
        own.count()
    };
    out.push_str(&format!(
        "{} of {} answers agree, {} differ, {} decide what was possible, {} say nothing\n",
        count("agrees"),
        confirmation.rows.len(),
        count("differs"),
        count("decided"),
        count("open")
    ));
    out
}

fn line(row: &ConfirmationRow) -> String {
    let word = match row.standing {
        "differs" => paint(ERROR, row.standing),
        "decided" => paint(ADDED, row.standing),
        other => other.to_owned(),
    };
    let about = match row.about.as_str() {
        "" => String::new(),
        about => format!(" ({})", plain(about)),
    };
    format!(
        "{word}  {}{about}: {} expected, {} says {}\n",
        plain(&row.test),
        row.expected,
        row.by,
        plain(&row.answered)
    )
}
