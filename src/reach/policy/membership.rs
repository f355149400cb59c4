//! Which address blocks of a cluster's rules hold what stands at some addresses.

use super::bits::BitSet;
use crate::model::AddressSet;

/// Which of the cluster's address blocks hold the address of a pod, surely or possibly. No block does where the address is not known.
#[derive(Debug, PartialEq, Eq, Hash)]
pub(super) struct Membership {
    pub(super) surely: BitSet,
    pub(super) possibly: BitSet,
    /// Whether the address is known.
    pub(super) known: bool,
}

/// Which of the blocks hold something at one of the addresses.
pub(super) fn membership(addresses: &AddressSet, blocks: &[&AddressSet]) -> Membership {
    let holds = |test: &dyn Fn(&AddressSet) -> bool| {
        BitSet::where_true(blocks.len(), |at| {
            !addresses.is_empty() && blocks.get(at).is_some_and(|block| test(block))
        })
    };
    let known = !addresses.is_empty();
    Membership {
        surely: holds(&|block| addresses.is_subset(block)),
        possibly: holds(&|block| !addresses.is_disjoint(block)),
        known,
    }
}
