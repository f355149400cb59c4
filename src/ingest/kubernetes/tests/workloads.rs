//! What makes pods, and whose pods they are.

use super::{names, pod, template};
use crate::ingest::kubernetes::fixture::{objects, world};
use crate::model::{AddressSet, Labels, Policy};

/// A pod with labels, owned by something.
fn owned(name: &str, labels: &str, kind: &str, owner: &str) -> String {
    pod(
        name,
        &format!(
            "  labels: {labels}\n  ownerReferences: [{{kind: {kind}, name: {owner}, controller: true}}]\n"
        ),
    )
}

#[test]
fn every_kind_with_a_template_is_a_workload_by_its_pods_labels() {
    let one = ["spec", "template"];
    let cases = [
        ("v1", "ReplicationController", one.as_slice()),
        ("apps/v1", "Deployment", &one),
        ("apps/v1", "StatefulSet", &one),
        ("apps/v1", "DaemonSet", &one),
        ("apps/v1", "ReplicaSet", &one),
        ("batch/v1", "Job", &one),
        (
            "batch/v1",
            "CronJob",
            &["spec", "jobTemplate", "spec", "template"],
        ),
        ("apps.openshift.io/v1", "DeploymentConfig", &one),
        ("argoproj.io/v1alpha1", "Rollout", &one),
        ("v1", "DeploymentConfig", &one),
        (
            "keda.sh/v1alpha1",
            "ScaledJob",
            &["spec", "jobTargetRef", "template"],
        ),
        ("apps.kruise.io/v1alpha1", "CloneSet", &one),
        ("apps.kruise.io/v1beta1", "StatefulSet", &one),
        ("v1", "Pod", &[]),
    ];
    for (api, kind, path) in cases {
        let mut text = template(api, kind, "w", path);
        if kind == "Pod" {
            text = pod("w", "  labels: {app: web}\n")
                .replace("{containers", "{serviceAccount: robot, containers");
        }
        let account = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot, namespace: shop, labels: {role: r}}\n";
        let (world, errors) = world(&format!("{text}{account}"));
        assert_eq!(
            (errors.len(), names(&world)),
            (0, vec![format!("shop/w[{kind}]")])
        );
        let (_, workload) = world.workloads.iter().next().unwrap();
        assert_eq!(
            workload.labels.get("app").map(String::as_str),
            Some("web"),
            "{kind}"
        );
        assert_eq!(
            (
                workload.service_account.as_str(),
                workload.service_account_labels.len()
            ),
            ("robot", 1),
            "{kind}"
        );
        assert_eq!(workload.labels.contains_key("job-name"), kind == "Job");
    }
    let (other, _) = world(&template("example.com/v1", "Deployment", "w", &one));
    assert!(other.workloads.is_empty() && other.gaps.len() == 1);
}

#[test]
fn pods_are_their_owner() {
    let deployment = template("apps/v1", "Deployment", "web", &["spec", "template"]);
    let set = template("apps/v1", "ReplicaSet", "web-1", &["spec", "template"]).replace(
        "name: web-1,",
        "name: web-1, ownerReferences: [{kind: Deployment, name: web}],",
    );
    let one = owned(
        "web-1-a",
        "{app: web, pod-template-hash: x}",
        "ReplicaSet",
        "web-1",
    )
    .replace("{containers", "{serviceAccountName: robot, containers");
    let cases = [
        (
            format!("{deployment}{set}{one}"),
            vec!["shop/web[Deployment]"],
        ),
        (format!("{set}{one}"), vec!["shop/web-1[ReplicaSet]"]),
        (one.clone(), vec!["shop/web-1[ReplicaSet]"]),
        (
            format!("{deployment}{one}"),
            vec!["shop/web[Deployment]", "shop/web-1[ReplicaSet]"],
        ),
        (
            pod("a", "  ownerReferences: [{name: x}]\n"),
            vec!["shop/x[Pod]"],
        ),
        (
            owned("proxy", "{}", "Node", "ip-10-0-0-1"),
            vec!["shop/proxy[Pod]"],
        ),
        (owned("x", "{}", "Pod", "x"), vec!["shop/x[Pod]"]),
        (
            format!(
                "{}{}",
                owned("x", "{}", "Pod", "w"),
                owned("w", "{}", "Pod", "x")
            ),
            vec!["shop/w[Pod]", "shop/x[Pod]"],
        ),
    ];
    for (text, expected) in cases {
        let (world, errors) = world(&text);
        assert_eq!(
            (errors.len(), names(&world)),
            (
                0,
                expected
                    .iter()
                    .map(|name| (*name).to_owned())
                    .collect::<Vec<_>>()
            ),
            "{text}"
        );
    }
}

