# A cluster whose root looks for the far side's network by its tag.
data "aws_vpc" "data" {
  tags       = { Name = "data" }
  depends_on = [aws_iam_role.eks]
}

resource "aws_vpc_peering_connection" "to_data" {
  vpc_id      = aws_vpc.app.id
  peer_vpc_id = data.aws_vpc.data.id
  auto_accept = true
}

resource "aws_route" "to_data" {
  route_table_id            = aws_vpc.app.main_route_table_id
  destination_cidr_block    = "10.40.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection.to_data.id
}

resource "aws_route" "to_app" {
  route_table_id            = data.aws_vpc.data.main_route_table_id
  destination_cidr_block    = "10.20.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection.to_data.id
}

provider "aws" {
  region = "eu-west-1"
  assume_role {
    role_arn = "arn:aws:iam::444455556666:role/plan"
  }
}

resource "aws_vpc" "app" {
  cidr_block = "10.20.0.0/16"
}

resource "aws_subnet" "app" {
  vpc_id     = local.app_vpc_id
  cidr_block = "10.20.0.0/20"
}

locals {
  app_vpc_id = aws_vpc.app.id
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
