"""Leads: files of them, and what becomes of a row."""
