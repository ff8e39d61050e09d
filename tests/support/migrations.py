"""What a migration says to the database, and whether the version before can go on beside it."""

from __future__ import annotations

import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.operations import Operations
from alembic.runtime.migration import MigrationContext

from dev.paths import ROOT
from services.kit.db.migrations import scripts_of
from services.kit.db.roles import SERVICE_OPTION

STORES = ("billing", "gateway", "telephony", "tenancy", "usage")
RELEASE = ROOT / "deploy" / "previous-release.json"

_ADDED = re.compile(r"ALTER TABLE (\S+) ADD COLUMN (\S+) (.*)", re.IGNORECASE | re.DOTALL)
_ALTERED = re.compile(r"ALTER TABLE (\S+) ALTER COLUMN (\S+) (.*)", re.IGNORECASE | re.DOTALL)
_CREATED = re.compile(r"CREATE TABLE (?:IF NOT EXISTS )?(\S+)", re.IGNORECASE)
_CONSTRAINED = re.compile(
    r"ALTER TABLE (\S+) ADD (?:CONSTRAINT \S+ )?(PRIMARY KEY|UNIQUE|CHECK|FOREIGN KEY|EXCLUDE)",
    re.IGNORECASE,
)
_REVOKED = re.compile(r"\bREVOKE .* ON (?:TABLE )?(\S+) FROM", re.IGNORECASE)
_UNIQUE = re.compile(r"CREATE UNIQUE INDEX \S+ ON (?:ONLY )?(\S+)", re.IGNORECASE)
_GOES = re.compile(
    r"\bDROP (?:TABLE|COLUMN|VIEW|FUNCTION|SCHEMA|TYPE|SEQUENCE)\b"
    r"|\b(?:RENAME|REVOKE|TRUNCATE)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Release:
    """What ran before: a commit, and the newest revision that each store had in it."""

    commit: str
    revisions: dict[str, str]


def previous_release() -> Release:
    """The one that the next release's migrations must bear beside them."""
    told: dict[str, Any] = json.loads(RELEASE.read_text())
    return Release(told["commit"], told["revisions"])


def statements(service: str, after: str = "base") -> Iterator[tuple[str, list[str]]]:
    """Each revision of a store after one of them, oldest first, with what it says."""
    scripts = scripts_of(service)
    newer = list(scripts.iterate_revisions("head", after))
    for script in reversed(newer):
        said = io.StringIO()
        options = {"as_sql": True, "output_buffer": said, SERVICE_OPTION: service}
        context = MigrationContext.configure(dialect_name="postgresql", opts=options)
        with Operations.context(context):
            script.module.upgrade()
        yield script.revision, [part.strip() for part in said.getvalue().split(";\n\n")]


def contractions(said: list[str]) -> list[str]:
    """The statements of one revision that may break a program that does not know it."""
    made = {name for one in said for name in _CREATED.findall(one)}
    return [one for one in said if _goes(one, made)] + _obligations(said, made)


def _goes(one: str, made: set[str]) -> bool:
    """Something that was there is there no more, or what was allowed is not."""
    revoked = _REVOKED.search(one)
    if _GOES.search(one) and not (revoked and revoked[1] in made):
        return True
    altered = _ALTERED.match(one)
    if altered and altered[1] not in made:
        return bool(re.search(r"\bTYPE\b|SET NOT NULL", altered[3], re.IGNORECASE))
    narrowed = _CONSTRAINED.match(one) or _UNIQUE.match(one)
    return bool(narrowed and narrowed[1] not in made)


def _obligations(said: list[str], made: set[str]) -> list[str]:
    """New columns that whoever inserts without knowing of them has no value for."""
    without_default: dict[tuple[str, str], str] = {}
    for one in said:
        added, altered = _ADDED.match(one), _ALTERED.match(one)
        if added and added[1] not in made and "NOT NULL" in added[3].upper():
            if "DEFAULT" not in added[3].upper():
                without_default[added[1], added[2]] = one
        elif altered and re.search("SET DEFAULT|DROP NOT NULL", altered[3], re.IGNORECASE):
            without_default.pop((altered[1], altered[2]), None)
        elif altered and "DROP DEFAULT" in altered[3].upper() and altered[1] not in made:
            without_default[altered[1], altered[2]] = one
    return list(without_default.values())
