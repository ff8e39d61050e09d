"""The operator's console, a page a module."""
