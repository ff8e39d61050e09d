"""The dialer's web API for programs, with its habits."""
