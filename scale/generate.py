#!/usr/bin/env python3
"""Writes an organisation of many repositories: generate.py OUT REPOSITORIES [--seed N] [--workloads N] [--division N]

Each repository is a folder with the state of one network as `terraform show -json` prints it. Repositories stand in divisions: the first
one of a division holds its transit gateway, to which every second network is attached; the others are joined by peerings whose two ends
stand in two repositories. Every tenth repository holds an EKS cluster with its manifests, and `crosspeer.yaml` ties them to it; the one
behind it holds a database. Everything follows from the seed. OUT/organisation.yaml ties all of it, for reading the organisation at once.
"""
import argparse
import json
import os
import random

REGION = "eu-west-1"


def block(n):
    """A /20 for each network, without overlap for 16,384 of them; beyond, those of other divisions are used again."""
    n %= 1 << 14
    return f"10.{n >> 4 & 255}.{(n & 15) << 4}.0/20" if n < 4096 else f"100.{64 + (n - 4096 >> 4 & 63)}.{(n & 15) << 4}.0/20"


def part(cidr, third):
    """The third /24 of a /20."""
    a, b, c, _ = cidr.split("/")[0].split(".")
    return f"{a}.{b}.{int(c) + third}.0/24"


def account(n):
    return f"{100000000000 + n}"


class Repository:
    """One network: its ids follow from its number, so that others can name them."""

    def __init__(self, n):
        # Now and then the block is that of another network, which nothing joins with this one.
        self.n, self.name, self.cidr = n, f"team-{n:04}", block(n - 11 if n % 12 == 11 else n)
        self.resources = []

    def id(self, front, extra=0):
        return f"{front}-{self.n * 64 + extra + 0x0A1B0000000000:017x}"

    def add(self, kind, name, /, **values):
        values.setdefault("tags", {"Name": f"{self.name}-{name}"})
        address = f"{kind}.{name}_{self.n:04}"
        self.resources.append(
            {"address": address, "mode": "managed", "type": kind, "name": f"{name}_{self.n:04}",
             "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": values})

    def network(self):
        vpc, table = self.id("vpc"), self.id("rtb")
        self.add("aws_vpc", "main", id=vpc, cidr_block=self.cidr, owner_id=account(self.n), enable_dns_support=True,
                 arn=f"arn:aws:ec2:{REGION}:{account(self.n)}:vpc/{vpc}", main_route_table_id=self.id("rtb", 1),
                 default_network_acl_id=self.id("acl"), default_security_group_id=self.id("sg", 9))
        self.add("aws_route_table", "private", id=table, vpc_id=vpc, owner_id=account(self.n), route=[])
        for at, zone in enumerate("ab"):
            subnet = self.id("subnet", at)
            self.add("aws_subnet", f"private_{zone}", id=subnet, vpc_id=vpc, cidr_block=part(self.cidr, at),
                     availability_zone=REGION + zone, owner_id=account(self.n))
            self.add("aws_route_table_association", f"private_{zone}", id=self.id("rtbassoc", at), subnet_id=subnet,
                     route_table_id=table, tags=None)

    def route(self, name, to, **by):
        self.add("aws_route", name, id=f"r-{self.id('rtb')}{abs(hash_of(to)):08x}", route_table_id=self.id("rtb"),
                 destination_cidr_block=to, tags=None, **by)

    def group(self, name, extra, ingress):
        self.add("aws_security_group", name, id=self.id("sg", extra), name=f"{self.name}-{name}", vpc_id=self.id("vpc"),
                 owner_id=account(self.n), ingress=ingress,
                 egress=[rule("-1", 0, 0, ["0.0.0.0/0"])])

    def cluster(self):
        self.group("nodes", 1, [rule("-1", 0, 0, [self.cidr])])
        subnets = [self.id("subnet", 0), self.id("subnet", 1)]
        self.add("aws_eks_cluster", "main", id=self.name, name=self.name,
                 arn=f"arn:aws:eks:{REGION}:{account(self.n)}:cluster/{self.name}",
                 vpc_config=[{"subnet_ids": subnets, "security_group_ids": [], "vpc_id": self.id("vpc"),
                              "cluster_security_group_id": self.id("sg", 1), "endpoint_private_access": True}])
        self.add("aws_eks_node_group", "main", id=f"{self.name}:main", cluster_name=self.name, node_group_name="main", subnet_ids=subnets)
        self.add("aws_eks_addon", "cni", id=f"{self.name}:vpc-cni", cluster_name=self.name, addon_name="vpc-cni",
                 addon_version="v1.19.0-eksbuild.1", configuration_values=json.dumps({"enableNetworkPolicy": "true"}))

    def database(self, sources):
        self.group("database", 2, [rule("tcp", 5432, 5432, sources)])
        self.add("aws_db_subnet_group", "main", id=f"{self.name}-db", name=f"{self.name}-db",
                 subnet_ids=[self.id("subnet", 0), self.id("subnet", 1)])
        self.add("aws_db_instance", "main", id=f"db-{self.name}", identifier=f"{self.name}-main", port=5432, engine="postgres",
                 db_subnet_group_name=f"{self.name}-db", vpc_security_group_ids=[self.id("sg", 2)])

    def state(self):
        return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": self.resources}}}


