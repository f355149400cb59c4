//! Which address blocks of a cluster's rules hold what stands at some addresses.

use super::bits::BitSet;
use crate::model::AddressSet;

/// Which of the cluster's address blocks hold a pod: its address is surely, or possibly, among theirs. None does where it is not told.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Membership {
    pub(super) surely: BitSet,
    pub(super) possibly: BitSet,
    /// Whether the input tells the address.
    pub(super) told: bool,
}

/// Which of the blocks hold something at one of the addresses.
pub(super) fn membership(addresses: &AddressSet, blocks: &[&AddressSet]) -> Membership {
    let holds = |test: &dyn Fn(&AddressSet) -> bool| {
        BitSet::where_true(blocks.len(), |at| {
            !addresses.is_empty() && blocks.get(at).is_some_and(|block| test(block))
        })
    };
    let told = !addresses.is_empty();
    Membership {
        surely: holds(&|block| addresses.is_subset(block)),
        possibly: holds(&|block| !addresses.is_disjoint(block)),
        told,
    }
}
