"""Alerts and dashboards: each alert speaks when it should, and all of them ask for what exists."""

from __future__ import annotations

import ast
import json
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml
from opentelemetry.exporter.prometheus import PrometheusMetricReader
from opentelemetry.sdk.metrics import MeterProvider
from prometheus_client import REGISTRY

from dev import prometheus
from dev.paths import ROOT

_TELEMETRY = ROOT / "deploy" / "k8s" / "components" / "telemetry"
_SPOKEN = Path(__file__).parent / "alerts_test.yaml"
_MAKERS = {"counter", "histogram", "up_down_counter", "observe", "Figure"}
# Those that Prometheus and its client make of themselves.
_GIVEN = {"up", "process_resident_memory_bytes"}
_NAME = re.compile(r"\b([a-z]+(?:_[a-z]+)+|up)\b(?=[\[{ )/>]|$)")
_QUOTED = re.compile(r'"[^"]*"')
_BY = re.compile(r"\b(?:by|without|on) \([^)]*\)")


def _rules() -> list[dict[str, Any]]:
    groups = yaml.safe_load((_TELEMETRY / "alerts.yaml").read_text())["groups"]
    return [rule for group in groups for rule in group["rules"]]


def _panels() -> list[dict[str, Any]]:
    boards = [json.loads(path.read_text()) for path in (_TELEMETRY / "dashboards").glob("*.json")]
    return [panel for board in boards for panel in board["panels"]]


def _asked(expression: str) -> set[str]:
    text = _BY.sub("", _QUOTED.sub('""', expression))
    return set(_NAME.findall(re.sub(r"\{[^}]*\}", "{", text)))


def _instruments() -> Iterator[tuple[str, str, str]]:
    """Every metric that a service makes: how it is made, its name and its unit."""
    for path in (ROOT / "services").rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
                words = [each.value for each in node.args[:2] if isinstance(each, ast.Constant)]
                if node.func.id in _MAKERS and len(words) == 2:
                    yield node.func.id, str(words[0]), str(words[1])


@pytest.fixture(scope="module")
def exported() -> set[str]:
    """The names under which Prometheus sees what the services make, as its exporter spells them."""
    reader = PrometheusMetricReader()
    provider = MeterProvider(metric_readers=[reader])
    meter = provider.get_meter("names")
    for maker, name, unit in _instruments():
        match maker:
            case "counter":
                meter.create_counter(name, unit).add(1)
            case "histogram":
                meter.create_histogram(name, unit).record(1)
            case _:
                meter.create_up_down_counter(name, unit).add(1)
    names = {sample.name for family in REGISTRY.collect() for sample in family.samples}
    provider.shutdown()
    return names | _GIVEN


def test_each_alert_speaks_when_it_should_and_not_before(tmp_path: Path) -> None:
    """As Prometheus itself works the rules out, minute by minute."""
    rules = _TELEMETRY / "alerts.yaml"
    path = tmp_path / "alerts_test.yaml"
    path.write_text(f"rule_files: [{rules}]\n{_SPOKEN.read_text()}")

    finished = subprocess.run(
        [prometheus.program("promtool"), "test", "rules", path],
        capture_output=True,
        text=True,
        check=False,
    )

    assert finished.returncode == 0, finished.stdout + finished.stderr


def test_every_alert_is_told_apart_from_silence() -> None:
    """Each is tried both ways: in a suite that is well, and where it must speak."""
    tried: dict[str, set[bool]] = {}
    for test in yaml.safe_load(_SPOKEN.read_text())["tests"]:
        for each in test["alert_rule_test"]:
            tried.setdefault(each["alertname"], set()).add(bool(each["exp_alerts"]))

    assert tried == {rule["alert"]: {True, False} for rule in _rules()}


def test_every_alert_has_its_page() -> None:
    """And no page is left of an alert that is gone."""
    pages = {path.stem for path in (ROOT / "docs" / "runbooks").glob("*.md")}

    assert {rule["alert"] for rule in _rules()} == pages
    for rule in _rules():
        assert rule["annotations"]["runbook_url"] == f"docs/runbooks/{rule['alert']}.md"
        assert rule["labels"]["severity"] in ("page", "ticket")


def test_alerts_ask_for_metrics_that_exist(exported: set[str]) -> None:
    """A name that nobody makes would be an alert that is silent for ever."""
    missing = {
        f"{rule['alert']}: {name}" for rule in _rules() for name in _asked(rule["expr"]) - exported
    }

    assert missing == set()


def test_dashboards_ask_for_metrics_that_exist(exported: set[str]) -> None:
    """Likewise a panel that is empty for ever."""
    panels = _panels()
    missing = {
        f"{panel['title']}: {name}"
        for panel in panels
        for target in panel["targets"]
        for name in _asked(target["expr"]) - exported
    }

    assert missing == set()
    assert all(panel["description"] for panel in panels)


def test_a_name_that_does_not_exist_is_noticed(exported: set[str]) -> None:
    """The reading of expressions finds names, and takes no label or function for one."""
    text = 'histogram_quantile(0.9, sum by (le) (rate(no_such_thing_bucket{a="b_c"}[5m]))) > 1'

    assert _asked(text) - exported == {"no_such_thing_bucket"}
    assert {"rpc_server_duration_seconds_bucket", "shipper_files_set_aside_total"} <= exported
