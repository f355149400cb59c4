//! Whole inputs with something wrong somewhere: a key dropped, a type changed, values swapped; half of them written with what YAML has and
//! JSON lacks. Nothing panics, and nothing takes long; what is not understood is told or a gap. Chance follows from `CROSSPEER_SEED`, `CROSSPEER_SECONDS` lets it go on.

use crate::bad_input;
use crate::binary::folder;
use crate::laws::case::{Case, of_objects, with_networks};
use crate::laws::chance::{Chance, TimeBox};
use crate::written_yaml;
use crosspeer::ingest::{File, Kind, PlanPhase, Settings, ingest};
use crosspeer::reach::{Engine, Scope};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::process::Stdio;
use std::time::{Duration, Instant};

/// No input takes longer, on a machine that does other things as well and without optimisation.
const LONGEST: Duration = Duration::from_secs(20);

/// Values that somebody could write in place of others.
fn odd(chance: &mut Chance) -> Value {
    let all = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(18446744073709551615u64),
        json!(1e300),
        json!(0.5),
        json!(""),
        json!("x"),
        json!("0.0.0.0/0"),
        json!("::/0"),
        json!("10.0.0.0/33"),
        json!("-"),
        json!("${a}"),
        json!("\u{0}\u{202e}"),
        json!("65536"),
        json!([]),
        json!([null]),
        json!([[]]),
        json!({}),
        json!({"": null}),
        json!({"a": {"b": [1]}}),
    ];
    chance.one(&all).clone()
}

/// Goes to some value below, and makes something else of it; `donor` gives values of other places.
fn mutate(value: &mut Value, donor: &Value, chance: &mut Chance) {
    let deeper = chance.below(5) > 0;
    match value {
        Value::Object(map) if deeper && !map.is_empty() => {
            let at = chance.below(map.len());
            let key = map.keys().nth(at).unwrap().clone();
            match chance.below(12) {
                0 => _ = map.remove(&key),
                1 => {
                    let own = map.remove(&key).unwrap();
                    map.insert(format!("{key}x"), own);
                }
                _ => mutate(map.get_mut(&key).unwrap(), donor, chance),
            }
        }
        Value::Array(items) if deeper && !items.is_empty() => {
            let at = chance.below(items.len());
            match chance.below(8) {
                0 => _ = items.remove(at),
                1 => {
                    let own = items[at].clone();
                    items.push(own);
                }
                _ => mutate(&mut items[at], donor, chance),
            }
        }
        _ => {
            *value = if chance.below(3) == 0 {
                part(donor, chance)
            } else {
                odd(chance)
            }
        }
    }
}

/// Some part of a value.
fn part(value: &Value, chance: &mut Chance) -> Value {
    let inner: Vec<&Value> = match value {
        Value::Object(map) => map.values().collect(),
        Value::Array(items) => items.iter().collect(),
        _ => return value.clone(),
    };
    if inner.is_empty() || chance.below(6) == 0 {
        return value.clone();
    }
    part(inner[chance.below(inner.len())], chance)
}

/// A case with one to four things wrong in its documents or objects.
fn wrong(case: &Case, chance: &mut Chance) -> Case {
    let mut out = case.clone();
    for _ in 0..=chance.below(4) {
        let document = chance.below(2) == 0;
        if let Some((_, _, plan)) = out.documents.first_mut().filter(|_| document) {
            let donor = part(plan, chance);
            // Most of a plan's text is of the configuration, and most of what decides is of the changes.
            let half = chance.below(2) == 0;
            let changes = plan.get_mut("resource_changes").filter(|_| half);
            match changes {
                Some(changes) => mutate(changes, &donor, chance),
                None => mutate(plan, &donor, chance),
            }
        } else if !out.manifests.is_empty() {
            let at = chance.below(out.manifests.len());
            let objects = &mut out.manifests[at].objects;
            if !objects.is_empty() {
                let donor = objects[chance.below(objects.len())].clone();
                let at = chance.below(objects.len());
                mutate(&mut objects[at], &donor, chance);
            }
        }
        if let Some((_, text)) = out.sources.first_mut().filter(|_| chance.below(6) == 0) {
            *text = cut(text, chance);
        }
    }
    out
}

/// A text with a part left out.
fn cut(text: &str, chance: &mut Chance) -> String {
    let letters: Vec<char> = text.chars().collect();
    if letters.is_empty() {
        return String::new();
    }
    let from = chance.below(letters.len());
    let to = (from + 1 + chance.below(40)).min(letters.len());
    letters
        .iter()
        .take(from)
        .chain(letters.iter().skip(to))
        .collect()
}

