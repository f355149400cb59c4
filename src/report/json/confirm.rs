//! `crosspeer.confirm/1`.

use super::super::confirmation::{Confirmation, ConfirmationRow};
use super::print;
use serde::Serialize;

#[derive(Serialize)]
struct Document<'a> {
    schema: &'static str,
    answers: &'a [ConfirmationRow],
}

/// The answers as one document on one line.
#[must_use]
pub fn confirm(confirmation: &Confirmation) -> String {
    let document = Document {
        schema: "crosspeer.confirm/1",
        answers: &confirmation.rows,
    };
    print(&document, false)
}
