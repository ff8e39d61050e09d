"""What the OpenAPI document says of the API is what the API does, whatever one sends.

Requests are made up from the document, right ones and wrong ones, always the same: no answer is a
failure of ours, each has the form that the document gives it, and what is wrong is refused.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import httpx
import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from openapi_spec_validator import OpenAPIV31SpecValidator
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.core.failures import FailureGroup
from schemathesis.core.result import Ok
from schemathesis.schemas import APIOperation
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    negative_data_rejection,
    response_schema_conformance,
)

from tests.support.rest import Rest
from tests.support.road import Road

pytestmark = pytest.mark.browser

Operation = APIOperation[Any, Any, Any, Any]
Case = schemathesis.Case[Any]

EXAMPLES = 3
SEED = 20251101
ENOUGH = 20
"""So many requests of a side succeed that its answers have been looked at."""
HERE = "https://here"
CHECKS = [
    not_a_server_error,
    content_type_conformance,
    response_schema_conformance,
]


@dataclass(frozen=True, slots=True)
class Side:
    """One listener's API, and what stands there already, by the names of parameters in paths.

    What the `elsewhere` document has too is tried at that side.
    """

    rest: Rest
    there: dict[str, str]
    elsewhere: dict[str, Any] = field(default_factory=dict)
    answered: Counter[int] = field(default_factory=Counter)

    def document(self) -> dict[str, Any]:
        """What the host says of itself."""
        return self.rest.get("/openapi.json")

    def operations(self) -> Iterator[Operation]:
        """Gives every operation, of what is there wherever something is."""
        document = self.document()
        # Who may come in is shown elsewhere: here it is always somebody who may.
        del document["security"], document["components"]["securitySchemes"]
        document["paths"] = {
            self._filled(path): {
                way: self._bound(each)
                for way, each in ways.items()
                if way not in self.elsewhere.get(path, ())
            }
            for path, ways in document["paths"].items()
        }
        for found in schemathesis.openapi.from_dict(document).get_all_operations():
            assert isinstance(found, Ok), found
            yield found.ok()

    def tried(self, operation: Operation, mode: GenerationMode) -> str:
        """Sends what is made up for an operation; tells what is wrong with the answers."""

        @seed(SEED)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            phases=[Phase.generate],
            suppress_health_check=list(HealthCheck),
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def send(case: Case) -> None:
            answer = self._sent(case)
            self.answered[answer.status_code] += 1
            wrong = [] if _is_read_leniently(case.body) else [negative_data_rejection]
            case.validate_response(answer, checks=[*CHECKS, *wrong])

        try:
            send()
        except FailureGroup as failures:
            return "\n".join(str(each) for each in failures.exceptions)
        except Unsatisfiable:
            # Nothing of it can be wrong.
            return ""
        return ""

    def _sent(self, case: Case) -> httpx.Response:
        asked = case.as_transport_kwargs(base_url=HERE)
        path, method = asked.pop("url").removeprefix(HERE), asked.pop("method")
        headers = {**asked.pop("headers"), "Authorization": f"Bearer {self.rest.key}"}
        if isinstance(asked.get("data"), bytes):
            asked["content"] = asked.pop("data")
        del asked["cookies"]
        return self.rest.send(method, path, headers=headers, **asked)

    def _filled(self, path: str) -> str:
        for name, value in self.there.items():
            path = path.replace(f"{{{name}}}", value)
        return path

    def _bound(self, operation: dict[str, Any]) -> dict[str, Any]:
        # A made-up token of a page hides whatever else is asked.
        told = {"pageToken", *self.there}
        left = [each for each in operation["parameters"] if each["name"] not in told]
        return {**operation, "parameters": left}


@pytest.fixture(scope="module", params=["client", "operator"])
def side(request: pytest.FixtureRequest, road: Road) -> Side:
    client = road.a_client()
    road.prices(client, date(2025, 1, 1))
    months = ("statement", "usageSummary", "draftInvoice", "margin")
    there = {"tenant": client.tenant_id, **dict.fromkeys(months, "2025-10")}
    clients = Side(client.rest, there)
    if request.param == "client":
        return clients
    return Side(road.operator, there, elsewhere=clients.document()["paths"])


def test_the_document_is_valid(side: Side) -> None:
    """By a validator that others wrote."""
    errors = [str(error) for error in OpenAPIV31SpecValidator(side.document()).iter_errors()]

    assert errors == []


@pytest.mark.parametrize("mode", list(GenerationMode), ids=lambda mode: mode.value)
def test_answers_are_as_described(side: Side, mode: GenerationMode) -> None:
    """Each operation of the side, in turn."""
    wrong = {
        operation.label: told
        for operation in side.operations()
        if (told := side.tried(operation, mode))
    }

    assert wrong == {}
    assert side.answered[200] > ENOUGH, side.answered


def _is_read_leniently(value: Any) -> bool:
    """Whether a body has what proto3's JSON reads beside what it writes, and so do we: nothing
    as null, whole numbers as texts and the other way round, the number of a choice."""
    if isinstance(value, dict):
        return any(map(_is_read_leniently, value.values()))
    if isinstance(value, list):
        return any(map(_is_read_leniently, value))
    is_whole = isinstance(value, str) and value.lstrip("-").isdigit()
    return value is None or is_whole or isinstance(value, int | float)
