"""The dialer's agent page and what its scripts ask: as rude as the original."""
