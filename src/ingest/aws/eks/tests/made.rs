//! Ways in that controllers make, as parameters, prefix lists and webhooks say, and those that only the host or Terraform opens.

use super::entry_points::{check, ingress, service};

const LIST: &str =
    r#"aws_ec2_managed_prefix_list.office {"id": "pl-1", "entry": [{"cidr": "10.40.0.0/16"}]}"#;
const TO: &str = "TCP 80 of shop/web, from";

fn annotations(more: &str) -> String {
    let front = "service.beta.kubernetes.io/aws-load-balancer";
    format!(
        "{front}-type: external, {front}-nlb-target-type: ip, {front}-subnets: subnet-b{}",
        more.replace('^', front)
    )
}

/// Client addresses are kept target group by target group: with addresses as targets over UDP, and not over TCP, unless one
/// listener takes both.
#[test]
fn each_port_of_a_network_load_balancer_keeps_the_client_or_not() {
    let ports = |udp: u16| {
        format!(
            "  allocateLoadBalancerNodePorts: false\n  ports: [{{ name: t, port: 80 }}, {{ name: u, port: {udp}, protocol: UDP }}]\n"
        )
    };
    let front = "the load balancer of Service shop/web in b";
    let drawn = |tcp: &str, udp: u16| {
        format!(
            "{front} 80 {tcp}+ > {TO} anywhere\n{front} {udp} keeps+ > UDP {udp} of shop/web, from anywhere"
        )
    };
    check(
        "",
        &service("LoadBalancer", &annotations(""), &ports(53)),
        &drawn("hides", 53),
    );
    check(
        "",
        &service(
            "LoadBalancer",
            &annotations(", ^-enable-tcp-udp-listener: 'true'"),
            &ports(80),
        ),
        &drawn("keeps", 80),
    );
    let off = ", ^-target-group-attributes: preserve_client_ip.enabled=false";
    check(
        "",
        &service("LoadBalancer", &annotations(off), &ports(53)),
        &drawn("hides", 53),
    );
}

/// Prefix lists let in as blocks do; without blocks they alone do. One that the input does not hold may hold anything.
#[test]
fn prefix_lists_say_who_may_call_a_load_balancer() {
    let closed = "  allocateLoadBalancerNodePorts: false\n  ports: [{ port: 80 }]\n";
    let ranges = "  loadBalancerSourceRanges: [192.0.2.0/24]\n";
    let front = "the load balancer of Service shop/web in b 80 hides+ >";
    let of = |list: &str, more: &str| {
        service(
            "LoadBalancer",
            &annotations(&format!(", ^-security-group-prefix-lists: {list}")),
            more,
        )
    };
    check(
        LIST,
        &of("pl-1", closed),
        &format!("{front} {TO} 10.40.0.0/16"),
    );
    check(
        LIST,
        &of("pl-1", &format!("{closed}{ranges}")),
        &format!("{front} {TO} 10.40.0.0/16, 192.0.2.0/24"),
    );
    let gap = "gap `pl-9` is not in the input: add the plan or state that holds it";
    check(
        LIST,
        &of("pl-9", &format!("{closed}{ranges}")),
        &format!("{front} {TO} anywhere\n{gap}"),
    );
}

/// What `IngressClassParams` say goes before the annotations of an Ingress, field by field.
#[test]
fn parameters_of_an_ingress_class_go_before_annotations() {
    let alb = "alb.ingress.kubernetes.io/";
    let own = ingress(
        &format!(
            "{alb}subnets: subnet-a, {alb}target-type: instance, {alb}inbound-cidrs: 192.0.2.0/24"
        ),
        "  ingressClassName: edge\n",
    );
    let class = "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: { name: edge }\nspec: { controller: ingress.k8s.aws/alb, parameters: { apiGroup: elbv2.k8s.aws, kind: IngressClassParams, name: edge } }\n";
    let with = |spec: &str| {
        format!(
            "{own}{class}---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: IngressClassParams\nmetadata: {{ name: edge }}\nspec: {{ {spec} }}\n"
        )
    };
    let front = "the load balancer of Ingress shop/shop in";
    let nodes = "80 hides+ > nodes 30000-32767 hides > TCP 8080 of shop/web, from";
    check("", &with(""), &format!("{front} a {nodes} 192.0.2.0/24"));
    check(
        "",
        &with("inboundCIDRs: [10.40.0.0/16]"),
        &format!("{front} a {nodes} 10.40.0.0/16"),
    );
    check(
        "",
        &with("subnets: { ids: [subnet-b] }"),
        &format!("{front} b {nodes} 192.0.2.0/24"),
    );
    check(
        "",
        &with("targetType: ip"),
        &format!("{front} a 80 hides+ > TCP 8080 of shop/web, from 192.0.2.0/24"),
    );
    check(
        LIST,
        &with("prefixListsIDs: [pl-1]"),
        &format!("{front} a {nodes} 10.40.0.0/16, 192.0.2.0/24"),
    );
    let tagged = r#"aws_subnet.edge {"id": "subnet-e", "vpc_id": "vpc-1", "cidr_block": "10.20.9.0/24", "tags": {"tier": "edge"}}"#;
    check(
        tagged,
        &with("subnets: { tags: { tier: [edge, front] } }"),
        &format!(
            "{front} edge+anywhere? {nodes} 192.0.2.0/24
        gap the subnets of the load balancer of Ingress shop/shop cannot be resolved"
        ),
    );
}

