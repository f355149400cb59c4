//! Objects out of plans: the expectation stands beside the block as the plan has it.

use super::Applied;
use crate::ingest::terraform::testing::read;
use crate::ingest::terraform::testing::{file, read_changes, read_plan};
use crate::ingest::{Kind, PlanPhase};

/// A change that creates a resource.
fn created(kind: &str, name: &str, after: &str, unknown: &str) -> String {
    format!(
        r#"{{"address":"{kind}.{name}","mode":"managed","type":"{kind}","name":"{name}","change":{{"actions":["create"],"before":null,"after":{after},"after_unknown":{unknown}}}}}"#
    )
}

/// The objects that one resource makes, with what is hidden of them behind `?`.
fn check(kind: &str, after: &str, unknown: &str, expected: &str) {
    let read = read_changes(&format!("[{}]", created(kind, "x", after, unknown)));
    let said = |applied: &Applied| {
        let hidden = applied.hidden.join(" ");
        format!(
            "{}{}{hidden}",
            applied.object,
            if hidden.is_empty() { "" } else { " ? " }
        )
    };
    assert_eq!(
        read.manifests
            .iter()
            .map(said)
            .collect::<Vec<_>>()
            .join("\n"),
        expected,
        "{kind} {after}"
    );
}

#[test]
fn typed_resources_are_the_objects_that_they_make() {
    // Blocks are lists; what is not set is null, an empty list or an empty text; keys of maps stay as they are written.
    check(
        "kubernetes_network_policy_v1",
        r#"{"metadata":[{"annotations":null,"generate_name":null,"name":"web","namespace":"shop"}],
            "spec":[{"pod_selector":[{"match_expressions":[{"key":"app_name","operator":"In","values":["a","b"]}],"match_labels":{"my_key":"v"}}],
            "policy_types":["Ingress","Egress"],"egress":[],
            "ingress":[{"from":[{"ip_block":[{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}],"namespace_selector":[],"pod_selector":[]},
              {"ip_block":[],"namespace_selector":[{"match_expressions":[],"match_labels":null}],"pod_selector":[]}],
             "ports":[{"end_port":0,"port":"8080","protocol":"TCP"},{"end_port":null,"port":"http","protocol":"TCP"}]}]}]}"#,
        r#"{"metadata":[{"generation":true,"uid":true}]}"#,
        concat!(
            r#"{"apiVersion":"networking.k8s.io/v1","kind":"NetworkPolicy","metadata":{"name":"web","namespace":"shop"},"#,
            r#""spec":{"podSelector":{"matchExpressions":[{"key":"app_name","operator":"In","values":["a","b"]}],"matchLabels":{"my_key":"v"}},"#,
            r#""policyTypes":["Ingress","Egress"],"ingress":[{"from":[{"ipBlock":{"cidr":"10.0.0.0/8","except":["10.1.0.0/16"]}},"#,
            r#"{"namespaceSelector":{}}],"ports":[{"port":8080,"protocol":"TCP"},{"port":"http","protocol":"TCP"}]}]}} "#,
            "? metadata.generation metadata.uid"
        ),
    );
    check(
        "kubernetes_deployment",
        r#"{"metadata":[{"name":"web","namespace":"shop"}],"wait_for_rollout":true,"spec":[{"selector":[{"match_labels":{"app":"web"}}],
            "template":[{"metadata":[{"labels":{"app":"web"}}],"spec":[{"host_network":true,"service_account_name":"web",
            "container":[{"name":"a","port":[{"name":"http","container_port":80,"protocol":"TCP"}]},{"name":"b","port":[]}]}]}]}]}"#,
        r#"{"id":true,"spec":[{"template":[{"spec":[{"container":[{"image":true},{}]}]}]}]}"#,
        concat!(
            r#"{"apiVersion":"apps/v1","kind":"Deployment","metadata":{"name":"web","namespace":"shop"},"spec":{"selector":{"matchLabels":{"app":"web"}},"#,
            r#""template":{"metadata":{"labels":{"app":"web"}},"spec":{"hostNetwork":true,"serviceAccountName":"web","containers":["#,
            r#"{"name":"a","ports":[{"name":"http","containerPort":80,"protocol":"TCP"}]},{"name":"b"}]}}}} ? spec.template.spec.containers.image"#
        ),
    );
}

