"""What every Python file keeps to: a first line that says what it holds, and a readable size."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
FOLDERS = ("services", "simulators", "dev", "bench", "tests")
FILE_LINES_MAX = 250
TEST_FILE_LINES_MAX = 400
FUNCTION_LINES_MAX = 40

Function = ast.FunctionDef | ast.AsyncFunctionDef


def _files() -> list[Path]:
    return sorted(path for folder in FOLDERS for path in (ROOT / folder).rglob("*.py"))


def _functions(path: Path) -> Iterator[Function]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, Function):
            yield node


def _place(path: Path, function: Function) -> str:
    return f"{path.relative_to(ROOT)}:{function.lineno} {function.name}"


def _lines_max(path: Path) -> int:
    return TEST_FILE_LINES_MAX if path.is_relative_to(ROOT / "tests") else FILE_LINES_MAX


def test_every_file_says_what_it_holds() -> None:
    """A reader decides by the first line whether to read on; Alembic's env.py has but three."""
    silent = [
        str(path.relative_to(ROOT))
        for path in _files()
        if path.name != "env.py"
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]

    assert silent == []


def test_no_file_is_too_long_to_be_read() -> None:
    """One that grows beyond it holds two things; a story of tests may be somewhat longer."""
    long = [
        f"{path.relative_to(ROOT)}: {lines}"
        for path in _files()
        if (lines := len(path.read_text(encoding="utf-8").splitlines())) > _lines_max(path)
    ]

    assert long == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_no_function_is_too_long_to_be_seen(folder: str) -> None:
    """It fits on a screen, docstring included. What only wires a program together may not."""
    long = [
        f"{_place(path, function)}: {lines}"
        for path in (ROOT / folder).rglob("*.py")
        if path.name != "__main__.py"
        for function in _functions(path)
        if (lines := (function.end_lineno or 0) - function.lineno + 1) > FUNCTION_LINES_MAX
    ]

    assert long == []
