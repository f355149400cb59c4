//! The command line, from outside: arguments, exit codes, where output goes.

use crate::binary::{folder, root, run as crosspeer};

const OPEN: &str = "apiVersion: v1\nkind: Namespace\nmetadata:\n  name: shop\n";

#[test]
fn the_vulnerable_seed_fires_and_the_secure_one_is_silent() {
    let vulnerable = crosspeer(
        &root(),
        &[
            "scan",
            "testdata/seeds/vulnerable.yaml",
            "--no-config",
            "--fail-on",
            "medium",
        ],
    );
    assert_eq!(vulnerable.code, 1, "{}", vulnerable.err);
    let text = vulnerable.out;
    assert!(
        text.starts_with("medium[CP201]: namespace `insecure-namespace` has no network policy"),
        "{text}"
    );
    assert!(
        text.contains("  --> testdata/seeds/vulnerable.yaml:8:9")
            || text.contains(" --> testdata/seeds/vulnerable.yaml:8:9"),
        "{text}"
    );
    let secure = crosspeer(
        &root(),
        &[
            "scan",
            "testdata/seeds/secure.yaml",
            "--no-config",
            "--fail-on",
            "low",
        ],
    );
    assert_eq!(secure.code, 0, "{}", secure.out);
    assert!(secure.out.contains("no findings"), "{}", secure.out);
}

#[test]
fn the_exit_code_says_how_it_went() {
    let here = folder("front_door/exit-codes", &[]);
    std::fs::write(here.join("a.yaml"), OPEN).unwrap();
    std::fs::write(
        here.join("broken.yaml"),
        "kind: Namespace\napiVersion: v1\nmetadata: {name: [\n---\napiVersion: v1\nkind: Namespace\nmetadata: {name: rest}\n",
    )
    .unwrap();
    let code = |arguments: &[&str]| crosspeer(&here, arguments).code;
    assert_eq!(
        code(&["scan", "a.yaml"]),
        0,
        "the default threshold is high"
    );
    assert_eq!(code(&["scan", "a.yaml", "--fail-on", "medium"]), 1);
    assert_eq!(
        code(&[
            "scan",
            "a.yaml",
            "--fail-on",
            "medium",
            "--min-severity",
            "high"
        ]),
        0,
        "one set of findings for both"
    );
    assert_eq!(
        code(&["scan", "a.yaml", "--fail-on", "medium", "--ignore", "CP201"]),
        0
    );
    assert_eq!(code(&["scan", "a.yaml", "--select", "CP999"]), 2);
    assert_eq!(code(&["scan", "missing.yaml"]), 2);
    assert_eq!(code(&["scan", "--no-such-flag"]), 2);
    let broken = crosspeer(&here, &["scan", "broken.yaml"]);
    assert_eq!(broken.code, 2);
    assert!(broken.err.contains("broken.yaml:"), "{}", broken.err);
    assert!(
        broken.out.contains("namespace `rest`"),
        "the rest is analysed: {}",
        broken.out
    );
}

#[test]
fn one_scan_writes_many_reports() {
    let here = folder("front_door/many-reports", &[]);
    std::fs::write(here.join("a.yaml"), OPEN).unwrap();
    let all = [
        "scan",
        "a.yaml",
        "--format",
        "sarif",
        "--output",
        "out.sarif",
        "--format",
        "markdown",
        "--output",
        "out.md",
        "--format",
        "json",
    ];
    let done = crosspeer(&here, &all);
    assert_eq!(done.code, 0, "{}", done.err);
    let json = done.json();
    assert_eq!(json["schema"], "crosspeer.scan/1");
    assert_eq!(json["findings"][0]["rule"], "CP201");
    assert_eq!(
        json["findings"][0]["location"],
        serde_json::json!({"file": "a.yaml", "line": 4, "column": 9})
    );
    let sarif: serde_json::Value =
        serde_json::from_slice(&std::fs::read(here.join("out.sarif")).unwrap()).unwrap();
    assert_eq!(sarif["runs"][0]["results"][0]["ruleId"], "CP201");
    assert!(
        std::fs::read_to_string(here.join("out.md"))
            .unwrap()
            .starts_with("**crosspeer: 1 medium**")
    );
    let annotations = crosspeer(&here, &["scan", "a.yaml", "--format", "github"]).out;
    assert!(annotations.starts_with("::warning file="), "{annotations}");
    let page = crosspeer(&here, &["scan", "a.yaml", "--format", "html"]).out;
    assert!(page.starts_with("<!doctype html>"), "{page}");
    let pdf = crosspeer(&here, &["scan", "a.yaml", "--format", "pdf"]);
    assert_eq!(pdf.code, 2, "none of the formats");
}

