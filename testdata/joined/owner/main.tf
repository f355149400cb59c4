# The far side: a database in another account.
resource "aws_vpc" "data" {
  cidr_block = "10.40.0.0/16"
  tags       = { Name = "data" }
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

variable "peering" {
  type    = string
  default = null
}

terraform {
  required_providers {
    aws = { source = "hashicorp/aws" }
  }
}

provider "aws" {
  region = "eu-west-1"
  assume_role {
    role_arn = "arn:aws:iam::444455556666:role/plan"
  }
}
# The far end of the connection, and the way back.
resource "aws_vpc_peering_connection_accepter" "from_app" {
  vpc_peering_connection_id = var.peering
  auto_accept               = true
}

resource "aws_route" "to_app" {
  route_table_id            = aws_vpc.data.main_route_table_id
  destination_cidr_block    = "10.20.0.0/16"
  vpc_peering_connection_id = aws_vpc_peering_connection_accepter.from_app.vpc_peering_connection_id
}
