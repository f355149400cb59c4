# Four networks: the cluster's, the databases', the operators', and one of a partner who has not peered back.
resource "google_compute_network" "app" {
  name                    = "app"
  auto_create_subnetworks = false
}

resource "google_compute_network" "data" {
  name                    = "data"
  auto_create_subnetworks = false
}

resource "google_compute_network" "ops" {
  name                    = "ops"
  auto_create_subnetworks = false
}

resource "google_compute_network" "partner" {
  name                    = "partner"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "nodes" {
  name          = "nodes"
  network       = google_compute_network.app.id
  ip_cidr_range = "10.20.0.0/20"
  region        = "europe-west1"

  secondary_ip_range {
    range_name    = "pods"
    ip_cidr_range = "10.24.0.0/16"
  }

  secondary_ip_range {
    range_name    = "services"
    ip_cidr_range = "10.28.0.0/20"
  }

  # Public addresses, used privately: peers get them only when they import them.
  secondary_ip_range {
    range_name    = "batch-pods"
    ip_cidr_range = "30.0.0.0/20"
  }
}

resource "google_compute_subnetwork" "db" {
  name          = "db"
  network       = google_compute_network.data.id
  ip_cidr_range = "10.40.0.0/20"
  region        = "europe-west1"
}

resource "google_compute_subnetwork" "archive" {
  name          = "archive"
  network       = google_compute_network.data.id
  ip_cidr_range = "35.200.0.0/24"
  region        = "europe-west1"
}

resource "google_compute_subnetwork" "ops" {
  name          = "ops"
  network       = google_compute_network.ops.id
  ip_cidr_range = "10.60.0.0/20"
  region        = "europe-west1"
}

resource "google_compute_subnetwork" "partner" {
  name          = "partner"
  network       = google_compute_network.partner.id
  ip_cidr_range = "10.80.0.0/20"
  region        = "europe-west1"
}