#[test]
fn the_configuration_is_found_and_flags_stand_above_it() {
    let here = folder("front_door/configuration", &[]);
    std::fs::create_dir_all(here.join(".git")).unwrap();
    std::fs::create_dir_all(here.join("deep")).unwrap();
    std::fs::write(here.join("deep/a.yaml"), OPEN).unwrap();
    std::fs::write(here.join("crosspeer.yaml"), "failOn: low\n").unwrap();
    let code = |arguments: &[&str]| crosspeer(&here.join("deep"), arguments).code;
    assert_eq!(code(&["scan", "a.yaml"]), 1);
    assert_eq!(code(&["scan", "a.yaml", "--fail-on", "none"]), 0);
    assert_eq!(code(&["scan", "a.yaml", "--no-config"]), 0);
    std::fs::write(
        here.join("crosspeer.yaml"),
        "accepted: [{rule: CP201, subject: shop, reason: moved next week}]\nfailOn: low\n",
    )
    .unwrap();
    assert_eq!(code(&["scan", "a.yaml"]), 0);
    std::fs::write(here.join("crosspeer.yaml"), "failon: low\n").unwrap();
    let wrong = crosspeer(&here.join("deep"), &["scan", "a.yaml"]);
    assert_eq!(wrong.code, 2);
    assert!(wrong.err.contains("failon"), "{}", wrong.err);
}

#[test]
fn a_baseline_leaves_out_what_is_known() {
    let here = folder("front_door/baseline", &[]);
    std::fs::write(here.join("a.yaml"), OPEN).unwrap();
    assert_eq!(
        crosspeer(&here, &["scan", "a.yaml", "--write-baseline", "known.json"]).code,
        0
    );
    let moved = format!(
        "# a line more\n{OPEN}---\napiVersion: v1\nkind: Namespace\nmetadata: {{name: other}}\n"
    );
    std::fs::write(here.join("a.yaml"), moved).unwrap();
    let text = crosspeer(&here, &["scan", "a.yaml", "--baseline", "known.json"]).out;
    assert!(
        text.contains("`other`") && !text.contains("`shop`") && text.contains("1 suppressed"),
        "{text}"
    );
}

#[test]
fn a_comment_asks_to_ignore() {
    let here = folder("front_door/ignore", &[]);
    std::fs::write(
        here.join("a.yaml"),
        OPEN.replace(
            "name: shop",
            "name: shop # crosspeer: ignore[CP201] moved next week",
        ),
    )
    .unwrap();
    let text = crosspeer(&here, &["scan", "a.yaml"]).out;
    assert!(text.contains("no findings · 1 suppressed"), "{text}");
}

