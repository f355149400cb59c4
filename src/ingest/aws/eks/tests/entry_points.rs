//! Ways in: which front, which port, which pods, and whose address they see.

mod ingress;

use super::{CLUSTER, NETWORK, WEB, WORKERS, world};
use crate::ingest::Settings;
use crate::model::*;
use std::fmt::Write;

/// One line for each way in: `FORWARDER port sends > … > TCP port of workloads, from BLOCKS`; then the gaps. A forwarder `keeps` or
/// `hides` the client; `+` after that: what it hands on to lets it in.
pub(super) fn check(resources: &str, manifests: &str, expected: &str) {
    let world = world(
        &format!("{NETWORK}{CLUSTER}{WORKERS}{resources}"),
        &format!("{WEB}---\n{manifests}"),
        &Settings::default(),
    );
    let mut found = String::new();
    for (_, entry_point) in world.entry_points.iter() {
        let forwarders: Vec<String> = entry_point
            .forwarders
            .iter()
            .map(|forwarder| forwarder_drawn(&world, forwarder))
            .collect();
        let target = match &entry_point.target {
            EntryPointTarget::Number(number) => number.to_string(),
            EntryPointTarget::Name(name) => name.clone(),
            EntryPointTarget::Unknown => "?".to_owned(),
        };
        let pods: Vec<String> = entry_point
            .workloads
            .iter()
            .map(|id| world.workload_title(*id))
            .collect();
        let clients = if entry_point.clients == AddressSet::all() {
            "anywhere".to_owned()
        } else {
            entry_point.clients.to_string()
        };
        let doubt = if entry_point.doubt.is_certain() {
            ""
        } else {
            " ?"
        };
        writeln!(
            found,
            "{} > {} {target} of {}, from {clients}{doubt}",
            forwarders.join(" > "),
            entry_point.protocol,
            pods.join(" ")
        )
        .unwrap();
    }
    world
        .gaps
        .iter()
        .for_each(|(_, gap)| writeln!(found, "gap {}", gap.what).unwrap());
    let trimmed = |text: &str| {
        text.lines()
            .map(str::trim)
            .filter(|line| !line.is_empty())
            .collect::<Vec<_>>()
            .join("\n")
    };
    assert_eq!(trimmed(&found), trimmed(expected), "{manifests}");
}

fn forwarder_drawn(world: &World, forwarder: &Forwarder) -> String {
    let name = |id: Id<Subnet>| {
        world.subnets[id]
            .name
            .trim_start_matches("aws_subnet.")
            .to_owned()
    };
    let at = forwarder
        .attachments
        .iter()
        .map(|one| one.subnet.map_or_else(|| "anywhere".to_owned(), name));
    let at = at.collect::<Vec<_>>().join("+");
    let what = if forwarder.own_pods.is_some() {
        "nodes".to_owned()
    } else {
        format!("{} in {at}", forwarder.name)
    };
    let sure = forwarder.doubt.is_certain()
        && forwarder
            .attachments
            .iter()
            .all(|one| one.doubt.is_certain());
    let ports = if forwarder.ports.0 == forwarder.ports.1 {
        forwarder.ports.0.to_string()
    } else {
        format!("{}-{}", forwarder.ports.0, forwarder.ports.1)
    };
    let sends = if forwarder.keeps_client {
        "keeps"
    } else {
        "hides"
    };
    format!(
        "{what}{} {ports} {sends}{}",
        if sure { "" } else { "?" },
        if forwarder.admitted.is_some() {
            "+"
        } else {
            ""
        }
    )
}

pub(super) fn service(kind: &str, annotations: &str, more: &str) -> String {
    format!(
        "apiVersion: v1\nkind: Service\nmetadata: {{ name: web, namespace: shop, annotations: {{ {annotations} }} }}\nspec:\n  type: {kind}\n  selector: {{ app: web }}\n{more}"
    )
}

const HTTP: &str = "  ports: [{ name: http, port: 80, targetPort: 8080, nodePort: 30080 }]\n";

#[test]
fn node_ports_open_on_every_node() {
    check(
        "",
        &service("ClusterIP", "", "  ports: [{ port: 80 }]\n"),
        "",
    );
    check(
        "",
        &service("NodePort", "", HTTP),
        "nodes 30080 hides > TCP 8080 of shop/web, from anywhere",
    );
    let local = "  externalTrafficPolicy: Local\n  ports: [{ port: 53, protocol: UDP, targetPort: dns, nodePort: 30053 }]\n";
    check(
        "",
        &service("NodePort", "", local),
        "nodes 30053 keeps > UDP dns of shop/web, from anywhere",
    );
    check(
        "",
        &service("NodePort", "", "  ports: [{ port: 80 }]\n"),
        "nodes? 30000-32767 hides > TCP 80 of shop/web, from anywhere
        gap which port of 30000-32767 every node opens for port 80 of Service shop/web is chosen when it is applied",
    );
    check(
        "",
        &service("NodePort", "", HTTP).replace("app: web", "app: other"),
        "",
    );
}

