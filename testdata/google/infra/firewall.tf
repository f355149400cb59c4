# Data: pods come to the databases, and nobody else unless a rule says so.
resource "google_compute_firewall" "postgres" {
  name          = "postgres"
  network       = google_compute_network.data.name
  direction     = "INGRESS"
  priority      = 1000
  source_ranges = ["10.24.0.0/16", "30.0.0.0/20"]
  target_tags   = ["postgres"]

  allow {
    protocol = "tcp"
    ports    = ["5432", "6379"]
  }
}

resource "google_compute_firewall" "ledger" {
  name                    = "ledger"
  network                 = google_compute_network.data.name
  direction               = "INGRESS"
  priority                = 1000
  source_ranges           = ["10.24.0.0/16"]
  target_service_accounts = [google_service_account.ledger.email]

  allow {
    protocol = "tcp"
    ports    = ["8443", "9000-9100"]
  }
}

resource "google_compute_firewall" "no_admin" {
  name          = "no-admin"
  network       = google_compute_network.data.name
  direction     = "INGRESS"
  priority      = 900
  source_ranges = ["10.0.0.0/8"]

  deny {
    protocol = "tcp"
    ports    = ["9000"]
  }
}

resource "google_compute_firewall" "off" {
  name          = "off"
  network       = google_compute_network.data.name
  direction     = "INGRESS"
  priority      = 100
  disabled      = true
  source_ranges = ["0.0.0.0/0"]

  allow {
    protocol = "all"
  }
}

# Only nodes come to the archive: its addresses are public ones, so that pods leave with their node's.
resource "google_compute_firewall" "archive" {
  name          = "archive"
  network       = google_compute_network.data.name
  direction     = "INGRESS"
  priority      = 1000
  source_ranges = ["10.20.0.0/20"]
  target_tags   = ["archive"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

resource "google_compute_firewall" "ops_to_db" {
  name        = "ops-to-db"
  network     = google_compute_network.data.name
  direction   = "INGRESS"
  priority    = 1000
  source_tags = ["bastion"]
  target_tags = ["postgres"]

  allow {
    protocol = "tcp"
    ports    = ["22"]
  }
}

# App: what the databases may call back, and what nodes may not call.
resource "google_compute_firewall" "hooks" {
  name          = "hooks"
  network       = google_compute_network.app.name
  direction     = "INGRESS"
  priority      = 1000
  source_ranges = ["10.40.0.0/20"]
  target_tags   = ["gke-app"]

  allow {
    protocol = "tcp"
    ports    = ["8080"]
  }
}

resource "google_compute_firewall" "no_udp" {
  name               = "no-udp"
  network            = google_compute_network.app.name
  direction          = "EGRESS"
  priority           = 100
  destination_ranges = ["10.40.0.0/20"]
  target_tags        = ["gke-app"]

  deny {
    protocol = "udp"
  }
}

resource "google_compute_firewall" "exchange" {
  name          = "exchange"
  network       = google_compute_network.partner.name
  direction     = "INGRESS"
  priority      = 1000
  source_ranges = ["10.24.0.0/16"]

  allow {
    protocol = "tcp"
    ports    = ["443"]
  }
}

# A network policy comes after the VPC rules: it decides only what those leave open.
resource "google_compute_network_firewall_policy" "data" {
  name = "data"
}

resource "google_compute_network_firewall_policy_association" "data" {
  name              = "data"
  attachment_target = google_compute_network.data.id
  firewall_policy   = google_compute_network_firewall_policy.data.name
}

resource "google_compute_network_firewall_policy_rule" "no_redis" {
  firewall_policy = google_compute_network_firewall_policy.data.name
  priority        = 10
  direction       = "INGRESS"
  action          = "deny"

  match {
    src_ip_ranges = ["10.24.0.0/16"]

    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["6379"]
    }
  }
}

resource "google_compute_network_firewall_policy_rule" "metrics" {
  firewall_policy = google_compute_network_firewall_policy.data.name
  priority        = 20
  direction       = "INGRESS"
  action          = "allow"

  match {
    src_ip_ranges = ["10.24.0.0/16"]

    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["9187"]
    }
  }
}

# The organization comes first. What it leaves to the next policy, the VPC rules decide.
resource "google_compute_firewall_policy" "organization" {
  parent     = "organizations/123456789012"
  short_name = "organization"
}

resource "google_compute_firewall_policy_association" "organization" {
  name              = "organization"
  attachment_target = "organizations/123456789012"
  firewall_policy   = google_compute_firewall_policy.organization.id
}

resource "google_compute_firewall_policy_rule" "own" {
  firewall_policy = google_compute_firewall_policy.organization.id
  priority        = 100
  direction       = "INGRESS"
  action          = "goto_next"

  match {
    src_ip_ranges = ["10.24.0.0/16"]

    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["8443"]
    }
  }
}

resource "google_compute_firewall_policy_rule" "no_tls_alt" {
  firewall_policy = google_compute_firewall_policy.organization.id
  priority        = 200
  direction       = "INGRESS"
  action          = "deny"

  match {
    src_ip_ranges = ["0.0.0.0/0"]

    layer4_configs {
      ip_protocol = "tcp"
      ports       = ["8443", "9050"]
    }
  }
}
