//! Judgement by network policy, on small worlds.

mod judge;
mod standing;
mod twin;
mod worlds;
