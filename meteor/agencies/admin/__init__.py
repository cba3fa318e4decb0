"""The administrator's pages about the services: agencies, capabilities, units and who crews them."""
