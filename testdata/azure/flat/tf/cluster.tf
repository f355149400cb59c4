terraform {
  required_providers {
    azurerm = {
      source  = "hashicorp/azurerm"
      version = "~> 4.0"
    }
  }
}

provider "azurerm" {
  features {}
}

resource "azurerm_kubernetes_cluster" "app" {
  name                    = "app"
  resource_group_name     = azurerm_resource_group.net.name
  location                = "westeurope"
  dns_prefix              = "app"
  private_cluster_enabled = true

  default_node_pool {
    name           = "apps"
    vm_size        = "Standard_D4s_v5"
    node_count     = 2
    vnet_subnet_id = azurerm_subnet.this["nodes"].id
  }

  identity {
    type = "SystemAssigned"
  }

  network_profile {
    network_plugin = "azure"
    network_policy = "azure"
  }
}

resource "azurerm_kubernetes_cluster_node_pool" "wide" {
  name                  = "wide"
  kubernetes_cluster_id = azurerm_kubernetes_cluster.app.id
  vm_size               = "Standard_D4s_v5"
  node_count            = 1
  vnet_subnet_id        = azurerm_subnet.this["nodes"].id
  pod_subnet_id         = azurerm_subnet.this["pods"].id
}