def hash_of(text):
    """A number of a text that is the same in every run."""
    out = 7
    for c in text:
        out = (out * 31 + ord(c)) & 0x7FFFFFFF
    return out


def rule(protocol, first, last, blocks):
    return {"protocol": protocol, "from_port": first, "to_port": last, "cidr_blocks": blocks, "ipv6_cidr_blocks": [],
            "prefix_list_ids": [], "security_groups": [], "self": False, "description": ""}


def peer(a, b, number):
    """A peering of two repositories: one asks, the other one accepts, and both have routes."""
    pcx = a.id("pcx", number)
    common = {"vpc_id": a.id("vpc"), "peer_vpc_id": b.id("vpc"), "peer_owner_id": account(b.n), "accept_status": "active"}
    a.add("aws_vpc_peering_connection", f"to_{b.n:04}", id=pcx, auto_accept=False, **common)
    b.add("aws_vpc_peering_connection_accepter", f"from_{a.n:04}", id=pcx, vpc_peering_connection_id=pcx, auto_accept=True,
          vpc_id=b.id("vpc"), peer_vpc_id=a.id("vpc"), peer_owner_id=account(a.n), accept_status="active")
    a.route(f"to_{b.n:04}", b.cidr, vpc_peering_connection_id=pcx)
    b.route(f"to_{a.n:04}", a.cidr, vpc_peering_connection_id=pcx)


def hub(first, members):
    """A transit gateway in the first repository, and the attachments of its members in theirs."""
    tgw, table = first.id("tgw"), first.id("tgw-rtb")
    first.add("aws_ec2_transit_gateway", "hub", id=tgw, association_default_route_table_id=table, propagation_default_route_table_id=table,
              default_route_table_association="enable", default_route_table_propagation="enable", owner_id=account(first.n),
              auto_accept_shared_attachments="enable")
    for own in members:
        own.add("aws_ec2_transit_gateway_vpc_attachment", "hub", id=own.id("tgw-attach"), transit_gateway_id=tgw, vpc_id=own.id("vpc"),
                subnet_ids=[own.id("subnet", 0), own.id("subnet", 1)], transit_gateway_default_route_table_association=True,
                transit_gateway_default_route_table_propagation=True)
        for other in members:
            if other is not own and (other.n - own.n) % len(members) < 3:
                own.route(f"hub_{other.n:04}", other.cidr, transit_gateway_id=tgw)


def labels(shape, app):
    return {"shape": f"s{shape}", "app": app}


