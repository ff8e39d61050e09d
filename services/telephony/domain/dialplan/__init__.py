"""Renders what makes a dialer carry one tenant's calls (docs/decisions/0040)."""
