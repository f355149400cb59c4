# The policy that kept the pods of `shop` from sending is gone; nobody reaches them still.
provider "kubernetes" {
  host = aws_eks_cluster.this.endpoint
}

resource "kubernetes_network_policy_v1" "no_ingress" {
  metadata {
    name      = "no-ingress"
    namespace = "shop"
  }
  spec {
    pod_selector {}
    policy_types = ["Ingress"]
  }
}
