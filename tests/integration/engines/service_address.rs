//! Egress by the address of a Service, which some engines see before it becomes that of a pod: `web` is held to one rule, `cart` is behind a
//! Service.

use super::{BLOCKED, POSSIBLE, REACHABLE, answer, world};
use crosspeer::model::Verdict;

const PODS: &str = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: []}}
- {apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: shop, labels: {app: cart, tier: db}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}, status: {podIPs: [{ip: 10.0.0.9}]}}
";

/// The Service of `cart`, from port 80 to the port that is named `http`.
const SERVICE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: cart, namespace: shop}\n\
    spec: {clusterIP: 172.20.0.10, selector: {app: cart}, ports: [{port: 80, targetPort: http}]}";

/// Everything but the addresses of pods.
const NOT_PODS: &str = "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8]}}]}";

fn policy(rule: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: out, namespace: shop}}\n\
         spec: {{podSelector: {{matchLabels: {{app: web}}}}, policyTypes: [Egress], egress: [{rule}]}}"
    )
}

fn verdict(engine: Option<&str>, service: &str, rule: &str, port: u16) -> (Verdict, usize) {
    let world = world(&[PODS, service, &policy(rule)], engine);
    let (verdict, gaps) = answer(&world, "web", "cart", port);
    (verdict, gaps.len())
}

/// By name: a Service, a rule of the sender, a port of the pods, and the verdict.
type Case<'a> = (&'a str, &'a str, &'a str, u16, Verdict);

