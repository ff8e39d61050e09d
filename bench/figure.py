"""A figure of the bench: ours and its reference, measured side by side."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured figure.

    `ours` and `reference` are in `unit`; `ratio` is what is promised about them, and `promise` says
    it in words ("at least 0.25"). `is_met` is None where nothing is promised.
    """

    name: str
    unit: str
    ours: float
    reference: float
    ratio: float
    promise: str = ""
    is_met: bool | None = None

    @classmethod
    def at_least(cls, name: str, unit: str, rates: tuple[float, float], wanted: float) -> Figure:
        """A rate of ours that is at least a share `wanted` of the reference's."""
        ours, reference = rates
        ratio = ours / reference
        return cls(name, unit, ours, reference, ratio, f"at least {wanted:g}", ratio >= wanted)

    @classmethod
    def at_most(cls, name: str, unit: str, ours: float, limit: float) -> Figure:
        """A quantity of ours that is at most a limit; the limit is the reference."""
        return cls(name, unit, ours, limit, ours / limit, "at most 1", ours <= limit)

    @classmethod
    def times_faster(cls, name: str, times: tuple[float, float], wanted: float) -> Figure:
        """A time of ours, in milliseconds, that the reference takes `wanted` times as long as."""
        ours, reference = times
        ratio = reference / ours
        promise = f"reference takes at least {wanted:g} times as long"
        return cls(name, "ms", ours, reference, ratio, promise, ratio >= wanted)


def middle(values: Iterable[float]) -> float:
    """The median: single runs on a shared machine are noisy."""
    return median(values)


def table(figures: Iterable[Figure]) -> str:
    """The figures as lines of text."""
    rows = [("figure", "ours", "reference", "unit", "ratio", "promised", "")]
    for figure in figures:
        met = {True: "met", False: "NOT MET", None: ""}[figure.is_met]
        ours, reference = f"{figure.ours:,.4g}", f"{figure.reference:,.4g}"
        row = (figure.name, ours, reference, figure.unit, f"{figure.ratio:.3g}", figure.promise)
        rows.append((*row, met))
    widths = [max(len(row[column]) for row in rows) for column in range(7)]
    return "\n".join(
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip()
        for row in rows
    )


def save(figures: Iterable[Figure], path: Path) -> None:
    """Writes name, ours, reference and ratio of each figure as JSON."""
    content = [
        {
            "name": figure.name,
            "unit": figure.unit,
            "ours": figure.ours,
            "reference": figure.reference,
            "ratio": figure.ratio,
            "promise": figure.promise,
            "is_met": figure.is_met,
        }
        for figure in figures
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content, indent=1), encoding="utf-8")
