//! The dimensions in which an input grows. Each is one row: what grows, by which sizes, and how such an input is made.

use crate::cloud::{Cloud, address, block};
use crate::manifests::Manifests;

/// What is given to the binary.
#[derive(Default)]
pub struct Input {
    pub cloud: Cloud,
    pub manifests: Manifests,
}

/// One dimension.
pub struct Dimension {
    /// As `--only` and the table name it.
    pub name: &'static str,
    /// What one more is.
    pub unit: &'static str,
    /// Three sizes whose instructions are counted in CI, each twice the one before.
    pub small: [usize; 3],
    /// Sizes that are timed, ascending.
    pub large: &'static [usize],
    /// Seconds of user time that the largest may take.
    pub goal: f64,
    /// The arguments of the binary before its inputs.
    pub command: &'static [&'static str],
    /// Makes the input of a size.
    pub make: fn(usize) -> Input,
}

const SCAN: &[&str] = &["scan", "--fail-on", "none", "--format", "json"];
const CLUSTER: &[&str] = &["reach", "--scope", "cluster", "--format", "json"];
const GROUPED: &[&str] = &[
    "reach",
    "--scope",
    "cluster",
    "--grouped",
    "--format",
    "json",
];

/// All dimensions; one more is one more row.
pub const DIMENSIONS: &[Dimension] = &[
    Dimension {
        name: "mesh",
        unit: "VPCs, each peered to each",
        small: [4, 8, 16],
        large: &[10, 20, 40],
        goal: 0.3,
        command: SCAN,
        make: mesh,
    },
    Dimension {
        name: "far-rules",
        unit: "rules of the security group of a database",
        small: [50, 100, 200],
        large: &[1_250, 2_500, 5_000],
        goal: 0.3,
        command: SCAN,
        make: |size| rules(size, "ingress"),
    },
    Dimension {
        name: "node-rules",
        unit: "rules of the security group of the nodes",
        small: [50, 100, 200],
        large: &[1_250, 2_500, 5_000],
        goal: 0.3,
        command: SCAN,
        make: |size| rules(size, "egress"),
    },
    Dimension {
        name: "databases",
        unit: "databases behind one peering, 10 workloads",
        small: [20, 40, 80],
        large: &[1_250, 2_500, 5_000],
        goal: 1.0,
        command: SCAN,
        make: databases,
    },
    Dimension {
        name: "shapes",
        unit: "workloads, each of its own shape",
        small: [20, 40, 80],
        large: &[1_250, 2_500, 5_000],
        goal: 0.8,
        command: SCAN,
        make: |size| workloads(size, size),
    },
    Dimension {
        name: "workloads",
        unit: "workloads of 20 shapes",
        small: [100, 200, 400],
        large: &[5_000, 10_000, 20_000],
        goal: 1.0,
        command: SCAN,
        make: |size| workloads(size, 20),
    },
    Dimension {
        name: "namespaces",
        unit: "namespaces with a default deny each",
        small: [50, 100, 200],
        large: &[500, 1_000, 2_000],
        goal: 0.4,
        command: SCAN,
        make: namespaces,
    },
    Dimension {
        name: "policies",
        unit: "policies over 100 workloads",
        small: [100, 200, 400],
        large: &[1_250, 2_500, 5_000],
        goal: 0.4,
        command: SCAN,
        make: policies,
    },
    Dimension {
        name: "peerings",
        unit: "VPCs peered to one",
        small: [5, 10, 20],
        large: &[125, 250, 500],
        goal: 0.5,
        command: SCAN,
        make: peerings,
    },
    Dimension {
        name: "node-ports",
        unit: "services with a node port",
        small: [4, 8, 16],
        large: &[16, 32, 64],
        goal: 0.3,
        command: SCAN,
        make: node_ports,
    },
    Dimension {
        name: "cluster-pairs",
        unit: "workloads that reach each other: 250,000 rows",
        small: [10, 20, 40],
        large: &[125, 250, 500],
        goal: 0.6,
        command: CLUSTER,
        make: |size| with_pods(two_networks(), size),
    },
    Dimension {
        name: "cluster-groups",
        unit: "workloads that reach each other, by class",
        small: [50, 100, 200],
        large: &[500, 1_000, 2_000],
        goal: 0.2,
        command: GROUPED,
        make: |size| with_pods(two_networks(), size),
    },
    Dimension {
        name: "cluster-denies",
        unit: "namespaces with a default deny each, judged by policy alone",
        small: [50, 100, 200],
        large: &[500, 1_000, 2_000],
        goal: 0.6,
        command: CLUSTER,
        make: namespaces,
    },
    Dimension {
        name: "target",
        unit: "workloads of 2,000 shapes (5,000 policies, 500 VPCs)",
        small: [100, 200, 400],
        large: &[25_000, 50_000, 100_000],
        goal: 3.0,
        command: SCAN,
        make: target,
    },
];

