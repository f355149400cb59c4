resource "aws_route" "app_to_routed" {
  route_table_id            = aws_vpc.app.main_route_table_id
  destination_cidr_block    = "10.40.0.0/24"
  vpc_peering_connection_id = aws_vpc_peering_connection.this.id
}
