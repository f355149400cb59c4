terraform {
  required_providers {
    google = { source = "hashicorp/google" }
  }
}

provider "google" {
  project = "shop-prod"
  region  = "europe-west1"
}

resource "google_project" "shop" {
  name       = "shop"
  project_id = "shop-prod"
  org_id     = "123456789012"
}
