"""Ids that are made of what people call things."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.gateway.portal.resource_ids import resource_id

REQUEST_ID = "7d1c0a52-5a4f-4a57-9d3a-0f6b7f7f0a11"


@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("Spring roofs", "spring-roofs-7d1c"),
        ("  50% off! ", "n-50-off-7d1c"),
        ("Søren & Åse", "s-ren-se-7d1c"),
        ("дом", "new-7d1c"),
    ],
)
def test_an_id_is_made_of_the_name(name: str, found: str) -> None:
    """As far as its letters go."""
    assert resource_id(name, REQUEST_ID) == found


@given(some.text(max_size=60))
def test_every_name_makes_an_id(name: str) -> None:
    """Of the form that the contracts want."""
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,30}", resource_id(name, REQUEST_ID))