fn check(cases: &[Case<'_>]) {
    for (name, service, rule, port, expected) in cases {
        assert_eq!(
            verdict(Some("vpc-cni"), service, rule, *port).0,
            *expected,
            "{name}"
        );
    }
}

#[test]
fn the_address_of_a_service_opens_the_pods_behind_it() {
    check(&[
        (
            "the block holds the Service",
            SERVICE,
            NOT_PODS,
            8080,
            REACHABLE,
        ),
        (
            "no port of the Service leads there",
            SERVICE,
            NOT_PODS,
            9090,
            BLOCKED,
        ),
        (
            "the Service is excepted as well",
            SERVICE,
            "{to: [{ipBlock: {cidr: 0.0.0.0/0, except: [10.0.0.0/8, 172.16.0.0/12]}}]}",
            8080,
            BLOCKED,
        ),
        (
            "the port of the Service counts by address",
            SERVICE,
            "{to: [{ipBlock: {cidr: 172.20.0.0/16}}], ports: [{port: 80}]}",
            8080,
            REACHABLE,
        ),
        (
            "that of the pods does not",
            SERVICE,
            "{to: [{ipBlock: {cidr: 172.20.0.0/16}}], ports: [{port: 8080}]}",
            8080,
            BLOCKED,
        ),
        (
            "to anyone by the port of the Service",
            SERVICE,
            "{ports: [{port: 80}]}",
            8080,
            REACHABLE,
        ),
        (
            "the selector of the Service is not that of the pods",
            SERVICE,
            "{to: [{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [db]}]}}]}",
            8080,
            REACHABLE,
        ),
        (
            "by selector the port is that of the pods",
            SERVICE,
            "{to: [{podSelector: {matchExpressions: [{key: tier, operator: NotIn, values: [db]}]}}], ports: [{port: 80}]}",
            8080,
            BLOCKED,
        ),
    ]);
}

#[test]
fn a_service_opens_only_the_pods_behind_its_own_addresses() {
    check(&[
        (
            "a headless Service has no address",
            &SERVICE.replace("172.20.0.10", "None"),
            NOT_PODS,
            8080,
            BLOCKED,
        ),
        (
            "a name elsewhere is none",
            &SERVICE.replace("spec: {", "spec: {type: ExternalName, "),
            NOT_PODS,
            8080,
            BLOCKED,
        ),
        (
            "other pods are behind it",
            &SERVICE.replace("app: cart", "app: web"),
            NOT_PODS,
            8080,
            BLOCKED,
        ),
        (
            "the address of its load balancer",
            &SERVICE.replacen(
                "spec:",
                "status: {loadBalancer: {ingress: [{ip: 203.0.113.7}]}}\nspec:",
                1,
            ),
            "{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}",
            8080,
            REACHABLE,
        ),
    ]);
}

#[test]
fn an_address_that_is_not_told_may_be_in_the_block() {
    let unknown = SERVICE.replace("clusterIP: 172.20.0.10, ", "");
    for (rule, expected) in [
        // Neither the address of the Service nor those of all pods are known.
        (NOT_PODS, (POSSIBLE, 2)),
        ("{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}", (BLOCKED, 0)),
        ("{ports: [{port: 80}]}", (REACHABLE, 0)),
    ] {
        assert_eq!(
            verdict(Some("vpc-cni"), &unknown, rule, 8080),
            expected,
            "{rule}"
        );
    }
}

#[test]
fn engines_differ_in_which_address_they_see() {
    for (engine, expected) in [
        (Some("vpc-cni"), (REACHABLE, 0)),
        (Some("calico"), (BLOCKED, 0)),
        (Some("cilium"), (BLOCKED, 0)),
        (Some("antrea"), (BLOCKED, 0)),
        (Some("ovn-kubernetes"), (BLOCKED, 0)),
        (Some("kube-network-policies"), (POSSIBLE, 1)),
        (None, (POSSIBLE, 1)),
    ] {
        assert_eq!(
            verdict(engine, SERVICE, NOT_PODS, 8080),
            expected,
            "{engine:?}"
        );
    }
}

#[test]
fn what_no_engine_sees_otherwise_is_no_gap() {
    // The same port on both sides, and a block that holds no address of a Service.
    let same = SERVICE.replace("port: 80,", "port: 8080,");
    for rule in [
        "{ports: [{port: 80}]}",
        "{to: [{ipBlock: {cidr: 203.0.113.0/24}}]}",
        "{to: [{podSelector: {matchLabels: {app: web}}}]}",
    ] {
        let world = world(&[PODS, &same, &policy(rule)], None);
        assert_eq!(world.gaps.len(), 0, "{rule}");
        assert_eq!(answer(&world, "web", "cart", 8080).0, BLOCKED, "{rule}");
    }
}

#[test]
fn the_pods_own_policies_see_the_sender() {
    let closed = "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: in, namespace: shop}\n\
        spec: {podSelector: {matchLabels: {app: cart}}}";
    let world = world(&[PODS, SERVICE, &policy(NOT_PODS), closed], Some("vpc-cni"));
    assert_eq!(answer(&world, "web", "cart", 8080).0, BLOCKED);
}

#[test]
fn a_question_about_the_address_of_a_service_is_one_about_its_pods() {
    // By selector the pods are let out to on their own port, which the Service has another number for.
    let to_pods = "{to: [{podSelector: {matchLabels: {app: cart}}}], ports: [{port: 8080}]}";
    let elsewhere = "{to: [{podSelector: {matchLabels: {app: other}}}]}";
    let external = SERVICE.replace("spec: {", "spec: {externalIPs: [203.0.113.9], ");
    for engine in ["vpc-cni", "calico"] {
        for (name, rule, to, port, expected) in [
            ("its port", to_pods, "172.20.0.10", 80, REACHABLE),
            (
                "the port of its pods",
                to_pods,
                "172.20.0.10",
                8080,
                BLOCKED,
            ),
            ("an external address", to_pods, "203.0.113.9", 80, REACHABLE),
            ("a block around it", to_pods, "172.20.0.0/24", 80, REACHABLE),
            (
                "pods that no rule names",
                elsewhere,
                "172.20.0.10",
                80,
                BLOCKED,
            ),
            ("no Service", to_pods, "172.20.0.11", 80, BLOCKED),
        ] {
            let world = world(&[PODS, &external, &policy(rule)], Some(engine));
            assert_eq!(
                answer(&world, "web", to, port).0,
                expected,
                "{engine}: {name}"
            );
        }
    }
    // What the address of the Service alone opens.
    for (engine, expected) in [("vpc-cni", REACHABLE), ("calico", BLOCKED)] {
        let world = world(&[PODS, SERVICE, &policy(NOT_PODS)], Some(engine));
        assert_eq!(
            answer(&world, "web", "172.20.0.10", 80).0,
            expected,
            "{engine}"
        );
        let pods = "{to: [{ipBlock: {cidr: 10.0.0.0/8}}]}";
        let world = super::world(&[PODS, SERVICE, &policy(pods)], Some(engine));
        let other = if expected == REACHABLE {
            BLOCKED
        } else {
            REACHABLE
        };
        assert_eq!(
            answer(&world, "web", "172.20.0.10", 80).0,
            other,
            "{engine}"
        );
    }
}
