//! Judgement by network policy, on small worlds.

mod agreement;
mod judge;
mod order;
mod own_node;
mod remark;
mod scale;
mod standing;
mod twin;
mod worlds;
