"""Puts a tenant into the dialer and takes it out again."""
