"""What the operator's staff note about a client, for themselves."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import Final

from services.kit.changes import Facts
from services.kit.errors import InvalidRequest

TEXT_LENGTH_MAX: Final = 4000


@dataclass(frozen=True, slots=True)
class ClientNote:
    """A note; `author` is the resource name of who wrote it first."""

    tenant_id: str
    note_id: str
    text: str = field(repr=False)
    author: str
    create_time: datetime
    update_time: datetime | None = None

    @property
    def name(self) -> str:
        """Its resource name."""
        return f"tenants/{self.tenant_id}/clientNotes/{self.note_id}"

    @property
    def facts(self) -> Facts:
        """What the operator's log keeps of it."""
        return {"text": self.text}


def checked_text(text: str) -> str:
    """Gives the text without blanks around it; refuses one that is empty or too long."""
    trimmed = text.replace("\r\n", "\n").strip()
    if not 1 <= len(trimmed) <= TEXT_LENGTH_MAX:
        raise InvalidRequest.at("client_note.text", "Must have 1 to 4,000 characters.")
    return trimmed
