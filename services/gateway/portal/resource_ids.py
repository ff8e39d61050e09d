"""Ids of resources that people make: they give a name, and the id is made of it."""

from __future__ import annotations

import re

_NAME_LETTERS_MAX = 26
_NO_LETTER = re.compile(r"[^a-z0-9]+")


def resource_id(display_name: str, request_id: str) -> str:
    """Gives an id of at most 31 letters: the name, and a few letters that the form was sent with.

    The same form sent twice asks for the same.
    """
    words = _NO_LETTER.sub("-", display_name.lower()).strip("-")
    if not words[:1].isalpha():
        words = f"n-{words}" if words else "new"
    return f"{words[:_NAME_LETTERS_MAX].rstrip('-')}-{request_id[:4]}"
