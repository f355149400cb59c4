//! Files, folders and streams that cannot be read or written as they should, and files of our own that are wrong.

use super::{Bounded, Row, run};
use crate::binary::folder;
use std::path::Path;
use std::process::Stdio;

const POLICY: &str = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec: {podSelector: {}}\n";

/// A case: its name, what lays it out, the arguments, the exit code, the first line on standard error.
type Case = (
    &'static str,
    fn(&Path),
    &'static [&'static str],
    i32,
    &'static str,
);

fn nothing(_: &Path) {}

fn policy(here: &Path) {
    std::fs::write(here.join("m.yaml"), POLICY).unwrap();
}

#[cfg(unix)]
/// What cannot be read.
fn unread() -> Vec<Case> {
    use std::os::unix::fs::symlink;
    vec![
        (
            "missing",
            nothing,
            &["gone.yaml"],
            2,
            "error: `gone.yaml`: cannot be read: No such file or directory (os error 2)",
        ),
        (
            "folder as plan",
            |here| std::fs::create_dir(here.join("k")).unwrap(),
            &["--plan", "k"],
            2,
            "error: `k`: cannot be read: Is a directory (os error 21)",
        ),
        (
            "circle of links",
            |here| symlink("l", here.join("l")).unwrap(),
            &["l"],
            2,
            "error: `l`: cannot be read: Too many levels of symbolic links (os error 40)",
        ),
        (
            "circles in a folder",
            |here| {
                policy(here);
                symlink(".", here.join("here")).unwrap();
                symlink("two", here.join("one")).unwrap();
                symlink("one", here.join("two")).unwrap();
            },
            &["."],
            0,
            "",
        ),
        (
            "pipe in a folder",
            |here| {
                std::fs::create_dir(here.join("k")).unwrap();
                let made = std::process::Command::new("mkfifo")
                    .arg(here.join("k/f.yaml"))
                    .status();
                assert!(made.unwrap().success());
            },
            &["k"],
            0,
            "warning: `k/f.yaml` is a FIFO: only regular files are read",
        ),
    ]
}

/// Names, numbers and depths that few have.
#[cfg(unix)]
fn unusual() -> Vec<Case> {
    use std::os::unix::ffi::OsStrExt;
    vec![
        (
            "name that is no UTF-8",
            |here| {
                let name = std::ffi::OsStr::from_bytes(b"\xff.yaml");
                std::fs::write(here.join(name), POLICY).unwrap();
            },
            &["."],
            0,
            "",
        ),
        (
            "line break in a name",
            |here| {
                std::fs::write(
                    here.join("a\nb.yaml"),
                    "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n",
                )
                .unwrap()
            },
            &["."],
            2,
            "error: `a\\u{a}b.yaml:3:18`: this is no YAML: `[` is not closed: expected the bracket that closes it",
        ),
        (
            "thousands of files",
            |here| {
                for n in 0..3000 {
                    let own = POLICY.replace("name: p", &format!("name: p{n}"));
                    std::fs::write(here.join(format!("{n}.yaml")), own).unwrap();
                }
            },
            &["."],
            0,
            "",
        ),
        (
            "three hundred folders deep",
            |here| {
                let deep = here.join("a/".repeat(300));
                std::fs::create_dir_all(&deep).unwrap();
                policy(&deep);
            },
            &["."],
            0,
            "",
        ),
    ]
}

/// Streams and reports.
#[cfg(unix)]
fn streams() -> Vec<Case> {
    vec![
        (
            "empty standard input",
            nothing,
            &["-"],
            2,
            "error: `-:1:1`: an empty file: nothing was written to it; make it again (a plan with `terraform show -json PLAN`)",
        ),
        (
            "report to a full disk",
            policy,
            &["m.yaml", "--output", "/dev/full"],
            2,
            "error: `/dev/full`: cannot be written: No space left on device (os error 28)",
        ),
        (
            "report to a folder",
            |here| {
                policy(here);
                std::fs::create_dir(here.join("o")).unwrap();
            },
            &["m.yaml", "--output", "o"],
            2,
            "error: `o`: cannot be written: Is a directory (os error 21)",
        ),
        (
            "baseline that is cut",
            |here| {
                policy(here);
                std::fs::write(here.join("b.json"), "{\"schema\":").unwrap();
            },
            &["m.yaml", "--baseline", "b.json"],
            2,
            "error: `b.json:1:10`: the text ends inside of a value: it is cut off: expected a baseline that `--write-baseline` wrote",
        ),
    ]
}

fn check(name: &str, lay: impl Fn(&Path), arguments: &[&str], out: Stdio) -> Bounded {
    let here = folder(&format!("bad_input/files/{name}/here"), &[]);
    std::fs::create_dir_all(here.join(".git")).unwrap();
    lay(&here);
    run(&here, arguments, out)
}

