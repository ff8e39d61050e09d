"""The client's portal, a page a module."""
