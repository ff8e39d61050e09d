"""AIP-158: a token goes on with its own question, and with no other."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.kit.aip import page_token
from services.kit.aip.page_token import InvalidPageToken
from services.kit.errors import InvalidRequest
from tests.support.probe import pb


def a_list(**fields: Any) -> Any:
    return pb.ListProbesRequest(**{"parent": "tenants/abc", **fields})


@given(st.lists(st.text(max_size=40), min_size=1, max_size=4), st.integers(0, 1000))
def test_a_token_gives_its_cursor_back(cursor: list[str], page_size: int) -> None:
    """The page size may change from page to page."""
    token = page_token.encode(a_list(page_size=5), cursor)

    assert page_token.decode(a_list(page_size=page_size, page_token=token)) == cursor


def test_the_first_page_has_no_cursor() -> None:
    """No token, no cursor."""
    assert page_token.decode(a_list()) is None


@pytest.mark.parametrize("changed", [{"parent": "tenants/xyz"}, {"filter": "color = RED"}])
def test_a_token_of_another_question_is_refused(changed: dict[str, str]) -> None:
    """Its rows are not those of this one."""
    token = page_token.encode(a_list(), ["p7"])

    with pytest.raises(InvalidPageToken):
        page_token.decode(a_list(page_token=token, **changed))


def _encoded(body: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(body).encode()).decode()


@pytest.mark.parametrize(
    "token",
    [
        "x",
        "p7",
        "é",
        "A" * 5000,
        "=" * 8,
        _encoded([]),
        _encoded({"a": 1}),
        _encoded([1, 2, 3]),
        _encoded([1, "0" * 20, "p7"]),
        _encoded([99, "0" * 20, "p7"]),
        base64.urlsafe_b64encode(b"[" * 3000).decode(),
    ],
)
def test_what_is_no_token_of_ours_is_refused(token: str) -> None:
    """Whatever it is made of."""
    with pytest.raises(InvalidPageToken):
        page_token.decode(a_list(page_token=token))


@pytest.mark.parametrize(("asked", "given_size"), [(0, 50), (1, 1), (500, 500), (9999, 500)])
def test_a_page_has_a_default_and_a_limit(asked: int, given_size: int) -> None:
    """Larger is taken for the limit."""
    assert page_token.page_size(a_list(page_size=asked), default=50, maximum=500) == given_size


def test_a_negative_page_size_is_refused() -> None:
    """At its field."""
    with pytest.raises(InvalidRequest) as raised:
        page_token.page_size(a_list(page_size=-1), default=50, maximum=500)

    assert raised.value.violations[0].field == "page_size"


@given(st.datetimes(timezones=st.just(UTC)), st.text(max_size=40))
def test_a_token_gives_its_place_back(instant: datetime, identity: str) -> None:
    """To the microsecond."""
    token = page_token.encode_place(a_list(), instant, identity)

    assert page_token.decode_place(a_list()) is None
    assert page_token.decode_place(a_list(page_token=token)) == (instant, identity)


@pytest.mark.parametrize("cursor", [["yesterday", "a"], ["2025-10-01T00:00:00+00:00"], []])
def test_what_is_no_place_is_refused(cursor: list[str]) -> None:
    """A token of another list, or one that somebody made."""
    token = page_token.encode(a_list(), cursor)

    with pytest.raises(InvalidPageToken):
        page_token.decode_place(a_list(page_token=token))
