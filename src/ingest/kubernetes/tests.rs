//! Files into objects, namespaces and workloads.

mod workloads;

use super::fixture::{objects, world, world_of};
use super::{Object, read};
use crate::ingest::{File, Kind, Settings, detect};
use crate::model::{Origin, Place, World};
use std::sync::Arc;

fn titles(text: &str) -> Vec<String> {
    objects(&[text]).objects.iter().map(Object::title).collect()
}

fn names(world: &World) -> Vec<String> {
    world
        .workloads
        .ids()
        .map(|id| world.workload_name(id))
        .collect()
}

fn pod(name: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Pod\nmetadata:\n  name: {name}\n  namespace: shop\n{more}spec: {{containers: []}}\n---\n"
    )
}

fn template(api: &str, kind: &str, name: &str, path: &[&str]) -> String {
    let mut text = format!(
        "apiVersion: {api}\nkind: {kind}\nmetadata: {{name: {name}, namespace: shop, labels: {{app: of-the-object}}}}\n"
    );
    for (depth, key) in path.iter().enumerate() {
        text += &format!("{}{key}:\n", "  ".repeat(depth));
    }
    let indent = "  ".repeat(path.len());
    text + &format!(
        "{indent}metadata: {{labels: {{app: web}}}}\n{indent}spec: {{serviceAccountName: robot, containers: []}}\n---\n"
    )
}

#[test]
fn lists_are_flattened_and_empty_documents_skipped() {
    let list = "apiVersion: v1\nkind: List\nitems:\n- {apiVersion: v1, kind: Pod, metadata: {name: a}}\n- apiVersion: v1\n  kind: PodList\n  items: [{metadata: {name: b}}]\n";
    assert_eq!(
        titles(&format!("# only a comment\n---\n---\n{list}---\nnull\n")),
        ["Pod a", "Pod b"]
    );
    let typed = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicyList\nitems:\n- {metadata: {name: p, namespace: x}}\n";
    assert_eq!(titles(typed), ["NetworkPolicy x/p"]);
    let found = objects(&[typed]);
    assert_eq!(
        (
            found.objects[0].group.as_str(),
            found.objects[0].version.as_str()
        ),
        ("networking.k8s.io", "v1")
    );
    assert_eq!(
        (
            found.objects[0].origin.place.line,
            found.objects[0].origin.place.column
        ),
        (4, 21)
    );
    assert_eq!(
        titles("{\"apiVersion\": \"v1\", \"kind\": \"Pod\", \"metadata\": {\"name\": \"j\"}}"),
        ["Pod j"]
    );
    assert!(titles("apiVersion: v1\nkind: List\nitems: []\n").is_empty());
}

#[test]
fn what_is_no_object_is_reported_and_the_rest_read() {
    let found = objects(&[
        "a: 1\n---\n- 1\n---\nkind: Pod\n---\napiVersion: v1\nkind: Pod\nmetadata: {name: a}\n---\nx: [\n---\napiVersion: v1\nkind: Pod\n",
    ]);
    assert_eq!(found.objects.len(), 2);
    let lines: Vec<u32> = found.errors.iter().map(|error| error.line).collect();
    assert_eq!(lines, [1, 3, 5, 11, 13]);
    assert_eq!(found.gaps.len(), 4);
}

#[test]
fn names_that_are_no_strings_are_faults() {
    let found = objects(&["apiVersion: v1\nkind: Pod\nmetadata: {name: y, namespace: 5}\n"]);
    let messages: Vec<&str> = found
        .errors
        .iter()
        .map(|error| error.message.as_str())
        .collect();
    assert_eq!(
        messages,
        [
            "`metadata.name` is y: expected a string; write it in quotes",
            "`metadata.namespace` is 5: expected a string; write it in quotes"
        ]
    );
    assert_eq!(found.objects[0].title(), "Pod 5/y");
}

#[test]
fn files_in_any_order_give_the_same() {
    let texts = [pod("a", ""), pod("b", "")];
    let file = |path: &str, text: &str| File {
        path: Arc::from(path),
        bytes: text.as_bytes().to_vec(),
        kind: Some(Kind::Manifests),
        named: true,
        ..File::default()
    };
    let (one, two) = (file("1.yaml", &texts[0]), file("2.yaml", &texts[1]));
    let titles = |files: &[&File]| {
        read(files, &Settings::default())
            .objects
            .iter()
            .map(Object::title)
            .collect::<Vec<_>>()
    };
    assert_eq!(titles(&[&one, &two]), titles(&[&two, &one]));
}

#[test]
fn comments_that_speak_to_this_program_are_kept() {
    let found = objects(&[
        "# crosspeer: ignore[CP1] known\napiVersion: v1\nkind: Pod # other\nmetadata: {name: a}\n---\n# crosspeer: ignore[CP2] too\n",
    ]);
    let lines: Vec<(u32, (u32, u32))> = found
        .remarks
        .iter()
        .map(|remark| (remark.comment.line, remark.lines))
        .collect();
    assert_eq!(lines, [(1, (1, 4)), (6, (5, 6))]);
    assert_eq!(found.objects[0].lines, (1, 4));
}

