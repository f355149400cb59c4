"""Writes Terraform roots that say one small world in many forms.

A world is two or three VPCs, joined by peerings or a transit gateway, with route tables, security groups, network ACLs,
databases, instances and a cluster. Its forms are what people write: locals, modules, `count`, `for_each`, conditionals,
`dynamic` blocks, splats and functions around every reference. The same seeds write the same files.

One seed chooses the world and another one its forms, so that one world can be written in several ways.
"""

import pathlib
import random

HEAD = """terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}
provider "aws" { region = "eu-central-1" }
variable "on" {
  default = true
}
variable "off" {
  default = false
}
"""
PASS = 'variable "value" {}\noutput "value" {\n  value = var.value\n}\n'

# Forms that leave a value as it is: of anything, of one text, of a list.
OF_ANY = [
    "(var.on ? {e} : {none})",
    "(var.off ? {none} : {e})",
    "try({e}, {none})",
    'lookup({{ k = {e} }}, "k", null)',
    'merge({{ a = {e} }}, {{ b = null }})["a"]',
    "values({{ a = {e} }})[0]",
    "jsondecode(jsonencode({{ a = {e} }})).a",
    "tolist([{e}])[0]",
    "element([{e}], 0)",
]
OF_TEXT = [
    "coalesce(null, {e})",
    "one([{e}])",
    "[for x in [{e}] : x][0]",
    "flatten([[{e}]])[0]",
    'split(",", join(",", [{e}]))[0]',
    'join("", [{e}, ""])',
    'format("%s", {e})',
    '"${{{e}}}"',
    "trimspace({e})",
]
OF_LIST = [
    "coalescelist([], {e})",
    "concat({e}, [])",
    "compact({e})",
    "[for x in {e} : x]",
    "flatten([{e}, []])",
    "distinct({e})",
    "reverse({e})",
    "tolist(toset({e}))",
]
# How one instance of a resource is referred to, by the form of its block.
REFERENCES = {
    "plain": ["{block}.{attribute}"],
    "count": [
        "{block}[0].{attribute}",
        "{block}.*.{attribute}[0]",
        "one({block}[*].{attribute})",
        'join("", {block}[*].{attribute})',
        "element({block}.*.{attribute}, 0)",
        "try({block}[0].{attribute}, null)",
        'concat({block}[*].{attribute}, [""])[0]',
    ],
    "each": [
        '{block}["k"].{attribute}',
        "values({block})[0].{attribute}",
        "[for x in {block} : x.{attribute}][0]",
        '{{ for k, x in {block} : k => x.{attribute} }}["k"]',
    ],
    "module": ["{module}.it.{attribute}"],
}


