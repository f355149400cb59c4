resource "azurerm_virtual_network_gateway" "hub" {
  name                = "hub"
  resource_group_name = azurerm_resource_group.net.name
  location            = "westeurope"
  type                = "Vpn"
  sku                 = "VpnGw1"

  ip_configuration {
    name      = "default"
    subnet_id = azurerm_subnet.this["GatewaySubnet"].id
  }
}

resource "azurerm_local_network_gateway" "office" {
  name                = "office"
  resource_group_name = azurerm_resource_group.net.name
  location            = "westeurope"
  gateway_address     = "203.0.113.10"
  address_space       = ["192.168.10.0/24"]
}

resource "azurerm_virtual_network_gateway_connection" "office" {
  name                       = "office"
  resource_group_name        = azurerm_resource_group.net.name
  location                   = "westeurope"
  type                       = "IPsec"
  virtual_network_gateway_id = azurerm_virtual_network_gateway.hub.id
  local_network_gateway_id   = azurerm_local_network_gateway.office.id
  shared_key                 = "made up"
}

resource "azurerm_route_table" "isolated" {
  name                = "isolated"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"

  route {
    name           = "no-app"
    address_prefix = "10.1.0.0/16"
    next_hop_type  = "None"
  }
}

resource "azurerm_route_table" "inspected" {
  name                = "inspected"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
}

resource "azurerm_route" "to_hub" {
  name                   = "to-hub"
  resource_group_name    = azurerm_resource_group.net.name
  route_table_name       = azurerm_route_table.inspected.name
  address_prefix         = "10.0.0.0/16"
  next_hop_type          = "VirtualAppliance"
  next_hop_in_ip_address = "10.0.2.4"
}

resource "azurerm_subnet_route_table_association" "isolated" {
  subnet_id      = azurerm_subnet.this["isolated"].id
  route_table_id = azurerm_route_table.isolated.id
}

resource "azurerm_subnet_route_table_association" "inspected" {
  subnet_id      = azurerm_subnet.this["inspected"].id
  route_table_id = azurerm_route_table.inspected.id
}
