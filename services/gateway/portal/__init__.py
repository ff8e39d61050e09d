"""Pages for people: the client's portal and the operator's console."""
