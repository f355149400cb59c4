# A module that is downloaded: what joins the two networks.
variable "app" {
  type = string
}

variable "data" {
  type = string
}

variable "tables" {
  type = map(string)
}

resource "aws_vpc_peering_connection" "this" {
  vpc_id      = var.app
  peer_vpc_id = var.data
  auto_accept = true
}

resource "aws_route" "this" {
  for_each                  = { "to.app/a" = ["data", "10.20.0.0/16"], "to.data/b" = ["app", "10.40.0.0/16"] }
  route_table_id            = var.tables[each.value[0]]
  destination_cidr_block    = each.value[1]
  vpc_peering_connection_id = aws_vpc_peering_connection.this.id
}
