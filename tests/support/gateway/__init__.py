"""A gateway on free ports, with scripted peers behind it and the edge's certificate before it."""
