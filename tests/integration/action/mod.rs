//! The GitHub Action, run step by step by a runner in small.

mod comment;
mod expression;
mod fetch;
mod hostile;
mod recipes;
mod release;
mod runner;
mod scan;

use runner::{Job, Use, commands};

/// Copies a folder of the repository into the checkout.
fn copied(job: &Job, from: &str, to: &str) {
    let from = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join(from);
    for entry in std::fs::read_dir(from).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap().to_str().unwrap();
        job.write(
            &format!("{to}/{name}"),
            &std::fs::read_to_string(&path).unwrap(),
        );
    }
}

/// Uses the Action with the binary under test.
fn scans(job: &Job, inputs: &[(&str, &str)]) -> Use {
    let own = [("path-to-binary", env!("CARGO_BIN_EXE_crosspeer"))];
    job.uses(&[&own[..], inputs].concat())
}
