//! What is said where a tool refuses an input, or is not there.

use super::*;

#[test]
fn what_a_tool_refuses_is_told_in_its_words() {
    if !has(&["helm", "kubectl"]) {
        return;
    }
    let here = folder("refused");
    write(
        &here,
        &[
            (
                "web/Chart.yaml",
                "apiVersion: v2\nname: web\nversion: 1.0.0\n",
            ),
            (
                "web/templates/a.yaml",
                "{{ required \"the port is needed\" .Values.port }}\n",
            ),
            (
                "remote/kustomization.yaml",
                "resources:\n  - https://example.com/base.yaml\n",
            ),
            (
                "git/kustomization.yaml",
                "resources:\n  - github.com/example/base?ref=v1\n",
            ),
        ],
    );
    let run = |arguments: &[&str]| {
        let output = crosspeer(&here, path(), arguments);
        (output.code, output.err)
    };
    let (code, said) = run(&["scan", "--no-config", "--chart", "web"]);
    assert_eq!(code, 2, "{said}");
    assert!(
        said.contains("the port is needed") && said.contains("helm template web > rendered.yaml"),
        "{said}"
    );
    // Nothing is fetched, neither by http nor by git.
    for folder in ["remote", "git"] {
        let (code, said) = run(&["scan", "--no-config", folder]);
        assert_eq!(code, 2, "{said}");
        assert!(
            said.contains("is not in this repository and is not fetched"),
            "{said}"
        );
    }
    // Found and not asked for: the rest is analysed, and what was left out is said.
    let (code, said) = run(&["scan", "--no-config"]);
    assert_eq!(code, 0, "{said}");
    assert_eq!(said.matches("was not analysed").count(), 3, "{said}");
    assert_eq!(run(&["scan", "--no-config", "--strict"]).0, 3);
}

#[test]
fn without_a_tool_it_is_said_how_to_render_by_hand() {
    let here = root().join("testdata/rendering");
    let run = |arguments: &[&str]| {
        let output = crosspeer(&here, OsString::new(), arguments);
        (output.code, output.out, output.err)
    };
    let (code, out, err) = run(&[
        "scan",
        "--no-config",
        "chart",
        "overlays/prod",
        "--release",
        "r",
        "--verbose",
    ]);
    assert_eq!(code, 0, "{err}");
    assert!(
        err.contains("there is no `helm` on the PATH")
            && err.contains("helm template r chart > rendered.yaml"),
        "{err}"
    );
    assert!(
        err.contains("there is neither `kustomize` nor `kubectl` on the PATH"),
        "{err}"
    );
    assert!(
        err.contains("kubectl kustomize overlays/prod > rendered.yaml"),
        "{err}"
    );
    assert!(
        out.contains("was not analysed"),
        "it stands in the ledger: {out}"
    );
    assert_eq!(run(&["scan", "--no-config", "chart", "--strict"]).0, 3);
    assert_eq!(
        run(&["scan", "--no-config", "--chart", "base"]).0,
        2,
        "no chart"
    );
}
