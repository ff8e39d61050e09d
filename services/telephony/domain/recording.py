"""Recordings: which are a tenant's, and where their files may be."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import datetime
from typing import Final
from urllib.parse import urlsplit

_SAFE: Final = re.compile(r"(?:/[A-Za-z0-9][A-Za-z0-9_.+-]{0,120}){1,8}")
_MEDIA: Final = {"wav": "audio/wav", "mp3": "audio/mpeg", "gsm": "audio/x-gsm", "ogg": "audio/ogg"}


@dataclass(frozen=True, slots=True)
class Recording:
    """A recording as the dialer has it; `lead` is the dialer's number, 0 if the lead is gone."""

    number: int
    start_time: datetime
    seconds: int
    location: str
    lead: int = 0
    list_number: int = 0
    phone_number: str = ""


def path_of(location: str, hosts: frozenset[str]) -> str | None:
    """Gives the path of a file on the recordings' server; None if it is not there to be had.

    A location is a text in the dialer's tables, so anybody who writes there could make us fetch:
    only its path counts, of hosts that are the server's own names, and only a plain one.
    """
    try:
        parts = urlsplit(location)
        host = (parts.hostname or "").lower()
    except ValueError:
        return None
    if parts.scheme not in ("http", "https") or host not in hosts:
        return None
    if parts.query or parts.fragment or not _SAFE.fullmatch(parts.path):
        return None
    return parts.path


def media_type_of(path: str) -> str:
    """What kind of sound a file is, by its name."""
    return _MEDIA.get(path.rpartition(".")[2].lower(), "application/octet-stream")
