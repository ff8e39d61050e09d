"""Whatever colour a client chooses, its pages can be read."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as some

from services.gateway.portal.assets import STATIC
from services.gateway.portal.colors import (
    CONTRAST_MIN,
    NIGHT,
    SEEN_MIN,
    contrast,
    contrast_on,
    nearest_readable,
    palette_of,
    style_sheet,
)

colors = some.integers(0, 0xFFFFFF).map("#{:06x}".format)


def _rgb(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


@given(colors)
def test_text_can_be_read_in_and_on_every_color(color: str) -> None:
    """By WCAG's measure for text."""
    palette = palette_of(color)

    for tones, paper in ((palette.day, (255, 255, 255)), (palette.night, NIGHT)):
        assert contrast(_rgb(tones.strong), paper) >= CONTRAST_MIN
        assert contrast(_rgb(tones.strong), _rgb(tones.soft)) >= CONTRAST_MIN
        assert contrast(_rgb(tones.mark), paper) >= SEEN_MIN
    assert contrast(_rgb(palette.ink), _rgb(palette.brand)) >= 4.2


@given(colors)
def test_the_nearest_color_can_be_read_on(color: str) -> None:
    """It is the same one if that can."""
    nearest = nearest_readable(color)

    assert contrast_on(nearest) >= CONTRAST_MIN
    assert (nearest == color) == (contrast_on(color) >= CONTRAST_MIN)


@pytest.mark.parametrize("color", ["", "red", "#fff", "#12345g", "#123456;}body{", "#123456\n"])
def test_what_is_no_color_is_a_plain_one(color: str) -> None:
    """And never gets into the style sheet."""
    assert palette_of(color) == palette_of("")


def test_the_style_sheet_has_the_palette() -> None:
    """As custom properties, by day and by night."""
    palette = palette_of("#d97706")
    day, night = style_sheet(palette).split("prefers-color-scheme:dark")

    assert "--brand:#d97706;" in day
    assert f"--brand-strong:{palette.day.strong};" in day
    assert f"--brand-strong:{palette.night.strong};" in night


def test_the_pages_know_what_cards_are_made_of_by_night() -> None:
    """Tones are chosen for it."""
    sheet = STATIC.joinpath("portal.css").read_text()

    assert "--card: #{:02x}{:02x}{:02x};".format(*NIGHT) in sheet
