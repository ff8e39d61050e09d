"""The dialer's own tables: read only, a few columns, small batches."""
