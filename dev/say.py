"""Tells the person at the terminal what is being done, with the seconds since the start."""

from __future__ import annotations

import sys
import time
from typing import NoReturn

_STARTED = time.monotonic()


def say(text: str) -> None:
    """Prints one line with the seconds since this program started."""
    print(f"[{time.monotonic() - _STARTED:6.1f} s] {text}", flush=True)


def give_up(text: str) -> NoReturn:
    """Ends the program with a message that tells what to do."""
    print(f"\n{text}", file=sys.stderr, flush=True)
    raise SystemExit(1)