#[cfg(unix)]
#[test]
fn files_that_cannot_be_read_or_written_are_told_in_time() {
    let mut wrong = Vec::new();
    for (name, lay, arguments, code, says) in [unread(), unusual(), streams()].concat() {
        let scan = ["scan", "--no-config", "--fail-on", "none"];
        let ran = check(name, lay, &[&scan, arguments].concat(), Stdio::null());
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

#[cfg(unix)]
#[test]
fn standard_output_may_be_full_or_closed() {
    let full = std::fs::File::create("/dev/full").unwrap();
    let ran = check(
        "full",
        policy,
        &["scan", "--no-config", "m.yaml"],
        full.into(),
    );
    let says = "error: standard output: cannot be written: No space left on device (os error 28)";
    assert_eq!((ran.code, ran.first()), (2, says));
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let ran = check(
        "closed",
        policy,
        &["scan", "--no-config", "m.yaml"],
        writer.into(),
    );
    assert_eq!(
        (ran.code, ran.first()),
        (0, ""),
        "who reads no more is no error"
    );
}

#[cfg(unix)]
#[test]
fn an_unreadable_file_is_named() {
    use std::os::unix::fs::PermissionsExt;
    let lay = |here: &Path| {
        policy(here);
        std::fs::set_permissions(here.join("m.yaml"), std::fs::Permissions::from_mode(0o000))
            .unwrap();
    };
    let ran = check(
        "unreadable",
        lay,
        &["scan", "--no-config", "m.yaml"],
        Stdio::null(),
    );
    let here = folder("bad_input/files/probe", &[("m", "x")]);
    std::fs::set_permissions(here.join("m"), std::fs::Permissions::from_mode(0o000)).unwrap();
    if std::fs::read(here.join("m")).is_ok() {
        eprintln!("skipped: this user reads every file");
        return;
    }
    let says = "error: `m.yaml`: cannot be read: Permission denied (os error 13)";
    assert_eq!((ran.code, ran.first()), (2, says));
}

#[test]
fn configurations_that_are_wrong_are_told_in_time() {
    let rows: Vec<Row> = vec![
        (
            "deep",
            super::deep("exclude: ", "["),
            2,
            "error: `c.yaml:1:265`: this is no YAML: maps and lists stand inside of each other too deeply",
        ),
        (
            "NUL",
            "exclude: [\"\0\"]\n".into(),
            2,
            "error: `c.yaml:1:12`: this is no YAML: a value begins with `\\u{0}`, which YAML keeps for itself: put it in quotes",
        ),
    ];
    let mut wrong = Vec::new();
    for (name, text, code, says) in rows {
        let lay = |here: &Path| {
            policy(here);
            std::fs::write(here.join("c.yaml"), &text).unwrap();
        };
        let ran = check(
            &format!("configuration {name}"),
            lay,
            &["scan", "--config", "c.yaml", "m.yaml"],
            Stdio::null(),
        );
        if ran.code != code || ran.first() != says || ran.beyond().is_some() {
            wrong.push(format!("{name}: {} `{}`", ran.code, ran.first()));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn queries_that_are_wrong_are_told_in_time() {
    let end = "expected one query a line, {\"from\": …, \"to\": …, \"protocol\": …, \"port\": …}";
    for (name, text, why) in [
        (
            "cut",
            b"{\"from\":\"a\",\"to\":\n".to_vec(),
            "error: `q:1:17`: the text ends inside of a value: it is cut off: ",
        ),
        (
            "deep",
            super::deep("", "["),
            "error: `q:1:1`: a list stands where an object is expected: ",
        ),
    ] {
        let lay = |here: &Path| {
            policy(here);
            std::fs::write(here.join("q"), &text).unwrap();
        };
        let ran = check(
            &format!("queries {name}"),
            lay,
            &["explain", "--no-config", "m.yaml", "--batch", "q"],
            Stdio::null(),
        );
        assert_eq!((ran.code, ran.first()), (2, format!("{why}{end}").as_str()));
        assert_eq!(ran.beyond(), None);
    }
}

#[test]
fn ports_that_are_none_are_told() {
    let of = |port: &'static str| {
        [
            "explain",
            "--no-config",
            "m.yaml",
            "--from",
            "10.0.0.1",
            "--to",
            "10.0.0.2",
            "--port",
            port,
        ]
    };
    let ran = check("port 0", policy, &of("0"), Stdio::null());
    assert_eq!(
        (ran.code, ran.first()),
        (
            2,
            "error: port 0 is reserved and never addressed: expected 1 to 65535"
        )
    );
    let ran = check("port 99999", policy, &of("99999"), Stdio::null());
    assert_eq!(
        (ran.code, ran.first()),
        (
            2,
            "error: invalid value '99999' for '--port <PORT>': expected a port number, 0 to 65535"
        )
    );
}
