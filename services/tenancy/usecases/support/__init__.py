"""Looks of the operator's staff at clients' accounts."""
