"""What becomes of clients that are in: beginning a run and taking it on."""
