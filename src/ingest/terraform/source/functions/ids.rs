//! Functions of texts that leave ids as they are, also ids that are not known yet: `trimspace(aws_vpc.a.id)`.
//!
//! An id or ARN holds no white space and no separator of lists, and clouds whose ids have capitals compare them without
//! regard to case (Azure Resource Manager, "Naming rules").

use crate::ingest::terraform::source::symbolic::{Budget, Failure, Outcome, Piece, Symbolic};

/// Characters that no id holds.
const FOREIGN: &[char] = &[' ', '\t', '\r', '\n', ',', ';', '|'];

/// What a function makes of ids that are not known yet; none where it is not one of these functions, or no id is given.
pub(super) fn call(name: &str, arguments: &[Symbolic], budget: &Budget) -> Option<Outcome> {
    match (name, arguments) {
        ("trimspace" | "chomp" | "lower", [id]) if is_id(id) => Some(Ok(id.clone())),
        ("trim", [id, cut]) if is_id(id) && is_foreign(cut) => Some(Ok(id.clone())),
        ("split", [separator, text]) if is_foreign(separator) => {
            parts(&separator.string()?, text, budget)
        }
        _ => None,
    }
}

/// Whether a value is an attribute that holds an id.
fn is_id(value: &Symbolic) -> bool {
    let Symbolic::Attribute(target) = value else {
        return false;
    };
    let name = target.attribute.rsplit('.').next().unwrap_or_default();
    matches!(name, "id" | "arn" | "self_link") || name.ends_with("_id") || name.ends_with("_arn")
}

fn is_foreign(text: &Symbolic) -> bool {
    text.string()
        .is_some_and(|text| !text.is_empty() && text.chars().all(|c| FOREIGN.contains(&c)))
}

/// The parts of an id, or of a text in which ids stand between separators; none where anything else is not known in it.
fn parts(separator: &str, text: &Symbolic, budget: &Budget) -> Option<Outcome> {
    match text {
        id if is_id(id) => Some(budget.try_list([Ok(id.clone())])),
        Symbolic::Draft(draft) if !draft.is_base64() && draft.pieces().iter().all(is_plain) => {
            Some(cut(separator, draft.pieces(), budget).and_then(|parts| budget.try_list(parts)))
        }
        _ => None,
    }
}

fn is_plain(piece: &Piece) -> bool {
    match piece {
        Piece::Known(_) => true,
        Piece::Open { value, .. } => is_id(value),
    }
}

fn cut(separator: &str, pieces: &[Piece], budget: &Budget) -> Result<Vec<Outcome>, Failure> {
    let mut parts = Vec::new();
    let mut part = budget.drafter();
    for piece in pieces {
        match piece {
            Piece::Open { value, .. } => part.value(value)?,
            Piece::Known(text) => {
                for (n, known) in text.split(separator).enumerate() {
                    if n > 0 {
                        let whole = std::mem::replace(&mut part, budget.drafter());
                        parts.push(Ok(whole.text_or_attribute()));
                    }
                    part.push(known)?;
                }
            }
        }
    }
    parts.push(Ok(part.text_or_attribute()));
    Ok(parts)
}
