//! Gateways with their routes, and target groups in which Terraform registers nodes.

use super::entry_points::{check, service};

const PORTS: &str = "  ports: [{ name: http, port: 80, targetPort: 8080 }]\n";

fn class(controller: &str) -> String {
    format!(
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: GatewayClass\nmetadata: {{ name: edge }}\nspec: {{ controllerName: {controller} }}\n"
    )
}

fn gateway(protocol: &str, more: &str) -> String {
    format!(
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: Gateway\nmetadata: {{ name: front, namespace: shop }}\nspec:\n  gatewayClassName: edge\n  listeners: [{{ name: l, port: 443, protocol: {protocol} }}]\n{more}"
    )
}

fn route(kind: &str, service: &str) -> String {
    format!(
        "---\napiVersion: gateway.networking.k8s.io/v1\nkind: {kind}\nmetadata: {{ name: web, namespace: shop }}\nspec:\n  parentRefs: [{{ name: front }}]\n  rules: [{{ backendRefs: [{{ name: {service}, port: 80 }}] }}]\n"
    )
}

const SETTINGS: &str = "---\napiVersion: gateway.k8s.aws/v1beta1\nkind: LoadBalancerConfiguration\nmetadata: { name: conf, namespace: shop }\nspec: { scheme: internal, loadBalancerSubnets: [{ identifier: subnet-b }], sourceRanges: [10.40.0.0/16] }\n";
const NAMES_SETTINGS: &str = "  infrastructure: { parametersRef: { group: gateway.k8s.aws, kind: LoadBalancerConfiguration, name: conf } }\n";
const BY_ADDRESS: &str = "---\napiVersion: gateway.k8s.aws/v1beta1\nkind: TargetGroupConfiguration\nmetadata: { name: web, namespace: shop }\nspec: { targetReference: { name: web }, defaultConfiguration: { targetType: ip } }\n";

fn world(parts: &[&str]) -> String {
    format!("{}{}", service("ClusterIP", "", PORTS), parts.concat())
}

#[test]
fn gateways_that_load_balancers_are_made_of() {
    let front = "the load balancer of Gateway shop/front in b 443";
    let web = "of shop/web, from 10.40.0.0/16";
    let alb = class("gateway.k8s.aws/alb");
    let nlb = class("gateway.k8s.aws/nlb");
    for kind in ["HTTPRoute", "GRPCRoute"] {
        let text = world(&[
            &alb,
            &gateway("HTTPS", NAMES_SETTINGS),
            SETTINGS,
            BY_ADDRESS,
            &route(kind, "web"),
        ]);
        check("", &text, &format!("{front} hides+ > TCP 8080 {web}"));
    }
    for kind in ["TCPRoute", "TLSRoute"] {
        let text = world(&[
            &nlb,
            &gateway("TLS", NAMES_SETTINGS),
            SETTINGS,
            &route(kind, "web"),
        ]);
        check(
            "",
            &text,
            &format!("{front} keeps+ > nodes 30000-32767 hides > TCP 8080 {web}"),
        );
    }
    let udp = "  ports: [{ name: dns, port: 80, protocol: UDP }]\n";
    let text = format!(
        "{}{}",
        service("ClusterIP", "", udp),
        [
            nlb.as_str(),
            &gateway("UDP", NAMES_SETTINGS),
            SETTINGS,
            BY_ADDRESS,
            &route("UDPRoute", "web")
        ]
        .concat()
    );
    check("", &text, &format!("{front} keeps+ > UDP 80 {web}"));
    check("", &world(&[&alb, &gateway("HTTPS", "")]), "");
}

#[test]
fn gateways_that_are_not_judged_make_their_pods_possible() {
    let undecided = |gap: &str| {
        format!(
            "something that the input does not hold in anywhere? 1-65535 hides+ > TCP ? of shop/web, from anywhere ?
            something that the input does not hold in anywhere? 1-65535 hides+ > UDP ? of shop/web, from anywhere ?
            gap {gap}: what comes to pods that way is not known"
        )
    };
    let lattice = class("application-networking.k8s.aws/gateway-api-controller");
    check(
        "",
        &world(&[&lattice, &gateway("HTTP", ""), &route("HTTPRoute", "web")]),
        &undecided(
            "Gateway shop/front is a service of VPC Lattice, whose associations and policies are not judged",
        ),
    );
    check(
        "",
        &world(&[
            &class("example.com/proxy"),
            &gateway("HTTP", ""),
            &route("HTTPRoute", "web"),
        ]),
        &undecided(
            "Gateway shop/front is made real by a controller whose load balancers and proxies are not judged",
        ),
    );
    check(
        "",
        &world(&[&route("HTTPRoute", "web")]),
        &undecided("HTTPRoute shop/web hangs on Gateway `shop/front`, which is not in the input"),
    );
    let alb = class("gateway.k8s.aws/alb");
    check(
        "",
        &world(&[
            &alb,
            &gateway("HTTPS", NAMES_SETTINGS),
            SETTINGS,
            &route("HTTPRoute", "gone"),
        ]),
        &undecided("HTTPRoute shop/web forwards to Service `gone`, which is not in the input"),
    );
}

#[test]
fn nodes_that_terraform_registers() {
    let balancer = |port: u16, attachment: &str| {
        format!(
            r#"
        aws_lb.in {{"arn": "arn:lb", "internal": true, "load_balancer_type": "network", "subnets": ["subnet-b"]}}
        aws_lb_target_group.web {{"arn": "arn:tg", "name": "web", "port": {port}, "protocol": "TCP"}}
        aws_lb_listener.web {{"arn": "arn:li", "load_balancer_arn": "@aws_lb.in.arn", "port": 80, "protocol": "TCP", "default_action": [{{"type": "forward", "target_group_arn": "@aws_lb_target_group.web.arn"}}]}}
        {attachment}
    "#
        )
    };
    let attachment = r#"aws_autoscaling_attachment.web {"autoscaling_group_name": "@aws_eks_node_group.workers.resources", "lb_target_group_arn": "@aws_lb_target_group.web.arn"}"#;
    let ports = "  ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }]\n";
    let node_port = "nodes 30080 hides > TCP 8080 of shop/web, from anywhere";
    let text = service("NodePort", "", ports);
    check(
        &balancer(30080, attachment),
        &text,
        &format!("{node_port}\n`aws_lb.in` in b 80 keeps > {node_port}"),
    );
    check(&balancer(30081, attachment), &text, node_port);
    check(&balancer(30080, ""), &text, node_port);
}