#[test]
fn typed_services_jobs_and_what_is_no_object_of_interest() {
    check(
        "kubernetes_service_v1",
        r#"{"metadata":[{"name":"web"}],"spec":[{"cluster_ip":"","type":"ClusterIP","selector":{"app":"web"},
            "port":[{"name":"","port":80,"target_port":"8080"},{"port":81,"target_port":"http"}]}],"status":null}"#,
        "{}",
        concat!(
            r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"ClusterIP","selector":{"app":"web"},"#,
            r#""ports":[{"port":80,"targetPort":8080},{"port":81,"targetPort":"http"}]}}"#
        ),
    );
    check(
        "kubernetes_ingress_v1",
        r#"{"metadata":[{"name":"web"}],"spec":[{"ingress_class_name":"alb","rule":[{"host":"","http":[{"path":[{"path":"/","path_type":"Prefix",
            "backend":[{"service":[{"name":"web","port":[{"number":80}]}]}]}]}]}]}]}"#,
        "{}",
        concat!(
            r#"{"apiVersion":"networking.k8s.io/v1","kind":"Ingress","metadata":{"name":"web"},"spec":{"ingressClassName":"alb","#,
            r#""rules":[{"http":{"paths":[{"path":"/","pathType":"Prefix","backend":{"service":{"name":"web","port":{"number":80}}}}]}}]}}"#
        ),
    );
    check(
        "kubernetes_cron_job_v1",
        r#"{"metadata":[{"name":"n"}],"spec":[{"schedule":"* * * * *","job_template":[{"metadata":[{}],"spec":[{"template":[{"metadata":[{"labels":{"a":"b"}}],
            "spec":[{"container":[{"name":"c"}]}]}]}]}]}]}"#,
        "{}",
        concat!(
            r#"{"apiVersion":"batch/v1","kind":"CronJob","metadata":{"name":"n"},"spec":{"schedule":"* * * * *","jobTemplate":{"metadata":{},"#,
            r#""spec":{"template":{"metadata":{"labels":{"a":"b"}},"spec":{"containers":[{"name":"c"}]}}}}}}"#
        ),
    );
    check(
        "kubernetes_secret",
        r#"{"metadata":[{"name":"s"}],"data":{"a":"b"}}"#,
        "{}",
        "",
    );
    check(
        "kubernetes_role_v1",
        r#"{"metadata":[{"name":"s"}]}"#,
        "{}",
        "",
    );
}

#[test]
fn manifests_stay_as_they_are_written() {
    check(
        "kubectl_manifest",
        r#"{"yaml_body":"kind: Pod\napiVersion: v1\nspec: {port: 80}\n"}"#,
        "{}",
        r#"{"kind":"Pod","apiVersion":"v1","spec":{"port":80}}"#,
    );
    check(
        "kubernetes_manifest",
        r#"{"manifest":{"kind":"Pod","apiVersion":"v1","n":8080,"snake_case":[]},"object":null}"#,
        r#"{"manifest":{"metadata":{"name":true}},"object":true}"#,
        r#"{"kind":"Pod","apiVersion":"v1","n":8080,"snake_case":[],"metadata":{}} ? metadata.name"#,
    );
}

