"""The dialer's agent page under a client's host and brand."""
