# A cluster and a database in two networks, joined by a downloaded module.
module "hub" {
  source = "./hub"
  app    = aws_vpc.app.id
  data   = aws_vpc.data.id
  tables = { app = aws_vpc.app.main_route_table_id, data = aws_vpc.data.main_route_table_id }
}

resource "aws_vpc" "data" {
  cidr_block = "10.40.0.0/16"
}

resource "aws_subnet" "data" {
  vpc_id     = aws_vpc.data.id
  cidr_block = "10.40.0.0/24"
}

resource "aws_security_group" "database" {
  name   = "database"
  vpc_id = aws_vpc.data.id
  ingress {
    protocol    = "tcp"
    from_port   = 5432
    to_port     = 5432
    cidr_blocks = ["10.20.0.0/16"]
  }
}

resource "aws_instance" "database" {
  ami                    = "ami-0123456789abcdef0"
  instance_type          = "t3.small"
  subnet_id              = aws_subnet.data.id
  vpc_security_group_ids = [aws_security_group.database.id]
}

provider "aws" {
  region = "eu-west-1"
}

resource "aws_vpc" "app" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "app" {
  vpc_id     = aws_vpc.app.id
  cidr_block = "10.20.0.0/20"
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

resource "aws_eks_node_group" "this" {
  cluster_name    = aws_eks_cluster.this.name
  node_group_name = "this"
  node_role_arn   = aws_iam_role.eks.arn
  subnet_ids      = [aws_subnet.app.id]
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
