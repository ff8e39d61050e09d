"""gRPC: the server, the channel, and what stands before every method."""
