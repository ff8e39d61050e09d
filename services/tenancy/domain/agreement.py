"""The service agreement: its words, and that somebody has accepted them."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest

# Another wording is another version; what was accepted is kept as it was.
VERSION: Final = "2026-11"
_TEXT: Final = """\
SERVICE AGREEMENT between {seller} and {client}

1. PROPRIETARY TECHNOLOGY
Client acknowledges that {seller}'s platform, including but not limited to routing, \
infrastructure, and vendor relationships, are proprietary trade secrets.

2. NON-DISCLOSURE
Client agrees not to reverse engineer the platform, attempt to discover vendor relationships, \
share platform details with third parties, or replicate the technology.

3. NO VENDOR ACCESS
Client has no direct relationship with underlying service providers. All services are provided \
by {seller} exclusively.

4. PRICING
Rates are subject to change with 30 days notice. Client acknowledges rates include platform \
access, support, and infrastructure.

5. TERMINATION
Upon termination, Client must cease all use of platform and may not transfer or replicate any \
aspect of the service.
"""


class Way(StrEnum):
    """How an agreement was accepted."""

    PAPER = "PAPER"


@dataclass(frozen=True, slots=True)
class Acceptance:
    """That a client has accepted a text; `note` tells where the paper is."""

    tenant_id: str
    acceptance_id: str
    version: str
    text: str
    way: Way
    signer_name: str
    note: str
    accept_time: datetime

    @property
    def text_hash(self) -> bytes:
        """SHA-256 of the text."""
        return hashlib.sha256(self.text.encode()).digest()


def agreement_text(seller: str, client: str) -> str:
    """Gives the words that a client is asked to accept."""
    return _TEXT.format(seller=seller, client=client)


def checked(acceptance: Acceptance) -> Acceptance:
    """Gives it back, or refuses with everything that is wrong with it."""
    violations = list(_violations(acceptance))
    if violations:
        raise InvalidRequest(violations)
    return acceptance


def _violations(acceptance: Acceptance) -> Iterator[FieldViolation]:
    if not 1 <= len(acceptance.signer_name.strip()) <= 80:
        yield FieldViolation("signer_name", "Must have 1 to 80 characters.")
    if not 1 <= len(acceptance.note.strip()) <= 300:
        yield FieldViolation("note", "Must have 1 to 300 characters.")
