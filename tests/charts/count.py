#!/usr/bin/env python3
"""Scans rendered charts, each by itself in a cluster whose network is peered with another, and counts what they leave open.

    tests/charts/count.py BINARY FOLDER [PAGE]

FOLDER holds one YAML file for each chart. Without PAGE the tables are printed; with it they are written between its markers.
"""

import collections
import json
import pathlib
import subprocess
import sys
import tempfile

BEGIN, END = "<!-- counted -->\n", "<!-- end of what is counted -->\n"

EVERYONE = {"ipv6_cidr_blocks": [], "prefix_list_ids": [], "security_groups": [], "self": False}
ALL = dict(EVERYONE, protocol="-1", from_port=0, to_port=0, cidr_blocks=["0.0.0.0/0"])
PEER = dict(ALL, cidr_blocks=["10.20.0.0/20"])
OWNER = "111122223333"

# Two peered networks; routes and security groups let everything pass, so that only policies decide.
STATE = {
    "aws_vpc.app": {"id": "vpc-a", "cidr_block": "10.20.0.0/16", "main_route_table_id": "rtb-a", "default_security_group_id": "sg-d1",
                    "default_network_acl_id": "acl-1", "owner_id": OWNER},
    "aws_vpc.data": {"id": "vpc-b", "cidr_block": "10.40.0.0/16", "main_route_table_id": "rtb-b", "default_security_group_id": "sg-d2",
                     "default_network_acl_id": "acl-2", "owner_id": OWNER},
    "aws_subnet.app": {"id": "subnet-a", "vpc_id": "vpc-a", "cidr_block": "10.20.0.0/20"},
    "aws_subnet.data": {"id": "subnet-b", "vpc_id": "vpc-b", "cidr_block": "10.40.0.0/24"},
    "aws_vpc_peering_connection.peer": {"id": "pcx-1", "vpc_id": "vpc-a", "peer_vpc_id": "vpc-b", "peer_owner_id": OWNER,
                                        "auto_accept": True, "accept_status": "active"},
    "aws_route_table.app": {"id": "rtb-a", "vpc_id": "vpc-a",
                            "route": [{"cidr_block": "10.40.0.0/16", "vpc_peering_connection_id": "pcx-1"}]},
    "aws_route_table.data": {"id": "rtb-b", "vpc_id": "vpc-b",
                             "route": [{"cidr_block": "10.20.0.0/16", "vpc_peering_connection_id": "pcx-1"}]},
    "aws_route_table_association.app": {"id": "rtbassoc-a", "subnet_id": "subnet-a", "route_table_id": "rtb-a"},
    "aws_route_table_association.data": {"id": "rtbassoc-b", "subnet_id": "subnet-b", "route_table_id": "rtb-b"},
    "aws_vpc_security_group_ingress_rule.nodes": {"id": "sgr-1", "security_group_id": "sg-n", "cidr_ipv4": "10.40.0.0/16", "ip_protocol": "-1"},
    "aws_security_group.data": {"id": "sg-b", "name": "data", "vpc_id": "vpc-b", "ingress": [PEER], "egress": [ALL]},
    "aws_instance.data": {"id": "i-1", "subnet_id": "subnet-b", "private_ip": "10.40.0.10", "vpc_security_group_ids": ["sg-b"]},
    "aws_eks_cluster.main": {"id": "main", "name": "main",
                             "vpc_config": [{"vpc_id": "vpc-a", "subnet_ids": ["subnet-a"], "security_group_ids": [],
                                             "cluster_security_group_id": "sg-n", "endpoint_private_access": True,
                                             "endpoint_public_access": False}]},
    "aws_eks_node_group.main": {"id": "main:main", "cluster_name": "main", "node_group_name": "main", "subnet_ids": ["subnet-a"]},
    "aws_eks_addon.vpc_cni": {"id": "main:vpc-cni", "cluster_name": "main", "addon_name": "vpc-cni",
                              "configuration_values": "{\"enableNetworkPolicy\": \"true\"}"},
}