#[test]
fn what_is_not_told_is_a_gap() {
    let changes = [
        created("helm_release", "c", r#"{"name":"c"}"#, "{}"),
        created("kubectl_manifest", "body", "{}", r#"{"yaml_body":true}"#),
        created(
            "kubectl_manifest",
            "broken",
            r#"{"yaml_body":"a: ["}"#,
            "{}",
        ),
        created("kubernetes_manifest", "all", "{}", r#"{"manifest":true}"#),
        created(
            "kubernetes_manifest",
            "kind",
            r#"{"manifest":{"apiVersion":"v1"}}"#,
            r#"{"manifest":{"kind":true}}"#,
        ),
        created(
            "kubernetes_manifest",
            "part",
            r#"{"manifest":{"apiVersion":"v1","kind":"Pod"}}"#,
            r#"{"manifest":{"spec":true}}"#,
        ),
        created(
            "kubernetes_labels",
            "l",
            r#"{"api_version":"v1","kind":"Namespace","metadata":[{"name":"shop"}],"labels":{"a":"b"}}"#,
            "{}",
        ),
        // Identifiers are always given later: no gap.
        created(
            "kubernetes_namespace",
            "n",
            r#"{"metadata":[{"name":"n"}]}"#,
            r#"{"id":true,"metadata":[{"uid":true,"resource_version":true}]}"#,
        ),
    ];
    let read = read_changes(&format!("[{}]", changes.join(",")));
    let gaps: Vec<&str> = read
        .graph
        .gaps
        .iter()
        .map(|gap| gap.origin.as_ref().unwrap().address.as_ref())
        .collect();
    let expected = [
        "helm_release.c",
        "kubectl_manifest.body",
        "kubectl_manifest.broken",
        "kubernetes_labels.l",
    ];
    let more = [
        "kubernetes_manifest.all",
        "kubernetes_manifest.kind",
        "kubernetes_manifest.part",
    ];
    assert_eq!(gaps, [expected.as_slice(), more.as_slice()].concat());
}

#[test]
fn a_namespace_is_named_by_the_id_of_its_resource() {
    let changes = [
        created(
            "kubernetes_namespace",
            "shop",
            r#"{"metadata":[{"name":"shop-1"}]}"#,
            r#"{"id":true}"#,
        ),
        created(
            "kubernetes_pod",
            "web",
            r#"{"metadata":[{"name":"web"}],"spec":[{"hostname":"h"}]}"#,
            r#"{"metadata":[{"namespace":true}]}"#,
        ),
    ];
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{}],"configuration":{{"root_module":{{"resources":[
        {{"mode":"managed","type":"kubernetes_pod","name":"web","expressions":{{"metadata":[{{"namespace":{{"references":["kubernetes_namespace.shop.id","kubernetes_namespace.shop"]}}}}]}}}}]}}}}}}"#,
        changes.join(",")
    );
    let read = read_plan(&plan);
    let pod = &read.manifests[1];
    assert_eq!(pod.object["metadata"]["namespace"], "shop-1");
    assert_eq!(
        (pod.hidden.as_slice(), read.graph.gaps.as_slice()),
        ([].as_slice(), [].as_slice())
    );
}

