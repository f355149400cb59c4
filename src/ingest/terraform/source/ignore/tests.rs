//! Tests of `ignore`.

use crate::ingest::terraform::source::testing::tree;

const MAIN: &str = r##"
# crosspeer: ignore[CP101] above the block
# and another comment between
resource "aws_route" "above" {}

resource "aws_route" "line" {} // crosspeer: ignore[CP101, CP102]

resource "aws_route" "inside" {
  for_each = { "a.b" = 1, "c" = 2 }
  # crosspeer:ignore[CP101]["a.b"]: only this one
  cidr = "# crosspeer: ignore[NO] in a text"
  text = <<-EOT
    # crosspeer: ignore[NO] in a heredoc
  EOT
}

resource "aws_route" "end" {
  count = 2
  tags = {
    a = 1 # crosspeer: ignore[CP103][1] by number
  }
} # crosspeer: ignore[CP104]

module "net" { # crosspeer: ignore[CP105] the whole module
  source = "./net"
}

module "two" {
  source = "./net"
  # crosspeer: ignore[CP106]["x"] one instance
}

# crosspeer: ignore[CP107] belongs to nothing

resource "aws_route" "free" {}
"##;

const NET: &str = "resource \"aws_route\" \"in\" {\n  # crosspeer: ignore[CP108]\n}\ndata \"t\" \"d\" {\n  # crosspeer: ignore[CP109]\n}\n";

/// Rule, address, and whether a comment says that findings of that rule are to be ignored there.
const TABLE: &[(&str, &str, bool)] = &[
    ("CP101", "aws_route.above", true),
    ("CP101", "aws_route.line", true),
    ("CP102", "aws_route.line", true),
    ("CP102", "aws_route.above", false),
    ("CP101", r#"aws_route.inside["a.b"]"#, true),
    ("CP101", r#"aws_route.inside["c"]"#, false),
    ("NO", r#"aws_route.inside["a.b"]"#, false),
    ("CP103", "aws_route.end[1]", true),
    ("CP103", "aws_route.end[0]", false),
    ("CP104", "aws_route.end[0]", true),
    ("CP105", "module.net.aws_route.in", true),
    ("CP105", "module.two[\"x\"].aws_route.in", false),
    ("CP105", "aws_route.free", false),
    ("CP106", "module.two[\"x\"].aws_route.in", true),
    ("CP106", "module.two[\"y\"].aws_route.in", false),
    ("CP107", "aws_route.free", false),
    ("CP108", "module.net.aws_route.in", true),
    ("CP108", "module.two[\"y\"].aws_route.in", true),
    ("CP109", "module.net.data.t.d", true),
    ("CP109", "module.net.aws_route.in", false),
];

#[test]
fn comments_bear_on_their_block() {
    for ends in ["\n", "\r\n"] {
        let files = [
            ("main.tf", MAIN.replace('\n', ends)),
            ("net/main.tf", NET.replace('\n', ends)),
        ];
        let (tree, errors) = tree(&files.each_ref().map(|(path, text)| (*path, text.as_str())));
        assert_eq!(errors, []);
        let ignores = tree.ignores();
        for (rule, address, expected) in TABLE {
            let found = ignores
                .iter()
                .any(|own| own.ids.iter().any(|id| id == rule) && own.covers(address));
            assert_eq!(found, *expected, "{rule} {address}");
        }
        let told: Vec<_> = ignores
            .iter()
            .map(|own| {
                (
                    &*own.place.file,
                    own.place.line,
                    own.reason.as_str(),
                    own.lines,
                )
            })
            .collect();
        let expected = [
            ("main.tf", 2, "above the block", (4, 4)),
            ("main.tf", 6, "", (6, 6)),
            ("main.tf", 10, "only this one", (8, 15)),
            ("main.tf", 20, "by number", (17, 22)),
            ("main.tf", 22, "", (17, 22)),
            ("main.tf", 24, "the whole module", (24, 26)),
            ("main.tf", 30, "one instance", (28, 31)),
            ("main.tf", 33, "belongs to nothing", (33, 33)),
            ("net/main.tf", 2, "", (1, 3)),
            ("net/main.tf", 5, "", (4, 6)),
        ];
        assert_eq!(told, expected);
    }
}
