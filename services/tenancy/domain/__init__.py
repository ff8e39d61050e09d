"""The rules of tenancy: values and functions, without I/O, clock or randomness."""
