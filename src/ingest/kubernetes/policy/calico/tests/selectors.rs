//! The selector language, and whom an expression holds for.

use super::super::expression::Expression;
use super::super::selector::parse;
use crate::ingest::kubernetes::fixture::{policy, world};
use crate::model::Labels;

fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

/// Whether the expression holds for someone with `app: web`, `tier: front-end` and `a.b/c_d: x y`.
fn check(expression: &str, expected: bool) {
    let known = labels(&[("app", "web"), ("tier", "front-end"), ("a.b/c_d", "x y")]);
    assert_eq!(
        parse(expression).map(|found| found.holds(&known)),
        Ok(expected),
        "{expression}"
    );
}

#[test]
fn every_operator() {
    check("app == 'web'", true);
    check("app == \"api\"", false);
    check("app != 'api'", true);
    check("absent != 'x'", true);
    check("absent == 'x'", false);
    check("app in {'api', 'web'}", true);
    check("app in {'api', 'web',}", true);
    check("app in { }", false);
    check("app not in {'api'}", true);
    check("app not  in {'web'}", false);
    check("absent not in {'api'}", true);
    check("tier contains 'nt-e'", true);
    check("tier starts with 'front'", true);
    check("tier starts\twith 'end'", false);
    check("tier ends with 'end'", true);
    check("absent contains ''", false);
    check("has(app)", true);
    check("has( absent )", false);
    check("!has(absent)", true);
    check("!!has(absent)", false);
    check("all()", true);
    check("all( )", true);
    check("", true);
    check(" \t", true);
    check("a.b/c_d=='x y'", true);
    check("app=='web'&&tier!='x'", true);
}

#[test]
fn not_binds_closest_then_and_then_or() {
    check("has(app) || has(app) && has(absent)", true);
    check("(has(app) || has(app)) && has(absent)", false);
    check("!has(absent) && has(app)", true);
    check("!has(app) || has(app)", true);
    check("!(has(absent) || has(app))", false);
    check("! app == 'web'", false);
}

#[test]
fn what_is_no_expression_is_named_with_its_place() {
    let wrong = |text: &str| parse(text).unwrap_err();
    assert_eq!(
        wrong("app = 'web'"),
        "expected `==`, `!=`, `in`, `not in`, `contains`, `starts with` or `ends with` at character 4"
    );
    assert_eq!(
        wrong("app == web"),
        "expected a string in quotes at character 7"
    );
    assert_eq!(
        wrong("app == 'web"),
        "expected a string in quotes at character 7"
    );
    assert_eq!(wrong("has(app"), "expected `)` at character 7");
    assert_eq!(
        wrong("has(app) has(b)"),
        "expected `&&`, `||` or the end at character 9"
    );
    assert_eq!(
        wrong("app in {'a' 'b'}"),
        "expected `,` or `}` at character 12"
    );
    assert_eq!(wrong("app in 'a'"), "expected `{` at character 7");
    assert_eq!(
        wrong("has(app) &&\nhas(b)"),
        "expected a label at character 11"
    );
    assert_eq!(wrong("&& has(app)"), "expected a label at character 0");
    assert!(wrong(&"(".repeat(10_000)).contains("fewer nested"));
    assert!(parse(&("!".repeat(10_000) + "has(a)")).is_ok());
    for text in [
        "é",
        "has(é)",
        "'",
        "a == 'é",
        "a in {",
        "(((",
        "a starts ends with",
    ] {
        assert!(parse(text).is_err(), "{text}");
    }
}

/// Pods of `web` in namespace `shop` (label `team: a`), which run as `robot` (label `role: bot`); `other` in namespace `else` as `default`.
const WORLD: &str = "apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a, projectcalico.org/name: forged}}
---
apiVersion: v1
kind: ServiceAccount
metadata: {name: robot, namespace: shop, labels: {role: bot}}
---
apiVersion: v1
kind: Pod
metadata: {name: web, namespace: shop, labels: {app: web}}
spec: {serviceAccountName: robot, containers: []}
---
apiVersion: v1
kind: Pod
metadata: {name: other, namespace: else}
spec: {containers: []}
---
";

