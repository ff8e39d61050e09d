"""Templates to pages."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined, select_autoescape
from markupsafe import Markup, escape

from services.gateway.portal import figures
from services.gateway.portal.assets import Assets

TEMPLATES = Path(__file__).parent / "templates"


class Renderer:
    """Renders templates; everything that is put into one is escaped."""

    def __init__(self, assets: Assets) -> None:
        self._environment = Environment(
            loader=FileSystemLoader(TEMPLATES),
            autoescape=select_autoescape(default=True, default_for_string=True),
            undefined=StrictUndefined,
            trim_blocks=True,
            lstrip_blocks=True,
            auto_reload=False,
        )
        self._environment.globals.update(asset=assets.url, monogram=monogram)
        self._environment.filters.update(
            amount=figures.amount,
            typed_amount=figures.typed_amount,
            unit_price=figures.unit_price,
            quantity=figures.quantity,
            plain=figures.plain,
            percent=figures.percent,
            minutes=figures.minutes,
            duration=figures.duration,
            moment=figures.moment,
            clock_time=figures.clock_time,
            day=figures.day,
            month_name=figures.month_name,
            phone=figures.phone,
            prose=prose,
        )

    def render(self, template: str, context: Mapping[str, Any]) -> str:
        """Gives a page's text."""
        return self._environment.get_template(template).render(context)


def monogram(name: str) -> str:
    """Gives the initials that stand where a logo is missing, one or two."""
    words = [word for word in name.split() if word[0].isalnum()]
    return "".join(word[0] for word in words[:2]).upper()


def prose(text: str) -> Markup:
    """Sets a comment of the contracts: its paragraphs, and what stands between backticks."""
    paragraphs = []
    for paragraph in str(text).split("\n\n"):
        pieces = paragraph.split("`")
        told = [
            Markup("<code>{}</code>").format(piece) if index % 2 else escape(piece)
            for index, piece in enumerate(pieces)
        ]
        paragraphs.append(Markup("<p>{}</p>").format(Markup("").join(told)))
    return Markup("").join(paragraphs)
