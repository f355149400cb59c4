resource "azurerm_resource_group" "net" {
  name     = "net"
  location = "westeurope"
}

resource "azurerm_virtual_network" "hub" {
  name                = "hub"
  resource_group_name = azurerm_resource_group.net.name
  location            = "westeurope"
  address_space       = ["10.0.0.0/16"]
}

resource "azurerm_virtual_network" "app" {
  name                = "app"
  resource_group_name = azurerm_resource_group.net.name
  location            = "westeurope"
  address_space       = ["10.1.0.0/16"]
}

resource "azurerm_virtual_network" "data" {
  name                = "data"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
  address_space       = ["10.2.0.0/16"]
}

resource "azurerm_virtual_network" "partner" {
  name                = "partner"
  resource_group_name = azurerm_resource_group.net.name
  location            = "westeurope"
  address_space       = ["10.3.0.0/16"]

  subnet {
    name             = "front"
    address_prefixes = ["10.3.0.0/24"]
  }
}

resource "azurerm_virtual_network" "quarantine" {
  name                = "quarantine"
  resource_group_name = azurerm_resource_group.net.name
  location            = "westeurope"
  address_space       = ["10.4.0.0/16"]
}

locals {
  subnets = {
    shared        = { network = azurerm_virtual_network.hub.name, prefix = "10.0.1.0/24" }
    GatewaySubnet = { network = azurerm_virtual_network.hub.name, prefix = "10.0.255.0/27" }
    nodes         = { network = azurerm_virtual_network.app.name, prefix = "10.1.0.0/22" }
    pods          = { network = azurerm_virtual_network.app.name, prefix = "10.1.16.0/20" }
    db            = { network = azurerm_virtual_network.data.name, prefix = "10.2.0.0/24" }
    cache         = { network = azurerm_virtual_network.data.name, prefix = "10.2.1.0/24" }
    machines      = { network = azurerm_virtual_network.data.name, prefix = "10.2.2.0/24" }
    isolated      = { network = azurerm_virtual_network.data.name, prefix = "10.2.3.0/24" }
    inspected     = { network = azurerm_virtual_network.data.name, prefix = "10.2.4.0/24" }
    closed        = { network = azurerm_virtual_network.quarantine.name, prefix = "10.4.0.0/24" }
  }
}

resource "azurerm_subnet" "this" {
  for_each             = local.subnets
  name                 = each.key
  resource_group_name  = azurerm_resource_group.net.name
  virtual_network_name = each.value.network
  address_prefixes     = [each.value.prefix]
}
