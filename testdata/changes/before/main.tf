# A cluster's network, and a peer with a database in the routed subnet and a cache in one that is not routed: as it is before each change.
resource "aws_vpc" "app" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.app.id
  cidr_block = "10.20.0.0/20"
}

resource "aws_vpc" "data" {
  cidr_block = "10.40.0.0/16"
}

resource "aws_subnet" "data" {
  for_each   = { routed = "10.40.0.0/24", unrouted = "10.40.1.0/24" }
  vpc_id     = aws_vpc.data.id
  cidr_block = each.value
}

resource "aws_route" "data_to_app" {
  route_table_id            = aws_vpc.data.main_route_table_id
  destination_cidr_block    = aws_vpc.app.cidr_block
  vpc_peering_connection_id = aws_vpc_peering_connection.this.id
}

resource "aws_security_group" "server" {
  name   = "server"
  vpc_id = aws_vpc.data.id
}

resource "aws_security_group" "nodes" {
  name   = "nodes"
  vpc_id = aws_vpc.app.id
  egress {
    protocol    = "-1"
    from_port   = 0
    to_port     = 0
    cidr_blocks = ["0.0.0.0/0"]
  }
}

resource "aws_instance" "database" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.small"
  subnet_id              = aws_subnet.data["routed"].id
  vpc_security_group_ids = [aws_security_group.server.id]
}

resource "aws_iam_role" "eks" {
  name               = "eks"
  assume_role_policy = "{}"
}

resource "aws_eks_cluster" "this" {
  name     = "this"
  role_arn = aws_iam_role.eks.arn
  vpc_config {
    subnet_ids = [aws_subnet.app.id]
  }
}

resource "aws_launch_template" "nodes" {
  name                   = "nodes"
  vpc_security_group_ids = [aws_security_group.nodes.id]
}

resource "aws_eks_node_group" "this" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "this"
  node_role_arn   = aws_iam_role.eks.arn
  subnet_ids      = [aws_subnet.app.id]
  launch_template {
    id      = aws_launch_template.nodes.id
    version = "1"
  }
  scaling_config {
    desired_size = 1
    max_size     = 1
    min_size     = 1
  }
}

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "eu-west-1"
}
