"""Peers of the suite for development and tests: programs that behave as what we do not own."""
