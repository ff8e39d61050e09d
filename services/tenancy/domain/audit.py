"""The audit log: who changed what, each entry bound to the one before it by a hash."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Final, Self

from services.kit.changes import Difference, time_text

# Before the first entry there is nothing.
NOTHING: Final = bytes(32)

# Who it was, where that is nobody of the tenant's own.
PROVIDER: Final = "provider"
SYSTEM: Final = "system"

# What is hashed, and how, so that a later form can be told from this one.
_FORM: Final = 1


@dataclass(frozen=True, slots=True)
class Actor:
    """Who did something: `seen` is what the log's tenant may know, `staff` what is behind it."""

    seen: str
    staff: str = ""


@dataclass(frozen=True, slots=True)
class Entry:
    """One link of a tenant's chain. The salt keeps `staff` from being guessed by its digest."""

    tenant_id: str
    sequence: int
    time: datetime
    actor: Actor
    salt: str
    action: str
    resource: str
    differences: tuple[Difference, ...]
    previous_hash: bytes
    hash: bytes = b""

    @property
    def staff_digest(self) -> str:
        """Stands for who is behind it in what is hashed, so that a tenant can check the rest."""
        return hashlib.sha256(f"{self.salt}/{self.actor.staff}".encode()).hexdigest()

    @property
    def content(self) -> str:
        """What is hashed: a JSON array without blanks, in ASCII."""
        return json.dumps(
            [
                _FORM,
                self.tenant_id,
                self.sequence,
                time_text(self.time),
                self.actor.seen,
                self.staff_digest,
                self.action,
                self.resource,
                [[each.field, each.before, each.after] for each in self.differences],
                self.previous_hash.hex(),
            ],
            separators=(",", ":"),
        )

    def sealed(self) -> Self:
        """Gives it with its hash."""
        return replace(self, hash=self._digest())

    @property
    def is_sound(self) -> bool:
        """Tells whether its hash is that of what it says."""
        return self.hash == self._digest()

    def _digest(self) -> bytes:
        return hashlib.sha256(self.content.encode()).digest()


class Fault(StrEnum):
    """What is wrong with a chain, at its first entry that does not hold."""

    CONTENT_CHANGED = "CONTENT_CHANGED"
    ENTRY_MISSING = "ENTRY_MISSING"
    LINK_BROKEN = "LINK_BROKEN"
    KNOWN_HASH_MISSING = "KNOWN_HASH_MISSING"


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a walk along a chain has found: how many links hold, and the first fault if any."""

    count: int = 0
    head: bytes = NOTHING
    fault: Fault | None = None
    knows: bool = False

    def continued(self, entries: Iterable[Entry], known_hash: bytes) -> Verdict:
        """Goes on with the next entries of the chain, until one does not hold."""
        verdict = self
        for entry in entries:
            if verdict.fault is not None:
                break
            verdict = verdict._with(entry, known_hash)
        return verdict

    def at_the_end(self, known_hash: bytes) -> Verdict:
        """Says after the last entry whether the link was met that somebody has kept."""
        if self.fault is None and known_hash and not self.knows:
            return replace(self, fault=Fault.KNOWN_HASH_MISSING)
        return self

    def _with(self, entry: Entry, known_hash: bytes) -> Verdict:
        fault = self._fault_at(entry)
        if fault is not None:
            return replace(self, fault=fault)
        return Verdict(entry.sequence, entry.hash, None, self.knows or entry.hash == known_hash)

    def _fault_at(self, entry: Entry) -> Fault | None:
        if entry.sequence != self.count + 1:
            return Fault.ENTRY_MISSING
        if not entry.is_sound:
            return Fault.CONTENT_CHANGED
        if entry.previous_hash != self.head:
            return Fault.LINK_BROKEN
        return None


def actor_of(subject: str, tenant_id: str) -> Actor:
    """Gives a person or key as a tenant may know it: those of others are the provider's."""
    if subject.startswith(f"tenants/{tenant_id}/"):
        return Actor(subject)
    return Actor(PROVIDER if subject.startswith("tenants/") else SYSTEM, subject)
