"""A release's migrations only add, so that the version before runs beside them, or after them."""

from __future__ import annotations

import pytest

from services.kit.db.migrations import scripts_of
from tests.support.migrations import STORES, contractions, previous_release, statements

# What is allowed after all, by store and revision: a part of the statement, and why the version
# before does not notice.
ALLOWED: dict[tuple[str, str], dict[str, str]] = {
    ("tenancy", "0016"): {
        "CREATE UNIQUE INDEX audit_entries_told": "holds for rows with a value in its new column,"
        " which the version before leaves empty",
    },
}


@pytest.mark.parametrize("store", STORES)
def test_migrations_since_the_previous_release_only_expand(store: str) -> None:
    """What has to go, goes one release after the last program that used it."""
    found = {
        (revision, one)
        for revision, said in statements(store, previous_release().revisions[store])
        for one in contractions(said)
        if not any(part in one for part in ALLOWED.get((store, revision), {}))
    }

    assert not found


def test_what_is_allowed_is_there() -> None:
    """A reason is taken out when its release has become the previous one."""
    said = {
        (store, revision): "\n".join(each)
        for store in STORES
        for revision, each in statements(store, previous_release().revisions[store])
    }

    missing = [
        (place, part)
        for place, parts in ALLOWED.items()
        for part in parts
        if part not in said.get(place, "")
    ]
    assert not missing


@pytest.mark.parametrize("store", STORES)
def test_the_previous_releases_revisions_are_still_there(store: str) -> None:
    """What was released is neither renumbered nor removed."""
    revisions = {script.revision for script in scripts_of(store).walk_revisions()}

    assert previous_release().revisions[store] in revisions


def test_a_contraction_is_found_where_there_was_one() -> None:
    """Before anybody ran it, billing took a default away, and made a primary key another one."""
    said = dict(statements("billing", "0001"))["0002"]

    found = "\n".join(contractions(said))
    assert "ALTER COLUMN proration DROP DEFAULT" in found
    assert "PRIMARY KEY (tenant_id, effective_date, item, direction, zone)" in found
    assert "ADD COLUMN package_size" not in found


@pytest.mark.parametrize(
    ("said", "is_contraction"),
    [
        ("ALTER TABLE calls DROP COLUMN route", True),
        ("DROP TABLE calls", True),
        ("ALTER TABLE calls RENAME route TO way", True),
        ("ALTER TABLE calls ALTER COLUMN route SET NOT NULL", True),
        ("ALTER TABLE calls ALTER COLUMN route TYPE INTEGER", True),
        ("ALTER TABLE calls ADD COLUMN way TEXT NOT NULL", True),
        ("ALTER TABLE calls ADD CONSTRAINT some CHECK (route <> '')", True),
        ("CREATE UNIQUE INDEX one_each ON calls (route)", True),
        ("REVOKE INSERT ON calls FROM usage_service", True),
        ("ALTER TABLE calls ADD COLUMN way TEXT", False),
        ("ALTER TABLE calls ADD COLUMN way TEXT DEFAULT '' NOT NULL", False),
        ("ALTER TABLE calls ALTER COLUMN route DROP NOT NULL", False),
        ("CREATE INDEX by_route ON calls (route)", False),
        ("CREATE TABLE ways (way TEXT NOT NULL)", False),
    ],
)
def test_what_counts_as_a_contraction(said: str, is_contraction: bool) -> None:
    """Whatever a program that does not know of it might stumble over."""
    assert bool(contractions([said])) is is_contraction
