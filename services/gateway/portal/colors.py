"""A brand's colour, and what can be read on it and in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLAIN = "#1f4e79"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_WHITE, _DARK = (255, 255, 255), (17, 24, 39)
# WCAG 2.2, AA for text.
CONTRAST_MIN = 4.5

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb. `ink` is read on `brand`; `strong` is the brand's tone for text on white;
    `soft` is a background that dark text is read on."""

    brand: str
    ink: str
    strong: str
    soft: str


def palette_of(color: str) -> Palette:
    """Derives a palette from a brand's colour, from a plain one if that is none."""
    brand = _parse(color if _COLOR.match(color) else PLAIN)
    ink = max((_WHITE, _DARK), key=lambda candidate: contrast(candidate, brand))
    strong = brand
    while contrast(strong, _WHITE) < CONTRAST_MIN:
        strong = _mixed(strong, _DARK, 0.1)
    return Palette(_text(brand), _text(ink), _text(strong), _text(_mixed(_WHITE, brand, 0.08)))


def contrast(one: Rgb, other: Rgb) -> float:
    """Gives WCAG's contrast ratio, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def style_sheet(palette: Palette) -> str:
    """Writes the palette as custom properties."""
    return (
        f":root{{--brand:{palette.brand};--brand-ink:{palette.ink};"
        f"--brand-strong:{palette.strong};--brand-soft:{palette.soft}}}\n"
    )


def _luminance(color: Rgb) -> float:
    red, green, blue = (_linear(part / 255) for part in color)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else float(((part + 0.055) / 1.055) ** 2.4)


def _mixed(color: Rgb, with_color: Rgb, share: float) -> Rgb:
    red, green, blue = (round(a + (b - a) * share) for a, b in zip(color, with_color, strict=True))
    return red, green, blue


def _parse(color: str) -> Rgb:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def _text(color: Rgb) -> str:
    return "#{:02x}{:02x}{:02x}".format(*color)