class Root:
    """A root in the making. Without a seed for its forms everything is written plainly."""

    def __init__(self, seed, forms):
        self.random = random.Random(seed)
        self.forms = None if forms is None else random.Random(forms)
        self.blocks = [HEAD]
        self.locals = []
        self.modules = {}
        self.references = {}
        self.made = 0

    def chance(self, probability):
        return self.random.random() < probability

    def form(self, probability):
        """Whether a form is taken that is not the plain one."""
        return self.forms is not None and self.forms.random() < probability

    def form_of(self, all):
        """One of several forms, of which the first is the plain one."""
        return all[0] if self.forms is None else self.forms.choice(all)

    def fresh(self, letter):
        self.made += 1
        return f"{letter}{self.made}"

    # Values in many forms.

    def local(self, text):
        name = self.fresh("l")
        self.locals.append(f"  {name} = {text}")
        return f"local.{name}"

    def passed(self, expression):
        """The value handed through a module without resources."""
        self.modules["pass"] = PASS
        name = self.fresh("p")
        self.blocks.append(f'module "{name}" {{\n  source = "./pass"\n  value = {expression}\n}}\n')
        return f"module.{name}.value"

    def value(self, expression, is_list=False):
        """An expression that has the same value."""
        while self.form(0.65):
            expression = self.wrapped(expression, is_list)
        return expression

    def wrapped(self, e, is_list):
        kinds = [
            lambda: self.local(e),
            lambda: self.local(f"{{ a = {e}, b = null }}") + ".a",
            lambda: '{ for o in %s : o.name => o.v }["x"]' % self.local(f'[{{ name = "x", v = {e} }}]'),
            lambda: f'element({self.local(f"[{{ v = {e} }}]")}[*].v, 0)',
            lambda: self.passed(e),
        ]
        forms = OF_ANY + (OF_LIST if is_list else OF_TEXT)
        if self.form(0.3):
            return self.form_of(kinds)()
        none = "[]" if is_list else "null"
        return self.form_of(forms).format(e=e, none=none)

    # Resources in many forms.

    def resource(self, kind, name, arguments, blocks=""):
        """A resource. Arguments are pairs; one with blocks stands in the root and has no `count`."""
        form = "plain" if blocks else self.form_of(["plain", "plain", "count", "each", "module"])
        block = f"{kind}.{name}"
        body = "".join(f"  {key} = {value}\n" for key, value in arguments)
        module = None
        if form == "module":
            module = self.module(kind, arguments)
        else:
            count = self.form_of(["  count = 1\n", "  count = var.on ? 1 : 0\n"])
            repeat = {"count": count, "each": '  for_each = toset(["k"])\n'}.get(form, "")
            self.blocks.append(f'resource "{kind}" "{name}" {{\n{repeat}{body}{blocks}}}\n')
        self.references[block] = (form, module)

    def module(self, kind, arguments):
        """A module of its own that holds the resource; every argument is one of its variables."""
        name = self.fresh("m")
        passed = [(self.fresh("v"), key, value) for key, value in arguments]
        variables = "".join(f'variable "{variable}" {{}}\n' for variable, _, _ in passed)
        inside = "".join(f"  {key} = var.{variable}\n" for variable, key, _ in passed)
        self.modules[name] = (
            f'{variables}resource "{kind}" "this" {{\n{inside}}}\noutput "it" {{\n  value = {kind}.this\n}}\n'
        )
        each = self.form(0.3)
        repeat = '  for_each = toset(["z"])\n' if each else ""
        outside = "".join(f"  {variable} = {value}\n" for variable, _, value in passed)
        self.blocks.append(f'module "{name}" {{\n  source = "./{name}"\n{repeat}{outside}}}\n')
        return f'module.{name}["z"]' if each else f"module.{name}"

    def reference(self, block, attribute="id"):
        """The attribute of a resource, in some form."""
        form, module = self.references[block]
        pattern = self.form_of(REFERENCES[form])
        return self.value(pattern.format(block=block, attribute=attribute, module=module))

    def address(self, block):
        """The address of a resource's only instance."""
        form, module = self.references[block]
        kind = block.split(".")[0]
        ends = {"plain": block, "count": f"{block}[0]", "each": f'{block}["k"]', "module": f"{module}.{kind}.this"}
        return ends[form]

    def list_of(self, expressions):
        return self.value(f'[{", ".join(expressions)}]', is_list=True)

    def write(self, folder):
        folder = pathlib.Path(folder)
        files = {"main.tf": "\n".join([*self.blocks, "locals {", *self.locals, "}", ""])}
        files |= {f"{name}/main.tf": text for name, text in self.modules.items()}
        for path, text in files.items():
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
            (folder / path).write_text(text)


