"""What usage does, in order, in one transaction."""
