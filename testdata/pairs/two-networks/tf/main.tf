# Two networks that peer, each made by `for_each`: a cluster in one of them, a database in the other.

locals {
  networks = {
    app  = "10.20.0.0/16"
    data = "10.40.0.0/16"
  }
  far = {
    app  = "data"
    data = "app"
  }
}

resource "aws_vpc" "this" {
  for_each   = local.networks
  cidr_block = each.value
}

resource "aws_subnet" "this" {
  for_each          = aws_vpc.this
  vpc_id            = each.value.id
  cidr_block        = cidrsubnet(each.value.cidr_block, 8, 1)
  availability_zone = "eu-west-1a"
}

resource "aws_vpc_peering_connection" "app_data" {
  vpc_id      = aws_vpc.this["app"].id
  peer_vpc_id = aws_vpc.this["data"].id
  auto_accept = true
}

resource "aws_route_table" "this" {
  for_each = aws_vpc.this
  vpc_id   = each.value.id
}

resource "aws_route_table_association" "this" {
  for_each       = aws_subnet.this
  subnet_id      = each.value.id
  route_table_id = aws_route_table.this[each.key].id
}

resource "aws_route" "far" {
  for_each                  = local.far
  route_table_id            = aws_route_table.this[each.key].id
  destination_cidr_block    = local.networks[each.value]
  vpc_peering_connection_id = aws_vpc_peering_connection.app_data.id
}

resource "aws_security_group" "db" {
  name   = "db"
  vpc_id = aws_vpc.this["data"].id

  ingress {
    from_port   = 5432
    to_port     = 5432
    protocol    = "tcp"
    cidr_blocks = [aws_vpc.this["app"].cidr_block]
  }
}

resource "aws_db_subnet_group" "db" {
  name       = "db"
  subnet_ids = [aws_subnet.this["data"].id]
}

resource "aws_db_instance" "orders" {
  identifier             = "orders"
  db_subnet_group_name   = aws_db_subnet_group.db.name
  vpc_security_group_ids = [aws_security_group.db.id]
}

resource "aws_eks_cluster" "shop" {
  name     = "shop"
  role_arn = "arn:aws:iam::123456789012:role/cluster"

  vpc_config {
    subnet_ids = [aws_subnet.this["app"].id]
  }
}

resource "aws_eks_node_group" "workers" {
  cluster_name    = aws_eks_cluster.shop.name
  node_group_name = "workers"
  node_role_arn   = "arn:aws:iam::123456789012:role/node"
  subnet_ids      = [aws_subnet.this["app"].id]

  scaling_config {
    desired_size = 2
    max_size     = 2
    min_size     = 2
  }
}
