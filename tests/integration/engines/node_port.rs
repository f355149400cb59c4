//! Node ports of a pod's own node, which the VPC CNI lets out before any policy, and Services whose endpoints stand elsewhere.

use super::{BLOCKED, POSSIBLE, REACHABLE, answer, world};
use crosspeer::model::Verdict;

const PODS: &str = "
apiVersion: v1
kind: List
items:
- {apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web}}, spec: {containers: []}}
- {apiVersion: v1, kind: Pod, metadata: {name: cart, namespace: back, labels: {app: cart}}, spec: {containers: [{ports: [{name: http, containerPort: 8080}]}]}}
- {apiVersion: v1, kind: Pod, metadata: {name: other, namespace: back, labels: {app: other}}, spec: {containers: []}}
";

fn service(spec: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{name: cart, namespace: back}}\nspec: {{selector: {{app: cart}}, {spec}}}"
    )
}

fn closed(namespace: &str) -> String {
    format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: shut, namespace: {namespace}}}\n\
         spec: {{podSelector: {{}}, policyTypes: [Ingress, Egress]}}"
    )
}

/// From `web`, which may send to nobody, to a pod of `back`, which lets nobody in.
fn verdict(engine: &str, service: &str, to: &str, port: u16) -> Verdict {
    let texts = [PODS, service, &closed("shop"), &closed("back")];
    let world = world(&texts, Some(engine));
    let (verdict, gaps) = answer(&world, "web", to, port);
    assert_eq!(verdict == POSSIBLE, !gaps.is_empty(), "{gaps:?}");
    verdict
}

#[test]
fn a_node_port_opens_the_pods_behind_it_to_those_on_their_own_node() {
    let node_port = service("type: NodePort, ports: [{port: 80, targetPort: http}]");
    assert_eq!(verdict("vpc-cni", &node_port, "cart", 8080), POSSIBLE);
    // On that port alone, and no other pods.
    assert_eq!(verdict("vpc-cni", &node_port, "cart", 9090), BLOCKED);
    assert_eq!(verdict("vpc-cni", &node_port, "other", 8080), BLOCKED);
    let numbered = node_port.replace("targetPort: http", "targetPort: 9090");
    assert_eq!(verdict("vpc-cni", &numbered, "cart", 9090), POSSIBLE);
    // A load balancer's Service has one as well, unless it says otherwise; one without has none.
    let balanced = service("type: LoadBalancer, ports: [{port: 8080}]");
    assert_eq!(verdict("vpc-cni", &balanced, "cart", 8080), POSSIBLE);
    let without =
        service("type: LoadBalancer, allocateLoadBalancerNodePorts: false, ports: [{port: 8080}]");
    assert_eq!(verdict("vpc-cni", &without, "cart", 8080), BLOCKED);
    let plain = service("ports: [{port: 8080}]");
    assert_eq!(verdict("vpc-cni", &plain, "cart", 8080), BLOCKED);
    // Engines that hold policies for what goes to the own node stop it.
    for engine in ["calico", "cilium"] {
        assert_eq!(
            verdict(engine, &node_port, "cart", 8080),
            BLOCKED,
            "{engine}"
        );
    }
}

#[test]
fn where_no_policy_closes_anything_a_node_port_adds_nothing() {
    let node_port = service("type: NodePort, ports: [{port: 80, targetPort: http}]");
    let world = world(&[PODS, &node_port], Some("vpc-cni"));
    assert_eq!(answer(&world, "web", "cart", 8080), (REACHABLE, Vec::new()));
    let policies = world.policies.iter();
    assert_eq!(policies.count(), 0);
}

/// From `web`, held to one rule for egress, to an address outside of the cluster.
fn outside(engine: &str, objects: &str, rule: &str, to: &str) -> Verdict {
    let policy = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: out, namespace: shop}}\n\
         spec: {{podSelector: {{}}, policyTypes: [Egress], egress: [{rule}]}}"
    );
    let world = world(&[PODS, objects, &policy], Some(engine));
    answer(&world, "web", to, 5432).0
}