/// The pods of [`WORLD`] that a policy of all namespaces is about, by name.
fn about(field: &str, expression: &str) -> Vec<String> {
    let (world, errors) = world(&format!(
        "{WORLD}{}",
        super::global(&format!("{field}: \"{expression}\""))
    ));
    assert_eq!(errors, []);
    let (_, policy) = world.policies.iter().next().unwrap();
    let chosen = world
        .workloads
        .iter()
        .filter(|(id, _)| policy.subject.holds(world.selected(*id)));
    chosen.map(|(_, workload)| workload.name.clone()).collect()
}

#[test]
fn labels_and_names_of_others_are_reached_by_their_keys() {
    let web = ["web"];
    for expression in [
        "app == 'web'",
        "pcns.team == 'a'",
        "pcns.projectcalico.org/name == 'shop'",
        "pcns.kubernetes.io/metadata.name == 'shop'",
        "projectcalico.org/namespace == 'shop'",
        "projectcalico.org/namespace starts with 'sh'",
        "projectcalico.org/serviceaccount == 'robot'",
        "projectcalico.org/serviceaccount ends with 'bot'",
        "pcsa.role in {'bot'}",
        "pcsa.projectcalico.org/name == 'robot'",
        "projectcalico.org/orchestrator == 'k8s' && has(app)",
    ] {
        assert_eq!(about("selector", expression), web, "{expression}");
    }
    assert_eq!(
        about(
            "selector",
            "projectcalico.org/serviceaccount contains 'efau'"
        ),
        ["other"]
    );
    assert_eq!(
        about("selector", "projectcalico.org/serviceaccount != 'robot'"),
        ["other"]
    );
    assert_eq!(
        about("selector", "has(projectcalico.org/namespace)"),
        ["other", "web"]
    );
    assert!(about("selector", "projectcalico.org/orchestrator == 'cni'").is_empty());
    assert!(about("selector", "pcns.projectcalico.org/name == 'forged'").is_empty());
}

#[test]
fn selectors_of_namespaces_and_service_accounts_have_their_own_keys() {
    assert_eq!(about("namespaceSelector", "team == 'a'"), ["web"]);
    assert_eq!(
        about("namespaceSelector", "projectcalico.org/name == 'shop'"),
        ["web"]
    );
    assert_eq!(
        about(
            "namespaceSelector",
            "kubernetes.io/metadata.name in {'else'}"
        ),
        ["other"]
    );
    assert_eq!(about("namespaceSelector", "all()"), ["other", "web"]);
    assert_eq!(about("serviceAccountSelector", "role == 'bot'"), ["web"]);
    assert_eq!(
        about(
            "serviceAccountSelector",
            "projectcalico.org/name == 'default'"
        ),
        ["other"]
    );
    assert!(about("namespaceSelector", "app == 'web'").is_empty());
}

#[test]
fn an_empty_field_is_none() {
    let read = policy(&super::global(
        "selector: ''\nnamespaceSelector: ''\nserviceAccountSelector: ''",
    ));
    assert_eq!(read.subject, crate::model::Selector::Everything);
}

#[test]
fn all_and_global_of_namespaces() {
    let scope = |text: &str| parse(text).unwrap().in_namespaces();
    let (pod, set) = (
        labels(&[("projectcalico.org/namespace", "shop"), ("pcns.team", "a")]),
        labels(&[("team", "a")]),
    );
    let holds = |text: &str| (scope(text).holds(&pod), scope(text).holds(&set));
    assert_eq!(holds("all()"), (true, false));
    assert_eq!(holds("global()"), (false, true));
    assert_eq!(holds("team == 'a'"), (true, false));
    assert_eq!(holds("!has(team)"), (false, true));
    assert!(
        Expression::Not(Box::new(Expression::Global)).says_global()
            && !scope("global()").says_global()
    );
}
