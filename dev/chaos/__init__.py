"""Breaks a running suite at random, then holds what it has against what was dialed and paid."""
