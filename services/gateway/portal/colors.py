"""A brand's colour, and what can be read on it and in it."""

from __future__ import annotations

import re
from dataclasses import dataclass

PLAIN = "#1f4e79"
_COLOR = re.compile(r"#[0-9a-fA-F]{6}\Z")
_WHITE, _DARK, _BLACK = (255, 255, 255), (17, 24, 39), (0, 0, 0)
# What cards are made of by night; portal.css has it too.
NIGHT = (22, 29, 43)
# WCAG 2.2, AA: for text, and for what is to be seen.
CONTRAST_MIN, SEEN_MIN = 4.5, 3.0

Rgb = tuple[int, int, int]


@dataclass(frozen=True, slots=True)
class Tones:
    """Tones of a brand on one paper, as #rrggbb: `strong` for text on it and on `soft`, a
    background; `mark` for bars of a chart."""

    strong: str
    soft: str
    mark: str


@dataclass(frozen=True, slots=True)
class Palette:
    """Colours as #rrggbb. `ink` is read on `brand`."""

    brand: str
    ink: str
    day: Tones
    night: Tones


def palette_of(color: str) -> Palette:
    """Derives a palette from a brand's colour, from a plain one if that is none."""
    brand = _parse(color if _COLOR.match(color) else PLAIN)
    ink = max((_WHITE, _DARK), key=lambda candidate: contrast(candidate, brand))
    day = _tones(brand, _WHITE, _DARK, 0.08)
    night = _tones(brand, NIGHT, _WHITE, 0.2)
    return Palette(_text(brand), _text(ink), day, night)


def nearest_readable(color: str) -> str:
    """Gives the nearest lighter or darker colour that text can be read on; itself if it can.

    `color` is #rrggbb. By white or dark text, as pages choose it.
    """
    brand = _parse(color)
    steps = (_mixed(brand, end, step / 100) for step in range(101) for end in (_BLACK, _WHITE))
    return _text(next(each for each in steps if _contrast_on(each) >= CONTRAST_MIN))


def contrast_on(color: str) -> float:
    """Gives the contrast of the text that pages write on a colour, #rrggbb."""
    return _contrast_on(_parse(color))


def is_color(text: str) -> bool:
    """Tells whether a text is a colour as #rrggbb."""
    return _COLOR.match(text) is not None


def contrast(one: Rgb, other: Rgb) -> float:
    """Gives WCAG's contrast ratio, 1 to 21."""
    light, dark = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def style_sheet(palette: Palette) -> str:
    """Writes the palette as custom properties."""
    return (
        f":root{{--brand:{palette.brand};--brand-ink:{palette.ink};{_properties(palette.day)}}}\n"
        f"@media screen and (prefers-color-scheme:dark){{:root{{{_properties(palette.night)}}}}}\n"
    )


def _properties(tones: Tones) -> str:
    return f"--brand-strong:{tones.strong};--brand-soft:{tones.soft};--brand-mark:{tones.mark}"


def _contrast_on(color: Rgb) -> float:
    return max(contrast(_WHITE, color), contrast(_DARK, color))


def _tones(brand: Rgb, paper: Rgb, ink: Rgb, share: float) -> Tones:
    soft = _mixed(paper, brand, share)
    strong = mark = brand
    while min(contrast(strong, soft), contrast(strong, paper)) < CONTRAST_MIN:
        strong = _mixed(strong, ink, 0.1)
    while contrast(mark, paper) < SEEN_MIN:
        mark = _mixed(mark, ink, 0.1)
    return Tones(_text(strong), _text(soft), _text(mark))


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