const DATABASE: &str = "apiVersion: v1\nkind: Service\nmetadata: {name: db, namespace: shop}\nspec: {clusterIP: 172.20.0.50, ports: [{port: 5432}]}\n";
const SLICE: &str = "---\napiVersion: discovery.k8s.io/v1\nkind: EndpointSlice\nmetadata: {name: db-1, namespace: shop, labels: {kubernetes.io/service-name: db}}\naddressType: IPv4\nendpoints: [{addresses: [10.40.0.9]}]\nports: [{port: 5432}]\n";

#[test]
fn a_rule_for_the_address_of_a_service_lets_out_to_endpoints_elsewhere() {
    let services = "{to: [{ipBlock: {cidr: 172.20.0.0/16}}]}";
    let told = format!("{DATABASE}{SLICE}");
    assert_eq!(outside("vpc-cni", &told, services, "10.40.0.9"), POSSIBLE);
    assert_eq!(outside("vpc-cni", &told, services, "10.40.0.8"), BLOCKED);
    // Endpoints that the input does not hold may be anywhere.
    assert_eq!(
        outside("vpc-cni", DATABASE, services, "10.40.0.8"),
        POSSIBLE
    );
    // The rule has to hold for the Service, address and port.
    let others = "{to: [{ipBlock: {cidr: 172.21.0.0/16}}]}";
    assert_eq!(outside("vpc-cni", &told, others, "10.40.0.9"), BLOCKED);
    let port = "{to: [{ipBlock: {cidr: 172.20.0.0/16}}], ports: [{port: 80}]}";
    assert_eq!(outside("vpc-cni", &told, port, "10.40.0.9"), BLOCKED);
    // Engines that see what stands behind it judge that.
    for engine in ["calico", "cilium"] {
        assert_eq!(
            outside(engine, &told, services, "10.40.0.9"),
            BLOCKED,
            "{engine}"
        );
    }
    // One with a selector leads to pods.
    let selects = told.replace("{clusterIP", "{selector: {app: db}, clusterIP");
    assert_eq!(outside("vpc-cni", &selects, services, "10.40.0.9"), BLOCKED);
}

/// From `web`, which one rule lets out, to port 8080 of `cart`, which lets nobody in.
fn by_rule(engine: &str, service: &str, rule: &str) -> Verdict {
    let policy = format!(
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {{name: out, namespace: shop}}\n\
         spec: {{podSelector: {{}}, policyTypes: [Egress], egress: [{rule}]}}"
    );
    let world = world(&[PODS, service, &policy, &closed("back")], Some(engine));
    answer(&world, "web", "cart", 8080).0
}

#[test]
fn a_rule_that_lets_out_to_nodes_opens_the_pods_behind_a_node_port() {
    let node_port =
        service("type: NodePort, ports: [{port: 80, targetPort: http, nodePort: 30080}]");
    let to = |port: u16| {
        format!("{{to: [{{ipBlock: {{cidr: 10.9.0.0/16}}}}], ports: [{{port: {port}}}]}}")
    };
    for engine in ["calico", "azure-npm", "antrea"] {
        assert_eq!(
            by_rule(engine, &node_port, &to(30080)),
            POSSIBLE,
            "{engine}"
        );
        assert_eq!(by_rule(engine, &node_port, &to(30081)), BLOCKED, "{engine}");
    }
    // Blocks hold for no node there, and what is for anyone holds for nodes as well.
    assert_eq!(by_rule("cilium", &node_port, &to(30080)), BLOCKED);
    let anyone = "{ports: [{port: 30080}]}";
    assert_eq!(by_rule("cilium", &node_port, anyone), POSSIBLE);
    // A node port that the API server chooses is one of its range.
    let chosen = service("type: NodePort, ports: [{port: 80, targetPort: http}]");
    assert_eq!(by_rule("calico", &chosen, &to(31000)), POSSIBLE);
    assert_eq!(by_rule("calico", &chosen, &to(443)), BLOCKED);
    // Without a node port, and to pods alone, there is no such way.
    let plain = service("ports: [{port: 80, targetPort: http}]");
    assert_eq!(by_rule("calico", &plain, &to(30080)), BLOCKED);
    let pods = "{to: [{namespaceSelector: {}}], ports: [{port: 30080}]}";
    assert_eq!(by_rule("calico", &node_port, pods), BLOCKED);
}
