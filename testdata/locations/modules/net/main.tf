variable "cidr" { type = string }
variable "names" { type = list(string) }

  resource "aws_vpc" "this" {
# ^^^^^^^^^^^^^^^^^^^^^^^^^ module.net["eu.west/1"].aws_vpc.this
# ^^^^^^^^^^^^^^^^^^^^^^^^^ module.net["say \"hi\""].aws_vpc.this
    cidr_block = var.cidr
#   ^^^^^^^^^^ module.net["x[0].y"].aws_vpc.this cidr_block
  }

  resource "aws_subnet" "this" {
# ^^^^^^^^^^^^^^^^^^^^^^^^^^^^ module.net["say \"hi\""].aws_subnet.this["a/10.2.0.0"]
    for_each   = { for n, name in var.names : "${name}/${cidrhost(var.cidr, n)}" => n }
    vpc_id     = aws_vpc.this.id
    cidr_block = cidrsubnet(var.cidr, 8, each.value)
  }

output "vpc" { value = aws_vpc.this.id }
output "cidr" { value = aws_vpc.this.cidr_block }
