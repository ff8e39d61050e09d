"""telephony's contract, its Python side."""
