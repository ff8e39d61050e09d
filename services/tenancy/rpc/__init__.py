"""The contract's Python side."""