#[test]
fn pods_of_one_owner_are_told_apart_by_what_selectors_see() {
    let status = |text: String, ip: &str| {
        text.replace(
            "---\n",
            &format!("status: {{podIP: {ip}, podIPs: [{{ip: {ip}}}]}}\n---\n"),
        )
    };
    let a = status(
        owned(
            "a",
            "{app: x, controller-revision-hash: h, pod-template-generation: '1'}",
            "DaemonSet",
            "d",
        ),
        "10.0.0.1",
    );
    let b = status(
        owned(
            "b",
            "{app: x, controller-revision-hash: h, pod-template-generation: '2'}",
            "DaemonSet",
            "d",
        ),
        "10.0.0.2",
    );
    let c = owned("c", "{app: y}", "DaemonSet", "d");
    let (world, _) = world(&format!("{a}{b}{c}"));
    assert_eq!(names(&world), ["shop/d[DaemonSet]", "shop/d[DaemonSet]"]);
    let all: Vec<_> = world
        .workloads
        .iter()
        .map(|(_, workload)| workload)
        .collect();
    let expected: Labels = [("app", "x"), ("controller-revision-hash", "h")]
        .map(|(key, value)| (key.to_owned(), value.to_owned()))
        .into();
    assert_eq!(
        (&all[0].labels, all[0].addresses.to_string()),
        (&expected, "10.0.0.1, 10.0.0.2".to_owned())
    );
    assert_eq!(all[1].labels.get("app").map(String::as_str), Some("y"));
}

/// What is known of one pod is not all that is known of its owner's pods.
#[test]
fn addresses_of_an_owners_pods_are_known_where_those_of_each_are() {
    let standing = |name: &str, address: &str| {
        format!(
            "apiVersion: v1\nkind: Pod\nmetadata: {{name: {name}, namespace: shop, ownerReferences: [{{apiVersion: apps/v1, kind: DaemonSet, name: d, controller: true}}]}}\nspec: {{}}\nstatus: {{{address}}}\n---\n"
        )
    };
    let addresses = |pods: [String; 2]| {
        let (world, _) = world(&pods.concat());
        assert_eq!(names(&world), ["shop/d[DaemonSet]"]);
        let all: Vec<String> = world
            .workloads
            .iter()
            .map(|(_, own)| own.addresses.to_string())
            .collect();
        all.concat()
    };
    let (one, other) = (
        standing("a", "podIP: 10.0.0.1"),
        standing("b", "podIP: 10.0.0.2"),
    );
    let pending = standing("b", "phase: Pending");
    assert_eq!(addresses([one.clone(), other]), "10.0.0.1, 10.0.0.2");
    let none = AddressSet::none().to_string();
    assert_eq!(addresses([one.clone(), pending.clone()]), none);
    assert_eq!(addresses([pending, one]), none);
}

#[test]
fn pods_that_ended_and_pods_on_the_host_network() {
    let done = pod("done", "").replace("---", "status: {phase: Succeeded}\n---");
    let host = pod("host", "").replace("{containers", "{hostNetwork: true, containers");
    let (world, _) = world(&format!("{done}{host}"));
    assert_eq!(names(&world), ["shop/host[Pod]"]);
    assert!(
        world
            .workloads
            .iter()
            .all(|(_, workload)| workload.host_network)
    );
}

#[test]
fn a_host_network_that_is_no_boolean_is_refused() {
    for (value, expected) in [("'true'", 1), ("5", 1), ("false", 0), ("null", 0)] {
        let text = pod("a", "").replace(
            "{containers",
            &format!("{{hostNetwork: {value}, containers"),
        );
        let (_, errors) = world(&text);
        assert_eq!(errors.len(), expected, "{value}: {errors:?}");
        if let Some(error) = errors.first() {
            assert!(
                error.message.ends_with("expected true or false"),
                "{error:?}"
            );
        }
    }
}

