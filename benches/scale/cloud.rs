//! A cloud that is generated: a plan whose resources stand, but for the routes that it creates.

use serde_json::{Value, json};
use std::net::Ipv4Addr;

/// Resources as a plan lists them.
#[derive(Default)]
pub struct Cloud {
    resources: Vec<(String, String, Value)>,
}

/// The block of the `number`th network: `10.0.0.0/16`, `10.1.0.0/16` and on, from the 257th on in `11.0.0.0/8`.
pub fn block(number: usize) -> String {
    let [.., high, low] = u32::try_from(number).unwrap_or_default().to_be_bytes();
    format!("{}.{low}.0.0/16", 10 + u32::from(high))
}

/// The `number`th address from `10.1.0.0` on.
pub fn address(number: usize) -> Ipv4Addr {
    let first = u32::from(Ipv4Addr::new(10, 1, 0, 0));
    Ipv4Addr::from(first + u32::try_from(number).unwrap_or_default())
}

impl Cloud {
    /// Adds a resource; its id is its name.
    pub fn add(&mut self, kind: &str, name: &str, mut values: Value) {
        let known = [("id", name), ("region", "eu-west-1")];
        if let Some(object) = values.as_object_mut() {
            for (key, value) in known {
                object.entry(key).or_insert_with(|| json!(value));
            }
        }
        self.resources
            .push((kind.to_owned(), name.to_owned(), values));
    }

    /// A VPC with one subnet of its whole block, and a route table of its own.
    pub fn network(&mut self, number: usize) {
        let (vpc, subnet, table) = names(number);
        let block = block(number);
        self.add("aws_vpc", &vpc, json!({"cidr_block": block}));
        self.add(
            "aws_subnet",
            &subnet,
            json!({"vpc_id": vpc, "cidr_block": block, "availability_zone": "eu-west-1a"}),
        );
        self.add("aws_route_table", &table, json!({"vpc_id": vpc}));
        let association = json!({"subnet_id": subnet, "route_table_id": table});
        self.add(
            "aws_route_table_association",
            &format!("rtbassoc-{number}"),
            association,
        );
    }

    /// A peering with a route on both sides.
    pub fn peering(&mut self, one: usize, other: usize) {
        let name = format!("pcx-{one}-{other}");
        let peering = json!({"vpc_id": names(one).0, "peer_vpc_id": names(other).0,
            "accept_status": "active", "auto_accept": true});
        self.add("aws_vpc_peering_connection", &name, peering);
        for (from, to) in [(one, other), (other, one)] {
            let route = json!({"route_table_id": names(from).2, "destination_cidr_block": block(to),
                "vpc_peering_connection_id": name});
            self.add("aws_route", &format!("r-{from}-{to}"), route);
        }
    }

    /// A security group that lets everything out.
    pub fn group(&mut self, name: &str, network: usize) {
        let values = json!({"vpc_id": names(network).0, "name": name});
        self.add("aws_security_group", name, values);
        self.rule("egress", name, "all", "0.0.0.0/0", None);
    }

    /// A rule of a security group for a block: a TCP port, or all protocols.
    pub fn rule(&mut self, way: &str, group: &str, rule: &str, block: &str, port: Option<u16>) {
        let mut values = json!({"security_group_id": group, "cidr_ipv4": block,
            "ip_protocol": if port.is_some() { "tcp" } else { "-1" }});
        if let (Some(object), Some(port)) = (values.as_object_mut(), port) {
            object.insert("from_port".into(), json!(port));
            object.insert("to_port".into(), json!(port));
        }
        let kind = format!("aws_vpc_security_group_{way}_rule");
        self.add(&kind, &format!("sgr-{way}-{group}-{rule}"), values);
    }

    /// A database of a network, behind a group.
    pub fn database(&mut self, name: &str, network: usize, group: &str) {
        let subnets = format!("db-{network}");
        let known = |(kind, own, _): &(String, String, Value)| {
            kind == "aws_db_subnet_group" && *own == subnets
        };
        if !self.resources.iter().any(known) {
            let values = json!({"name": subnets, "subnet_ids": [names(network).1]});
            self.add("aws_db_subnet_group", &subnets, values);
        }
        let values = json!({"identifier": name, "engine": "postgres", "port": 5432,
            "db_subnet_group_name": subnets, "vpc_security_group_ids": [group]});
        self.add("aws_db_instance", name, values);
    }

    /// A cluster in network 0 whose nodes have the group `nodes`, and an engine that enforces policies.
    pub fn cluster(&mut self) {
        self.group("nodes", 0);
        let subnet = names(0).1;
        self.add(
            "aws_eks_cluster",
            "prod",
            json!({"name": "prod", "vpc_config": [{"subnet_ids": [subnet]}]}),
        );
        self.add(
            "aws_eks_addon",
            "cni",
            json!({"cluster_name": "prod", "addon_name": "vpc-cni",
                "configuration_values": "{\"enableNetworkPolicy\":\"true\"}"}),
        );
        self.add(
            "aws_launch_template",
            "lt",
            json!({"name": "lt", "latest_version": 1, "vpc_security_group_ids": ["nodes"]}),
        );
        self.add(
            "aws_eks_node_group",
            "workers",
            json!({"cluster_name": "prod", "node_group_name": "workers", "subnet_ids": [subnet],
                "launch_template": [{"id": "lt", "version": "1"}]}),
        );
    }

    /// The plan: everything stands, but the first route of each pair of networks is created.
    pub fn plan(&self) -> Value {
        let address = |kind: &str, name: &str| format!("{kind}.{}", name.replace('.', "_"));
        let resource = |(kind, name, values): &(String, String, Value)| {
            json!({"address": address(kind, name), "mode": "managed", "type": kind, "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws", "values": values})
        };
        let planned: Vec<Value> = self.resources.iter().map(resource).collect();
        let created = |kind: &str, name: &str| kind == "aws_route" && name.starts_with("r-0-");
        let prior = self
            .resources
            .iter()
            .filter(|(kind, name, _)| !created(kind, name));
        let prior: Vec<Value> = prior.map(resource).collect();
        let change = |(kind, name, values): &(String, String, Value)| {
            let (actions, before) = if created(kind, name) {
                ("create", Value::Null)
            } else {
                ("no-op", values.clone())
            };
            json!({"address": address(kind, name), "mode": "managed", "type": kind, "name": name,
                "provider_name": "registry.terraform.io/hashicorp/aws",
                "change": {"actions": [actions], "before": before, "after": values, "after_unknown": {}}})
        };
        let changes: Vec<Value> = self.resources.iter().map(change).collect();
        json!({"format_version": "1.2", "terraform_version": "1.9.0", "complete": true, "errored": false,
            "planned_values": {"root_module": {"resources": planned}},
            "prior_state": {"format_version": "1.0", "values": {"root_module": {"resources": prior}}},
            "resource_changes": changes, "configuration": {"root_module": {}}})
    }
}

/// The names of a network, its subnet and its route table.
fn names(number: usize) -> (String, String, String) {
    (
        format!("vpc-{number}"),
        format!("subnet-{number}"),
        format!("rtb-{number}"),
    )
}
