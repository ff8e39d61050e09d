"""The second lock: no answer to a client says a secret word."""
