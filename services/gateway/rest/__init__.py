"""REST: routes, messages and documentation, all from the contracts' own annotations."""
