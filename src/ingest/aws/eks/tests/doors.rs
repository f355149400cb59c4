//! Ways in: which front, which port, which pods, and whose address they see.

use super::{CLUSTER, NETWORK, WEB, WORKERS, world};
use crate::ingest::Settings;
use crate::model::*;
use std::fmt::Write;

/// One line for each way in: `FRONT protocol port -> port of workloads, client kept|hidden, from BLOCKS`; then the gaps.
fn check(resources: &str, manifests: &str, expected: &str) {
    let world = world(&format!("{NETWORK}{CLUSTER}{WORKERS}{resources}"), &format!("{WEB}---\n{manifests}"), &Settings::default());
    let mut found = String::new();
    for (_, door) in world.doors.iter() {
        let front = match &door.front {
            Front::Nodes => "nodes".to_owned(),
            Front::Endpoint(endpoint, _) => endpoint_drawn(&world, *endpoint),
        };
        let target = match &door.target {
            DoorTarget::Number(number) => number.to_string(),
            DoorTarget::Name(name) => name.clone(),
        };
        let pods: Vec<String> = door.workloads.iter().map(|id| world.workload_title(*id)).collect();
        let client = if door.keeps_client { "kept" } else { "hidden" };
        let clients = if door.clients == AddressSet::all() { "anywhere".to_owned() } else { door.clients.to_string() };
        writeln!(found, "{front} {} {} -> {target} of {}, client {client}, from {clients}", door.protocol, door.port, pods.join(" "))
            .unwrap();
    }
    world.gaps.iter().for_each(|(_, gap)| writeln!(found, "gap {}", gap.what).unwrap());
    let trimmed = |text: &str| text.lines().map(str::trim).filter(|line| !line.is_empty()).collect::<Vec<_>>().join("\n");
    assert_eq!(trimmed(&found), trimmed(expected), "{manifests}");
}

fn endpoint_drawn(world: &World, id: Id<Endpoint>) -> String {
    let endpoint = &world.endpoints[id];
    let at = endpoint.attachments.iter().map(|one| world.subnets[one.subnet.unwrap()].name.trim_start_matches("aws_subnet.").to_owned());
    let doubt = if endpoint.attachments.iter().all(|one| one.doubt.is_certain()) { "" } else { "?" };
    format!("{} in {}{doubt}", endpoint.name, at.collect::<Vec<_>>().join("+"))
}

fn service(kind: &str, annotations: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{ name: web, namespace: shop, annotations: {{ {annotations} }} }}\nspec:\n  type: {kind}\n  selector: {{ app: web }}\n{more}"
    )
}

const HTTP: &str = "  ports: [{ name: http, port: 80, targetPort: 8080, nodePort: 30080 }]\n";

#[test]
fn node_ports_open_on_every_node() {
    check("", &service("ClusterIP", "", "  ports: [{ port: 80 }]\n"), "");
    check(
        "",
        &service("NodePort", "", HTTP),
        "
        nodes TCP 30080 -> 8080 of shop/web, client hidden, from anywhere
        gap Service shop/web by node port opens tcp port 30080: what comes to pods that way is not judged",
    );
    check(
        "",
        &service(
            "NodePort",
            "",
            "  externalTrafficPolicy: Local\n  ports: [{ port: 53, protocol: UDP, targetPort: dns, nodePort: 30053 }]\n",
        ),
        "
        nodes UDP 30053 -> dns of shop/web, client kept, from anywhere
        gap Service shop/web by node port opens udp port 30053: what comes to pods that way is not judged",
    );
    check(
        "",
        &service("NodePort", "", "  ports: [{ port: 80 }]\n"),
        "gap Service shop/web opens a port of 30000-32767 on every node for port 80: what comes to pods that way is not judged",
    );
}

const CLOSED: &str = "  allocateLoadBalancerNodePorts: false\n";

