//! Judgement by network policy, on small worlds.

mod judge;
mod lint;
mod own_node;
mod scale;
mod standing;
mod twin;
mod worlds;
