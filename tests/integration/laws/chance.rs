//! Chance that can be repeated, and the way from a failure to the fewest edits that show it.

use std::time::{Duration, Instant};

/// Numbers that follow from a seed (SplitMix64).
pub struct Chance(u64);

impl Chance {
    /// The seed of `CROSSPEER_SEED`, else one and the same; it is printed.
    pub fn of(test: &str) -> Self {
        let given = std::env::var("CROSSPEER_SEED").ok();
        let seed: u64 = given.and_then(|text| text.parse().ok()).unwrap_or(1);
        eprintln!("{test}: CROSSPEER_SEED={seed}");
        Chance(seed)
    }

    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        mixed ^ (mixed >> 31)
    }

    /// A number below a count that is not 0.
    pub fn below(&mut self, count: usize) -> usize {
        (self.next() % count as u64) as usize
    }

    /// One of several.
    pub fn one<'a, T>(&mut self, all: &'a [T]) -> &'a T {
        let at = self.below(all.len());
        &all[at]
    }

    /// Up to `most` of several, at least one, each once.
    pub fn some<T: Clone>(&mut self, all: &[T], most: usize) -> Vec<T> {
        let mut left: Vec<&T> = all.iter().collect();
        let count = 1 + self.below(most.min(all.len()));
        let taken = (0..count).map(|_| left.swap_remove(self.below(left.len())).clone());
        taken.collect()
    }
}

/// How long a test of chance goes on: for `CROSSPEER_SECONDS`, else so many times.
pub enum TimeBox {
    Until(Instant),
    Times(usize),
}

impl TimeBox {
    /// From now on.
    pub fn of(times: usize) -> Self {
        let given = std::env::var("CROSSPEER_SECONDS").ok();
        let seconds = given.and_then(|text| text.parse().ok());
        seconds.map_or(TimeBox::Times(times), |own| {
            TimeBox::Until(Instant::now() + Duration::from_secs(own))
        })
    }

    /// Whether it goes on once more.
    pub fn goes_on(&mut self) -> bool {
        match self {
            TimeBox::Until(end) => Instant::now() < *end,
            TimeBox::Times(left) => {
                *left = left.saturating_sub(1);
                *left > 0
            }
        }
    }
}

/// The fewest of the edits that still fail: none of them can be left out.
pub fn smallest<T: Clone>(edits: &[T], fails: impl Fn(&[T]) -> bool) -> Vec<T> {
    let mut left = edits.to_vec();
    let mut at = 0;
    while at < left.len() {
        let mut fewer = left.clone();
        fewer.remove(at);
        if !fewer.is_empty() && fails(&fewer) {
            left = fewer;
        } else {
            at += 1;
        }
    }
    left
}

#[test]
fn the_smallest_failure_holds_what_it_takes_and_nothing_else() {
    let edits: Vec<u32> = (0..20).collect();
    let fails = |edits: &[u32]| edits.contains(&3) && edits.contains(&11);
    assert_eq!(smallest(&edits, fails), [3, 11]);
}
