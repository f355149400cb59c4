//! crosspeer.
fn main() {}
