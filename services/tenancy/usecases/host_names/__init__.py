"""Clients' own host names: asking for one, proving it, its certificate, and taking it back."""
