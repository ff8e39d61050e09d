"""What the documentation says shows something, does exist."""

from __future__ import annotations

import re
from pathlib import Path

ROOT = Path(__file__).parents[2]
_SECURITY = ROOT / "docs" / "security.md"
# A page names paths whole; the page on security names them below tests/.
_WHOLE = re.compile(r"(?<![\w/.-])(?:services|tests|dev|simulators|protos|bench)/[\w/.-]*\w")
_BELOW_TESTS = re.compile(r"`((?:asterisk|contracts|deploy|journeys|rpc|store|unit)/[\w/.-]*\w)`")


def test_paths_in_the_documentation_exist() -> None:
    """So that a reader who follows one arrives."""
    missing = {
        f"{page.relative_to(ROOT)}: {path}"
        for page in [
            ROOT / "README.md",
            *ROOT.glob("docs/**/*.md"),
            *ROOT.glob("services/*/README.md"),
        ]
        for path in _WHOLE.findall(page.read_text())
        if not (ROOT / path).exists()
    }

    assert missing == set()


def test_every_test_that_security_rests_on_exists() -> None:
    """And there are some."""
    named = _BELOW_TESTS.findall(_SECURITY.read_text())

    assert len(named) > 20
    assert [path for path in named if not (ROOT / "tests" / path).exists()] == []