#[test]
fn internal_network_load_balancers() {
    let annotations = |more: &str| {
        format!(
            "service.beta.kubernetes.io/aws-load-balancer-type: external, service.beta.kubernetes.io/aws-load-balancer-subnets: subnet-b{more}"
        )
    };
    let gap = "gap Service shop/web by its load balancer opens tcp port 80: what comes to pods that way is not judged";
    let front = "load balancer of Service shop/web in b TCP 80 -> 8080 of shop/web";
    let ports = "  ports: [{ port: 80, targetPort: 8080 }]\n";
    let local = "  externalTrafficPolicy: Local\n";
    let by_address = ", service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip";
    let preserved = ", service.beta.kubernetes.io/aws-load-balancer-target-group-attributes: preserve_client_ip.enabled=true";
    for (more, policy, client) in [
        ("", "", "hidden"),
        ("", local, "kept"),
        (by_address, "", "hidden"),
        (by_address, local, "hidden"),
        (&format!("{by_address}{preserved}"), "", "kept"),
    ] {
        let manifest = service("LoadBalancer", &annotations(more), &format!("{CLOSED}{policy}{ports}"));
        check("", &manifest, &format!("{front}, client {client}, from anywhere\n{gap}"));
    }
    let ranges = service("LoadBalancer", &annotations(""), &format!("{CLOSED}  loadBalancerSourceRanges: [10.40.0.0/16]\n{ports}"));
    check("", &ranges, &format!("{front}, client hidden, from 10.40.0.0/16\n{gap}"));
}

#[test]
fn load_balancers_that_the_internet_reaches_are_named() {
    let ports = "  ports: [{ port: 80 }]\n";
    let gap = "gap Service shop/web asks for a load balancer that the internet reaches: what comes to pods that way is not judged";
    for annotations in [
        "",
        "service.beta.kubernetes.io/aws-load-balancer-type: nlb",
        "service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing, service.beta.kubernetes.io/aws-load-balancer-type: external",
    ] {
        check("", &service("LoadBalancer", annotations, &format!("{CLOSED}{ports}")), gap);
    }
}

#[test]
fn application_load_balancers_call_with_their_own_address() {
    let ingress = |annotations: &str| {
        format!(
            "{}---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{ name: shop, namespace: shop, annotations: {{ {annotations} }} }}\nspec:\n  ingressClassName: alb\n  rules: [{{ http: {{ paths: [{{ path: /, pathType: Prefix, backend: {{ service: {{ name: web, port: {{ name: http }} }} }} }}] }} }}]\n",
            service("ClusterIP", "", "  ports: [{ name: http, port: 80, targetPort: 8080 }]\n")
        )
    };
    let where_ = "alb.ingress.kubernetes.io/subnets: 'subnet-a, subnet-b'";
    check(
        "",
        &ingress(&format!(
            "{where_}, alb.ingress.kubernetes.io/listen-ports: '[{{\"HTTPS\": 443}}]', alb.ingress.kubernetes.io/inbound-cidrs: 10.40.0.0/16"
        )),
        "
        load balancer of Ingress shop/shop in a+b TCP 443 -> 8080 of shop/web, client hidden, from 10.40.0.0/16
        gap Ingress shop/shop by its load balancer opens tcp port 443: what comes to pods that way is not judged",
    );
    check(
        "",
        &ingress(""),
        "
        load balancer of Ingress shop/shop in a+b+pods? TCP 80 -> 8080 of shop/web, client hidden, from anywhere
        gap which subnets the load balancer of Ingress shop/shop stands in is not told: none has the tag `kubernetes.io/role/internal-elb`
        gap Ingress shop/shop by its load balancer opens tcp port 80: what comes to pods that way is not judged",
    );
}

#[test]
fn target_groups_of_terraform_are_filled_by_bindings() {
    let balancer = r#"
        aws_lb.in {"arn": "arn:lb", "internal": true, "load_balancer_type": "network", "subnets": ["subnet-b"]}
        aws_lb_target_group.web {"arn": "arn:tg", "name": "web", "port": 8080, "protocol": "TCP"}
        aws_lb_listener.web {"load_balancer_arn": "@aws_lb.in.arn", "port": 443, "protocol": "TCP_UDP", "default_action": [{"type": "forward", "target_group_arn": "@aws_lb_target_group.web.arn"}]}
    "#;
    let binding = format!(
        "{}---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: TargetGroupBinding\nmetadata: {{ name: web, namespace: shop }}\nspec: {{ targetGroupARN: 'arn:tg', serviceRef: {{ name: web, port: 80 }} }}\n",
        service("ClusterIP", "", "  ports: [{ port: 80, targetPort: 8080 }]\n")
    );
    check(
        balancer,
        &binding,
        "
        aws_lb.in in b TCP 443 -> 8080 of shop/web, client hidden, from anywhere
        aws_lb.in in b UDP 443 -> 8080 of shop/web, client hidden, from anywhere
        gap TargetGroupBinding shop/web by its load balancer opens tcp port 443: what comes to pods that way is not judged
        gap TargetGroupBinding shop/web by its load balancer opens udp port 443: what comes to pods that way is not judged",
    );
    check(
        "",
        &binding,
        "gap TargetGroupBinding shop/web fills a target group whose load balancer or Service is not in the input: what comes to pods that way is not judged",
    );
}
