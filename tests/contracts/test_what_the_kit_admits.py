"""The kit without the junk drawer: its rules of admission."""

from __future__ import annotations

import ast
import re
from collections import defaultdict
from pathlib import Path

_ROOT = Path(__file__).resolve().parents[2]
_KIT = _ROOT / "services" / "kit"
_JUNK = {"utils", "util", "helpers", "common", "base", "misc", "shared", "tools"}
_LONGEST = 250
# What our services sell, and to whom; a tenant is what every store is divided by.
_BUSINESS = re.compile(
    r"invoice|tariff|carrier|campaign|dialer|price.?book|ledger|margin|wallet|\bleg\b|\bdid\b", re.I
)
# Used by every service, but through another module of the kit.
_INSIDE = re.compile(r"services\.kit\.(rpc|aip|db)\.")


def _modules() -> list[Path]:
    return sorted(path for path in _KIT.rglob("*.py") if path.name != "__init__.py")


def _name_of(path: Path) -> str:
    return ".".join(path.relative_to(_ROOT).with_suffix("").parts)


def _imported_by(path: Path) -> set[str]:
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.module:
            found.add(node.module)
            found |= {f"{node.module}.{alias.name}" for alias in node.names}
        elif isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
    return found


def test_each_module_says_in_one_line_what_it_is_for() -> None:
    """Whoever can't say it in a line has two modules in one."""
    silent = [
        _name_of(path)
        for path in _modules()
        if not (ast.get_docstring(ast.parse(path.read_text(encoding="utf-8"))) or "").split("\n")[0]
    ]

    assert silent == []


def test_no_module_is_a_junk_drawer() -> None:
    """A name that fits everything keeps nothing out."""
    assert [_name_of(path) for path in _modules() if path.stem in _JUNK] == []


def test_no_module_is_long() -> None:
    """It is split instead."""
    lengths = {_name_of(path): len(path.read_text().splitlines()) for path in _modules()}

    assert {name: lines for name, lines in lengths.items() if lines > _LONGEST} == {}


def test_no_module_knows_the_business() -> None:
    """Nouns of the business live in the services."""
    sources = {_name_of(path): ast.unparse(_without_docstrings(path)) for path in _modules()}

    assert {name for name, code in sources.items() if _BUSINESS.search(code)} == set()


def _without_docstrings(path: Path) -> ast.Module:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        if isinstance(body, list):
            node.body = [  # type: ignore[attr-defined]
                each
                for each in body
                if not (isinstance(each, ast.Expr) and isinstance(each.value, ast.Constant))
            ]
    return tree


def test_two_services_use_what_is_at_the_kits_door() -> None:
    """What one service uses is that service's own."""
    users: dict[str, set[str]] = defaultdict(set)
    for path in (_ROOT / "services").rglob("*.py"):
        service = path.relative_to(_ROOT / "services").parts[0]
        for imported in _imported_by(path):
            users[imported].add(service)
    doors = [_name_of(path) for path in _modules()]
    lonely = {
        door: users[door]
        for door in doors
        if not _INSIDE.match(door) and len(users[door] - {"kit"}) < 2 and "kit" not in users[door]
    }

    assert lonely == {}
