locals {
  interfaces = {
    jump      = { subnet = azurerm_subnet.this["shared"].id, address = "10.0.1.10" }
    web       = { subnet = azurerm_subnet.this["machines"].id, address = "10.2.2.10" }
    batch     = { subnet = azurerm_subnet.this["machines"].id, address = "10.2.2.11" }
    isolated  = { subnet = azurerm_subnet.this["isolated"].id, address = "10.2.3.10" }
    inspected = { subnet = azurerm_subnet.this["inspected"].id, address = "10.2.4.10" }
    closed    = { subnet = azurerm_subnet.this["closed"].id, address = "10.4.0.10" }
    partner   = { subnet = one(azurerm_virtual_network.partner.subnet).id, address = "10.3.0.10" }
  }
}

resource "azurerm_network_interface" "this" {
  for_each            = local.interfaces
  name                = each.key
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"

  ip_configuration {
    name                          = "primary"
    subnet_id                     = each.value.subnet
    private_ip_address_allocation = "Static"
    private_ip_address            = each.value.address
  }
}

resource "azurerm_network_interface_security_group_association" "machine" {
  for_each                  = toset(["web", "batch"])
  network_interface_id      = azurerm_network_interface.this[each.key].id
  network_security_group_id = azurerm_network_security_group.machine.id
}

resource "azurerm_network_interface_application_security_group_association" "web" {
  network_interface_id          = azurerm_network_interface.this["web"].id
  application_security_group_id = azurerm_application_security_group.web.id
}

resource "azurerm_linux_virtual_machine" "web" {
  name                  = "web"
  resource_group_name   = azurerm_resource_group.net.name
  location              = "northeurope"
  size                  = "Standard_B2s"
  admin_username        = "admin"
  network_interface_ids = [azurerm_network_interface.this["web"].id]

  os_disk {
    caching              = "ReadWrite"
    storage_account_type = "Standard_LRS"
  }
}

resource "azurerm_postgresql_flexible_server" "orders" {
  name                = "orders"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
  delegated_subnet_id = azurerm_subnet.this["db"].id
}

resource "azurerm_redis_cache" "sessions" {
  name                = "sessions"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
  capacity            = 1
  family              = "P"
  sku_name            = "Premium"
  subnet_id           = azurerm_subnet.this["cache"].id
}

resource "azurerm_private_endpoint" "vault" {
  name                = "vault"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
  subnet_id           = azurerm_subnet.this["db"].id

  private_service_connection {
    name                           = "vault"
    is_manual_connection           = false
    private_connection_resource_id = "/subscriptions/00000000-0000-0000-0000-000000000000/resourceGroups/net/providers/Microsoft.KeyVault/vaults/orders"
    subresource_names              = ["vault"]
  }
}
