//! Plans and binary plans that are wrong, each with its exit code and the first line of what is said.

use super::{Row, deep, hold, utf16, zip};

/// A plan with these changes, and more fields before.
fn with(more: &str, changes: &str) -> Vec<u8> {
    format!(
        r#"{{"format_version":"1.2",{more}"planned_values":{{}},"resource_changes":{changes}}}"#
    )
    .into_bytes()
}

/// A plan that makes a network with these values.
fn of(after: &str) -> Vec<u8> {
    with(
        "",
        &format!(
            "[{}]",
            change(&format!(r#"{{"actions":["create"],"after":{after}}}"#))
        ),
    )
}

fn change(change: &str) -> String {
    format!(
        r#"{{"address":"aws_vpc.a","mode":"managed","type":"aws_vpc","name":"a","change":{change}}}"#
    )
}

fn good() -> String {
    String::from_utf8(of(r#"{"cidr_block":"10.0.0.0/16"}"#)).unwrap()
}

const MALFORMED: &str =
    "error: `p.json:1:65`: this resource is malformed, so that nothing else of it is known: ";

fn plans() -> Vec<Row> {
    let cut = "the file ends inside a value: it is cut off; print the plan again with `terraform show -json FILE`";
    let said = |text: String| -> &'static str { text.leak() };
    vec![
        ("empty", "".into(), 2, "error: `p.json:1:1`: an empty file: nothing was written to it; make it again (a plan with `terraform show -json PLAN`)"),
        ("object", "{}".into(), 2, "error: `p.json:1:1`: a JSON object that is neither a plan nor a state nor a Kubernetes object; print the plan with `terraform show -json FILE`"),
        ("array", "[]".into(), 2, "error: `p.json:1:1`: a JSON array; a plan, a state and a Kubernetes object are objects"),
        ("null", "null".into(), 2, "error: `p.json:1:1`: JSON, but no object; print the plan with `terraform show -json FILE`"),
        ("cut", good().into_bytes().into_iter().take(60).collect(), 2, said(format!("error: `p.json:1:60`: {cut}"))),
        ("version 9", with(r#""terraform_version":"9.0.0","#, "[]").iter().map(|c| if *c == b'1' { b'9' } else { *c }).collect(), 2, "error: `p.json:1:1`: plan format 9.2 is not known; known are 0.x and 1.x: a newer crosspeer may read it"),
        ("version a number", good().replace("\"1.2\"", "1").into(), 2, "error: `p.json:1:19`: not shaped as a plan or state: a number stands where a text is expected"),
        ("version twice", good().replacen('{', r#"{"format_version":"1.2","#, 1).into(), 2, "error: `p.json:1:40`: not shaped as a plan or state: `format_version` is there twice: keep one"),
        ("changes an object", with("", "{}"), 2, "error: `p.json`: not shaped as a plan or state: an object stands where a list is expected"),
        ("change null", with("", "[null]"), 2, said(format!("{MALFORMED}null stands where an object is expected"))),
        ("no address", with("", r#"[{"type":"aws_vpc","change":{"actions":["create"]}}]"#), 2, said(format!("{MALFORMED}expected a change with `address` and `change`"))),
        ("no change", with("", r#"[{"address":"aws_vpc.a","type":"aws_vpc","change":null}]"#), 2, said(format!("{MALFORMED}expected a change with `address` and `change`"))),
        ("actions a text", with("", &format!("[{}]", change(r#"{"actions":"create"}"#))), 2, said(format!("{MALFORMED}a text stands where a list is expected"))),
        ("values a list", of("[1]"), 2, "error: `p.json:1:65`: the values of `aws_vpc.a` cannot be read, so that none is known: expected an object of attributes"),
        ("values a text", of("\"x\""), 2, "error: `p.json:1:65`: the values of `aws_vpc.a` cannot be read, so that none is known: expected an object of attributes"),
        ("deep and cut", deep(r#"{"format_version":"1.2","resource_changes":"#, "["), 2, said(format!("error: `p.json:1:100043`: {cut}"))),
        ("deep", [r#"{"format_version":"1.2","resource_changes":"#.to_owned(), "[".repeat(100_000), "]".repeat(100_000), "}".to_owned()].concat().into(), 2, "error: `p.json:1:45`: this resource is malformed, so that nothing else of it is known: a list stands where a text is expected"),
        ("NUL", good().replacen("format", "for\0mat", 1).into(), 2, "error: `p.json:1:6`: no valid JSON: a line break, tab or other control character inside of a text: a closing double quote may be missing before"),
        ("UTF-16", utf16(&good()), 0, ""),
        ("byte order mark", format!("\u{feff}{}", good()).into(), 0, ""),
        ("huge number", of(r#"{"cidr_block":1e999}"#), 2, "error: `p.json:1:65`: the values of `aws_vpc.a` cannot be read, so that none is known: no valid JSON: a number that JSON does not have"),
        ("half a character", of(r#"{"cidr_block":"\ud800"}"#), 2, "error: `p.json:1:65`: the values of `aws_vpc.a` cannot be read, so that none is known: no valid JSON: half of a character that is written as \\u escapes"),
        ("log", "{\"@level\":\"info\",\"@message\":\"Terraform 1.9.0\",\"type\":\"version\"}\n{\"@level\":\"info\",\"type\":\"planned_change\"}\n".into(), 2, "error: `p.json:1:1`: the log of `terraform plan -json`, not the plan; write it with `-out FILE` and print it with `terraform show -json FILE`"),
        ("state", r#"{"format_version":"1.0","values":{"root_module":{}}}"#.into(), 2, "error: `p.json:1:1`: expected plan JSON (`terraform show -json PLAN`; the option is `--plan`), found state JSON (`terraform show -json`; the option is `--state`)"),
        ("more text", format!("{}x", good()).into(), 2, said(format!("error: `p.json:1:{}`: text after the JSON value; print the plan again with `terraform show -json FILE`", good().len() + 1))),
        ("long address", good().replace("aws_vpc.a", &format!("aws_vpc.{}", "a".repeat(100_000))).into(), 0, ""),
        ("no UTF-8", good().into_bytes().into_iter().map(|c| if c == b'/' { 0xff } else { c }).collect(), 2, said(format!("error: `p.json:1:{}`: a byte that is no UTF-8; save the file as UTF-8", good().find('/').unwrap() + 1))),
        ("binary", zip(&[("tfplan", b"x")]), 2, "error: `p.json:1:1`: a binary plan; print it with `terraform show -json FILE` and give that, and this file beside it as `--plan-file` for its sources"),
        ("page", "<html></html>".into(), 2, "error: `p.json:1:1`: a page of HTML or XML, no JSON: perhaps an error that was saved as the plan; fetch the plan again"),
    ]
}

#[test]
fn plans_that_are_wrong_are_told_in_time() {
    hold("plans", plans(), |text| {
        (vec![("p.json", text)], vec!["--plan", "p.json"])
    });
}

fn binary_plans() -> Vec<Row> {
    let no_zip = "= `p.bin`: the binary plan is no zip archive, or is cut off, so it gives no sources: give the sources with `--tf DIR` instead";
    let nothing = "= `p.bin`: the binary plan holds no configuration, so it gives no sources: give the sources with `--tf DIR` instead";
    let main: (&str, &[u8]) = ("tfconfig/m-/main.tf", b"locals {}");
    let many: Vec<String> = (0..30_000)
        .map(|n| format!("tfconfig/m-/f{n}.tf"))
        .collect();
    let many: Vec<(&str, &[u8])> = many
        .iter()
        .map(|name| (name.as_str(), b"".as_slice()))
        .collect();
    vec![
        ("no zip", "text".into(), 0, no_zip),
        ("empty", zip(&[]), 0, nothing),
        ("cut", zip(&[main])[..40].to_vec(), 0, no_zip),
        (
            "bomb",
            zip(&[("tfconfig/m-/main.tf", &vec![b' '; 300_000_000])]),
            0,
            "= `p.bin`: the binary plan holds more than 256 MiB of configuration, so it gives no sources: give the sources with `--tf DIR` instead",
        ),
        (
            "out of the archive",
            zip(&[
                ("tfconfig/m-/../../../evil.tf", b"locals {}"),
                ("../evil", b"x"),
            ]),
            0,
            nothing,
        ),
        ("absolute", zip(&[("/etc/evil.tf", b"x")]), 0, nothing),
        ("many files", zip(&many), 0, nothing),
        (
            "broken listing",
            zip(&[("tfconfig/modules.json", b"{["), main]),
            0,
            "= `p.bin:1`: no module manifest as `terraform init` writes it (an object stands where a list is expected); run `terraform init` again",
        ),
    ]
}

#[test]
fn binary_plans_that_are_wrong_are_told_in_time() {
    hold("binary-plans", binary_plans(), |text| {
        let files = vec![("p.json", good().into_bytes()), ("p.bin", text)];
        (files, vec!["--plan", "p.json", "--plan-file", "p.bin"])
    });
}
