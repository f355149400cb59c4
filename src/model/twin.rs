//! Chance for the slow twins: a seed that is told, and rounds of cases for as long as somebody wants.

use proptest::test_runner::{Config, RngSeed};
use std::cell::Cell;
use std::time::{Duration, Instant};

thread_local! {
    /// The seed of the next round on this thread.
    static NEXT: Cell<u64> = const { Cell::new(1) };
}

/// The configuration of the next round, of so many cases.
pub(crate) fn round(cases: u32) -> Config {
    let seed = NEXT.get();
    NEXT.set(seed.wrapping_add(1));
    Config {
        cases,
        rng_seed: RngSeed::Fixed(seed),
        failure_persistence: None,
        ..Config::default()
    }
}

fn number(variable: &str) -> Option<u64> {
    std::env::var(variable).ok()?.parse().ok()
}

/// Runs a round, and more of them for `CROSSPEER_SECONDS`. Chance follows from `CROSSPEER_SEED`, 1 where it is not set; the seed is told.
pub(crate) fn hold(test: &str, one: fn()) {
    let seconds = number("CROSSPEER_SECONDS").unwrap_or_default();
    go_on(test, one, Duration::from_secs(seconds));
}

/// The same for ten minutes.
pub(crate) fn hold_for_long(test: &str, one: fn()) {
    go_on(test, one, Duration::from_mins(10));
}

fn go_on(test: &str, one: fn(), time: Duration) {
    let (seed, start) = (number("CROSSPEER_SEED").unwrap_or(1), Instant::now());
    eprintln!("{test}: CROSSPEER_SEED={seed}");
    // Days that follow each other share no rounds.
    NEXT.set(seed.wrapping_mul(1_000_003));
    let mut rounds = 1;
    one();
    while start.elapsed() < time {
        one();
        rounds += 1;
    }
    eprintln!("{test}: {rounds} rounds");
}

#[test]
fn a_round_follows_from_its_seed() {
    let seeds = |seed: u64| {
        NEXT.set(seed);
        [round(1).rng_seed, round(1).rng_seed]
    };
    assert_eq!(seeds(7), [RngSeed::Fixed(7), RngSeed::Fixed(8)]);
    assert_eq!(seeds(7), seeds(7));
}