/// The files of a case, with its objects written as YAML by chance.
fn files(case: &Case, chance: &mut Chance) -> Vec<File> {
    let mut out = case.files();
    let manifests = out
        .iter_mut()
        .filter(|own| own.kind == Some(Kind::Manifests));
    for (file, own) in manifests.zip(&case.manifests) {
        if chance.below(2) == 0 {
            file.bytes = written_yaml::write(&own.objects, chance).into_bytes();
        }
    }
    out
}

/// Reads and judges an input; what went wrong with that.
fn fault(files: &[File]) -> Option<String> {
    let start = Instant::now();
    let run = || {
        for phase in [PlanPhase::After, PlanPhase::Before] {
            if let Ok(read) = ingest(files, &Settings::default(), phase) {
                let engine = Engine::new(&read.world);
                let _ = (
                    engine.flows(Scope::All),
                    engine.exposures(),
                    engine.remarks(),
                );
            }
        }
    };
    if catch_unwind(AssertUnwindSafe(run)).is_err() {
        return Some("panics".to_owned());
    }
    let took = start.elapsed();
    (took > LONGEST).then(|| format!("takes {took:?}"))
}

fn hold(cases: &[Case], test: &str, times: usize) {
    let (mut chance, mut time) = (Chance::of(test), TimeBox::of(times));
    let mut count = 0;
    while time.goes_on() {
        let case = wrong(chance.one(cases), &mut chance);
        let files = files(&case, &mut chance);
        count += 1;
        if let Some(fault) = fault(&files) {
            let here = std::path::Path::new(env!("CARGO_TARGET_TMPDIR")).join("mutated");
            std::fs::create_dir_all(&here).unwrap();
            for file in files {
                std::fs::write(here.join(file.path.replace('/', "_")), &file.bytes).unwrap();
            }
            panic!("input {count} of {} {fault}: {}", case.name, here.display());
        }
    }
    eprintln!("{test}: {count} inputs");
}

#[test]
fn networks_with_something_wrong_stop_nothing() {
    hold(
        &with_networks(),
        "networks_with_something_wrong_stop_nothing",
        60,
    );
}

#[test]
fn objects_with_something_wrong_stop_nothing() {
    hold(
        &of_objects(3),
        "objects_with_something_wrong_stop_nothing",
        250,
    );
}

/// Lays the files of a case in a folder; the arguments that scan them.
fn laid(case: &Case, files: &[File], here: &Path) -> Vec<String> {
    for file in files {
        let path = here.join(&*file.path);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, &file.bytes).unwrap();
    }
    let mut out = ["scan", "--no-config", "--fail-on", "none"]
        .map(str::to_owned)
        .to_vec();
    for (path, kind, _) in &case.documents {
        let option = if *kind == Kind::State {
            "--state"
        } else {
            "--plan"
        };
        out.extend([option.to_owned(), path.clone()]);
    }
    if !case.sources.is_empty() {
        out.extend(["--tf".to_owned(), "tf".to_owned()]);
    }
    for own in &case.manifests {
        match &own.cluster {
            Some(cluster) => {
                out.extend(["--cluster".to_owned(), format!("{cluster}={}", own.path)])
            }
            None => out.push(own.path.clone()),
        }
    }
    out
}

#[test]
fn the_binary_keeps_to_its_time_and_memory_whatever_is_wrong() {
    let test = "the_binary_keeps_to_its_time_and_memory_whatever_is_wrong";
    let cases = [with_networks(), of_objects(6)].concat();
    let (mut chance, mut time) = (Chance::of(test), TimeBox::of(25));
    let (mut count, mut most) = (0, 0);
    while time.goes_on() {
        let case = wrong(chance.one(&cases), &mut chance);
        let here = folder("mutated/binary/here", &[]);
        std::fs::create_dir_all(here.join(".git")).unwrap();
        let files = files(&case, &mut chance);
        let arguments = laid(&case, &files, &here);
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        let ran = bad_input::run(&here, &arguments, Stdio::null());
        count += 1;
        most = most.max(ran.memory);
        let about = format!("input {count} of {}, in {}", case.name, here.display());
        assert!(
            [0, 2, 3].contains(&ran.code),
            "{about} ends with {}: {}",
            ran.code,
            ran.err
        );
        assert_eq!(ran.beyond(), None, "{about}");
    }
    eprintln!("{test}: {count} inputs, at most {most} bytes");
}
