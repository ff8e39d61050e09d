"""E-mail addresses, as far as their letters tell."""

from __future__ import annotations

import re

_EMAIL = re.compile(r"[^@\s]{1,64}@[^@\s]{1,189}")


def is_email(text: str) -> bool:
    """Tells whether a text can be an e-mail address; only a mail to it would prove it."""
    return bool(_EMAIL.fullmatch(text))
