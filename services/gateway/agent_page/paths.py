"""What of the dialer's agent pages can be reached, and under which names."""

from __future__ import annotations

import re
from typing import Final

BASE: Final = "/agent/screen/"
PAGE: Final = "vicidial.php"
PUBLIC_NAMES: Final = {
    PAGE: "page",
    "vdc_db_query.php": "ask",
    "manager_send.php": "line",
    "conf_exten_check.php": "room",
}
"""The scripts that a browser may ask, and what it calls them."""
SCRIPTS: Final = {public: script for script, public in PUBLIC_NAMES.items() if script != PAGE}
_IMAGE: Final = re.compile(r"images/[A-Za-z0-9_]{1,80}\.(?:gif|png|jpg)")


def is_image(path: str) -> bool:
    """Tells whether a path below the agent page is one of its pictures."""
    return _IMAGE.fullmatch(path) is not None
