//! What applications ask for: the expectation stands beside the manifest.

use super::requests;
use crate::ingest::kubernetes::fixture::objects;

/// `path release namespace values set` of what an object asks for, or a word of why nothing is asked.
fn check(manifest: &str, expected: &[&str]) {
    let read = objects(&[manifest]);
    let (asked, gaps) = requests(&read.objects);
    let said = |one: &crate::ingest::rendering::Requested| {
        let request = &one.request;
        let (release, namespace) = (
            request.release.as_deref().unwrap_or("-"),
            request.namespace.as_deref().unwrap_or("-"),
        );
        let here = if one.here { "" } else { " elsewhere" };
        format!(
            "{} {release} {namespace} {:?} {:?}{here}",
            request.paths.join(","),
            request.values,
            request.set
        )
    };
    let found: Vec<String> = asked
        .iter()
        .map(said)
        .chain(gaps.iter().map(|gap| gap.what.clone()))
        .collect();
    assert_eq!(found.len(), expected.len(), "{manifest}: {found:#?}");
    for (found, expected) in found.iter().zip(expected) {
        assert!(
            found.contains(expected),
            "{manifest}: `{expected}` is not in `{found}`"
        );
    }
}

const ARGO: &str =
    "apiVersion: argoproj.io/v1alpha1\nkind: Application\nmetadata: {name: web}\nspec: ";

#[test]
fn applications_of_argo() {
    let argo = |spec: &str, expected: &[&str]| check(&format!("{ARGO}{spec}\n"), expected);
    argo(
        "{destination: {namespace: shop}, source: {repoURL: r, path: ./charts/web, helm: {releaseName: x, valueFiles: [a.yaml, $v/b.yaml], valuesObject: {a: 1}, parameters: [{name: p, value: q, forceString: true}]}}}",
        &[
            r#"charts/web x shop [InChart("a.yaml"), InRepository("b.yaml"), Text("{\"a\":1}")] [("--set-string", "p=q")]"#,
        ],
    );
    argo("{source: {path: apps}}", &["apps web - [] []"]);
    argo(
        "{destination: {server: 'https://10.0.0.1'}, source: {path: apps}}",
        &["apps web - [] [] elsewhere"],
    );
    argo(
        "{sources: [{path: a}, {repoURL: r, ref: v}, {path: b}]}",
        &["a web - [] []", "b web - [] []"],
    );
    argo(
        "{source: {repoURL: 'https://x', chart: redis}}",
        &["chart `redis` of `https://x` is not in this repository"],
    );
    argo(
        "{source: {path: a, kustomize: {namePrefix: x}}}",
        &["`kustomize` changes what `a` brings"],
    );
    argo("{}", &["it names no `path`"]);
    let set = "apiVersion: argoproj.io/v1alpha1\nkind: ApplicationSet\nmetadata: {name: all}\nspec: {template: {spec: {source: {path: 'apps/{{name}}'}}}}\n";
    check(set, &["comes from a generator"]);
}

#[test]
fn releases_and_kustomizations_of_flux() {
    let release = |spec: &str, expected: &[&str]| {
        check(
            &format!(
                "apiVersion: helm.toolkit.fluxcd.io/v2\nkind: HelmRelease\nmetadata: {{name: web, namespace: flux}}\nspec: {spec}\n"
            ),
            expected,
        );
    };
    release(
        "{chart: {spec: {chart: ./charts/web, sourceRef: {kind: GitRepository}}}}",
        &["charts/web web flux [] []"],
    );
    release(
        "{targetNamespace: shop, values: {a: b}, chart: {spec: {chart: charts/web, sourceRef: {kind: GitRepository}}}}",
        &[r#"charts/web shop-web shop [Text("{\"a\":\"b\"}")] []"#],
    );
    release(
        "{chart: {spec: {chart: redis, sourceRef: {kind: HelmRepository}}}}",
        &["chart `redis` is not in this repository"],
    );
    release(
        "{valuesFrom: [{kind: Secret}], chart: {spec: {chart: a, sourceRef: {kind: GitRepository}}}}",
        &["`valuesFrom`"],
    );
    let kustomization = |spec: &str, expected: &[&str]| {
        check(
            &format!(
                "apiVersion: kustomize.toolkit.fluxcd.io/v1\nkind: Kustomization\nmetadata: {{name: apps}}\nspec: {spec}\n"
            ),
            expected,
        );
    };
    kustomization(
        "{path: ./apps/prod, sourceRef: {kind: GitRepository}}",
        &["apps/prod - - [] []"],
    );
    kustomization(
        "{path: ./apps, postBuild: {substitute: {a: b}}}",
        &["`postBuild` changes what"],
    );
}
