"""Law 2: no float touches a price, an amount or a quantity that is priced."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path
from typing import TypeGuard

import pytest
from google.protobuf.descriptor import FieldDescriptor

from tests.support.contracts import messages

_SERVICES = Path(__file__).resolve().parents[2] / "services"
# Where money and quantities are; the others only pass through what these have told them.
_WITH_MONEY = ("billing", "usage", "gateway")
# What has floats and no money: colours, a page's layout, a pause, and the readers of JSON, who
# have to say that a number is none.
_WITHOUT_MONEY = {
    "billing/partners/invoice_pdf.py",
    "billing/partners/letters.py",
    "gateway/http/server.py",
    "gateway/portal/colors.py",
    "gateway/rest/json_reader.py",
    "gateway/rest/scalars.py",
}
_FLOAT_COLUMNS = {"Float", "REAL", "Double", "DOUBLE", "DOUBLE_PRECISION"}
_FLOATS = (FieldDescriptor.TYPE_DOUBLE, FieldDescriptor.TYPE_FLOAT)


def _floats_in(path: Path, *, but_durations: bool = False) -> Iterator[str]:
    for node in _nodes(ast.parse(path.read_text(encoding="utf-8")), but_durations=but_durations):
        if _is_float(node):
            yield f"{path.relative_to(_SERVICES)}:{node.lineno}"


def _is_float(node: ast.AST) -> TypeGuard[ast.expr]:
    is_literal = isinstance(node, ast.Constant) and isinstance(node.value, float)
    return is_literal or (isinstance(node, ast.Name) and node.id == "float")


def _nodes(node: ast.AST, *, but_durations: bool) -> Iterator[ast.AST]:
    """Gives a node and all below it, without those that only say what a duration or instant is."""
    if but_durations and _is_duration(_named(node)):
        return
    yield node
    for child in ast.iter_child_nodes(node):
        yield from _nodes(child, but_durations=but_durations)


def _named(node: ast.AST) -> str:
    """Gives the name that a value or a type is given to; nothing where there is none."""
    match node:
        case (
            ast.Assign(targets=[ast.Name(id=name)])
            | ast.AnnAssign(target=ast.Name(id=name))
            | ast.AnnAssign(target=ast.Attribute(attr=name))
            | ast.arg(arg=name)
            | ast.keyword(arg=str(name))
        ):
            return name
    return ""


def _is_duration(name: str) -> bool:
    """As telemetry and asyncio have them; seconds that are charged are whole."""
    return "seconds" in name.lower() or name.endswith("_at")


def test_no_domain_holds_a_float() -> None:
    """No literal, no conversion, no annotation."""
    sources = [
        *_SERVICES.glob("*/domain/**/*.py"),
        _SERVICES / "kit" / "money.py",
        _SERVICES / "kit" / "money_wire.py",
    ]

    assert len(sources) > 2
    assert [found for path in sources for found in _floats_in(path)] == []


@pytest.mark.parametrize("service", _WITH_MONEY)
def test_nothing_around_a_domain_makes_floats_of_it(service: str) -> None:
    """Neither on the way to the store, nor to partners, files, pages or workers."""
    sources = [
        path
        for path in (_SERVICES / service).rglob("*.py")
        if str(path.relative_to(_SERVICES)) not in _WITHOUT_MONEY
    ]

    assert len(sources) > 10
    assert [found for path in sources for found in _floats_in(path, but_durations=True)] == []


def test_what_is_let_off_has_floats() -> None:
    """A file that has none any more is looked at again."""
    assert [each for each in _WITHOUT_MONEY if not list(_floats_in(_SERVICES / each))] == []


def test_no_column_is_a_float() -> None:
    """Of any store, in any of its migrations."""
    found = [
        f"{path.relative_to(_SERVICES)}:{node.lineno}"
        for path in _SERVICES.glob("*/store/**/*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Name | ast.Attribute)
        and (node.id if isinstance(node, ast.Name) else node.attr) in _FLOAT_COLUMNS
    ]

    assert found == []


def test_a_float_would_be_found() -> None:
    """Durations are let through by their names, and nothing beside them."""
    source = (
        "wait_seconds: float = 2.5\nprice = 0.025\ntotal = float(price)\nf(timeout_seconds=1.5)"
    )

    lines = {
        node.lineno for node in _nodes(ast.parse(source), but_durations=True) if _is_float(node)
    }

    assert lines == {2, 3}


def test_no_message_has_a_float() -> None:
    """What is priced goes over the wire as google.type.Money and google.type.Decimal."""
    floats = [
        field.full_name
        for message in messages()
        for field in message.fields
        if field.type in _FLOATS
    ]

    assert floats == []
