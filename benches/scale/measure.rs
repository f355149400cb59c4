//! Runs of the binary over a generated input: what they take of time, memory and instructions.

use crate::dimension::{Dimension, Input};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use wait4::Wait4;

/// What the binary is, by the folder that its benches know.
pub const BINARY: &str = env!("CARGO_BIN_EXE_crosspeer");

/// What one run took.
#[derive(Clone, Copy, Debug)]
pub struct Cost {
    /// Seconds of user time.
    pub user: f64,
    /// The most memory that it held, in bytes.
    pub memory: u64,
}

/// A reason why nothing was measured.
pub type Fault = Box<dyn std::error::Error>;

/// A generated input on disk.
pub struct Written {
    /// The arguments of the binary that name its files.
    pub arguments: Vec<String>,
    /// The bytes of its files.
    pub bytes: usize,
}

/// Writes the input of a size into a folder.
pub fn written(dimension: &Dimension, size: usize) -> Result<Written, Fault> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{size}", dimension.name));
    std::fs::create_dir_all(&folder)?;
    let Input { cloud, manifests } = (dimension.make)(size);
    let (plan, objects): (PathBuf, PathBuf) = (folder.join("plan.json"), folder.join("all.yaml"));
    let text = cloud.plan().to_string();
    std::fs::write(&plan, &text)?;
    std::fs::write(&objects, manifests.text())?;
    let bytes = text.len() + manifests.text().len();
    let mut arguments: Vec<String> = dimension
        .command
        .iter()
        .map(|word| (*word).to_owned())
        .collect();
    arguments.extend(["--no-config".to_owned(), "--manifests".to_owned()]);
    arguments.push(objects.display().to_string());
    if !dimension.command.contains(&"cluster") {
        arguments.extend(["--plan".to_owned(), plan.display().to_string()]);
    }
    Ok(Written { arguments, bytes })
}

/// The least that a run took of three.
pub fn cost(arguments: &[String]) -> Result<Cost, Fault> {
    let mut least: Option<Cost> = None;
    for _ in 0..3 {
        let child = Command::new(BINARY)
            .args(arguments)
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()?;
        let ended = child.wait4()?;
        if ended.status.code().is_none_or(|code| code > 1) {
            return Err(format!("{arguments:?} ended with {}", ended.status).into());
        }
        let cost = Cost {
            user: ended.rusage.utime.as_secs_f64(),
            memory: ended.rusage.maxrss,
        };
        if least.is_none_or(|least| cost.user < least.user) {
            least = Some(cost);
        }
    }
    least.ok_or_else(|| "no run".into())
}

/// Instructions of a run, counted by valgrind; none where it is not installed.
pub fn instructions(arguments: &[String]) -> Result<Option<u64>, Fault> {
    let counter = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(BINARY)
        .args(arguments)
        .stdout(Stdio::null())
        .stderr(Stdio::piped())
        .output();
    let Ok(output) = counter else { return Ok(None) };
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split("refs:").nth(1));
    let number = counted.map(|number| number.trim().replace(',', ""));
    match number.and_then(|number| number.parse().ok()) {
        Some(count) => Ok(Some(count)),
        None => Err(format!("valgrind counted nothing: {said}").into()),
    }
}

/// The exponent `b` of `cost = a * bytes^b` that fits best, by least squares of the logarithms. None where it is not
/// told: fewer than two points.
pub fn exponent(points: &[(usize, f64)]) -> Option<f64> {
    let logarithms = points.iter().map(|(bytes, cost)| {
        let bytes = u32::try_from(*bytes).unwrap_or(u32::MAX);
        (f64::from(bytes).ln(), cost.max(1e-9).ln())
    });
    let all: Vec<(f64, f64)> = logarithms.collect();
    let count = f64::from(u32::try_from(all.len()).ok()?);
    let mean = |of: fn(&(f64, f64)) -> f64| all.iter().map(of).sum::<f64>() / count;
    let (x, y) = (mean(|point| point.0), mean(|point| point.1));
    let spread: f64 = all.iter().map(|point| (point.0 - x).powi(2)).sum();
    let both: f64 = all.iter().map(|point| (point.0 - x) * (point.1 - y)).sum();
    (spread > 0.0).then(|| both / spread)
}

/// Says something on standard error.
pub fn say(words: &str) {
    let _ = writeln!(std::io::stderr(), "{words}");
}
