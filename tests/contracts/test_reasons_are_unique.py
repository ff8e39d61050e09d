"""A reason names one thing that is so, whichever service says it."""

from __future__ import annotations

import ast
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from pathlib import Path

_SERVICES = Path(__file__).resolve().parents[2] / "services"
_FORM = re.compile(r"[A-Z][A-Z0-9_]{0,61}[A-Z0-9]")


def _reasons() -> Iterator[tuple[str, str]]:
    """Gives each class's reason, with the file that the class is in."""
    for path in _SERVICES.rglob("*.py"):
        tree = ast.parse(path.read_text(encoding="utf-8"))
        constants = dict(_texts_in(tree))
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef):
                for name, value in _texts_in(node, constants):
                    if name == "reason":
                        yield value, f"{path.relative_to(_SERVICES)}:{node.name}"


def _texts_in(
    node: ast.Module | ast.ClassDef, constants: dict[str, str] | None = None
) -> Iterator[tuple[str, str]]:
    for each in node.body:
        if isinstance(each, ast.Assign) and isinstance(each.targets[0], ast.Name):
            value = each.value
            if isinstance(value, ast.Constant) and isinstance(value.value, str):
                yield each.targets[0].id, value.value
            elif constants and isinstance(value, ast.Name) and value.id in constants:
                yield each.targets[0].id, constants[value.id]


def test_a_reason_is_one_refusals() -> None:
    """Clients tell refusals apart by it; two services that say the same give it the same name."""
    classes: dict[str, set[str]] = defaultdict(set)
    for reason, place in _reasons():
        classes[reason].add(place.rpartition(":")[2])

    assert classes["RESOURCE_NOT_FOUND"] == {"NotFound"}
    assert {reason: names for reason, names in classes.items() if len(names) > 1} == {}


def test_a_service_says_a_reason_in_one_place() -> None:
    """Two classes of it would be two meanings."""
    counted = Counter((reason, place.partition("/")[0]) for reason, place in _reasons())

    assert [found for found, times in counted.items() if times > 1] == []


def test_a_reason_is_written_as_aip_193_wants() -> None:
    """UPPER_SNAKE, at most 63 characters, no name of ours."""
    wrong = [
        found
        for found in _reasons()
        if not _FORM.fullmatch(found[0]) or re.search("VENEER|VICIDIAL|ASTERISK|ENVOY", found[0])
    ]

    assert wrong == []
