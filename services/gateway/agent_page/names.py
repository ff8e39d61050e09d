"""Names of products: out of everything that is read, and back into what a script asks for."""

from __future__ import annotations

import re
from typing import Final

# In the order in which they are looked for; what each becomes within a script's own names.
_WITHIN: Final = (
    ("astguiclient", "seatmate"),
    ("vicidial", "seatwork"),
    ("asterisk", "seatline"),
    ("vicibox", "seatcase"),
    ("vicihost", "seathost"),
    ("vici", "seat"),
)
_PREFIXES: Final = {"vdc_": "wk_", "agc_": "wl_", "agc/": "wl/"}
_ANY: Final = re.compile("|".join(name for name, _ in _WITHIN), re.IGNORECASE)
_INSTEAD: Final = dict(_WITHIN)
_BACK: Final = re.compile("(" + "|".join(instead for _, instead in _WITHIN) + r")0([0-9a-f]{3})0")
_NAMES: Final = {instead: name for name, instead in _WITHIN}
_PREFIX: Final = re.compile(r"(vdc_|agc_|agc/)", re.IGNORECASE)
_PREFIXES_BACK: Final = {instead: name for name, instead in _PREFIXES.items()}
_PREFIX_BACK: Final = re.compile(r"(wk_|wl_|wl/)")
# A word of its own, as people read it; not a part of a name, an address or a file.
_STANDING_ALONE: Final = re.compile(
    rf"(?<![\w.$/-])(?:{_ANY.pattern})(?![\w$/-]|\.\w|\s*[=(\[])", re.IGNORECASE
)
_ADDRESS: Final = re.compile(
    rf"(?:https?:)?//[\w.-]*(?:{_ANY.pattern})[\w.-]*(?::\d+)?(?:/[^\s\"'<>]*)?", re.IGNORECASE
)
_VERSION: Final = re.compile(
    r"VERSION:\s*[\w.-]+(?:\s|&nbsp;)*BUILD:\s*[\w-]+(?:(?:\s|&nbsp;)*Server:\s*[\w.:\x00-]+)?",
    re.IGNORECASE,
)


def without_names(text: str, brand: str) -> str:
    """Gives a text in which products are called by the brand, or by nothing.

    `brand` must be harmless wherever it lands; what stands between two NUL is taken for an address
    that has been found. Names within identifiers become others, one for
    each way of writing them, so that a script still fits together.
    """
    text = _ADDRESS.sub("#", _VERSION.sub("", text))
    text = _ANY.sub(_disguised, _STANDING_ALONE.sub(brand, text))
    return _PREFIX.sub(lambda found: _PREFIXES[found[0].lower()], text)


def with_names(text: str) -> str:
    """Gives a script's own name as the dialer knows it."""
    return _PREFIX_BACK.sub(lambda found: _PREFIXES_BACK[found[0]], _BACK.sub(_undisguised, text))


def _disguised(found: re.Match[str]) -> str:
    name = found[0]
    upper = sum(1 << place for place, letter in enumerate(name) if letter.isupper())
    return f"{_INSTEAD[name.lower()]}0{upper:03x}0"


def _undisguised(found: re.Match[str]) -> str:
    upper = int(found[2], 16)
    return "".join(
        letter.upper() if upper >> place & 1 else letter
        for place, letter in enumerate(_NAMES[found[1]])
    )


def names_product(text: str) -> bool:
    """Tells whether a text names one."""
    return _ANY.search(text) is not None
