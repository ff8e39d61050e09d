"""A store made of kit's parts alone, as a service would make it."""