def manifests(rng, count, shapes=6):
    """Objects by namespace: deployments of a few shapes, and in every second namespace policies that let some of them out."""
    out = []
    for n in range(max(1, count // 50)):
        name, docs = f"ns{n}", []
        docs.append({"apiVersion": "v1", "kind": "Namespace", "metadata": {"name": name, "labels": {"team": f"t{n % 3}"}}})
        if n % 2:
            deny = {"podSelector": {}, "policyTypes": ["Ingress", "Egress"]}
            docs.append(policy(name, "default-deny", deny))
            block_to = f"10.{rng.randint(0, 255)}.0.0/16"
            some = {"podSelector": {"matchLabels": {"shape": "s1"}}, "policyTypes": ["Egress"],
                    "egress": [{"to": [{"ipBlock": {"cidr": block_to}}, {"namespaceSelector": {}}], "ports": [{"port": 5432}]}]}
            docs.append(policy(name, "database", some))
        for d in range(min(50, count - n * 50)):
            app = f"app{d}"
            pod = {"metadata": {"labels": labels(d % shapes, app)},
                   "spec": {"containers": [{"name": "app", "image": f"registry.example/{app}:1.{d}",
                                            "ports": [{"name": "http", "containerPort": 8080}],
                                            "resources": {"requests": {"cpu": "100m", "memory": "128Mi"}},
                                            "env": [{"name": "MODE", "value": rng.choice(["a", "b", "c"])}]}]}}
            docs.append({"apiVersion": "apps/v1", "kind": "Deployment", "metadata": {"name": app, "namespace": name},
                         "spec": {"replicas": rng.randint(1, 9), "selector": {"matchLabels": {"app": app}}, "template": pod}})
        out.append((name, docs))
    return out


def policy(namespace, name, spec):
    return {"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": name, "namespace": namespace}, "spec": spec}


def organisation(count, seed, workloads, division):
    """The repositories, and the manifests of those that have some."""
    rng = random.Random(seed)
    all_of = [Repository(n) for n in range(count)]
    objects = {}
    clusters = [own for own in all_of if own.n % 10 == 1 % max(1, count)] or all_of[:1]
    for own in all_of:
        own.network()
    for first in range(0, count, division):
        members = all_of[first:first + division]
        if len(members) > 1:
            hub(members[0], members[::2])
        odd = members[1::2]
        for at, (a, b) in enumerate(zip(odd, odd[1:])):
            peer(a, b, at % 8)
    for own in clusters:
        own.cluster()
        objects[own.n] = manifests(rng, workloads // len(clusters))
        behind = all_of[(own.n + 2) % count]
        if behind is not own:
            behind.database([own.cidr] if rng.random() < 0.5 else ["10.0.0.0/8"])
    return all_of, objects


def write(path, text):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as out:
        out.write(text)


def tie(name, folders):
    return f"  - address: {name}\n    manifests: [{', '.join(folders)}]\n"


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out")
    parser.add_argument("repositories", type=int)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--workloads", type=int, help="in all clusters together [default: 20 for each repository]")
    parser.add_argument("--division", type=int, default=20, help="repositories whose networks are joined [default: 20]")
    own = parser.parse_args()
    workloads = 20 * own.repositories if own.workloads is None else own.workloads
    repositories, objects = organisation(own.repositories, own.seed, workloads, own.division)
    ties = ""
    for one in repositories:
        folder = os.path.join(own.out, one.name)
        write(os.path.join(folder, "state.json"), json.dumps(one.state()))
        for name, docs in objects.get(one.n, []):
            write(os.path.join(folder, "k8s", f"{name}.yaml"), "\n---\n".join(json.dumps(doc, indent=1) for doc in docs) + "\n")
        if one.n in objects:
            write(os.path.join(folder, "crosspeer.yaml"), "clusters:\n" + tie(one.name, ["k8s"]))
            ties += tie(one.name, [f"{one.name}/k8s"])
    write(os.path.join(own.out, "organisation.yaml"), "clusters:\n" + ties)
    print(f"{own.out}: {len(repositories)} repositories, {len(objects)} clusters, {workloads} workloads")


if __name__ == "__main__":
    main()