/// A cluster in network 0, a database in network 1, a peering between them.
fn two_networks() -> Input {
    let mut input = Input::default();
    input.cloud.network(0);
    input.cloud.network(1);
    input.cloud.peering(0, 1);
    input.cloud.cluster();
    input.cloud.group("db", 1);
    input.manifests.namespace("shop");
    input
}

fn with_pods(mut input: Input, count: usize) -> Input {
    for number in 0..count {
        let name = format!("app{number}");
        input.manifests.deployment("shop", &name, &name);
    }
    input
}

fn mesh(size: usize) -> Input {
    let mut input = Input::default();
    for number in 0..size {
        input.cloud.network(number);
        for other in 0..number {
            input.cloud.peering(other, number);
        }
    }
    input.cloud.cluster();
    input.manifests.namespace("shop");
    with_pods(input, 2)
}

fn rules(size: usize, way: &str) -> Input {
    let mut input = with_pods(two_networks(), 2);
    let group = if way == "ingress" { "db" } else { "nodes" };
    for number in 0..size {
        let port = 1_024 + u16::try_from(number % 50_000).unwrap_or_default();
        let from = if way == "ingress" {
            format!("10.0.{}.{}/32", number / 250, number % 250)
        } else {
            format!("{}/32", address(number))
        };
        input
            .cloud
            .rule(way, group, &number.to_string(), &from, Some(port));
    }
    input.cloud.database("orders", 1, "db");
    input
}

fn databases(size: usize) -> Input {
    let mut input = with_pods(two_networks(), 10);
    input
        .cloud
        .rule("ingress", "db", "app", &block(0), Some(5432));
    for number in 0..size {
        input.cloud.database(&format!("db{number}"), 1, "db");
    }
    input
}

fn workloads(size: usize, shapes: usize) -> Input {
    let mut input = two_networks();
    input
        .cloud
        .rule("ingress", "db", "app", &block(0), Some(5432));
    input.cloud.database("orders", 1, "db");
    for shape in 0..shapes {
        let app = format!("s{shape}");
        let port = 5_432 + u16::try_from(shape % 50_000).unwrap_or_default();
        let to = format!("{}/32", address(shape));
        input.manifests.egress("shop", &app, &app, &to, port);
    }
    for number in 0..size {
        let app = format!("s{}", number % shapes.max(1));
        input
            .manifests
            .deployment("shop", &format!("app{number}"), &app);
    }
    input
}

fn namespaces(size: usize) -> Input {
    let mut input = two_networks();
    for number in 0..size {
        let name = format!("ns{number}");
        input.manifests.namespace(&name);
        input.manifests.default_deny(&name);
        input.manifests.deployment(&name, "web", "web");
    }
    input
}

fn policies(size: usize) -> Input {
    let mut input = with_pods(two_networks(), 100);
    for number in 0..size {
        let (app, name) = (format!("app{}", number % 100), format!("p{number}"));
        let to = format!("{}/32", address(number));
        input.manifests.egress("shop", &name, &app, &to, 443);
    }
    input
}

fn peerings(size: usize) -> Input {
    let mut input = with_pods(two_networks(), 10);
    for number in 2..size.max(2) {
        input.cloud.network(number);
        input.cloud.peering(0, number);
    }
    input
}

/// As many workloads as asked for, and a fiftieth of them as shapes, a twentieth as policies, a two-hundredth as networks.
fn target(size: usize) -> Input {
    let mut input = peerings(size / 200);
    input
        .cloud
        .rule("ingress", "db", "app", &block(0), Some(5432));
    input.cloud.database("orders", 1, "db");
    let (shapes, policies) = ((size / 50).max(1), size / 20);
    for number in 0..policies {
        let (app, name) = (format!("s{}", number % shapes), format!("p{number}"));
        let port = 5_432 + u16::try_from(number % 50).unwrap_or_default();
        let to = format!("{}/32", address(number));
        input.manifests.egress("shop", &name, &app, &to, port);
    }
    for number in 0..size {
        let app = format!("s{}", number % shapes);
        input
            .manifests
            .deployment("shop", &format!("pod{number}"), &app);
    }
    input
}

fn node_ports(size: usize) -> Input {
    let mut input = with_pods(two_networks(), size);
    input
        .cloud
        .rule("ingress", "nodes", "data", &block(1), None);
    for number in 0..size {
        let port = 30_000 + u16::try_from(number).unwrap_or_default();
        let name = format!("app{number}");
        input.manifests.node_port("shop", &name, &name, port);
    }
    input.cloud.database("orders", 1, "db");
    input
}
