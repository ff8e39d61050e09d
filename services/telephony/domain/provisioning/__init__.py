"""What a tenant has in the dialer, and how it comes there."""
