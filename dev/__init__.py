"""Sets up and runs the whole suite on one machine."""
