resource "google_compute_network_peering" "app_data" {
  name                                = "app-data"
  network                             = google_compute_network.app.self_link
  peer_network                        = google_compute_network.data.self_link
  import_custom_routes                = true
  import_subnet_routes_with_public_ip = true
}

resource "google_compute_network_peering" "data_app" {
  name                 = "data-app"
  network              = google_compute_network.data.self_link
  peer_network         = google_compute_network.app.self_link
  export_custom_routes = true
}

resource "google_compute_network_peering" "data_ops" {
  name         = "data-ops"
  network      = google_compute_network.data.self_link
  peer_network = google_compute_network.ops.self_link
}

resource "google_compute_network_peering" "ops_data" {
  name         = "ops-data"
  network      = google_compute_network.ops.self_link
  peer_network = google_compute_network.data.self_link
}

# The partner's side is not there.
resource "google_compute_network_peering" "app_partner" {
  name         = "app-partner"
  network      = google_compute_network.app.self_link
  peer_network = google_compute_network.partner.self_link
}

resource "google_compute_vpn_gateway" "office" {
  name    = "office"
  network = google_compute_network.data.id
}

resource "google_compute_vpn_tunnel" "office" {
  name               = "office"
  peer_ip            = "203.0.113.9"
  target_vpn_gateway = google_compute_vpn_gateway.office.id
}

resource "google_compute_route" "office" {
  name                = "office"
  network             = google_compute_network.data.name
  dest_range          = "192.168.0.0/16"
  next_hop_vpn_tunnel = google_compute_vpn_tunnel.office.id
  priority            = 1000
}

resource "google_compute_global_address" "services" {
  name          = "services"
  purpose       = "VPC_PEERING"
  address_type  = "INTERNAL"
  address       = "10.200.0.0"
  prefix_length = 16
  network       = google_compute_network.app.id
}

resource "google_service_networking_connection" "services" {
  network                 = google_compute_network.app.id
  service                 = "servicenetworking.googleapis.com"
  reserved_peering_ranges = [google_compute_global_address.services.name]
}
