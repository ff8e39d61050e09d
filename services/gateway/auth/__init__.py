"""Who is at the door: host names, keys, sessions, forgery tokens."""
