# A line of carets marks the place above it: the address, then an attribute with its position in the plan, or nothing for the
# block itself. In a downloaded module the place is that of the call, and the mark says `inner`.
locals {
  networks = {
    "eu.west/1"   = { cidr = "10.1.0.0/16", names = ["a", "b"] }
    "say \"hi\""  = { cidr = "10.2.0.0/16", names = ["a"] }
    "x[0].y"      = { cidr = "10.3.0.0/16", names = [] }
  }
  peers = { for key, own in local.networks : key => own.cidr if key != "x[0].y" }
}

  module "net" {
    source   = "./modules/net"
    for_each = local.networks
    cidr     = each.value.cidr
    names    = each.value.names
  }

  module "hub" {
# ^^^^^^^^^^^^ module.hub.aws_vpc.this
# ^^^^^^^^^^^^ module.hub.aws_route.to["eu.west/1"]
    source = "registry.example.com/networks/peer/aws"
    cidr   = "10.0.0.0/16"
    peers  = { for key, own in module.net : key => { vpc = own.vpc, cidr = own.cidr } if contains(keys(local.peers), key) }
  }

  resource "aws_security_group" "web" {
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ aws_security_group.web
    name   = "web"
    vpc_id = module.hub.vpc
    ingress {
#   ^^^^^^^ aws_security_group.web ingress[from_port=443]
      protocol    = "tcp"
      from_port   = 443
      to_port     = 443
      cidr_blocks = [local.networks["x[0].y"].cidr]
#     ^^^^^^^^^^^ aws_security_group.web ingress[from_port=443].cidr_blocks
    }
    ingress {
#   ^^^^^^^ aws_security_group.web ingress[from_port=80]
      protocol    = "tcp"
      from_port   = 80
      to_port     = 80
      cidr_blocks = ["0.0.0.0/0"]
    }
    ingress {
#   ^^^^^^^ aws_security_group.web ingress[from_port=22]
      protocol        = "tcp"
      from_port       = 22
      to_port         = 22
      security_groups = [aws_security_group.ops.id]
#     ^^^^^^^^^^^^^^^ aws_security_group.web ingress[from_port=22].security_groups
    }
    dynamic "egress" {
#   ^^^^^^^^^^^^^^^^ aws_security_group.web egress[from_port=5432]
      for_each = local.peers
      content {
        protocol    = "tcp"
        from_port   = 5432
        to_port     = 5432
        cidr_blocks = [egress.value]
#       ^^^^^^^^^^^ aws_security_group.web egress[from_port=5432].cidr_blocks
      }
    }
  }

  resource "aws_security_group" "ops" { vpc_id = module.hub.vpc }
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ aws_security_group.ops
#                                       ^^^^^^ aws_security_group.ops vpc_id
