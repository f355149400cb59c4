//! Judgement by network policy, on small worlds.

mod agreement;
mod hops;
mod isolation_status;
mod judge;
mod order;
mod own_node;
mod remark;
mod scale;
mod twin;
mod worlds;