#[test]
fn external_addresses_that_a_node_may_have_lead_to_pods() {
    let ports = "  ports: [{ port: 80, targetPort: 8080 }]\n";
    let at = |addresses: &str| {
        service(
            "ClusterIP",
            "",
            &format!("  externalIPs: [{addresses}]\n{ports}"),
        )
    };
    let way = "nodes? 80 hides > TCP 8080 of shop/web, from anywhere
        gap whether a node has an address of `externalIPs` of Service shop/web is not in the input";
    check("", &at("10.20.0.9"), way);
    check("", &at("198.51.100.7, 10.20.0.9"), way);
    // No node has an address of another subnet.
    check("", &at("10.20.1.9, 198.51.100.7"), "");
    check("", &at(""), "");
}

const CLOSED: &str = "  allocateLoadBalancerNodePorts: false\n";

#[test]
fn network_load_balancers() {
    let annotations = |more: &str| {
        format!(
            "service.beta.kubernetes.io/aws-load-balancer-type: external, service.beta.kubernetes.io/aws-load-balancer-subnets: subnet-b{more}"
        )
    };
    let front = "the load balancer of Service shop/web in b 80";
    let ports = "  ports: [{ port: 80, targetPort: 8080 }]\n";
    let local = "  externalTrafficPolicy: Local\n";
    let by_address = ", service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip";
    let with = |attribute: &str| {
        format!(
            ", service.beta.kubernetes.io/aws-load-balancer-target-group-attributes: preserve_client_ip.enabled={attribute}"
        )
    };
    let groups = ", service.beta.kubernetes.io/aws-load-balancer-security-groups: sg-o";
    let manages = ", service.beta.kubernetes.io/aws-load-balancer-manage-backend-security-group-rules: 'true'";
    for (more, policy, forwarders) in [
        ("", "", "keeps+ > nodes 30000-32767 hides"),
        ("", local, "keeps+ > nodes 30000-32767 keeps"),
        (&with("false"), local, "hides+ > nodes 30000-32767 keeps"),
        (by_address, "", "hides+"),
        (by_address, local, "hides+"),
        (&format!("{by_address}{}", with("true")), "", "keeps+"),
        (&format!("{by_address}{groups}"), "", "hides"),
        (&format!("{by_address}{groups}{manages}"), "", "hides+"),
    ] {
        let manifest = service(
            "LoadBalancer",
            &annotations(more),
            &format!("{CLOSED}{policy}{ports}"),
        );
        check(
            "",
            &manifest,
            &format!("{front} {forwarders} > TCP 8080 of shop/web, from anywhere"),
        );
    }
    let ranges = format!("{CLOSED}  loadBalancerSourceRanges: [10.40.0.0/16]\n{ports}");
    let manifest = service("LoadBalancer", &annotations(by_address), &ranges);
    check(
        "",
        &manifest,
        &format!("{front} hides+ > TCP 8080 of shop/web, from 10.40.0.0/16"),
    );
    let manifest = service(
        "LoadBalancer",
        &annotations(&format!("{by_address}{groups}")),
        &ranges,
    );
    check(
        "",
        &manifest,
        &format!("{front} hides > TCP 8080 of shop/web, from anywhere"),
    );
}

#[test]
fn load_balancers_that_the_internet_reaches_stand_in_subnets_as_well() {
    let public = r#"aws_subnet.edge {"id": "subnet-e", "vpc_id": "vpc-1", "cidr_block": "10.20.9.0/24", "tags": {"kubernetes.io/role/elb": "1"}}"#;
    let ports = "  ports: [{ port: 80, nodePort: 30080 }]\n";
    for (annotations, sends) in [
        ("", "hides"),
        (
            "service.beta.kubernetes.io/aws-load-balancer-type: nlb",
            "keeps",
        ),
        (
            "service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing, service.beta.kubernetes.io/aws-load-balancer-type: external",
            "keeps",
        ),
    ] {
        check(
            public,
            &service("LoadBalancer", annotations, &format!("{CLOSED}{ports}")),
            &format!(
                "the load balancer of Service shop/web in edge 80 {sends}+ > nodes 30080 hides > TCP 80 of shop/web, from anywhere"
            ),
        );
    }
}

