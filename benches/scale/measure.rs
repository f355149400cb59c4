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
pub type Fault = Box<dyn std::error::Error + Send + Sync>;

/// A generated input on disk.
pub struct Written {
    /// The folder that holds nothing else.
    folder: PathBuf,
    /// The arguments of the binary that name its files.
    arguments: Vec<String>,
    /// The bytes of the files that are read.
    pub bytes: u64,
}

fn folder(dimension: &Dimension, size: usize) -> PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{}-{size}", dimension.name))
}

/// Writes the input of a size into its folder.
pub fn write(dimension: &Dimension, size: usize) -> Result<(), Fault> {
    let folder = folder(dimension, size);
    std::fs::create_dir_all(&folder)?;
    let Input { cloud, manifests } = (dimension.make)(size);
    std::fs::write(folder.join("plan.json"), cloud.plan().to_string())?;
    std::fs::write(folder.join("all.yaml"), manifests.text())?;
    Ok(())
}

/// Has the input of a size written by another process: the system counts the memory of this one as that of its children.
pub fn written(dimension: &Dimension, size: usize) -> Result<Written, Fault> {
    let status = Command::new(std::env::current_exe()?)
        .args(["--make", dimension.name, &size.to_string()])
        .status()?;
    if !status.success() {
        return Err(format!("no input of {} {size}", dimension.name).into());
    }
    let folder = folder(dimension, size);
    let with_plan = !dimension.command.contains(&"cluster");
    let files = ["all.yaml"]
        .into_iter()
        .chain(with_plan.then_some("plan.json"));
    let mut bytes = 0;
    for file in files.clone() {
        bytes += std::fs::metadata(folder.join(file))?.len();
    }
    let words = dimension.command.iter().copied().chain(["--no-config"]);
    let arguments = words.chain(files).map(str::to_owned).collect();
    Ok(Written {
        folder,
        arguments,
        bytes,
    })
}

/// The least that a run took of three.
pub fn cost(input: &Written) -> Result<Cost, Fault> {
    let arguments = &input.arguments;
    let mut least: Option<Cost> = None;
    for _ in 0..3 {
        let child = Command::new(BINARY)
            .args(arguments)
            .current_dir(&input.folder)
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

/// What a run took, as valgrind counts.
#[derive(Clone, Copy, Debug)]
pub struct Counted {
    /// Instructions of all its threads.
    pub instructions: u64,
    /// Bytes that it read and wrote: of a question whose answer is long, the answer is what cost grows with.
    pub bytes: u64,
}

/// Whether valgrind is there.
pub fn can_count() -> bool {
    let found = Command::new("valgrind").arg("--version").output();
    found.is_ok_and(|output| output.status.success())
}

/// Counts a run. Cachegrind counts the same instructions as callgrind, in half the time.
pub fn instructions(input: &Written) -> Result<Counted, Fault> {
    let output = Command::new("valgrind")
        .args([
            "--tool=cachegrind",
            "--cache-sim=no",
            "--cachegrind-out-file=/dev/null",
        ])
        .arg(BINARY)
        .args(&input.arguments)
        .current_dir(&input.folder)
        .output()?;
    let said = String::from_utf8_lossy(&output.stderr);
    let counted = said.lines().find_map(|line| line.split("refs:").nth(1));
    let number = counted.map(|number| number.trim().replace(',', ""));
    match number.and_then(|number| number.parse().ok()) {
        Some(instructions) => Ok(Counted {
            instructions,
            bytes: input.bytes + u64::try_from(output.stdout.len())?,
        }),
        None => Err(format!("valgrind counted nothing: {said}").into()),
    }
}

/// The exponent `b` of `cost = a * bytes^b` that fits best, by least squares of the logarithms. None where it is not
/// told: fewer than two points.
pub fn exponent(points: &[(u64, f64)]) -> Option<f64> {
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