class World:
    """The world of a root: networks by name with the beginning of their blocks; `app` holds the cluster."""

    def __init__(self, seed, forms):
        self.root = Root(seed, forms)
        self.networks = {"app": "10.20", "data": "10.40"}
        if self.root.chance(0.4):
            self.networks["ops"] = "10.60"
        self.far = [name for name in self.networks if name != "app"]
        self.peers = self.root.chance(0.65)
        for part in (self.places, self.borders, self.routes, self.groups, self.ends, self.acl, self.cluster):
            part()

    def places(self):
        root = self.root
        for name, front in self.networks.items():
            root.resource("aws_vpc", name, [("cidr_block", f'"{front}.0.0/16"')])
            for n in range(2):
                vpc = f"aws_vpc.{name}"
                block = f'"{front}.{n}.0/24"'
                if root.form(0.5):
                    block = f'cidrsubnet({root.reference(vpc, "cidr_block")}, 8, {n})'
                zone = f'"eu-central-1{"ab"[n]}"'
                root.resource(
                    "aws_subnet",
                    f"{name}{n}",
                    [("vpc_id", root.reference(vpc)), ("cidr_block", block), ("availability_zone", zone)],
                )

    def subnets(self, name, numbers=(0, 1)):
        return self.root.list_of([self.root.reference(f"aws_subnet.{name}{n}") for n in numbers])

    def borders(self):
        root = self.root
        if self.peers:
            for name in self.far:
                ends = [("vpc_id", root.reference("aws_vpc.app")), ("peer_vpc_id", root.reference(f"aws_vpc.{name}"))]
                accept = "true" if root.chance(0.8) else "null"
                root.resource("aws_vpc_peering_connection", name, [*ends, ("auto_accept", accept)])
            return
        root.resource("aws_ec2_transit_gateway", "hub", [("description", '"hub"')])
        for name in self.networks:
            arguments = [
                ("transit_gateway_id", root.reference("aws_ec2_transit_gateway.hub")),
                ("vpc_id", root.reference(f"aws_vpc.{name}")),
                ("subnet_ids", self.subnets(name, (0, 1) if root.chance(0.7) else (0,))),
            ]
            root.resource("aws_ec2_transit_gateway_vpc_attachment", name, arguments)

    def target(self, name, other):
        """The argument of a route that leads from one network to another."""
        if self.peers:
            peering = other if name == "app" else name
            return "vpc_peering_connection_id", self.root.reference(f"aws_vpc_peering_connection.{peering}")
        return "transit_gateway_id", self.root.reference("aws_ec2_transit_gateway.hub")

    def block_of(self, name):
        front = self.networks[name]
        return self.root.random.choice(
            [f'"{front}.0.0/16"', f'"{front}.0.0/24"', self.root.reference(f"aws_vpc.{name}", "cidr_block")]
        )

    def routes(self):
        for name in self.networks:
            others = self.far if name == "app" else ["app"]
            others = [other for other in others if self.root.chance(0.93)]
            form = self.root.random.choice(["inline", "separate", "default", "main"])
            getattr(self, f"routes_{form}")(name, others)
            if form in ("inline", "separate"):
                self.associations(name)

    def routes_inline(self, name, others, kind="aws_route_table"):
        root = self.root
        vpc = f"aws_vpc.{name}"
        owner = ("vpc_id", root.reference(vpc))
        if kind == "aws_default_route_table":
            owner = ("default_route_table_id", root.reference(vpc, "default_route_table_id"))
        rows = [(self.block_of(other), *self.target(name, other)) for other in others]
        if rows and root.form(0.4):
            cells = ", ".join(f"{{ cidr = {block}, to = {to} }}" for block, _, to in rows)
            each = f"  dynamic \"route\" {{\n    for_each = {root.local(f'[{cells}]')}\n    content {{\n"
            blocks = f"{each}      cidr_block = route.value.cidr\n      {rows[0][1]} = route.value.to\n    }}\n  }}\n"
        else:
            blocks = "".join(
                f"  route {{\n    cidr_block = {block}\n    {key} = {to}\n  }}\n" for block, key, to in rows
            )
        root.resource(kind, name, [owner], blocks or "\n")

    def routes_default(self, name, others):
        self.routes_inline(name, others, "aws_default_route_table")

    def routes_separate(self, name, others):
        self.root.resource("aws_route_table", name, [("vpc_id", self.root.reference(f"aws_vpc.{name}"))])
        self.routes_of(name, others, lambda: self.root.reference(f"aws_route_table.{name}"))

    def routes_main(self, name, others):
        which = self.root.random.choice(["main_route_table_id", "default_route_table_id"])
        self.routes_of(name, others, lambda: self.root.reference(f"aws_vpc.{name}", which))

    def routes_of(self, name, others, table):
        for other in others:
            arguments = [("route_table_id", table()), ("destination_cidr_block", self.block_of(other))]
            self.root.resource("aws_route", f"{name}_{other}", [*arguments, self.target(name, other)])

    def associations(self, name):
        for n in range(2):
            if self.root.chance(0.93):
                subnet = ("subnet_id", self.root.reference(f"aws_subnet.{name}{n}"))
                table = ("route_table_id", self.root.reference(f"aws_route_table.{name}"))
                self.root.resource("aws_route_table_association", f"{name}{n}", [subnet, table])

    def groups(self):
        root = self.root
        everywhere = '"0.0.0.0/0"' if root.chance(0.7) else self.block_of(root.random.choice(self.far))
        self.group("app", "nodes", [(8080, self.block_of(root.random.choice(self.far)), None)], [everywhere])
        for name in self.far:
            rules = [(5432, self.block_of("app"), None)] if root.chance(0.8) else []
            if self.peers and root.chance(0.5):
                rules.append((6379, None, root.reference("aws_security_group.nodes")))
            self.group(name, f"db_{name}", rules, [self.block_of("app")] if root.chance(0.5) else [])

    def group(self, network, name, ingress, egress):
        """A group; ingress rules are (port, block, group), egress is blocks."""
        owner = [("name", f'"{name}"'), ("vpc_id", self.root.reference(f"aws_vpc.{network}"))]
        rules = [("ingress", *rule) for rule in ingress] + [("egress", None, block, None) for block in egress]
        form = self.root.form_of(["inline", "old", "new"])
        if form == "inline":
            blocks = "".join(self.inline_rule(*rule) for rule in rules)
            self.root.resource("aws_security_group", name, owner, blocks or "\n")
            return
        self.root.resource("aws_security_group", name, owner)
        for n, (way, port, block, group) in enumerate(rules):
            own = ("security_group_id", self.root.reference(f"aws_security_group.{name}"))
            kind, arguments = self.old_rule(way, port, block, group) if form == "old" else new_rule(way, port, block, group)
            self.root.resource(kind, f"{name}{n}", [own, *arguments])

    def inline_rule(self, way, port, block, group):
        ends = f"cidr_blocks = {self.root.list_of([block])}" if block else f"security_groups = [{group}]"
        first = port or 0
        protocol = '"tcp"' if port else '"-1"'
        return f"  {way} {{\n    from_port = {first}\n    to_port = {first}\n    protocol = {protocol}\n    {ends}\n  }}\n"

    def old_rule(self, way, port, block, group):
        ends = ("cidr_blocks", self.root.list_of([block])) if block else ("source_security_group_id", group)
        ports = [("from_port", port or 0), ("to_port", port or 0), ("protocol", '"tcp"' if port else '"-1"')]
        return "aws_security_group_rule", [("type", f'"{way}"'), ends, *ports]

    def ends(self):
        root = self.root
        for name in self.far:
            groups = ("vpc_security_group_ids", root.list_of([root.reference(f"aws_security_group.db_{name}")]))
            subnet = root.reference(f"aws_subnet.{name}{root.random.randrange(2)}")
            machine = [("ami", '"ami-1"'), ("instance_type", '"t3.micro"'), ("subnet_id", subnet), groups]
            root.resource("aws_instance", name, machine)
            if root.chance(0.5):
                self.database(name, groups)

    def database(self, name, groups):
        root = self.root
        subnets = ("subnet_ids", self.subnets(name))
        root.resource("aws_db_subnet_group", name, [("name", f'"{name}"'), subnets])
        named = root.reference(f"aws_db_subnet_group.{name}", root.random.choice(["name", "id"]))
        fixed = {
            "instance_class": '"db.t3.micro"',
            "engine": '"postgres"',
            "allocated_storage": 10,
            "username": '"u"',
            "password": '"not-a-secret"',
            "port": 5432,
        }
        root.resource("aws_db_instance", name, [*fixed.items(), ("db_subnet_group_name", named), groups])

    def acl(self):
        root = self.root
        if not root.chance(0.35):
            return
        name = root.random.choice(list(self.networks))
        first = root.random.choice([0, 1024, 5432])
        out = root.random.choice(['"0.0.0.0/0"', self.block_of(root.random.choice(list(self.networks)))])
        blocks = (
            '  ingress {\n    rule_no = 100\n    action = "allow"\n    protocol = "tcp"\n'
            f'    cidr_block = "10.0.0.0/8"\n    from_port = {first}\n    to_port = 65535\n  }}\n'
            '  egress {\n    rule_no = 100\n    action = "allow"\n    protocol = "-1"\n'
            f"    cidr_block = {out}\n    from_port = 0\n    to_port = 0\n  }}\n"
        )
        owner = [("vpc_id", root.reference(f"aws_vpc.{name}")), ("subnet_ids", self.subnets(name, (0,)))]
        root.resource("aws_network_acl", name, owner, blocks)

    def cluster(self):
        root = self.root
        role = ("role_arn", '"arn:aws:iam::111122223333:role/eks"')
        place = f'  vpc_config {{\n    subnet_ids = {self.subnets("app")}\n  }}\n'
        root.resource("aws_eks_cluster", "c", [("name", '"c"'), role], place)
        template = ""
        if root.chance(0.7):
            groups = root.list_of([root.reference("aws_security_group.nodes")])
            root.resource("aws_launch_template", "n", [("name", '"n"'), ("vpc_security_group_ids", groups)])
            version = root.form_of(['"1"', root.reference("aws_launch_template.n", "latest_version")])
            named = root.reference("aws_launch_template.n")
            template = f"  launch_template {{\n    id = {named}\n    version = {version}\n  }}\n"
        cluster = root.form_of(["aws_eks_cluster.c.name", "aws_eks_cluster.c.id", '"c"'])
        arguments = [
            ("cluster_name", cluster),
            ("node_group_name", '"n"'),
            ("node_role_arn", '"arn:aws:iam::111122223333:role/n"'),
            ("subnet_ids", self.subnets("app", (0, 1) if root.chance(0.5) else (0,))),
        ]
        size = "  scaling_config {\n    desired_size = 1\n    max_size = 1\n    min_size = 1\n  }\n"
        root.resource("aws_eks_node_group", "n", arguments, template + size)


def new_rule(way, port, block, group):
    ends = ("cidr_ipv4", block) if block else ("referenced_security_group_id", group)
    ports = [("ip_protocol", '"tcp"'), ("from_port", port), ("to_port", port)] if port else [("ip_protocol", '"-1"')]
    return f"aws_vpc_security_group_{way}_rule", [ends, *ports]
