//! Judgement by network policy, on small worlds.

mod judge;
mod standing;
