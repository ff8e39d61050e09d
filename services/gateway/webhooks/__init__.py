"""Tells clients' programs what happens, by the Standard Webhooks specification."""
