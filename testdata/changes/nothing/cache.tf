resource "aws_instance" "cache" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.large"
  tags                   = { Name = "cache" }
  subnet_id              = aws_subnet.data["unrouted"].id
  vpc_security_group_ids = [aws_security_group.server.id]
}
