//! The targets of `fuzz/` on stable Rust: every kept input, and inputs that chance makes of them. What libFuzzer finds, or this, is kept in
//! `fuzz/corpus`. Chance follows from `CROSSPEER_SEED`, `CROSSPEER_SECONDS` lets it go on.

#[path = "../../fuzz/src/lib.rs"]
mod targets;

use crate::laws::chance::{Chance, TimeBox};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};
use targets::{TARGETS, Target};

/// No input takes longer, without optimisation and on a machine that does other things as well.
const LONGEST: Duration = Duration::from_secs(10);

/// Inputs grow no further.
const LARGEST: usize = 64 << 10;

/// What somebody might write, or a parser might stumble over.
const WORDS: [&[u8]; 58] = [
    b"null",
    b"true",
    b"{",
    b"}",
    b"[",
    b"]",
    b"(",
    b")",
    b":",
    b",",
    b"\"",
    b"'",
    b"\\",
    b"\n",
    b"\r\n",
    b"\t",
    b"  ",
    b"- ",
    b"? ",
    b"&a ",
    b"*a",
    b"<<: *a",
    b"!!binary ",
    b"!a ",
    b"---\n",
    b"| ",
    b">-\n",
    b"#",
    b"%{",
    b"${",
    b"%",
    b"!",
    b"-",
    b"...",
    b"[*]",
    b".*",
    b"=>",
    b"for x in y :",
    b"-1",
    b"0",
    b"65536",
    b"4294967296",
    b"9223372036854775808",
    b"18446744073709551616",
    b"1e400",
    b"0.1",
    b"10.0.0.0/33",
    b"0.0.0.0/0",
    b"::/0",
    b"255.255.255.255/32",
    b"ffff::/128",
    b"\0",
    b"\xff",
    b"\xef\xbb\xbf",
    "\u{202e}".as_bytes(),
    "\u{1f600}".as_bytes(),
    b"\\ud800",
    b"\xc3",
];

fn kept(target: &str) -> Vec<(PathBuf, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("fuzz/corpus")
        .join(target);
    let entries = std::fs::read_dir(&folder).unwrap();
    let mut paths: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    let read = |path: PathBuf| (path.clone(), std::fs::read(&path).unwrap());
    paths.into_iter().map(read).collect()
}

/// From and to, in order, of a part of something so long; short parts more often.
fn part(length: usize, chance: &mut Chance) -> (usize, usize) {
    let from = chance.below(length + 1);
    let most = [4, 40, 400, length.max(1)][chance.below(4)];
    (from, (from + chance.below(most + 1)).min(length))
}

/// The number or word that holds a place, so that it is replaced as a whole.
fn word(bytes: &[u8], at: usize) -> (usize, usize) {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || b"_./".contains(byte);
    let before = bytes[..at].iter().rev().take_while(|byte| is_part(byte));
    let after = bytes[at..].iter().take_while(|byte| is_part(byte));
    (at - before.count(), at + after.count())
}

/// Changes one thing; `donor` gives parts of another input.
fn mutate(out: &mut Vec<u8>, donor: &[u8], chance: &mut Chance) {
    let at = chance.below(out.len() + 1);
    let (from, to) = part(out.len(), chance);
    let (low, high) = part(donor.len(), chance);
    let written = chance.one(&WORDS).to_vec();
    match chance.below(9) {
        0 if at < out.len() => out[at] ^= 1 << chance.below(8),
        1 => _ = out.drain(from..to),
        2 => {
            let times = [1, 2, 70, 3000][chance.below(4)];
            let own = out[from..to].repeat(times.min(1 + LARGEST / (to - from + 1)));
            out.splice(to..to, own);
        }
        3 => _ = out.splice(at..at, written),
        4 => {
            let (from, to) = word(out, at);
            out.splice(from..to, written);
        }
        5 => _ = out.splice(at..at, donor[low..high].iter().copied()),
        6 => {
            let (from, to) = word(out, at);
            let (low, high) = word(donor, low);
            out.splice(from..to, donor[low..high].iter().copied());
        }
        7 => {
            let own: Vec<u8> = out.drain(from..to).collect();
            let at = at.min(out.len());
            out.splice(at..at, own);
        }
        _ => out.truncate(to),
    }
    out.truncate(LARGEST);
}

/// What goes wrong with an input. It is written down before, since what ends the process is told by nobody.
fn fault(target: Target, input: &[u8], last: &Path) -> Option<String> {
    std::fs::write(last, input).unwrap();
    let start = Instant::now();
    if catch_unwind(AssertUnwindSafe(|| target(input))).is_err() {
        return Some("panics".to_owned());
    }
    let took = start.elapsed();
    (took > LONGEST).then(|| format!("takes {took:?}"))
}

fn hold(name: &str) {
    let (_, target) = *TARGETS.iter().find(|(own, _)| *own == name).unwrap();
    let last = Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("fuzz-{name}"));
    let mut inputs = Vec::new();
    for (path, input) in kept(name) {
        let fault = fault(target, &input, &last);
        assert!(fault.is_none(), "{} {}", path.display(), fault.unwrap());
        inputs.push(input);
    }
    assert!(!inputs.is_empty(), "nothing is kept for {name}");
    let (mut chance, mut time, mut count) = (Chance::of(name), TimeBox::of(60), 0);
    while time.goes_on() {
        let mut input = chance.one(&inputs).clone();
        for _ in 0..=chance.below(6) {
            let donor = chance.one(&inputs).clone();
            mutate(&mut input, &donor, &mut chance);
        }
        count += 1;
        if let Some(fault) = fault(target, &input, &last) {
            panic!("{name} {fault}, input {count}: {}", last.display());
        }
    }
    eprintln!("{name}: {count} inputs");
}

#[test]
fn binary_plans_of_chance_stop_nothing() {
    hold("binary_plan");
}

#[test]
fn configurations_of_chance_stop_nothing() {
    hold("configuration");
}

#[test]
fn expressions_of_chance_stop_nothing() {
    hold("expression");
}

#[test]
fn manifests_of_chance_stop_nothing() {
    hold("manifests");
}

#[test]
fn plans_of_chance_stop_nothing() {
    hold("plan");
}

#[test]
fn queries_of_chance_stop_nothing() {
    hold("queries");
}

#[test]
fn rules_of_chance_stop_nothing() {
    hold("rule");
}

#[test]
fn states_of_chance_stop_nothing() {
    hold("state");
}

#[test]
fn each_target_is_built_for_libfuzzer_as_well() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fuzz");
    let manifest = std::fs::read_to_string(root.join("Cargo.toml")).unwrap();
    for (name, _) in TARGETS {
        let text = std::fs::read_to_string(root.join(format!("fuzz_targets/{name}.rs"))).unwrap();
        assert!(
            text.contains(&format!("crosspeer_fuzz::{name}(input)")),
            "{name}"
        );
        assert!(
            manifest.contains(&format!("path = \"fuzz_targets/{name}.rs\"")),
            "{name}"
        );
    }
    let built = std::fs::read_dir(root.join("fuzz_targets"))
        .unwrap()
        .count();
    assert_eq!(built, TARGETS.len());
}
