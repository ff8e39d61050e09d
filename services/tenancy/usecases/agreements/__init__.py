"""The service agreement: published, shown with a client's prices, accepted."""
