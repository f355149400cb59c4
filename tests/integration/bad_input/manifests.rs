//! Manifests that are wrong, each with its exit code and the first line of what is said.

use super::{Row, deep, hold, utf16};

/// Manifests.
fn manifests() -> Vec<Row> {
    vec![
        ("empty", "".into(), 2, "error: `m.yaml:1:1`: an empty file: nothing was written to it; make it again (a plan with `terraform show -json PLAN`)"),
        ("comments", "# a\n".into(), 2, "error: `m.yaml:1:1`: nothing but comments and blank documents; write what is meant to stand here"),
        ("nul", "a: \"b\0\"\n".into(), 2, "error: `m.yaml:1:1`: no plan, no state, no Kubernetes object and no Terraform source; for a plan print it with `terraform show -json FILE`"),
        ("utf16", utf16("apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n"), 0, ""),
        ("bom", "\u{feff}apiVersion: v1\nkind: Namespace\nmetadata: {name: a}\n".into(), 0, ""),
        ("utf16odd", [utf16("kind: Namespace\n"), b"x".to_vec()].concat(), 2, "error: `m.yaml:2:1`: the UTF-16 text ends inside a character; write the file again"),
        ("latin1", b"apiVersion: v1\x0akind: Namespace\x0ametadata: {name: caf\xe9}\x0a".to_vec(), 0, "= `m.yaml:3`: a byte that is no UTF-8; save the file as UTF-8"),
        ("crlf", "apiVersion: v1\r\nkind: Namespace\r\nmetadata: {name: a}\r\n".into(), 0, ""),
        ("tab", "a:\n\tb: c\n".into(), 2, "error: `m.yaml:1:1`: no plan, no state, no Kubernetes object and no Terraform source; for a plan print it with `terraform show -json FILE`"),
        ("flow", "apiVersion: v1\nkind: Pod\nmetadata: {name: [\n".into(), 2, "error: `m.yaml:3:18`: this is no YAML: `[` is not closed: expected the bracket that closes it"),
        ("quote", "apiVersion: v1\nkind: \"Pod\n".into(), 2, "error: `m.yaml:2:7`: this is no YAML: a quote is opened and not closed: put one at the end of the text"),
        ("deep", deep("apiVersion: v1\nkind: Pod\nspec: ", "["), 2, "error: `m.yaml:3:262`: this is no YAML: maps and lists stand inside of each other too deeply"),
        ("deepmap", deep("apiVersion: v1\nkind: Pod\nspec: ", "{a: "), 2, "error: `m.yaml:3:1027`: this is no YAML: maps and lists stand inside of each other too deeply"),
        ("bomb", bomb(), 2, "error: `m.yaml:1:1`: this document is mostly aliases of aliases, too many to write out: expected plain content"),
        ("selfalias", "apiVersion: v1\nkind: Pod\nspec: &a [*a]\n".into(), 2, "error: `m.yaml:3:11`: this alias stands inside of what it stands for: expected the name of an anchor that ended before"),
        ("noalias", "apiVersion: v1\nkind: Pod\nspec: *a\n".into(), 2, "error: `m.yaml:3:7`: this is no YAML: an alias (`*name`) stands for nothing: expected `&name` before it, or quotes around it"),
        ("twice", "apiVersion: v1\nkind: Pod\nkind: Job\nmetadata: {name: a}\n".into(), 2, "error: `m.yaml:3:1`: key `kind` is set twice, first on line 2: the last one counts here, and kubectl refuses the object"),
        ("port-huge", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: 1e400}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is 1e400: expected a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)"),
        ("port-long", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: 99999999999999999999}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is 99999999999999999999: expected a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)"),
        ("port-neg", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: -1}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is -1: expected a port number from 1 to 65535"),
        ("port-65536", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: 65536}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is 65536: expected a port number from 1 to 65535"),
        ("port-nan", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: .nan}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is .nan: expected a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)"),
        ("port-float", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: 80.5}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is 80.5: expected a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)"),
        ("port-list", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: [1]}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is a list: expected a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)"),
        ("port-empty", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: \"\"}]}]\n".into(), 2, r#"error: `m.yaml:6:29`: `port` is "": expected a number or a port name (letters, digits and '-', at least one letter, at most 15 characters)"#),
        ("port-zero", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: 0}]}]\n".into(), 2, "error: `m.yaml:6:29`: `port` is 0: expected a port number from 1 to 65535"),
        ("speclist", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec: [a]\n".into(), 2, "error: `m.yaml:4:7`: this is a list: expected a map of podSelector, policyTypes, ingress, egress"),
        ("metastring", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: p\nspec: {podSelector: {}}\n".into(), 2, "error: `m.yaml:3:11`: `metadata.name` is missing: expected the name of this NetworkPolicy"),
        ("kindnumber", "apiVersion: v1\nkind: 7\nmetadata: {name: a}\n".into(), 2, "error: `m.yaml:1:1`: this is no Kubernetes object, `apiVersion` or `kind` is missing: expected a map with `apiVersion`, `kind`, `metadata`"),
        ("labels", "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: b, labels: [a]}\nspec: {containers: []}\n".into(), 2, "error: `m.yaml:3:43`: `labels` is a list: expected a map of strings"),
        ("cidr33", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/33}}]}]\n".into(), 2, r#"error: `m.yaml:6:38`: `cidr` is "10.0.0.0/33": expected an address block such as 10.0.0.0/16 or 2001:db8::/32"#),
        ("except", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{from: [{ipBlock: {cidr: 10.0.0.0/8, except: [11.0.0.0/8]}}]}]\n".into(), 2, r#"error: `m.yaml:6:59`: `except` is "11.0.0.0/8": expected a block inside of `cidr`, which is 10.0.0.0/8, and smaller"#),
        ("cidrnone", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{from: [{ipBlock: {}}]}]\n".into(), 2, "error: `m.yaml:6:31`: `cidr` is missing: expected an address block as a string"),
        ("endport", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {}\n  ingress: [{ports: [{port: 90, endPort: 80}]}]\n".into(), 2, "error: `m.yaml:6:42`: `endPort` is 80: expected a number not below `port`, which is 90"),
        ("operator", "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p, namespace: a}\nspec:\n  podSelector: {matchExpressions: [{key: a, operator: Like, values: [b]}]}\n".into(), 2, r#"error: `m.yaml:5:55`: `operator` is "Like": expected one of In, NotIn, Exists, DoesNotExist"#),
        ("elf", b"\x7fELF\x02\x01\x01\x00\x01\x02\x03\x04\x05\x06\x07\x08\x09\x0a\x0b\x0c\x0d\x0e\x0f\x10\x11\x12\x13\x14\x15\x16\x17\x18\x19\x1a\x1b\x1c\x1d\x1e\x1f !\x22#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\x5c]^_`abcdefghijklmnopqrstuvwxyz{|}~\x7f\x80\x81\x82\x83\x84\x85\x86\x87\x88\x89\x8a\x8b\x8c\x8d\x8e\x8f\x90\x91\x92\x93\x94\x95\x96\x97\x98\x99\x9a\x9b\x9c\x9d\x9e\x9f\xa0\xa1\xa2\xa3\xa4\xa5\xa6\xa7\xa8\xa9\xaa\xab\xac\xad\xae\xaf\xb0\xb1\xb2\xb3\xb4\xb5\xb6\xb7\xb8\xb9\xba\xbb\xbc\xbd\xbe\xbf\xc0\xc1\xc2\xc3\xc4\xc5\xc6\xc7\xc8\xc9\xca\xcb\xcc\xcd\xce\xcf\xd0\xd1\xd2\xd3\xd4\xd5\xd6\xd7\xd8\xd9\xda\xdb\xdc\xdd\xde\xdf\xe0\xe1\xe2\xe3\xe4\xe5\xe6\xe7\xe8\xe9\xea\xeb\xec\xed\xee\xef\xf0\xf1\xf2\xf3\xf4\xf5\xf6\xf7\xf8\xf9\xfa\xfb\xfc\xfd\xfe\xff".to_vec(), 2, "error: `m.yaml:2:118`: a byte that is no UTF-8; save the file as UTF-8"),
        ("gzip", b"\x1f\x8b\x08\x00packed".to_vec(), 2, "error: `m.yaml:1:1`: this file is compressed with gzip: unpack it first, with `gunzip FILE` or as `zcat FILE | crosspeer scan -`"),
        ("merge", "apiVersion: v1\nkind: Pod\n<<: &a {<<: *a}\nmetadata: {name: a}\n".into(), 2, "error: `m.yaml:3:13`: this alias stands inside of what it stands for: expected the name of an anchor that ended before"),
        ("scalar10m", format!("apiVersion: v1\nkind: ConfigMap\nmetadata: {{name: a}}\ndata: {{a: \"{}\"}}\n", "x".repeat(10_000_000)).into_bytes(), 0, ""),
        ("docs", format!("{}apiVersion: v1\nkind: Namespace\nmetadata: {{name: a}}\n", "---\n".repeat(100_000)).into_bytes(), 0, ""),
        ("tag", "!!python/object:os.system\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n".into(), 2, "error: `m.yaml:2:1`: `spec` is missing: expected the specification of a pod"),
        ("template", "apiVersion: v1\nkind: Pod\nmetadata: {name: {{ .x }}}\n".into(), 2, "error: `m.yaml:3:18`: this is an unrendered template: render it first, a chart with `helm template`"),
        ("values", "replicas: 1\n".into(), 2, "error: `m.yaml:1:1`: no plan, no state, no Kubernetes object and no Terraform source; for a plan print it with `terraform show -json FILE`"),
        ("listnull", "apiVersion: v1\nkind: List\nitems: null\n".into(), 0, ""),
        ("listdeep", [r#"{"apiVersion":"v1","kind":"List","items":["#.repeat(900), "]}".repeat(900)].concat().into_bytes(), 2, "error: `m.yaml:1:5376`: this is no YAML: maps and lists stand inside of each other too deeply"),
        ("jsontrunc", r#"{"apiVersion":"v1","kind":"Pod","metadata":{"name":"a""#.into(), 2, "error: `m.yaml:1:44`: this is no YAML: `{` is not closed: expected the bracket that closes it"),
        ("directive", "%YAML 9.9\n---\na: b\n".into(), 2, "error: `m.yaml:1:1`: no plan, no state, no Kubernetes object and no Terraform source; for a plan print it with `terraform show -json FILE`"),
        ("colon", "a: b: c\n".into(), 2, "error: `m.yaml:1:1`: no plan, no state, no Kubernetes object and no Terraform source; for a plan print it with `terraform show -json FILE`"),
    ]
}

/// Lists of lists: 9 names in each, by 10 levels 9 to the tenth.
fn bomb() -> Vec<u8> {
    let mut out =
        "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\na: &a [x,x,x,x,x,x,x,x,x]\n".to_owned();
    for (before, own) in "abcdefghi".chars().zip("bcdefghij".chars()) {
        let nine = vec![format!("*{before}"); 9].join(",");
        out.push_str(&format!("{own}: &{own} [{nine}]\n"));
    }
    out.into_bytes()
}

#[test]
fn manifests_that_are_wrong_are_told_in_time() {
    hold("manifests", manifests(), |text| {
        (vec![("m.yaml", text)], vec!["m.yaml"])
    });
}
