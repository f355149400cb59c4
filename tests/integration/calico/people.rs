//! Who there is: pods and members of network sets, as manifests and as what they are.

use super::choice::*;

/// Someone with an address: a pod, or a member of a network set.
pub struct Known {
    pub address: &'static str,
    /// Own labels, and all others under Calico's keys.
    pub labels: Labels,
    /// The namespace with its labels; none for those of all namespaces.
    pub namespace: Option<(&'static str, Labels)>,
    pub account: Option<(&'static str, Labels)>,
    /// Name and port of TCP.
    pub port: Option<(&'static str, u16)>,
    pub pod: Option<&'static str>,
}

pub fn labels(pairs: &[(&str, &str)]) -> Labels {
    pairs
        .iter()
        .map(|(key, value)| ((*key).to_owned(), (*value).to_owned()))
        .collect()
}

pub fn namespace(name: &'static str) -> (&'static str, Labels) {
    let team = if name == "shop" { "a" } else { "b" };
    (
        name,
        labels(&[
            ("team", team),
            ("projectcalico.org/name", name),
            ("kubernetes.io/metadata.name", name),
        ]),
    )
}

pub fn known(
    address: &'static str,
    own: &[(&str, &str)],
    space: Option<&'static str>,
    account: Option<&'static str>,
    pod: Option<&'static str>,
) -> Known {
    let mut all = labels(own);
    let namespace = space.map(namespace);
    if let Some((name, labels)) = &namespace {
        all.insert("projectcalico.org/namespace".to_owned(), (*name).to_owned());
        all.extend(
            labels
                .iter()
                .map(|(key, value)| (format!("pcns.{key}"), value.clone())),
        );
    }
    let account = account.map(|name| {
        let role: &[(&str, &str)] = if name == "robot" {
            &[("role", "bot"), ("projectcalico.org/name", name)]
        } else {
            &[("projectcalico.org/name", name)]
        };
        (name, labels(role))
    });
    if let Some((name, labels)) = &account {
        all.insert(
            "projectcalico.org/serviceaccount".to_owned(),
            (*name).to_owned(),
        );
        all.insert(
            "projectcalico.org/orchestrator".to_owned(),
            "k8s".to_owned(),
        );
        all.extend(
            labels
                .iter()
                .map(|(key, value)| (format!("pcsa.{key}"), value.clone())),
        );
    }
    let port = match pod {
        Some("shop/web") => Some(("http", 80)),
        Some("shop/api") => Some(("http", 8080)),
        _ => None,
    };
    Known {
        address,
        labels: all,
        namespace,
        account,
        port,
        pod,
    }
}

/// Everyone, as [`WORLD`] has them.
pub fn everyone() -> Vec<Known> {
    vec![
        known(
            "10.1.0.1",
            &[("app", "web"), ("tier", "a")],
            Some("shop"),
            Some("robot"),
            Some("shop/web"),
        ),
        known(
            "10.1.0.2",
            &[("app", "api")],
            Some("shop"),
            Some("default"),
            Some("shop/api"),
        ),
        known(
            "10.2.0.1",
            &[("app", "db"), ("tier", "web-a")],
            Some("data"),
            Some("default"),
            Some("data/db"),
        ),
        known(
            "10.2.0.2",
            &[("app", "web")],
            Some("data"),
            Some("default"),
            Some("data/web"),
        ),
        known("198.51.100.7", &[("role", "partner")], None, None, None),
        known(
            "192.0.2.1",
            &[("role", "partner"), ("app", "web")],
            Some("data"),
            None,
            None,
        ),
        known(
            "10.2.0.2",
            &[("role", "partner"), ("app", "web")],
            Some("data"),
            None,
            None,
        ),
    ]
}

pub const WORLD: &str = "apiVersion: v1
kind: Namespace
metadata: {name: shop, labels: {team: a}}
---
{apiVersion: v1, kind: Namespace, metadata: {name: data, labels: {team: b}}}
---
{apiVersion: v1, kind: ServiceAccount, metadata: {name: robot, namespace: shop, labels: {role: bot}}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: shop, labels: {app: web, tier: a}}, spec: {serviceAccountName: robot, containers: [{name: c, ports: [{name: http, containerPort: 80}]}]}, status: {podIPs: [{ip: 10.1.0.1}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: api, namespace: shop, labels: {app: api}}, spec: {containers: [{name: c, ports: [{name: http, containerPort: 8080}]}]}, status: {podIPs: [{ip: 10.1.0.2}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: db, namespace: data, labels: {app: db, tier: web-a}}, spec: {containers: [{name: c}]}, status: {podIPs: [{ip: 10.2.0.1}]}}
---
{apiVersion: v1, kind: Pod, metadata: {name: web, namespace: data, labels: {app: web}}, spec: {containers: [{name: c}]}, status: {podIPs: [{ip: 10.2.0.2}]}}
---
{apiVersion: projectcalico.org/v3, kind: GlobalNetworkSet, metadata: {name: partners, labels: {role: partner}}, spec: {nets: [198.51.100.0/24]}}
---
{apiVersion: projectcalico.org/v3, kind: NetworkSet, metadata: {name: own, namespace: data, labels: {role: partner, app: web}}, spec: {nets: [192.0.2.1, 10.2.0.2/32]}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: early}, spec: {order: 50.5}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: between}, spec: {order: 50.5, defaultAction: Pass}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: later}, spec: {order: 2000000}}
---
{apiVersion: projectcalico.org/v3, kind: Tier, metadata: {name: last}, spec: {defaultAction: Pass}}
";

/// Tiers in the order in which they decide, and whether they pass on what no rule matches.
pub const TIERS: [(&str, bool); 5] = [
    ("between", true),
    ("early", false),
    ("default", false),
    ("later", false),
    ("last", true),
];

pub const STRANGERS: [&str; 4] = ["198.51.100.7", "192.0.2.1", "203.0.113.9", "10.1.0.99"];
pub const NETS: [&str; 6] = [
    "10.1.0.0/16",
    "10.1.0.1/32",
    "0.0.0.0/0",
    "198.51.100.0/24",
    "10.2.0.2/31",
    "203.0.113.9",
];
pub const OWN: [&str; 8] = [
    "app",
    "tier",
    "role",
    "absent",
    "projectcalico.org/namespace",
    "pcns.team",
    "pcsa.role",
    "projectcalico.org/serviceaccount",
];
pub const SPACES: [&str; 3] = [
    "team",
    "projectcalico.org/name",
    "kubernetes.io/metadata.name",
];
pub const ACCOUNTS: [&str; 2] = ["role", "projectcalico.org/name"];