/// A Rollout that names the template of another object.
fn rollout(name: &str, kind: &str, of: &str) -> String {
    format!(
        "apiVersion: argoproj.io/v1alpha1\nkind: Rollout\nmetadata: {{name: {name}, namespace: shop}}\n\
         spec: {{workloadRef: {{apiVersion: apps/v1, kind: {kind}, name: {of}}}}}\n---\n"
    )
}

#[test]
fn a_template_may_stand_in_another_object() {
    let holders = [
        (
            "Deployment",
            template("apps/v1", "Deployment", "web", &["spec", "template"]),
        ),
        (
            "ReplicaSet",
            template("apps/v1", "ReplicaSet", "web", &["spec", "template"]),
        ),
        (
            "PodTemplate",
            template("v1", "PodTemplate", "web", &["template"]),
        ),
    ];
    for (kind, holder) in holders {
        let (world, errors) = world(&format!("{}{holder}", rollout("r", kind, "web")));
        assert_eq!(errors, [], "{kind}");
        let made = world
            .workloads
            .iter()
            .find(|(_, own)| own.kind == "Rollout");
        let (_, made) = made.unwrap();
        assert_eq!(
            made.labels.get("app").map(String::as_str),
            Some("web"),
            "{kind}"
        );
        assert_eq!(made.service_account, "robot", "{kind}");
    }
    let other_namespace = template("apps/v1", "Deployment", "web", &["spec", "template"])
        .replace("namespace: shop", "namespace: other");
    for holder in [String::new(), other_namespace] {
        let (world, errors) = world(&format!("{}{holder}", rollout("r", "Deployment", "web")));
        assert_eq!(errors, []);
        let gaps: Vec<&str> = world
            .gaps
            .iter()
            .map(|(_, gap)| gap.what.as_str())
            .collect();
        assert!(
            gaps.iter()
                .any(|what| what.starts_with("`spec.template` of Rollout shop/r is not known")),
            "{gaps:?}"
        );
    }
}

/// What makes pods in `shop`, with a selector and the labels of its template.
fn selecting(kind: &str, selector: &str, labels: &str) -> String {
    let version = match kind {
        "Job" => "batch/v1",
        "ReplicationController" => "v1",
        _ => "apps/v1",
    };
    let selector = selector.replace(", manual", "\n  manual");
    format!(
        "apiVersion: {version}\nkind: {kind}\nmetadata: {{name: web, namespace: shop}}\nspec:\n  selector: {selector}\n  \
         template: {{metadata: {{labels: {labels}}}, spec: {{containers: []}}}}\n"
    )
}

/// Its pods are judged as if it were repaired; older versions take the labels of the template.
#[test]
fn what_has_to_say_a_selector_and_says_none_is_told_at_its_line() {
    let missing = |kind: &str| selecting(kind, "{}", "{app: web}").replace("  selector: {}\n", "");
    let empty = selecting("Deployment", "{matchLabels: {}}", "{app: web}");
    let manual = selecting("Job", "{}, manualSelector: true", "{app: web}");
    let cron = "apiVersion: batch/v1\nkind: CronJob\nmetadata: {name: web, namespace: shop}\nspec:\n  jobTemplate:\n    spec: {template: {metadata: {labels: {app: web}}, spec: {containers: []}}}\n";
    for (text, line, told) in [
        (missing("Deployment"), 4, Some("is missing")),
        (missing("StatefulSet"), 4, Some("is missing")),
        (empty, 5, Some("is empty")),
        (manual, 5, Some("is empty")),
        (missing("Job"), 0, None),
        (missing("ReplicationController"), 0, None),
        (
            missing("Deployment").replace("apps/v1", "apps/v1beta1"),
            0,
            None,
        ),
        (
            missing("Deployment").replace("apps/v1", "extensions/v1beta1"),
            0,
            None,
        ),
        (
            selecting("Deployment", "{matchLabels: {app: web}}", "{app: web}"),
            0,
            None,
        ),
        (cron.to_owned(), 0, None),
    ] {
        let read = objects(&[&text]);
        let about = read
            .notes
            .iter()
            .filter(|note| note.message.contains("selector`"));
        let about: Vec<_> = about
            .map(|note| (note.line, note.message.as_str()))
            .collect();
        let expected = told.map(|told| (line, told));
        let fits = about.iter().any(|(at, what)| {
            expected.is_some_and(|(line, told)| *at == line && what.contains(told))
        });
        assert_eq!(
            (about.len(), fits),
            (usize::from(told.is_some()), told.is_some()),
            "{text}{about:?}"
        );
        let (world, _) = world(&text);
        assert_eq!(world.workloads.len(), 1, "{text}");
    }
    let own = cron.replace(
        "spec: {template",
        "spec: {selector: {matchLabels: {app: web}}, template",
    );
    let (world, _) = world(&own);
    let made = |what: &str| what.contains("`spec.jobTemplate.spec.selector` of CronJob shop/web");
    assert!(world.gaps.iter().any(|(_, gap)| made(&gap.what)));
}

