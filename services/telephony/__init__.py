"""Telephony: routes, clients' numbers, and the legs that the dialers' journals tell of."""