pub(super) fn ingress(annotations: &str, class: &str) -> String {
    format!(
        "{}---\napiVersion: networking.k8s.io/v1\nkind: Ingress\nmetadata: {{ name: shop, namespace: shop, annotations: {{ {annotations} }} }}\nspec:\n{class}  rules: [{{ http: {{ paths: [{{ path: /, pathType: Prefix, backend: {{ service: {{ name: web, port: {{ name: http }} }} }} }}] }} }}]\n",
        service(
            "ClusterIP",
            "",
            "  ports: [{ name: http, port: 80, targetPort: 8080 }]\n"
        )
    )
}

#[test]
fn target_groups_of_terraform_are_filled_by_bindings() {
    let group = |kind: &str, preserve: &str| {
        format!(
            r#"
        aws_lb.in {{"arn": "arn:lb", "internal": true, "load_balancer_type": "{kind}", "subnets": ["subnet-b"]}}
        aws_lb_target_group.web {{"arn": "arn:tg", "name": "web", "port": 8080, "protocol": "TCP", "target_type": "ip"{preserve}}}
    "#
        )
    };
    let listener = r#"aws_lb_listener.web {"arn": "arn:li", "load_balancer_arn": "@aws_lb.in.arn", "port": 443, "protocol": "TLS", "default_action": [{"type": "forward", "target_group_arn": "@aws_lb_target_group.web.arn"}]}"#;
    let rule = r#"
        aws_lb_listener.web {"arn": "arn:li", "load_balancer_arn": "@aws_lb.in.arn", "port": 80, "protocol": "HTTP", "default_action": [{"type": "fixed-response"}]}
        aws_lb_listener_rule.web {"listener_arn": "@aws_lb_listener.web.arn", "action": [{"type": "forward", "forward": [{"target_group": [{"arn": "@aws_lb_target_group.web.arn"}]}]}]}
    "#;
    let binding = |more: &str| {
        format!(
            "{}---\napiVersion: elbv2.k8s.aws/v1beta1\nkind: TargetGroupBinding\nmetadata: {{ name: web, namespace: shop }}\nspec: {{ targetGroupARN: 'arn:tg', serviceRef: {{ name: web, port: 80 }}{more} }}\n",
            service(
                "ClusterIP",
                "",
                "  ports: [{ port: 80, targetPort: 8080 }]\n"
            )
        )
    };
    let web = "> TCP 8080 of shop/web, from anywhere";
    let rules = ", networking: { ingress: [{ from: [], ports: [] }] }";
    check(
        &format!("{}{listener}", group("network", "")),
        &binding(""),
        &format!("`aws_lb.in` in b 443 hides {web}"),
    );
    check(
        &format!(
            "{}{listener}",
            group("network", r#", "preserve_client_ip": "true""#)
        ),
        &binding(rules),
        &format!("`aws_lb.in` in b 443 keeps+ {web}"),
    );
    check(
        &format!("{}{listener}", group("network", "")),
        &binding(", targetType: instance"),
        &format!("`aws_lb.in` in b 443 keeps > nodes 30000-32767 hides {web}"),
    );
    check(
        &format!("{}{rule}", group("application", "")),
        &binding(""),
        &format!("`aws_lb.in` in b 80 hides {web}"),
    );
    check(
        "",
        &binding(""),
        "something that the input does not hold in anywhere? 1-65535 hides+ > TCP ? of shop/web, from anywhere ?
        something that the input does not hold in anywhere? 1-65535 hides+ > UDP ? of shop/web, from anywhere ?
        gap TargetGroupBinding shop/web fills a target group whose load balancer or Service is not in the input: what comes to pods that way is not known",
    );
}

/// Whom the rules let in that the in-tree code adds to the nodes' groups, by port, where it adds some.
fn opened(resources: &str, manifests: &str) -> Vec<(String, String)> {
    let world = world(
        &format!("{NETWORK}{CLUSTER}{WORKERS}{resources}"),
        &format!("{WEB}---\n{manifests}"),
        &Settings::default(),
    );
    let added = world
        .filters
        .iter()
        .filter(|(_, filter)| filter.name.starts_with("rules of the AWS cloud provider"));
    let rule = |(id, filter): (Id<Filter>, &Filter)| {
        let carried = world.entry_points.iter().any(|(_, entry_point)| {
            entry_point
                .forwarders
                .iter()
                .flat_map(|forwarder| &forwarder.attachments)
                .any(|attachment| attachment.filters.contains(&id))
        });
        assert!(carried, "no node carries it");
        let FilterPeer::Addresses(from) = &filter.ingress[0].peer else {
            panic!("{filter:?}");
        };
        (from.to_string(), filter.ingress[0].traffic.to_string())
    };
    added.map(rule).collect()
}

#[test]
fn the_in_tree_network_load_balancer_opens_its_node_ports_to_its_callers() {
    let nlb = "service.beta.kubernetes.io/aws-load-balancer-type: nlb";
    let everyone = AddressSet::all().to_string();
    let port = "tcp 30080".to_owned();
    assert_eq!(
        opened("", &service("LoadBalancer", nlb, HTTP)),
        [(everyone, port.clone())]
    );
    let ranges = format!("  loadBalancerSourceRanges: [10.9.0.0/16]\n{HTTP}");
    assert_eq!(
        opened("", &service("LoadBalancer", nlb, &ranges)),
        [(AddressSet::parse("10.9.0.0/16").unwrap().to_string(), port)]
    );
    // Neither a classic one, nor what the controller makes, nor a Service that only has node ports.
    let class = format!("  loadBalancerClass: service.k8s.aws/nlb\n{HTTP}");
    let external = "service.beta.kubernetes.io/aws-load-balancer-type: external";
    for text in [
        service("LoadBalancer", "", HTTP),
        service("LoadBalancer", nlb, &class),
        service("LoadBalancer", external, HTTP),
        service("NodePort", nlb, HTTP),
    ] {
        assert_eq!(opened("", &text), [], "{text}");
    }
    let controller = r#"helm_release.lbc {"chart": "aws-load-balancer-controller"}"#;
    assert_eq!(opened(controller, &service("LoadBalancer", nlb, HTTP)), []);
}

/// A cluster of which it is not known in which VPC it is has its load balancers in each that it may be in.
#[test]
fn a_load_balancer_may_stand_in_each_network_that_may_be_the_clusters() {
    let tag = r#""tags": {"kubernetes.io/role/internal-elb": "1"}"#;
    let resources = format!(
        r#"aws_vpc.a {{"cidr_block": "10.0.0.0/16"}}
aws_vpc.b {{"cidr_block": "10.1.0.0/16"}}
aws_subnet.a {{"vpc_id": "@aws_vpc.a.id", "cidr_block": "10.0.1.0/24", {tag}}}
aws_subnet.b {{"vpc_id": "@aws_vpc.b.id", "cidr_block": "10.1.1.0/24", {tag}}}
aws_eks_cluster.prod {{"name": "prod", "vpc_config": [{{"subnet_ids": "?"}}]}}"#
    );
    let service = r#"
apiVersion: v1
kind: Service
metadata:
  name: web
  namespace: shop
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: external
    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip
    service.beta.kubernetes.io/aws-load-balancer-scheme: internal
spec: {type: LoadBalancer, selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
"#;
    let manifests = format!("{WEB}---\n{service}");
    let world = world(&resources, &manifests, &Settings::default());
    let balancers = world
        .endpoints
        .iter()
        .filter(|(_, own)| own.kind == "load balancer");
    let attachments = balancers.flat_map(|(_, own)| &own.attachments);
    let stands: Vec<(String, bool)> = attachments
        .map(|own| {
            let name = world.networks[own.network].name.clone();
            (name, own.doubt.is_certain())
        })
        .collect();
    for network in ["aws_vpc.a", "aws_vpc.b"] {
        assert!(stands.contains(&(network.to_owned(), false)), "{stands:?}");
    }
}

/// That a balancer of requests calls by itself is how it works; that one of packets keeps addresses is its default.
#[test]
fn only_a_balancer_of_packets_is_assumed_to_keep_addresses() {
    let assumed = |kind: &str, protocol: &str| {
        let text = format!(
            r#"{NETWORK}{CLUSTER}{WORKERS}aws_lb.in {{"load_balancer_type": "{kind}", "subnets": ["subnet-b"]}}
            aws_lb_target_group.t {{"arn": "arn:t", "protocol": "{protocol}", "target_type": "instance"}}
            aws_lb_listener.l {{"load_balancer_arn": "@aws_lb.in.arn", "port": 443, "protocol": "{protocol}", "default_action": [{{"target_group_arn": "@aws_lb_target_group.t.arn"}}]}}
            aws_autoscaling_attachment.w {{"autoscaling_group_name": "@aws_eks_node_group.workers.resources", "lb_target_group_arn": "@aws_lb_target_group.t.arn"}}"#
        );
        let http = service("NodePort", "", HTTP);
        let world = world(&text, &format!("{WEB}---\n{http}"), &Settings::default());
        let all = world.entry_points.iter();
        let mut forwarders = all.flat_map(|(_, own)| own.forwarders.clone());
        let own = forwarders.find(|own| own.name.contains("aws_lb.in"));
        own.map(|own| own.sends.assumed)
    };
    assert_eq!(assumed("network", "TCP"), Some(true));
    assert_eq!(assumed("application", "HTTP"), Some(false));
}
