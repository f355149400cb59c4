# A cluster that uses routes: its pod range is no subnet range, so that a peer learns of it by custom routes only.
terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

provider "google" {
  project = "old-prod"
  region  = "europe-west1"
}

resource "google_compute_network" "old" {
  name                    = "old"
  auto_create_subnetworks = false
}

resource "google_compute_network" "plain" {
  name                    = "plain"
  auto_create_subnetworks = false
}

resource "google_compute_network" "told" {
  name                    = "told"
  auto_create_subnetworks = false
}

resource "google_compute_subnetwork" "old" {
  name          = "old"
  network       = google_compute_network.old.id
  ip_cidr_range = "10.1.0.0/20"
  region        = "europe-west1"
}

resource "google_compute_subnetwork" "plain" {
  name          = "plain"
  network       = google_compute_network.plain.id
  ip_cidr_range = "10.2.0.0/20"
  region        = "europe-west1"
}

resource "google_compute_subnetwork" "told" {
  name          = "told"
  network       = google_compute_network.told.id
  ip_cidr_range = "10.3.0.0/20"
  region        = "europe-west1"
}

resource "google_compute_network_peering" "old_plain" {
  name         = "old-plain"
  network      = google_compute_network.old.self_link
  peer_network = google_compute_network.plain.self_link
}

resource "google_compute_network_peering" "plain_old" {
  name         = "plain-old"
  network      = google_compute_network.plain.self_link
  peer_network = google_compute_network.old.self_link
}

resource "google_compute_network_peering" "old_told" {
  name                 = "old-told"
  network              = google_compute_network.old.self_link
  peer_network         = google_compute_network.told.self_link
  export_custom_routes = true
}

resource "google_compute_network_peering" "told_old" {
  name                 = "told-old"
  network              = google_compute_network.told.self_link
  peer_network         = google_compute_network.old.self_link
  import_custom_routes = true
}

resource "google_compute_instance" "plain" {
  name         = "plain"
  machine_type = "e2-small"
  zone         = "europe-west1-b"

  network_interface {
    subnetwork = google_compute_subnetwork.plain.id
    network_ip = "10.2.0.9"
  }
}

resource "google_compute_instance" "told" {
  name         = "told"
  machine_type = "e2-small"
  zone         = "europe-west1-b"

  network_interface {
    subnetwork = google_compute_subnetwork.told.id
    network_ip = "10.3.0.9"
  }
}

resource "google_compute_firewall" "plain" {
  name          = "plain"
  network       = google_compute_network.plain.name
  source_ranges = ["10.0.0.0/8"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "told" {
  name          = "told"
  network       = google_compute_network.told.name
  source_ranges = ["10.0.0.0/8"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_container_cluster" "old" {
  name               = "old"
  location           = "europe-west1-b"
  network            = google_compute_network.old.name
  subnetwork         = google_compute_subnetwork.old.name
  networking_mode    = "ROUTES"
  cluster_ipv4_cidr  = "10.100.0.0/16"
  initial_node_count = 2
}
