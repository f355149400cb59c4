//! How large a document is once its aliases are written out, so that a few lines cannot stand for billions of nodes.

use super::arena::{Arena, Content};

/// Deepest nesting, aliases written out: far beyond what Kubernetes objects need, and shallow enough to walk by recursion.
const DEEPEST: u32 = 500;

/// Whether readers may walk the document as if its aliases were written out: the limit of go.yaml.in/yaml v2 (decode.go), by
/// which a document of which nearly all comes from aliases is refused, the sooner the larger it is.
pub(super) fn is_small(arena: &Arena) -> bool {
    let mut sizes: Vec<(u64, u32)> = Vec::with_capacity(arena.cells.len());
    let of = |sizes: &[(u64, u32)], at: &u32| sizes.get(*at as usize).copied().unwrap_or((1, 1));
    for cell in &arena.cells {
        let below: Vec<(u64, u32)> = match &cell.content {
            Content::Scalar(..) => Vec::new(),
            Content::List(items) => items.iter().map(|at| of(&sizes, at)).collect(),
            Content::Map(pairs) => pairs
                .iter()
                .flat_map(|pair| [of(&sizes, &pair.key), of(&sizes, &pair.value)])
                .collect(),
        };
        let size = below
            .iter()
            .fold(1_u64, |sum, (size, _)| sum.saturating_add(*size));
        sizes.push((
            size,
            below.iter().map(|(_, depth)| *depth).max().unwrap_or(0) + 1,
        ));
    }
    let own = arena.cells.len() as u64;
    let (whole, depth) = sizes.last().copied().unwrap_or_default();
    depth <= DEEPEST && within_budget(whole, whole.saturating_sub(own))
}

/// `aliased` of the `whole` nodes come from aliases: up to 99 % of 400,000, falling to 10 % of 4,000,000 and more.
#[expect(
    clippy::cast_precision_loss,
    reason = "a ratio is compared; a node more or less does not matter"
)]
fn within_budget(whole: u64, aliased: u64) -> bool {
    const LOW: f64 = 400_000.0;
    const HIGH: f64 = 4_000_000.0;
    let (size, aliased) = (whole as f64, aliased as f64);
    let allowed = 0.99 - 0.89 * ((size - LOW) / (HIGH - LOW)).clamp(0.0, 1.0);
    aliased <= 100.0 || size <= 1000.0 || aliased / size <= allowed
}
