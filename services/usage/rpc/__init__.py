"""The contracts of usage in Python: parse, call, answer."""
