resource "aws_vpc_security_group_ingress_rule" "server" {
  security_group_id = aws_security_group.server.id
  cidr_ipv4         = "10.20.0.0/20"
  ip_protocol       = "tcp"
  from_port         = 5432
  to_port           = 5432
}
