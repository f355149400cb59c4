//! Time of one scan of the largest public plan, before and after, as the command line does it: read, linked, judged.
//!
//! `cargo bench`. The plan stands beside the project (`../shared`); where it does not, nothing is measured and that is said.

use crosspeer::ingest::{File, Moment, Settings, ingest};
use crosspeer::reach::{Engine, Scope};
use std::path::Path;
use std::time::Instant;

const PLAN: &str = "../shared/corpus/plans/generated__synthetic_mesh30__root.json";

fn main() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(PLAN);
    let Ok(bytes) = std::fs::read(&path) else {
        eprintln!("skipped: no {PLAN} beside this clone");
        return;
    };
    let file = File {
        path: "plan.json".into(),
        bytes,
        kind: None,
        named: true,
        ..File::default()
    };
    for round in 1..=5 {
        let start = Instant::now();
        let mut flows = 0;
        for moment in [Moment::After, Moment::Before] {
            match ingest(std::slice::from_ref(&file), &Settings::default(), moment) {
                Ok(ingested) => flows += Engine::new(&ingested.world).flows(Scope::Border).len(),
                Err(error) => eprintln!("{error}"),
            }
        }
        eprintln!(
            "round {round}: {} ms, {flows} flows",
            start.elapsed().as_millis()
        );
    }
}