#[test]
fn objects_of_a_plan_stand_at_one_place() {
    let place = Place {
        file: Arc::from("main.tf"),
        line: 3,
        column: 1,
        length: 0,
    };
    let origin = Origin {
        place,
        inner: None,
        address: Arc::from("kubernetes_manifest.p"),
        change: Default::default(),
    };
    let value = serde_json::json!({"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "p", "namespace": "shop"}});
    let object = Object::from_json(&value, origin.clone()).unwrap();
    assert_eq!(
        (object.namespace.as_deref(), &object.origin),
        (Some("shop"), &origin)
    );
    assert!(Object::from_json(&serde_json::json!({"a": 1}), origin).is_none());
}

#[test]
fn namespaces_are_declared_or_only_named() {
    let text = "apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a, kubernetes.io/metadata.name: wrong}}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: c, namespace: named}
---
apiVersion: v1
kind: Pod
metadata: {name: p}
---
apiVersion: rbac.authorization.k8s.io/v1
kind: ClusterRole
metadata: {name: r, namespace: ignored}
";
    let (world, _) = world(text);
    let found: Vec<(&str, bool)> = world
        .namespaces
        .iter()
        .map(|(_, namespace)| (namespace.name.as_str(), namespace.declared))
        .collect();
    assert_eq!(
        found,
        [("default", false), ("named", false), ("shop", true)]
    );
    for (_, namespace) in world.namespaces.iter() {
        assert_eq!(
            namespace.labels.get("kubernetes.io/metadata.name"),
            Some(&namespace.name)
        );
    }
}

#[test]
fn labels_that_are_no_strings_are_faults_and_taken_as_written() {
    let (world, errors) = world(&pod("a", "  labels: {version: 1.10, on: yes}\n"));
    let messages: Vec<&str> = errors.iter().map(|error| error.message.as_str()).collect();
    assert_eq!(messages.len(), 2);
    assert!(
        messages[0].contains("`version` is 1.10: expected a string"),
        "{messages:?}"
    );
    let (_, workload) = world.workloads.iter().next().unwrap();
    assert_eq!(
        (
            workload.labels.get("version").map(String::as_str),
            workload.labels.get("true").map(String::as_str)
        ),
        (Some("1.10"), Some("yes"))
    );
}

#[test]
fn kinds_that_bear_on_reachability_are_gaps_by_name() {
    let object = |api: &str, kind: &str| {
        format!("apiVersion: {api}\nkind: {kind}\nmetadata: {{name: x, namespace: shop}}\n---\n")
    };
    let gaps = |text: &str| {
        world(text)
            .0
            .gaps
            .iter()
            .map(|(_, gap)| gap.what.clone())
            .collect::<Vec<_>>()
    };
    assert!(gaps(&object("v1", "ConfigMap")).is_empty());
    assert!(gaps(&object("cert-manager.io/v1", "Certificate")).is_empty());
    assert_eq!(gaps(&object("ray.io/v1", "RayCluster").repeat(2)).len(), 1);
    assert!(
        gaps(&object("k8s.cni.cncf.io/v1", "NetworkAttachmentDefinition"))[0]
            .contains("gives pods further interfaces")
    );
    assert!(gaps(&object("apps/v2", "Deployment"))[0].contains("version `v2` of Deployment"));
}

#[test]
fn two_files_of_one_workload() {
    let a = template("apps/v1", "Deployment", "web", &["spec", "template"]);
    let b = a.replace("app: web", "app: new");
    let (same, errors) = world_of(&[&a, &a], "unknown engine");
    assert_eq!((same.workloads.len(), errors.len()), (1, 0));
    let (both, errors) = world_of(&[&a, &b], "unknown engine");
    assert_eq!((both.workloads.len(), errors.len()), (2, 1));
    let (last, errors) = world_of(&[&format!("{a}{b}")], "unknown engine");
    assert_eq!((last.workloads.len(), errors.len()), (1, 1));
    assert_eq!(
        last.workloads
            .iter()
            .next()
            .unwrap()
            .1
            .labels
            .get("app")
            .map(String::as_str),
        Some("new")
    );
}

/// What stands in manifests, and what may stand there by mistake.
const PARTS: &[&str] = &[
    "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\nspec:\n",
    "apiVersion: policy.networking.k8s.io/v1alpha2\nkind: ClusterNetworkPolicy\nmetadata: {name: c}\nspec:\n",
    "apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: d}\nspec:\n",
    "apiVersion: v1\nkind: List\nitems:\n- ",
    "  ingress:\n",
    "  egress: [{}]\n",
    "  - from:\n",
    "    - ",
    "ipBlock: {cidr: 10.0.0.0/8, except: [10.0.0.0/9]}",
    "podSelector: {}",
    "  template: {metadata: {labels: {a: b}}, spec: {containers: [{ports: [{name: x, containerPort: 0}]}]}}\n",
    "ports: [{port: 99999, endPort: -1}]",
    "\n",
    "---\n",
    "{{ x }}",
    "&a [*a]",
    "<<: ",
    "null",
    "[",
    "\"",
    "\u{feff}",
    "ä: ",
];

proptest::proptest! {
    #[test]
    fn no_text_makes_it_panic(parts in proptest::collection::vec(proptest::sample::select(PARTS), 0..12)) {
        let _ = world(&parts.concat());
    }
}

/// `kubectl apply` says "no matches for kind" of each of the wrong ones.
#[test]
fn kinds_that_no_group_has_are_told() {
    let told = |version: &str, kind: &str| {
        let text = format!("apiVersion: {version}\nkind: {kind}\nmetadata: {{name: a}}\n");
        let read = objects(&[&text]);
        let gaps = read.gaps.len();
        assert_eq!(
            (gaps, &read.errors),
            (read.notes.len(), &Vec::new()),
            "{text}"
        );
        read.notes
            .into_iter()
            .next()
            .map(|note| (note.line, note.message))
    };
    for (version, kind, right) in [
        ("v1", "Deployment", "`Deployment` of the group `apps`"),
        (
            "v1",
            "NetworkPolicy",
            "`NetworkPolicy` of the group `networking.k8s.io`",
        ),
        ("apps/v1", "Service", "`Service` of `v1`"),
        ("apps/v1", "deployment", "`Deployment` of the group `apps`"),
        ("v1", "Pods", "`Pod` of `v1`"),
    ] {
        let (line, message) = told(version, kind).expect(kind);
        assert!(line == 2 && message.ends_with(right), "{message}");
    }
    for (version, kind) in [
        ("batch/v1", "Job"),
        ("v1", "Service"),
        ("example.com/v1", "Deployment"),
        ("skaffold/v4beta6", "Config"),
    ] {
        assert_eq!(told(version, kind), None, "{version} {kind}");
    }
}

/// kubectl refuses them by default (`--validate=strict`); where the policy is meant to be is not known.
#[test]
fn fields_above_the_specification_are_told() {
    let text = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nnamespace: fair\nmetadata: {name: a}\n\
                spec: {podSelector: {}}\n";
    let read = objects(&[text]);
    let told: Vec<_> = read
        .errors
        .iter()
        .map(|error| (error.line, error.message.as_str()))
        .collect();
    assert_eq!(
        told,
        [(
            3,
            "`namespace` is no field of this object: expected it below `metadata`"
        )]
    );
    assert_eq!(read.objects[0].hidden, ["metadata.namespace"]);
    assert!(read.objects[0].unread.is_some());
    let right = text.replace(
        "namespace: fair\nmetadata: {",
        "metadata: {namespace: fair, ",
    );
    assert_eq!(objects(&[&right]).errors, []);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {hostnetwork: true, containers: []}\n";
    let told = &objects(&[pod]).errors[0];
    assert!(
        told.line == 4 && told.message.ends_with("expected `hostNetwork`"),
        "{told:?}"
    );
}

/// Fields of a pod that stand beside its template, or in one of its containers.
#[test]
fn fields_of_a_pod_elsewhere_are_told() {
    let told = |text: &str| -> Vec<(u32, String)> {
        let errors = objects(&[text]).errors;
        errors
            .into_iter()
            .map(|error| (error.line, error.message))
            .collect()
    };
    let misplaced = |field: &str, owner: &str| {
        format!("`{field}` is no field of {owner}: expected it in the `spec` of the pod")
    };
    let job = |front: &str, at: &str| {
        format!(
            "apiVersion: batch/v1\nkind: CronJob\nmetadata: {{name: a}}\nspec:\n  {front}jobTemplate:\n    spec:\n      \
             {at}template: {{spec: {{containers: []}}}}\n"
        )
    };
    let owner = "what makes pods";
    assert_eq!(
        told(&job(
            "hostNetwork: true\n  ",
            "nodeSelector: {a: b}\n      "
        )),
        [
            (5, misplaced("hostNetwork", owner)),
            (8, misplaced("nodeSelector", owner))
        ]
    );
    assert_eq!(told(&job("", "")), []);
    let pod = "apiVersion: v1\nkind: Pod\nmetadata: {name: a}\nspec: {containers: [{name: b, hostNetwork: true}]}\n";
    assert_eq!(told(pod), [(4, misplaced("hostNetwork", "a container"))]);
}

/// kubectl reads manifests that are not all UTF-8, with a mark for each byte that is none.
#[test]
fn manifests_in_another_encoding_are_read_with_a_note() {
    let file = File {
        path: "a.yaml".into(),
        bytes: b"apiVersion: v1\nkind: Pod\nmetadata: {name: a} # caf\xE9\n".to_vec(),
        ..File::default()
    };
    assert_eq!(detect(&file), Ok(Some(Kind::Manifests)));
    let read = read(&[&file], &Settings::default());
    let lines: Vec<u32> = read.notes.iter().map(|note| note.line).collect();
    assert_eq!(
        (read.objects.len(), read.errors.len(), lines),
        (1, 0, vec![3])
    );
    assert_eq!(read.gaps.len(), 1);
}
