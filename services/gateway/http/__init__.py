"""What stands between a connection and an application: peers, limits, headers."""