#[test]
fn explain_answers_and_guesses() {
    let here = folder("front_door/explain", &[]);
    let pod = |name: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, labels: {{app: {name}}}}}\nspec: {{containers: []}}\n"
        )
    };
    let deny = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\n\
                spec: {podSelector: {matchLabels: {app: cart}}, policyTypes: [Ingress]}\n";
    std::fs::write(
        here.join("a.yaml"),
        format!("{}{}{deny}", pod("web"), pod("cart")),
    )
    .unwrap();
    let ask = |from: &str, to: &str| {
        crosspeer(
            &here,
            &[
                "explain", "a.yaml", "--from", from, "--to", to, "--port", "80",
            ],
        )
    };
    let blocked = ask("shop/web", "pod/shop/cart");
    assert_eq!(blocked.code, 1, "{}", blocked.err);
    assert!(
        blocked.out.contains("a.yaml:"),
        "the line that stops it: {}",
        blocked.out
    );
    assert_eq!(ask("shop/cart[Pod]", "shop/web").code, 0);
    let beyond = crosspeer(
        &here,
        &[
            "explain", "a.yaml", "--from", "a", "--to", "b", "--port", "99999",
        ],
    );
    assert_eq!(beyond.code, 2);
    let expected = "expected a port number, 0 to 65535";
    assert!(beyond.err.contains(expected), "{}", beyond.err);
    let unknown = ask("shop/wed", "shop/cart");
    assert_eq!(unknown.code, 2);
    assert!(
        unknown.err.contains("did you mean `shop/web`?"),
        "{}",
        unknown.err
    );
    std::fs::write(
        here.join("q.jsonl"),
        "{\"from\":\"shop/web\",\"to\":\"shop/cart\",\"protocol\":\"TCP\",\"port\":80}\n{\"from\":\"shop/cart\",\"to\":\"shop/web\",\"port\":80}\n",
    )
    .unwrap();
    let batch = crosspeer(
        &here,
        &[
            "explain", "a.yaml", "--batch", "q.jsonl", "--format", "json",
        ],
    )
    .out;
    let verdicts: Vec<serde_json::Value> = batch
        .lines()
        .map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap()["verdict"].clone())
        .collect();
    assert_eq!(verdicts, ["blocked", "reachable"]);
}

#[test]
fn diff_tells_what_is_gained() {
    let here = folder("front_door/diff", &[]);
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: c, image: c}]}\n---\n\
                apiVersion: v1\nkind: Pod\nmetadata: {name: b, namespace: shop}\nspec: {containers: [{name: c, image: c}]}\n";
    let deny = "---\napiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\n\
                spec: {podSelector: {}, policyTypes: [Ingress]}\n";
    std::fs::write(here.join("open.yaml"), pods).unwrap();
    std::fs::write(here.join("shut.yaml"), format!("{pods}{deny}")).unwrap();
    let gained = crosspeer(
        &here,
        &["diff", "--base", "shut.yaml", "--head", "open.yaml"],
    );
    assert_eq!(gained.code, 1, "{}", gained.err);
    assert!(
        gained.out.contains("+ shop/a[Pod] -> shop/b[Pod]"),
        "{}",
        gained.out
    );
    let lost = crosspeer(
        &here,
        &["diff", "--base", "open.yaml", "--head", "shut.yaml"],
    );
    assert_eq!(lost.code, 0, "{}", lost.out);
}

#[test]
fn diff_reads_the_configuration() {
    let here = folder("front_door/diff-configuration", &[]);
    let pods = "apiVersion: v1\nkind: Pod\nmetadata: {name: a, namespace: shop}\nspec: {containers: [{name: c, image: c}]}\n---\n\
                apiVersion: v1\nkind: Pod\nmetadata: {name: b, namespace: shop}\nspec: {containers: [{name: c, image: c}]}\n---\n";
    let deny = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: deny, namespace: shop}\n\
                spec: {podSelector: {}, policyTypes: [Ingress]}\n";
    let other = "apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: {name: deny, namespace: shop}\n\
                 spec: {endpointSelector: {}, ingress: [{}]}\n";
    std::fs::create_dir_all(here.join(".git")).unwrap();
    std::fs::write(here.join("base.yaml"), format!("{pods}{deny}")).unwrap();
    std::fs::write(here.join("head.yaml"), format!("{pods}{other}")).unwrap();
    std::fs::write(here.join("crosspeer.yaml"), "policyEngine: vpc-cni\n").unwrap();
    std::fs::write(here.join("strict.yaml"), "policyEngine: none\n").unwrap();
    let ask = |more: &[&str]| {
        let output = crosspeer(
            &here,
            &[
                &["diff", "--base", "base.yaml", "--head", "head.yaml"],
                more,
            ]
            .concat(),
        );
        (output.code, output.out)
    };
    // The engine that the configuration names does not enforce the policy of the head.
    let (code, said) = ask(&[]);
    assert_eq!(code, 1, "{said}");
    assert!(said.contains("+ shop/a[Pod] -> shop/b[Pod]"), "{said}");
    assert_eq!(
        ask(&["--no-config"]).0,
        0,
        "without it, both policies isolate"
    );
    assert_eq!(
        ask(&["--config", "strict.yaml"]).0,
        0,
        "nothing enforces either of them"
    );
}

