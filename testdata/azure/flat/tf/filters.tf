resource "azurerm_network_security_group" "db" {
  name                = "db"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"

  security_rule {
    name                       = "postgres-from-nodes"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "5432"
    source_address_prefix      = "10.1.0.0/22"
    destination_address_prefix = "*"
  }

  security_rule {
    name                       = "nobody-else"
    priority                   = 4000
    direction                  = "Inbound"
    access                     = "Deny"
    protocol                   = "*"
    source_port_range          = "*"
    destination_port_range     = "*"
    source_address_prefix      = "VirtualNetwork"
    destination_address_prefix = "*"
  }
}

resource "azurerm_subnet_network_security_group_association" "db" {
  subnet_id                 = azurerm_subnet.this["db"].id
  network_security_group_id = azurerm_network_security_group.db.id
}

# Azure's own rules alone: what is in VirtualNetwork comes in.
resource "azurerm_network_security_group" "machines_subnet" {
  name                = "machines-subnet"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
}

resource "azurerm_subnet_network_security_group_association" "machines" {
  subnet_id                 = azurerm_subnet.this["machines"].id
  network_security_group_id = azurerm_network_security_group.machines_subnet.id
}

resource "azurerm_application_security_group" "web" {
  name                = "web"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
}

resource "azurerm_network_security_group" "machine" {
  name                = "machine"
  resource_group_name = azurerm_resource_group.net.name
  location            = "northeurope"
}

resource "azurerm_network_security_rule" "ssh_from_hub" {
  name                        = "ssh-from-hub"
  resource_group_name         = azurerm_resource_group.net.name
  network_security_group_name = azurerm_network_security_group.machine.name
  priority                    = 100
  direction                   = "Inbound"
  access                      = "Allow"
  protocol                    = "Tcp"
  source_port_range           = "*"
  destination_port_range      = "22"
  source_address_prefix       = "10.0.1.0/24"
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_rule" "web" {
  name                                       = "web"
  resource_group_name                        = azurerm_resource_group.net.name
  network_security_group_name                = azurerm_network_security_group.machine.name
  priority                                   = 200
  direction                                  = "Inbound"
  access                                     = "Allow"
  protocol                                   = "Tcp"
  source_port_range                          = "*"
  destination_port_ranges                    = ["80", "8080-8089"]
  source_address_prefix                      = "VirtualNetwork"
  destination_application_security_group_ids = [azurerm_application_security_group.web.id]
}

resource "azurerm_network_security_rule" "no_other_peer" {
  name                        = "no-other-peer"
  resource_group_name         = azurerm_resource_group.net.name
  network_security_group_name = azurerm_network_security_group.machine.name
  priority                    = 4000
  direction                   = "Inbound"
  access                      = "Deny"
  protocol                    = "*"
  source_port_range           = "*"
  destination_port_range      = "*"
  source_address_prefix       = "VirtualNetwork"
  destination_address_prefix  = "*"
}

resource "azurerm_network_security_group" "closed" {
  name                = "closed"
  resource_group_name = azurerm_resource_group.net.name
  location            = "westeurope"

  security_rule {
    name                       = "https-from-app"
    priority                   = 100
    direction                  = "Inbound"
    access                     = "Allow"
    protocol                   = "Tcp"
    source_port_range          = "*"
    destination_port_range     = "443"
    source_address_prefix      = "10.1.0.0/16"
    destination_address_prefix = "*"
  }
}

resource "azurerm_subnet_network_security_group_association" "closed" {
  subnet_id                 = azurerm_subnet.this["closed"].id
  network_security_group_id = azurerm_network_security_group.closed.id
}
