//! Bad input, case by case: the exit code, the first line of what is said, and bounds of time and memory. What names do is in
//! `hostile_names`, what links and pipes do beside other files in `tools`.

mod files;
mod manifests;
mod plans;
mod sources;

use crate::binary::folder;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};
use wait4::Wait4;

/// A case: its name, the bad text, the exit code, and the first line on standard error; empty: nothing is said.
type Row = (&'static str, Vec<u8>, i32, &'static str);

/// No case takes longer on a machine that does other things as well.
const LONGEST: Duration = Duration::from_secs(20);

/// No case takes more memory, in bytes.
const LARGEST: u64 = 1 << 30;

/// What came of a run.
pub struct Bounded {
    /// The exit code; -1 where a signal ended it.
    pub code: i32,
    /// What was said on standard error.
    pub err: String,
    took: Duration,
    /// The most memory that it held, in bytes.
    pub memory: u64,
}

impl Bounded {
    /// The first line that was said of what is wrong; that nothing is left to judge goes before it.
    fn first(&self) -> &str {
        let nothing = "warning: nothing was found to judge";
        let mut lines = self.err.lines().filter(|line| !line.starts_with(nothing));
        lines.next().unwrap_or_default()
    }

    /// What of the bounds does not hold.
    pub fn beyond(&self) -> Option<String> {
        let (took, memory) = (self.took, self.memory);
        (took > LONGEST || memory > LARGEST).then(|| format!("{took:?}, {memory} bytes"))
    }
}

/// Runs the binary in a folder, with what it prints on standard output thrown away.
pub fn run(here: &Path, arguments: &[&str], out: Stdio) -> Bounded {
    let mut command = Command::new(env!("CARGO_BIN_EXE_crosspeer"));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("CROSSPEER_")) {
        command.env_remove(name);
    }
    let log = here.join("../standard-error");
    let start = Instant::now();
    let child = command
        .current_dir(here)
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(out)
        .stderr(std::fs::File::create(&log).unwrap())
        .spawn()
        .unwrap();
    let used = child.wait4().unwrap();
    Bounded {
        code: used.status.code().unwrap_or(-1),
        err: String::from_utf8_lossy(&std::fs::read(&log).unwrap()).into_owned(),
        took: start.elapsed(),
        memory: used.rusage.maxrss,
    }
}

/// Files of a case, and what names them on the command line.
type Laid = (Vec<(&'static str, Vec<u8>)>, Vec<&'static str>);

/// Holds each row of a table; `lay` makes files and arguments of its text.
fn hold(table: &str, rows: Vec<Row>, lay: impl Fn(Vec<u8>) -> Laid) {
    let mut wrong = Vec::new();
    for (name, text, code, says) in rows {
        let here = folder(&format!("bad_input/{table}/{name}/here"), &[]);
        std::fs::create_dir_all(here.join(".git")).unwrap();
        let (files, arguments) = lay(text);
        for (path, bytes) in files {
            std::fs::create_dir_all(here.join(path).parent().unwrap()).unwrap();
            std::fs::write(here.join(path), bytes).unwrap();
        }
        let scan = ["scan", "--no-config", "--fail-on", "none"];
        let ran = run(
            &here,
            &[&scan, arguments.as_slice()].concat(),
            Stdio::null(),
        );
        if ran.code != code || ran.first() != says {
            wrong.push(format!(
                "{name}: exit code {} and `{}`, expected {code} and `{says}`",
                ran.code,
                ran.first()
            ));
        }
        wrong.extend(ran.beyond().map(|own| format!("{name}: {own}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A beginning, and then the same opening a hundred thousand times.
fn deep(before: &str, open: &str) -> Vec<u8> {
    format!("{before}{}", open.repeat(100_000)).into_bytes()
}

/// A text in UTF-16, the lower byte first, with the mark that says so.
fn utf16(text: &str) -> Vec<u8> {
    let marked = format!("\u{feff}{text}");
    marked.encode_utf16().flat_map(u16::to_le_bytes).collect()
}

/// A zip archive.
fn zip(entries: &[(&str, &[u8])]) -> Vec<u8> {
    use std::io::Write;
    let mut out = zip::ZipWriter::new(std::io::Cursor::new(Vec::new()));
    let options = zip::write::SimpleFileOptions::default();
    for (name, bytes) in entries {
        out.start_file(*name, options).unwrap();
        out.write_all(bytes).unwrap();
    }
    out.finish().unwrap().into_inner()
}
