//! Laws that hold whatever the input is: how something is written changes no verdict, an allow never closes, a deny never
//! opens, and knowing less never makes an answer surer. Inputs are those of the project and, where they stand beside it, of
//! the corpus. What chance chooses follows from `CROSSPEER_SEED`, and is the same where that is not set; `CROSSPEER_SECONDS` lets it go on
//! for longer. A failure is told by the fewest edits that show it.

mod binary;
pub mod case;
pub mod chance;
mod filters;
mod once;
mod peers;
mod planned;
mod policies;
mod shape;
mod unknown;
