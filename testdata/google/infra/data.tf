resource "google_service_account" "ledger" {
  account_id = "ledger"
}

resource "google_compute_instance" "orders" {
  name         = "orders"
  machine_type = "e2-medium"
  zone         = "europe-west1-b"
  tags         = ["postgres"]

  network_interface {
    subnetwork = google_compute_subnetwork.db.id
    network_ip = "10.40.0.9"
  }
}

resource "google_compute_instance" "ledger" {
  name         = "ledger"
  machine_type = "e2-medium"
  zone         = "europe-west1-b"

  network_interface {
    subnetwork = google_compute_subnetwork.db.id
    network_ip = "10.40.0.17"
  }

  service_account {
    email  = google_service_account.ledger.email
    scopes = ["cloud-platform"]
  }
}

resource "google_compute_instance" "archive" {
  name         = "archive"
  machine_type = "e2-medium"
  zone         = "europe-west1-b"
  tags         = ["archive"]

  network_interface {
    subnetwork = google_compute_subnetwork.archive.id
    network_ip = "35.200.0.9"
  }
}

resource "google_compute_instance" "bastion" {
  name         = "bastion"
  machine_type = "e2-small"
  zone         = "europe-west1-b"

  network_interface {
    subnetwork = google_compute_subnetwork.ops.id
    network_ip = "10.60.0.5"
  }
}

resource "google_compute_instance" "exchange" {
  name         = "exchange"
  machine_type = "e2-small"
  zone         = "europe-west1-b"

  network_interface {
    subnetwork = google_compute_subnetwork.partner.id
    network_ip = "10.80.0.5"
  }
}

resource "google_sql_database_instance" "reports" {
  name             = "reports"
  database_version = "POSTGRES_16"
  depends_on       = [google_service_networking_connection.services]

  settings {
    tier = "db-f1-micro"

    ip_configuration {
      ipv4_enabled    = false
      private_network = google_compute_network.app.id
    }
  }
}