/// Since its version 2.5 the controller takes Services that name no class: an internal network load balancer, not a classic one that
/// the internet reaches. Where its chart's values are not known it may be either.
#[test]
fn the_controller_takes_services_without_a_class() {
    let subnets = r#"
        aws_subnet.edge {"id": "subnet-e", "vpc_id": "vpc-1", "cidr_block": "10.20.9.0/24", "tags": {"kubernetes.io/role/elb": "1"}}
        aws_subnet.inner {"id": "subnet-i", "vpc_id": "vpc-1", "cidr_block": "10.20.8.0/24", "tags": {"kubernetes.io/role/internal-elb": "1"}}
    "#;
    let release = |more: &str| {
        format!(r#"{subnets}helm_release.lbc {{"chart": "aws-load-balancer-controller"{more}}}"#)
    };
    let plain = service(
        "LoadBalancer",
        "",
        "  ports: [{ port: 80, nodePort: 30080 }]\n",
    )
    .replace(
        "type: LoadBalancer\n",
        "type: LoadBalancer\n  allocateLoadBalancerNodePorts: false\n",
    );
    let to = "> nodes 30080 hides > TCP 80 of shop/web, from anywhere";
    let classic = |doubt: &str| {
        format!("the load balancer of Service shop/web in edge{doubt} 80 hides+ {to}")
    };
    let network = |doubt: &str| {
        format!("the load balancer of Service shop/web in inner{doubt} 80 keeps+ {to}")
    };
    check(subnets, &plain, &classic(""));
    check(&release(""), &plain, &network(""));
    check(&release(r#", "version": "1.4.8""#), &plain, &classic(""));
    check(
        &release(r#", "set": [{"name": "enableServiceMutatorWebhook", "value": "false"}]"#),
        &plain,
        &classic(""),
    );
    check(
        &release(r#", "set": [{"name": "serviceAccount.name", "value": "?"}]"#),
        &plain,
        &network(""),
    );
    // The webhook itself, as a chart renders it.
    let hook = |kind: &str, name: &str| {
        format!(
            "{plain}---\napiVersion: admissionregistration.k8s.io/v1\nkind: {kind}\nmetadata: {{ name: aws-load-balancer-webhook }}\nwebhooks: [{{ name: {name} }}]\n"
        )
    };
    let (mutating, own) = ("MutatingWebhookConfiguration", "mservice.elbv2.k8s.aws");
    check(subnets, &hook(mutating, own), &network(""));
    check(subnets, &hook(mutating, "mpod.elbv2.k8s.aws"), &classic(""));
    check(
        subnets,
        &hook("ValidatingWebhookConfiguration", own),
        &classic(""),
    );
    let gap = "gap `set` of `helm_release.lbc` is known only after apply";
    check(
        &release(r#", "set": [{"name": "enableServiceMutatorWebhook", "value": "?"}]"#),
        &plain,
        &format!("{}\n{}\n{gap}", network("?"), classic("?")),
    );
}

/// A host port is a port of the nodes that may run the pod, and leads to the container's port.
#[test]
fn host_ports_open_on_the_nodes_of_their_pods() {
    let pods = |port: &str| {
        super::WEB
            .replace(
                "name: web, image: web",
                &format!("name: web, image: web, ports: [{{ containerPort: 8080, {port} }}]"),
            )
            .replace("app: web", "app: own")
            .replace("name: web, namespace", "name: own, namespace")
    };
    let on = "of shop/own, from anywhere";
    check(
        "",
        &pods("hostPort: 9000"),
        &format!("nodes 9000 keeps > TCP 8080 {on}"),
    );
    check(
        "",
        &pods("hostPort: 9000, protocol: UDP"),
        &format!("nodes 9000 keeps > UDP 8080 {on}"),
    );
    check("", &pods("hostPort: 9000, hostIP: 127.0.0.1"), "");
    check("", &pods("name: http"), "");
    check(
        "",
        &pods("hostPort: 9000").replace(
            "spec: { containers",
            "spec: { hostNetwork: true, containers",
        ),
        "",
    );
}

const NODES: &str = r#"
        aws_launch_template.s {"id": "lt-7", "vpc_security_group_ids": ["sg-n"]}
        aws_autoscaling_group.g {"name": "g", "vpc_zone_identifier": ["subnet-b"], "launch_template": [{"id": "lt-7"}], "tag": [{"key": "kubernetes.io/cluster/prod"}]GROUP}
        aws_instance.n {"id": "i-1", "subnet_id": "subnet-b", "tags": {"kubernetes.io/cluster/prod": "owned"}}
        aws_instance.other {"id": "i-2", "subnet_id": "subnet-b"}
        aws_lb.in {"arn": "arn:lb", "internal": true, "load_balancer_type": "network", "subnets": ["subnet-b"]}
        aws_lb_target_group.web {"arn": "arn:tg", "name": "web", "port": 30080, "protocol": "TCP"}
        aws_lb_listener.web {"arn": "arn:li", "load_balancer_arn": "arn:lb", "port": 80, "protocol": "TCP", "default_action": [{"type": "forward", "target_group_arn": "arn:tg"}]}
        aws_elb.classic {"name": "classic", "id": "classic", "subnets": ["subnet-b"], "listener": [{"lb_port": 80, "instance_port": 30080}]}
    "#;

/// Nodes that Terraform registers one by one, by a traffic source, or in a classic load balancer.
#[test]
fn every_way_to_register_nodes_leads_to_node_ports() {
    let node_port = "nodes 30080 hides > TCP 8080 of shop/web, from anywhere";
    let text = service(
        "NodePort",
        "",
        "  ports: [{ port: 80, targetPort: 8080, nodePort: 30080 }]\n",
    );
    let network = format!("{node_port}\n`aws_lb.in` in b 80 keeps > {node_port}");
    let classic = format!("{node_port}\n`aws_elb.classic` in b 80 hides > {node_port}");
    let perhaps = |way: &str, id: &str| {
        format!("{way} ?\ngap `{id}` is not in the input: add the plan or state that holds it")
    };
    for (group, more, expected) in [
        ("", "", node_port.to_owned()),
        (
            "",
            r#"aws_lb_target_group_attachment.x {"target_group_arn": "arn:tg", "target_id": "i-1"}"#,
            network.clone(),
        ),
        (
            "",
            r#"aws_lb_target_group_attachment.x {"target_group_arn": "arn:tg", "target_id": "i-2"}"#,
            node_port.to_owned(),
        ),
        (
            "",
            r#"aws_lb_target_group_attachment.x {"target_group_arn": "arn:tg", "target_id": "i-1", "port": 31000}"#,
            node_port.to_owned(),
        ),
        (
            "",
            r#"aws_lb_target_group_attachment.x {"target_group_arn": "arn:tg", "target_id": "i-9"}"#,
            perhaps(&network, "i-9"),
        ),
        (
            "",
            r#"aws_autoscaling_traffic_source_attachment.x {"autoscaling_group_name": "g", "traffic_source": [{"identifier": "arn:tg", "type": "elbv2"}]}"#,
            network.clone(),
        ),
        (
            r#", "traffic_source": [{"identifier": "arn:tg", "type": "elbv2"}]"#,
            "",
            network,
        ),
        (r#", "load_balancers": ["classic"]"#, "", classic.clone()),
        (
            "",
            r#"aws_elb_attachment.x {"elb": "classic", "instance": "i-1"}"#,
            classic.clone(),
        ),
        (
            "",
            r#"aws_autoscaling_attachment.x {"elb": "classic", "autoscaling_group_name": "g"}"#,
            classic,
        ),
    ] {
        check(
            &format!("{}{more}", NODES.replace("GROUP", group)),
            &text,
            &expected,
        );
    }
}
