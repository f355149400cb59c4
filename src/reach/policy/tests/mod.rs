//! Judgement by network policy, on small worlds.

mod judge;
mod own_node;
mod remark;
mod scale;
mod standing;
mod twin;
mod worlds;