#[test]
fn pods_of_a_selector_that_does_not_hold_for_them_may_never_be_there() {
    let other = "{matchLabels: {app: other}}";
    for (kind, selector, labels, in_doubt) in [
        ("Deployment", other, "{app: web}", true),
        ("StatefulSet", other, "{}", true),
        (
            "DaemonSet",
            "{matchExpressions: [{key: app, operator: DoesNotExist}]}",
            "{app: web}",
            true,
        ),
        ("Deployment", other, "{app: other, more: x}", false),
        (
            "ReplicaSet",
            "{matchExpressions: [{key: app, operator: NotIn, values: [other]}]}",
            "{app: web}",
            false,
        ),
        // Tests and charts leave it out; whether a mark becomes the same is not known.
        ("Deployment", "{}", "{app: web}", false),
        ("Job", "{}", "{app: web}", false),
        ("Job", other, "{app: other}", true),
        (
            "Job",
            "{matchLabels: {controller-uid: a}}",
            "{app: web}",
            false,
        ),
        (
            "Job",
            "{matchLabels: {app: other}}, manualSelector: true",
            "{app: other}",
            false,
        ),
        (
            "Job",
            "{matchLabels: {app: other}}, manualSelector: true",
            "{app: web}",
            true,
        ),
        ("ReplicationController", "{app: other}", "{app: web}", true),
        ("ReplicationController", "{app: web}", "{app: web}", false),
        ("ReplicationController", "{}", "{app: web}", false),
        ("Deployment", other, "{app: '${APP}'}", false),
        (
            "Deployment",
            "{matchLabels: {app: '${APP}'}}",
            "{app: '${APP}'}",
            false,
        ),
    ] {
        let (world, errors) = world(&selecting(kind, selector, labels));
        assert_eq!(errors, [], "{selector} {labels}");
        let doubted = world.policies.iter().any(|(_, own)| {
            own.kind == Policy::NO_OBJECT && own.name == format!("whether {kind} shop/web is there")
        });
        assert_eq!(doubted, in_doubt, "{kind} {selector} {labels}");
        let told = world
            .gaps
            .iter()
            .any(|(_, gap)| gap.what.contains("`spec.selector`"));
        assert_eq!(told, in_doubt, "{kind} {selector} {labels}");
    }
}

#[test]
fn a_service_whose_selector_is_a_mark_may_lead_to_any_pod_of_its_namespace() {
    let behind = |value: &str| {
        let service = format!(
            "---\napiVersion: v1\nkind: Service\nmetadata: {{name: s, namespace: shop}}\nspec: {{selector: {{app: {value}}}, ports: [{{port: 80}}]}}\n"
        );
        let (world, _) = world(&format!(
            "{}---\n{}{service}",
            pod("a", "  labels: {app: a}\n"),
            pod("b", "  labels: {app: b}\n")
        ));
        let (_, service) = world.services.iter().next().unwrap();
        (service.workloads.len(), service.doubt.is_certain())
    };
    assert_eq!(behind("a"), (1, true));
    assert_eq!(behind("none"), (0, true));
    assert_eq!(behind("'${APP}'"), (2, false));
    assert_eq!(behind("'{{ .Values.app }}'"), (2, false));
}

#[test]
fn what_is_no_answer_leaves_open_whether_pods_are_on_the_host_network() {
    let outside = |written: &str| {
        let text = pod("w", "").replace(
            "{containers",
            &format!("{{hostNetwork: {written}, containers"),
        );
        let (world, errors) = world(&text);
        let (_, pod) = world.workloads.iter().next().unwrap();
        (errors.len(), pod.host_network, pod.outside.is_certain())
    };
    assert_eq!(outside("true"), (0, true, true));
    assert_eq!(outside("false"), (0, false, true));
    assert_eq!(outside("null"), (0, false, true));
    assert_eq!(outside("'${HOST}'"), (1, false, false));
}