#[test]
fn pods_of_one_owner_that_differ_are_explained_as_that_owner() {
    let here = folder("front_door/owner", &[]);
    let pod = |version: &str| {
        format!(
            "---\napiVersion: v1\nkind: Pod\nmetadata: {{name: web-{version}, namespace: shop, labels: {{version: {version}}}, \
             ownerReferences: [{{apiVersion: apps/v1, kind: ReplicaSet, name: web, controller: true, uid: u}}]}}\nspec: {{containers: []}}\n"
        )
    };
    let db = "---\napiVersion: v1\nkind: Pod\nmetadata: {name: db, namespace: shop, labels: {app: db}}\nspec: {containers: []}\n---\n\
              apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: db, namespace: shop}\n\
              spec: {podSelector: {matchLabels: {app: db}}, policyTypes: [Ingress], ingress: [{from: [{podSelector: {matchLabels: {version: VERSION}}}]}]}\n";
    // Whichever of the two is let in, one of the owner's pods comes in; where neither is, none does.
    for (version, code) in [("v1", 0), ("v2", 0), ("v3", 1)] {
        std::fs::write(
            here.join("a.yaml"),
            format!(
                "{}{}{}",
                pod("v1"),
                pod("v2"),
                db.replace("VERSION", version)
            ),
        )
        .unwrap();
        for word in ["shop/web", "replicaset/shop/web", "shop/web[ReplicaSet]"] {
            let output = crosspeer(
                &here,
                &[
                    "explain", "a.yaml", "--from", word, "--to", "shop/db", "--port", "80",
                ],
            );
            assert_eq!(
                output.code, code,
                "{word} {version}: {}{}",
                output.out, output.err
            );
        }
    }
}

#[test]
fn rules_completions_and_manual_are_printed() {
    let say = |arguments: &[&str]| {
        let output = crosspeer(&root(), arguments);
        assert_eq!(output.code, 0, "{arguments:?}: {}", output.err);
        output.out
    };
    assert!(say(&["rules", "list"]).contains("CP101  high"));
    assert!(say(&["rules", "show", "cp201"]).contains("default-deny-all"));
    let schema: serde_json::Value = serde_json::from_str(&say(&["rules", "schema"])).unwrap();
    assert_eq!(schema["properties"]["select"]["enum"][0], "crossing");
    assert!(say(&["completions", "bash"]).contains("complete -F"));
    assert!(say(&["man"]).contains(".TH"));
}

#[test]
fn of_many_alike_rows_the_first_are_shown_and_the_rest_counted() {
    let namespace = |n: usize| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: a, namespace: n{n}}}\nspec: {{containers: []}}\n"
        )
    };
    let rows = |count: usize, format: &str| {
        let text: Vec<String> = (1..=count).map(namespace).collect();
        let here = folder("front_door/many-rows", &[("a.yaml", &text.join("---\n"))]);
        let words = [
            "scan",
            "--no-config",
            "--select",
            "CP201",
            "--format",
            format,
        ];
        let out = crosspeer(&here, &words).out;
        let more = out.contains("more (-v)") || out.contains("<br>and");
        (out.matches("it holds 1 workload").count(), more)
    };
    // Six are all shown; of nine, five with `and 4 more`. Markdown tells each once more below its table.
    assert_eq!(rows(6, "text"), (6, false));
    assert_eq!(rows(9, "text"), (5, true));
    assert_eq!(rows(6, "markdown"), (12, false));
    assert_eq!(rows(9, "markdown"), (5 + 9, true));
}

#[test]
fn a_kustomization_that_fails_is_named_once_among_what_was_not_seen() {
    let kustomization = ("over/kustomization.yaml", "resources: [missing.yaml]\n");
    let here = folder("front_door/kustomization", &[kustomization]);
    let out = crosspeer(&here, &["scan", "over", "--no-config"]).out;
    let named = out.matches("Not seen").count();
    assert_eq!(named, 1, "{out}");
}
