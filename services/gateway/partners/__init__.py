"""The other services, as the gateway needs them."""
