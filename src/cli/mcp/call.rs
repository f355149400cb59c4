//! One run of the program for one call.

use std::ffi::OsString;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::Duration;
use wait_timeout::ChildExt;

/// How long a call may take.
const LIMIT: Duration = Duration::from_secs(300);

/// Most bytes of an answer: more would fill what an assistant can keep in mind.
const LARGEST: u64 = 1 << 20;

/// Runs the program. What it prints, where it could answer; else what it says of why it could not.
pub(super) fn call(program: &Path, arguments: &[OsString]) -> Result<String, String> {
    let mut command = Command::new(program);
    // Variables of the environment could ask for files to be written.
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("CROSSPEER_") {
            command.env_remove(name);
        }
    }
    command
        .args(arguments)
        .stdin(Stdio::null())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped());
    let mut child = command.spawn().map_err(|why| why.to_string())?;
    let (out, err) = (collect(child.stdout.take()), collect(child.stderr.take()));
    let status = child.wait_timeout(LIMIT).map_err(|why| why.to_string())?;
    let Some(status) = status else {
        // It may have ended by itself meanwhile.
        let _ = child.kill();
        let _ = child.wait();
        let minutes = LIMIT.as_secs() / 60;
        return Err(format!("not done after {minutes} minutes: name less input"));
    };
    let text = |reader: std::thread::JoinHandle<Vec<u8>>| {
        String::from_utf8_lossy(&reader.join().unwrap_or_default()).into_owned()
    };
    let (out, err) = (text(out), text(err));
    match status.code() {
        // Findings, a blocked flow and an incomplete input are answers.
        Some(0 | 1 | 3) => Ok(format!("{out}{err}")),
        _ => Err(format!("{err}{out}")),
    }
}

/// Reads a stream in a thread of its own, so that neither stream blocks the other; what is too much is read and dropped.
fn collect(stream: Option<impl Read + Send + 'static>) -> std::thread::JoinHandle<Vec<u8>> {
    std::thread::spawn(move || {
        let mut out = Vec::new();
        if let Some(mut stream) = stream {
            let read = stream.by_ref().take(LARGEST).read_to_end(&mut out);
            let rest = std::io::copy(&mut stream, &mut std::io::sink());
            if read.is_err() || rest.is_ok_and(|bytes| bytes > 0) {
                out.extend_from_slice(b"\n(cut: the answer is longer; ask for less)\n");
            }
        }
        out
    })
}
