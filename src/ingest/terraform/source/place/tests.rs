//! Tests of `place`.

use crate::ingest::terraform::source::testing::tree;
use crate::model::Place;

/// Files in which a line of carets below the meant place says `# ^^^ ADDRESS` (the block), `# ^^^ ADDRESS PATH` (an attribute)
/// or `# ^^^ ADDRESS inner` (the place inside a downloaded module). A caret line that begins at column 3 or later marks the
/// columns above it.
fn check(files: &[(&str, &str)]) {
    let (tree, errors) = tree(files);
    assert_eq!(errors, []);
    let mut marks = 0;
    for (path, text) in files {
        let lines: Vec<&str> = text.lines().collect();
        for (n, line) in lines.iter().enumerate() {
            let Some((before, said)) = line
                .split_once('^')
                .filter(|(before, _)| before.trim() == "#")
            else {
                continue;
            };
            let carets = said.chars().take_while(|c| *c == '^').count() + 1;
            let said: Vec<&str> = said.trim_start_matches('^').split_whitespace().collect();
            let meant = lines[..n]
                .iter()
                .rposition(|line| {
                    !line.trim_start().starts_with("# ^") && !line.trim_start().starts_with("#  ")
                })
                .unwrap();
            let expected = Place {
                file: (*path).into(),
                line: meant as u32 + 1,
                column: before.chars().count() as u32 + 1,
                length: carets as u32,
            };
            let placed = tree
                .place(said[0])
                .unwrap_or_else(|| panic!("`{}` is declared", said[0]));
            let got = match said.get(1).copied() {
                None => placed.block.place,
                Some("inner") => placed.block.inner.unwrap(),
                Some(attribute) => placed.lines[attribute].place.clone(),
            };
            assert_eq!(got, expected, "{}", said.join(" "));
            marks += 1;
        }
    }
    assert!(marks > 0, "nothing is marked");
}

const MAIN: &str = r#"
# a comment with ümläut
resource "aws_vpc" "main" { cidr_block = "10.0.0.0/16" } # no "quotes" matter
#                           ^^^^^^^^^^ aws_vpc.main cidr_block
  resource "aws_security_group" "sg" {
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ aws_security_group.sg
    name = "ü" /* ü */
    ingress {
#   ^^^^^^^ aws_security_group.sg ingress
      cidr_blocks = ["0.0.0.0/0"]
#     ^^^^^^^^^^^ aws_security_group.sg ingress.cidr_blocks
    }
    dynamic "egress" {
#   ^^^^^^^^^^^^^^^^ aws_security_group.sg egress
      for_each = []
      content {
        self = true
#       ^^^^ aws_security_group.sg egress.self
      }
    }
  }

  data "aws_vpc" "other" {}
# ^^^^^^^^^^^^^^^^^^^^^^ data.aws_vpc.other
  module "net" { source = "./net" }
  module "far" {
# ^^^^^^^^^^^^ module.far["a.b/\"c\""].aws_vpc.x
# ^^^^^^^^^^^^ module.far["a.b/\"c\""].module.deep.aws_vpc.y[0]
    source = "registry/far/aws"
  }
"#;

const NET: &str = r#"
  resource "aws_subnet" "a" {
# ^^^^^^^^^^^^^^^^^^^^^^^^^ module.net.aws_subnet.a["x.y"]
    vpc_id = 1
#   ^^^^^^ module.net.aws_subnet.a vpc_id
  }
"#;

const FAR: &str = r#"
  resource "aws_vpc" "x" {}
# ^^^^^^^^^^^^^^^^^^^^^^ module.far["a"].aws_vpc.x inner
module "deep" { source = "./deep" }
"#;

const MANIFEST: &str = r#"{"Modules":[{"Key":"","Dir":"."},{"Key":"far","Dir":".terraform/modules/far"},
    {"Key":"far.deep","Dir":".terraform/modules/far/deep"},{"Key":"net","Dir":"net"}]}"#;

fn files(ends: &str) -> Vec<(&'static str, String)> {
    [
        ("main.tf", MAIN),
        ("net/main.tf", NET),
        (".terraform/modules/far/main.tf", FAR),
        (
            ".terraform/modules/far/deep/main.tf",
            "resource \"aws_vpc\" \"y\" {}\n",
        ),
        (".terraform/modules/modules.json", MANIFEST),
    ]
    .map(|(path, text)| (path, text.replace('\n', ends)))
    .to_vec()
}

#[test]
fn every_place_is_right() {
    for (mark, ends) in [("", "\n"), ("", "\r\n"), ("\u{feff}", "\n")] {
        let files: Vec<_> = files(ends)
            .into_iter()
            .map(|(path, text)| (path, format!("{mark}{text}")))
            .collect();
        check(
            &files
                .iter()
                .map(|(path, text)| (*path, text.as_str()))
                .collect::<Vec<_>>(),
        );
    }
}

#[test]
fn what_is_broken_is_told_and_the_rest_goes_on() {
    let (tree, errors) = tree(&[
        ("a.tf", "resource \"aws_vpc\" \"a\" {\n  x = [1,\n}\n"),
        ("b.tf", "resource \"aws_vpc\" \"b\" {}"),
        ("c.tf", "\u{0}"),
    ]);
    assert!(tree.place("aws_vpc.b").is_some());
    assert!(tree.place("aws_vpc.a").is_none());
    assert_eq!(
        errors
            .iter()
            .map(|error| (&*error.file, error.line))
            .collect::<Vec<_>>(),
        [("a.tf", 3), ("c.tf", 1)]
    );
}

#[test]
fn a_module_that_calls_itself_ends() {
    let (tree, _) = tree(&[(
        "main.tf",
        "module \"a\" { source = \"./\" }\nmodule \"b\" { source = \"../x\" }\nresource \"t\" \"n\" {}",
    )]);
    assert!(tree.place("module.a.module.a.t.n").is_some());
}
