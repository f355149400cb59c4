variable "cidr" {}
variable "peers" { type = map(object({ vpc = string, cidr = string })) }

  resource "aws_vpc" "this" { cidr_block = var.cidr }
# ^^^^^^^^^^^^^^^^^^^^^^^^^ module.hub.aws_vpc.this inner

  resource "aws_vpc_peering_connection" "to" {
    for_each    = var.peers
    vpc_id      = aws_vpc.this.id
    peer_vpc_id = each.value.vpc
    auto_accept = true
  }

  resource "aws_route_table" "this" {
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ module.hub.aws_route_table.this inner
    vpc_id = aws_vpc.this.id
    dynamic "route" {
      for_each = var.peers
      iterator = peer
      content {
        cidr_block                = peer.value.cidr
        vpc_peering_connection_id = aws_vpc_peering_connection.to[peer.key].id
      }
    }
  }

  resource "aws_route" "to" {
# ^^^^^^^^^^^^^^^^^^^^^^^^^ module.hub.aws_route.to["say \"hi\""] inner
    for_each                  = aws_vpc_peering_connection.to
    route_table_id            = aws_vpc.this.main_route_table_id
    destination_cidr_block    = var.peers[each.key].cidr
    vpc_peering_connection_id = each.value.id
#   ^^^^^^^^^^^^^^^^^^^^^^^^^ module.hub.aws_route.to["eu.west/1"] vpc_peering_connection_id inner
  }

output "vpc" { value = aws_vpc.this.id }