def state():
    resources = [
        {"address": address, "mode": "managed", "type": address.split(".")[0], "name": address.split(".")[1],
         "provider_name": "registry.terraform.io/hashicorp/aws", "schema_version": 0, "values": values}
        for address, values in STATE.items()
    ]
    return {"format_version": "1.0", "terraform_version": "1.9.0", "values": {"root_module": {"resources": resources}}}


def run(binary, *arguments):
    done = subprocess.run([binary, *arguments, "--quiet", "--no-config", "--format", "json"], capture_output=True, text=True)
    try:
        return json.loads(done.stdout)
    except json.JSONDecodeError:
        sys.exit(f"{' '.join(arguments)}: exit code {done.returncode}: {done.stderr}")


def scan(binary, plan, chart):
    """The workloads of a chart, those that cross the border each way, and the rules that fire."""
    # The peer's group is open because this cloud leaves it so.
    report = run(binary, "scan", "--state", plan, str(chart), "--fail-on", "none", "--ignore", "CP501")
    flows = run(binary, "reach", "--state", plan, str(chart), "--scope", "border")["flows"]
    of_pods = lambda name: name.endswith("]") and "/" in name and not name.startswith("aws_")
    sends = {flow["from"] for flow in flows if of_pods(flow["from"])}
    takes = {flow["to"] for flow in flows if of_pods(flow["to"])}
    rules = collections.Counter(own["rule"] for own in report["findings"])
    text = chart.read_text()
    return {
        "workloads": report["summary"]["workloads"],
        "policies": text.count("\nkind: NetworkPolicy"),
        "sends": len(sends),
        "takes": len(takes),
        "rules": rules,
    }


def share(charts, key):
    every = sum(1 for own in charts if own[key] == own["workloads"])
    none = sum(1 for own in charts if own[key] == 0)
    return every, len(charts) - every - none, none


def tables(charts, titles):
    with_pods = [own for own in charts if own["workloads"] > 0]
    with_policy = [own for own in with_pods if own["policies"] > 0]
    pods = sum(own["workloads"] for own in with_pods)
    out = ["| what | charts |", "|---|---|"]
    out.append(f"| scanned | {len(charts)} |")
    out.append(f"| with workloads | {len(with_pods)} ({pods} workloads) |")
    out.append(f"| with a NetworkPolicy | {len(with_policy)} |")
    out.append("")
    out.append("| charts with workloads | every workload can | some can | none can |")
    out.append("|---|---|---|---|")
    for name, those in (("all", with_pods), ("with a NetworkPolicy", with_policy)):
        for what, key in (("send to the peer", "sends"), ("be reached from the peer", "takes")):
            every, some, none = share(those, key)
            out.append(f"| {name}: {what} | {every} | {some} | {none} |")
    out += ["", "| rule | charts | findings |", "|---|---|---|"]
    rules = sorted({rule for own in charts for rule in own["rules"]})
    for rule in rules:
        hit = [own["rules"][rule] for own in charts if own["rules"][rule]]
        out.append(f"| {rule}: {titles[rule]} | {len(hit)} | {sum(hit)} |")
    return "\n".join(out) + "\n"


def main():
    binary, folder = sys.argv[1], pathlib.Path(sys.argv[2])
    binary = str(pathlib.Path(binary).resolve())
    listed = subprocess.run([binary, "rules", "list", "--format", "json"], capture_output=True, text=True, check=True)
    titles = {rule["id"]: rule["title"] for rule in json.loads(listed.stdout)["rules"]}
    with tempfile.TemporaryDirectory() as here:
        plan = pathlib.Path(here) / "state.json"
        plan.write_text(json.dumps(state()))
        charts = [scan(binary, str(plan), chart) for chart in sorted(folder.glob("*.yaml"))]
    text = tables(charts, titles)
    if len(sys.argv) < 4:
        print(text, end="")
        return
    page = pathlib.Path(sys.argv[3])
    before, rest = page.read_text().split(BEGIN)
    after = rest.split(END)[1]
    page.write_text(before + BEGIN + "\n" + text + "\n" + END + after)


if __name__ == "__main__":
    main()
