"""The figures that must come out exactly, as the seed has them."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml

_FIGURES = Path(__file__).with_name("golden.yaml")


def golden(section: str) -> Any:
    """Gives a section; its amounts are texts, its counts are whole numbers."""
    return yaml.safe_load(_FIGURES.read_text(encoding="utf-8"))[section]


def exactly(text: str | int) -> Decimal:
    """Reads a figure; a float is no figure."""
    assert not isinstance(text, float)
    return Decimal(text)