#[test]
fn the_cluster_is_the_one_that_the_provider_is_configured_from() {
    let changes = [
        created(
            "aws_eks_cluster",
            "a",
            r#"{"name":"a"}"#,
            r#"{"endpoint":true}"#,
        ),
        created(
            "aws_eks_cluster",
            "b",
            r#"{"name":"b"}"#,
            r#"{"endpoint":true}"#,
        ),
        created(
            "kubernetes_namespace",
            "in_a",
            r#"{"metadata":[{"name":"n"}]}"#,
            "{}",
        ),
        created(
            "kubernetes_namespace",
            "in_b",
            r#"{"metadata":[{"name":"n"}]}"#,
            "{}",
        ),
        created(
            "kubernetes_namespace",
            "in_none",
            r#"{"metadata":[{"name":"n"}]}"#,
            "{}",
        ),
    ];
    let block = |name: &str, key: &str| {
        format!(
            r#"{{"mode":"managed","type":"kubernetes_namespace","name":"{name}","provider_config_key":"{key}","expressions":{{}}}}"#
        )
    };
    let plan = format!(
        r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{}],"configuration":{{"provider_config":{{
        "kubernetes":{{"expressions":{{"host":{{"references":["aws_eks_cluster.a.endpoint","aws_eks_cluster.a"]}}}}}},
        "kubernetes.b":{{"expressions":{{"exec":[{{"args":{{"references":["aws_eks_cluster.b.name","aws_eks_cluster.b"]}}}}]}}}},
        "kubernetes.c":{{"expressions":{{"config_path":{{"constant_value":"kubeconfig"}}}}}}}},
        "root_module":{{"resources":[{},{},{}]}}}}}}"#,
        changes.join(","),
        block("in_a", "kubernetes"),
        block("in_b", "kubernetes.b"),
        block("in_none", "kubernetes.c"),
    );
    let of =
        |applied: &Applied| format!("{} {}", applied.origin.address, applied.clusters.join(","));
    assert_eq!(
        read_plan(&plan)
            .manifests
            .iter()
            .map(of)
            .collect::<Vec<_>>(),
        [
            "kubernetes_namespace.in_a aws_eks_cluster.a",
            "kubernetes_namespace.in_b aws_eks_cluster.b",
            "kubernetes_namespace.in_none "
        ]
    );
}

/// A text of the plan that is known only after apply, because one word of it is, is an object of which one word is hidden.
#[test]
fn what_is_known_of_a_text_is_known_of_its_object() {
    let objects = |body: &str| {
        let source = format!(
            "resource \"aws_vpc\" \"v\" {{}}\nvariable \"more\" {{}}\nresource \"kubectl_manifest\" \"x\" {{\n  yaml_body = {body}\n}}\n"
        );
        let plan = format!(
            r#"{{"format_version":"1.2","planned_values":{{}},"resource_changes":[{},{}]}}"#,
            created("kubectl_manifest", "x", "{}", r#"{"yaml_body":true}"#),
            created("aws_vpc", "v", "{}", r#"{"id":true,"cidr_block":true}"#),
        );
        let files = [
            file("plan.json", &plan, Kind::Plan),
            file("main.tf", &source, Kind::Sources),
        ];
        let read = read(&files.iter().collect::<Vec<_>>(), PlanPhase::After);
        let said = |applied: &Applied| format!("{} ? {}", applied.object, applied.hidden.join(" "));
        read.manifests
            .iter()
            .map(said)
            .collect::<Vec<_>>()
            .join("\n")
    };
    let known = r#"{"apiVersion":"v1","kind":"Service","metadata":{"name":"web"},"spec":{"type":"NodePort"}} ? spec.loadBalancerIP"#;
    let object = r#"{ apiVersion = "v1", kind = "Service", metadata = { name = "web" }, spec = { type = "NodePort", loadBalancerIP = aws_vpc.v.id } }"#;
    assert_eq!(objects(&format!("jsonencode({object})")), known);
    assert_eq!(objects(&format!("yamlencode({object})")), known);
    let text = "<<-EOT\n    apiVersion: v1\n    kind: Service\n    metadata: {name: web}\n    spec:\n      type: NodePort\n      loadBalancerIP: ${aws_vpc.v.id}\n  EOT";
    assert_eq!(objects(text), known);
    let loose = text.replace("aws_vpc.v.id", "var.more");
    assert_eq!(objects(&loose), "{} ? ");
    // What names resources of the cloud by id keeps markers, by which they are found.
    let named = r#"jsonencode({ apiVersion = "crd.k8s.amazonaws.com/v1alpha1", kind = "ENIConfig", metadata = { name = aws_vpc.v.cidr_block }, spec = { subnet = aws_vpc.v.id } })"#;
    assert_eq!(
        objects(named).replace('\u{f8ff}', "|"),
        r#"{"apiVersion":"crd.k8s.amazonaws.com/v1alpha1","kind":"ENIConfig","metadata":{},"spec":{"subnet":"|0.id|"}} ? metadata.name"#
    );
}
