"""What tenancy does, one verb phrase a file."""
