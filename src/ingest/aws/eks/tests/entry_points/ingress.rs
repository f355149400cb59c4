//! Ingresses: which load balancer, which class, which pods.

use super::*;

#[test]
fn application_load_balancers_call_with_their_own_address() {
    let class = "  ingressClassName: alb\n";
    let where_ = "alb.ingress.kubernetes.io/subnets: 'subnet-a, subnet-b'";
    let ip = "alb.ingress.kubernetes.io/target-type: ip";
    check(
        "",
        &ingress(
            &format!(
                "{where_}, {ip}, alb.ingress.kubernetes.io/listen-ports: '[{{\"HTTPS\": 443}}]', alb.ingress.kubernetes.io/inbound-cidrs: 10.40.0.0/16"
            ),
            class,
        ),
        "the load balancer of Ingress shop/shop in a+b 443 hides+ > TCP 8080 of shop/web, from 10.40.0.0/16",
    );
    check(
        "",
        &ingress("", class),
        "the load balancer of Ingress shop/shop in a+b+pods? 80 hides+ > nodes 30000-32767 hides > TCP 8080 of shop/web, from anywhere
        gap which subnets the load balancer of Ingress shop/shop stands in is not known: none has the tag `kubernetes.io/role/internal-elb`",
    );
}

#[test]
fn an_ingress_of_an_old_version_is_one_like_any_other() {
    let old = ingress(
        "alb.ingress.kubernetes.io/subnets: subnet-a, alb.ingress.kubernetes.io/target-type: ip",
        "  ingressClassName: alb\n",
    )
    .replace(
        "backend: { service: { name: web, port: { name: http } } }",
        "backend: { serviceName: web, servicePort: http }",
    );
    for version in ["networking.k8s.io/v1beta1", "extensions/v1beta1"] {
        check(
            "",
            &old.replace("networking.k8s.io/v1", version),
            "the load balancer of Ingress shop/shop in a 80 hides+ > TCP 8080 of shop/web, from anywhere",
        );
    }
}

#[test]
fn an_ingress_class_is_told_by_its_controller() {
    let annotations =
        "alb.ingress.kubernetes.io/subnets: subnet-a, alb.ingress.kubernetes.io/target-type: ip";
    let entry_point = "the load balancer of Ingress shop/shop in a 80 hides+ > TCP 8080 of shop/web, from anywhere";
    let class = |controller: &str, more: &str| {
        format!(
            "---\napiVersion: networking.k8s.io/v1\nkind: IngressClass\nmetadata: {{ name: edge{more} }}\nspec: {{ controller: {controller} }}\n"
        )
    };
    let named = ingress(annotations, "  ingressClassName: edge\n");
    check(
        "",
        &format!("{named}{}", class("ingress.k8s.aws/alb", "")),
        entry_point,
    );
    check(
        "",
        &format!("{named}{}", class("eks.amazonaws.com/alb", "")),
        entry_point,
    );
    check(
        "",
        &format!("{named}{}", class("k8s.io/ingress-nginx", "")),
        "",
    );
    let unknown = |name: &str, why: &str| {
        let way = "something that the input does not hold in anywhere? 1-65535 hides+ >";
        format!(
            "{way} TCP ? of shop/web, from anywhere ?\n{way} UDP ? of shop/web, from anywhere ?\ngap Ingress {name} {why}: what comes to pods that way is not known"
        )
    };
    check(
        "",
        &named,
        &unknown("shop/shop", "is of class `edge`, which is not in the input"),
    );
    check(
        "",
        &ingress(annotations, ""),
        &unknown(
            "shop/shop",
            "names no class, and the input holds none that is the default",
        ),
    );
    let default = ", annotations: { ingressclass.kubernetes.io/is-default-class: 'true' }";
    check(
        "",
        &format!(
            "{}{}",
            ingress(annotations, ""),
            class("ingress.k8s.aws/alb", default)
        ),
        entry_point,
    );
}

#[test]
fn what_an_ingress_forwards_to_and_the_input_does_not_hold_may_be_any_pods_of_its_namespace() {
    let text = ingress(
        "alb.ingress.kubernetes.io/subnets: subnet-a",
        "  ingressClassName: alb\n",
    )
    .replace("name: web, port", "name: gone, port");
    check(
        "",
        &text,
        "something that the input does not hold in anywhere? 1-65535 hides+ > TCP ? of shop/web, from anywhere ?
        something that the input does not hold in anywhere? 1-65535 hides+ > UDP ? of shop/web, from anywhere ?
        gap Ingress shop/shop forwards to Service `gone`, which is not in the input: what comes to pods that way is not known",
    );
}
