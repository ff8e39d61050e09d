"""What is true of calls and quantities, without I/O."""
