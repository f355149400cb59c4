resource "google_container_cluster" "shop" {
  name                     = "shop"
  location                 = "europe-west1"
  network                  = google_compute_network.app.id
  subnetwork               = google_compute_subnetwork.nodes.id
  networking_mode          = "VPC_NATIVE"
  datapath_provider        = "ADVANCED_DATAPATH"
  remove_default_node_pool = true
  initial_node_count       = 1

  ip_allocation_policy {
    cluster_secondary_range_name  = "pods"
    services_secondary_range_name = "services"
  }
}

resource "google_container_node_pool" "general" {
  name       = "general"
  cluster    = google_container_cluster.shop.name
  location   = "europe-west1"
  node_count = 2

  node_config {
    tags = ["gke-app"]
  }
}

# Pods of this pool have addresses of the second pod range.
resource "google_container_node_pool" "batch" {
  name       = "batch"
  cluster    = google_container_cluster.shop.name
  location   = "europe-west1"
  node_count = 1

  network_config {
    pod_range = "batch-pods"
  }

  node_config {
    tags = ["gke-batch"]
  }
}
