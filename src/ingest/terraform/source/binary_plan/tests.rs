//! Tests of `binary_plan`.

use crate::ingest::terraform::source::SourceTree;
use crate::ingest::terraform::source::testing::source;
use crate::ingest::{File, Kind};
use std::io::{Cursor, Write};

fn plan(path: &str, entries: &[(&str, &str)]) -> File {
    let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in entries {
        archive
            .start_file(*name, zip::write::SimpleFileOptions::default())
            .unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    bytes(path, archive.finish().unwrap().into_inner())
}

fn bytes(path: &str, bytes: Vec<u8>) -> File {
    File {
        path: path.into(),
        bytes,
        kind: Some(Kind::BinaryPlan),
        named: true,
        ..File::default()
    }
}

fn read(files: &[File]) -> (Vec<SourceTree>, Vec<String>) {
    let mut errors = Vec::new();
    let trees = SourceTree::read(&files.iter().collect::<Vec<_>>(), &mut errors);
    (
        trees,
        errors.iter().map(|error| error.to_string()).collect(),
    )
}

const ROOT: &str =
    "module \"net\" { source = \"./modules/net\" }\nmodule \"far\" { source = \"x/y/z\" }\n";
const CHILD: &str = "\nresource \"aws_vpc\" \"v\" {}\n";

fn snapshot(path: &str) -> File {
    let manifest = r#"[{"Key":"","Dir":"."},{"Key":"net","Dir":"modules/net"},{"Key":"far","Dir":".terraform/modules/far"}]"#;
    let entries = [
        ("tfplan", "protobuf"),
        ("tfconfig/modules.json", manifest),
        ("tfconfig/m-/main.tf", ROOT),
        ("tfconfig/m-net/main.tf", CHILD),
        ("tfconfig/m-far/main.tf", CHILD),
    ];
    plan(path, &entries)
}

/// Places of both modules' resource, as `file:line`, with the inner one in parentheses.
fn places(trees: &[SourceTree]) -> Vec<String> {
    let place = |address: &str| {
        let block = trees[0].place(address).unwrap().block;
        let inner = block.inner.map_or_else(String::new, |inner| {
            format!(" ({}:{})", inner.file, inner.line)
        });
        format!("{}:{}{inner}", block.place.file, block.place.line)
    };
    vec![place("module.net.aws_vpc.v"), place("module.far.aws_vpc.v")]
}

#[test]
fn paths_are_those_of_the_directories_it_was_made_in() {
    let (trees, errors) = read(&[snapshot("infra/tfplan")]);
    assert_eq!(errors, [""; 0]);
    assert_eq!(
        places(&trees),
        [
            "infra/modules/net/main.tf:2",
            "infra/main.tf:2 (infra/.terraform/modules/far/main.tf:2)"
        ]
    );
}

#[test]
fn a_checkout_with_the_same_root_gives_the_paths() {
    let mut own = source("./stacks/prod/main.tf", ROOT);
    own.root = Some("stacks/prod".into());
    let (trees, _) = read(&[snapshot("out/tfplan"), own]);
    assert_eq!(trees.len(), 2);
    assert_eq!(
        places(&trees),
        [
            "stacks/prod/modules/net/main.tf:2",
            "./stacks/prod/main.tf:2 (stacks/prod/.terraform/modules/far/main.tf:2)"
        ]
    );
    let best = SourceTree::best(&trees, &["module.far.aws_vpc.v"])[0];
    assert!(
        best.declares("module.net.aws_vpc.v"),
        "that of the plan, as the checkout lacks the modules"
    );
}

#[test]
fn what_cannot_be_read_is_told_and_the_rest_goes_on() {
    let whole = snapshot("tfplan").bytes;
    for (content, expected) in [
        (br#"{"meta":{},"encrypted_data":"x"}"#.to_vec(), "encrypted"),
        (whole[..whole.len() / 2].to_vec(), "no zip archive"),
        (b"PK".to_vec(), "no zip archive"),
        (
            plan("p", &[("tfplan", "x")]).bytes,
            "holds no configuration",
        ),
        (
            plan("p", &[("tfconfig/modules.json", "{}")]).bytes,
            "no module manifest",
        ),
    ] {
        let (trees, errors) = read(&[bytes("p", content), source("main.tf", CHILD)]);
        assert_eq!((trees.len(), errors.len()), (1, 1), "{errors:?}");
        assert!(errors[0].contains(expected), "{errors:?}");
        assert!(trees[0].declares("aws_vpc.v"));
    }
}

#[test]
fn a_broken_file_is_told_once() {
    let manifest = r#"[{"Key":"","Dir":"."}]"#;
    let broken = plan(
        "p",
        &[
            ("tfconfig/modules.json", manifest),
            ("tfconfig/m-/a.tf", "x = ["),
            ("tfconfig/m-/b.tf", CHILD),
        ],
    );
    let (trees, errors) = read(&[broken]);
    assert!(trees[0].declares("aws_vpc.v"));
    assert_eq!(errors.len(), 1);
    assert!(
        errors[0].starts_with("`a.tf:1:5`: no valid HCL"),
        "{errors:?}"
    );
}
