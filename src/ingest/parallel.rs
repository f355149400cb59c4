//! Work on all cores, with results in the order of what they are of: the same input gives the same bytes.

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;

/// Bytes of input from which on a further core is worth its start.
const SHARE: usize = 1 << 18;
/// Parts for each core: what one finishes sooner takes another.
const PARTS: usize = 8;

/// What `work` makes of each item. `size` is what an item costs, in bytes of input.
pub fn map<T: Sync, R: Send>(
    items: &[T],
    size: impl Fn(&T) -> usize,
    work: impl Fn(&T) -> R + Sync,
) -> Vec<R> {
    let total: usize = items.iter().map(size).sum();
    let cores = thread::available_parallelism().map_or(1, NonZero::get);
    let cores = cores.min(total / SHARE).min(items.len());
    if cores < 2 {
        return items.iter().map(work).collect();
    }
    let parts: Vec<&[T]> = items.chunks(items.len().div_ceil(cores * PARTS)).collect();
    let next = AtomicUsize::new(0);
    let share = || {
        let mut done = Vec::new();
        loop {
            let at = next.fetch_add(1, Ordering::Relaxed);
            let Some(part) = parts.get(at) else {
                return done;
            };
            done.push((at, part.iter().map(&work).collect::<Vec<R>>()));
        }
    };
    let mut done = thread::scope(|scope| {
        let others: Vec<_> = (1..cores).map(|_| scope.spawn(share)).collect();
        let mut done = share();
        for other in others {
            match other.join() {
                Ok(more) => done.extend(more),
                Err(panic) => std::panic::resume_unwind(panic),
            }
        }
        done
    });
    done.sort_by_key(|(at, _)| *at);
    done.into_iter().flat_map(|(_, part)| part).collect()
}

/// What two pieces of work make, at the same time where there is a core for each.
pub fn both<A, B: Send>(one: impl FnOnce() -> A, other: impl FnOnce() -> B + Send) -> (A, B) {
    thread::scope(|scope| {
        let other = scope.spawn(other);
        let one = one();
        match other.join() {
            Ok(other) => (one, other),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn results_keep_the_order_of_their_items() {
        for count in [0, 1, 7, 1000] {
            let items: Vec<usize> = (0..count).collect();
            let twice = map(&items, |_| SHARE, |item| item * 2);
            let expected: Vec<usize> = items.iter().map(|item| item * 2).collect();
            assert_eq!(twice, expected);
        }
        assert_eq!(both(|| 1, || "b"), (1, "b"));
    }
}
