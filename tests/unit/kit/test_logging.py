"""Logs are JSON, one object a line, and hold no secret."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Callable, Iterator
from contextlib import redirect_stdout
from typing import Any

import pytest
import structlog

from services.kit.logging import configure_logging, get_logger, redacted
from tests.support.probe import pb

Lines = Callable[[], list[dict[str, Any]]]


@pytest.fixture
def lines() -> Iterator[Lines]:
    root = logging.getLogger()
    handlers, level = root.handlers[:], root.level
    output = io.StringIO()
    with redirect_stdout(output):
        configure_logging("usage")
        yield lambda: [json.loads(line) for line in output.getvalue().splitlines()]
    root.handlers[:] = handlers
    root.setLevel(level)
    structlog.reset_defaults()


def test_a_log_is_one_json_object(lines: Lines) -> None:
    """With who said it, when, and how grave it is."""
    get_logger("a").info("poured", cups=3)

    (line,) = lines()
    assert (line["event"], line["cups"], line["service"], line["level"]) == (
        "poured",
        3,
        "usage",
        "info",
    )
    assert line["time"].endswith("Z")


def test_a_librarys_log_is_one_too(lines: Lines) -> None:
    """Whoever reads logs has one format to read."""
    logging.getLogger("somebody.else").warning("it is %s", "late")

    (line,) = lines()
    assert (line["event"], line["level"]) == ("it is late", "warning")


def test_below_the_level_nothing_is_written(lines: Lines) -> None:
    """INFO unless told otherwise."""
    get_logger("a").debug("sip")

    assert lines() == []


@pytest.mark.parametrize(
    "key", ["password", "new_password", "Authorization", "api_key", "apiKey", "token", "set_cookie"]
)
def test_keys_of_secrets_are_redacted(lines: Lines, key: str) -> None:
    """However deep they lie."""
    get_logger("a").info("asked", **{key: "s3cret"}, headers=[{"inner": {key: "s3cret"}}])

    assert "s3cret" not in json.dumps(lines())


def test_confidential_fields_of_a_message_are_redacted(lines: Lines) -> None:
    """By their own annotation, in lists, in maps and in messages within."""
    depth = pb.Depth(metres=3, code="s3cret", below=pb.Depth(code="s3cret"))
    message = pb.Probe(
        name="tenants/a/probes/p",
        password="s3cret",
        notes="s3cret",
        depth=depth,
        depths=[depth],
        depths_by_label={"a": depth},
    )

    get_logger("a").info("asked", request=message)

    assert "s3cret" not in json.dumps(lines())
    assert lines()[0]["request"]["name"] == "tenants/a/probes/p"
    assert lines()[0]["request"]["password"] == "[redacted]"
    assert redacted(message)["depth"]["metres"] == 3
    assert message.password == "s3cret"


def test_an_exceptions_log_shows_no_local_values(lines: Lines) -> None:
    """They hold requests and rows."""
    code = "s3cret"
    try:
        raise ValueError(len(code))
    except ValueError:
        get_logger("a").exception("failed")

    (line,) = lines()
    assert "ValueError: 6" in line["exception"]
    assert "s3cret" not in line["exception"].replace('code = "s3cret"', "")
