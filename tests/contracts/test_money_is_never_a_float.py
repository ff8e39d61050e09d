"""Law 2: no float touches a price, an amount or a quantity that is priced."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

from google.protobuf.descriptor import FieldDescriptor

from tests.support.contracts import messages

_SERVICES = Path(__file__).resolve().parents[2] / "services"
_FLOATS = (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT)


def _floats_in(path: Path) -> Iterator[str]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
        is_name = isinstance(node, ast.Name) and node.id == "float"
        if is_literal or is_name:
            yield f"{path.relative_to(_SERVICES)}:{getattr(node, 'lineno', 0)}"


def test_no_domain_holds_a_float() -> None:
    """No literal, no conversion, no annotation."""
    sources = [
        *_SERVICES.glob("*/domain/**/*.py"),
        _SERVICES / "kit" / "money.py",
        _SERVICES / "kit" / "money_wire.py",
    ]

    assert len(sources) > 2
    assert [found for path in sources for found in _floats_in(path)] == []


def test_no_message_has_a_float() -> None:
    """What is priced goes over the wire as google.type.Money and google.type.Decimal."""
    floats = [
        field.full_name
        for message in messages()
        for field in message.fields
        if field.type in _FLOATS
    ]

    assert floats == []
