"""A chain holds exactly if nothing in it was changed, removed or moved."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.kit.changes import Change, Difference
from services.tenancy.domain.audit import NOTHING, Actor, Entry, Fault, Verdict, actor_of
from tests.support.builders.tenancy import NOON

_TEXTS = st.lists(st.text(max_size=5), min_size=2, max_size=6)


def _chain(texts: list[str]) -> list[Entry]:
    chain: list[Entry] = []
    for number, text in enumerate(texts, start=1):
        chain.append(
            Entry(
                tenant_id="sunny",
                sequence=number,
                time=NOON + timedelta(seconds=number),
                actor=Actor("provider", "tenants/northgate/users/u1"),
                salt="s",
                action="users.update",
                resource="tenants/sunny/users/u1",
                differences=(Difference("display_name", "", text),),
                previous_hash=chain[-1].hash if chain else NOTHING,
            ).sealed()
        )
    return chain


@given(_TEXTS)
def test_a_chain_holds(texts: list[str]) -> None:
    chain = _chain(texts)

    verdict = Verdict().continued(chain[:1], b"").continued(chain[1:], b"").at_the_end(b"")

    assert verdict == Verdict(len(chain), chain[-1].hash)


@given(_TEXTS, st.data())
def test_an_entry_that_says_something_else_is_named(texts: list[str], data: st.DataObject) -> None:
    chain = _chain(texts)
    place = data.draw(st.integers(0, len(chain) - 1))
    changes: list[dict[str, Any]] = [
        {"actor": Actor("system", chain[place].actor.staff)},
        {"actor": Actor("provider", "tenants/northgate/users/u2")},
        {"salt": "t"},
        {"time": NOON},
        {"resource": "tenants/sunny/users/u2"},
        {"differences": (Difference("display_name", "x", "y"),)},
        {"action": "users.create"},
    ]
    chain[place] = replace(chain[place], **data.draw(st.sampled_from(changes)))

    verdict = Verdict().continued(chain, b"")

    assert (verdict.fault, verdict.count) == (Fault.CONTENT_CHANGED, place)


@given(_TEXTS, st.data())
def test_an_entry_that_is_written_anew_with_its_hash_breaks_the_link_behind_it(
    texts: list[str], data: st.DataObject
) -> None:
    """The last one has nothing behind it: its hash is to be kept elsewhere."""
    chain = _chain(texts)
    kept = chain[-1].hash
    place = data.draw(st.integers(0, len(chain) - 1))
    chain[place] = replace(chain[place], resource="tenants/sunny/users/u2").sealed()

    verdict = Verdict().continued(chain, kept).at_the_end(kept)

    is_last = place == len(chain) - 1
    assert verdict.fault is (Fault.KNOWN_HASH_MISSING if is_last else Fault.LINK_BROKEN)


@given(_TEXTS, st.data())
def test_an_entry_that_is_gone_is_missed(texts: list[str], data: st.DataObject) -> None:
    chain = _chain(texts)
    kept = chain[-1].hash
    place = data.draw(st.integers(0, len(chain) - 1))
    is_last = place == len(chain) - 1
    del chain[place]

    verdict = Verdict().continued(chain, kept).at_the_end(kept)

    assert verdict.fault is (Fault.KNOWN_HASH_MISSING if is_last else Fault.ENTRY_MISSING)


def test_only_what_differs_is_noted() -> None:
    change = Change(
        "sunny", "users.update", "r", before={"a": "1", "b": "2"}, after={"b": "3", "a": "1"}
    )

    assert change.differences == (Difference("b", "2", "3"),)


def test_people_of_others_are_the_providers() -> None:
    """A tenant learns of nobody else by its log."""
    assert actor_of("tenants/sunny/users/u1", "sunny") == Actor("tenants/sunny/users/u1")
    assert actor_of("tenants/sunny-two/users/u1", "sunny").seen == "provider"
