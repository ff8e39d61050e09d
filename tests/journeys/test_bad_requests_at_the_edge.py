"""Bad input gets the right status and a body that says what to do."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.support.road import Client, Road

OVERSIZED = {"displayName": "x" * 20_000_000}


@pytest.fixture(scope="module")
def client(road: Road) -> Client:
    return road.a_client()


def _error(response: httpx.Response) -> dict[str, Any]:
    assert response.headers["content-type"].startswith("application/json")
    error: dict[str, Any] = response.json()["error"]
    assert error["code"] == response.status_code
    return error


def _fields(error: dict[str, Any]) -> list[str]:
    return [
        violation["field"]
        for detail in error.get("details", ())
        for violation in detail.get("fieldViolations", ())
    ]


async def test_a_wrong_key_is_401(client: Client) -> None:
    """And says that it is the key."""
    answer = client.rest.with_key("key_nobody-has-this").send("GET", f"/v1/{client.name}/calls")

    assert (answer.status_code, _error(answer)["status"]) == (401, "UNAUTHENTICATED")


async def test_no_key_is_401(client: Client) -> None:
    """With the scheme to use."""
    answer = client.rest.with_key("").send("GET", f"/v1/{client.name}/calls")

    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")


async def test_an_unknown_parameter_is_named(client: Client) -> None:
    """A misspelt filter must not give unfiltered results."""
    answer = client.rest.send("GET", f"/v1/{client.name}/calls", params={"colour": "red"})

    assert answer.status_code == 400
    assert "colour" in json.dumps(_error(answer))


async def test_an_unknown_field_is_named(client: Client) -> None:
    """Nothing that was sent is silently dropped."""
    answer = client.rest.send(
        "POST", f"/v1/{client.name}/apiKeys", json={"displayName": "A", "colour": "red"}
    )

    assert answer.status_code == 400
    assert "colour" in json.dumps(_error(answer))


async def test_a_bad_page_token_is_refused(client: Client) -> None:
    """One of another question too."""
    answer = client.rest.send("GET", f"/v1/{client.name}/calls", params={"pageToken": "x"})

    assert answer.status_code == 400
    assert "INVALID_PAGE_TOKEN" in json.dumps(_error(answer))


async def test_a_date_that_does_not_exist_is_named(client: Client) -> None:
    """The thirtieth of February."""
    query = {"startDate.year": 2026, "startDate.month": 2, "startDate.day": 30}
    answer = client.rest.send("GET", f"/v1/{client.name}/calls", params=query)

    assert answer.status_code == 400
    assert _fields(_error(answer)) == ["start_date"]


async def test_a_month_that_is_none_is_refused(client: Client) -> None:
    """With the form that is wanted."""
    answer = client.rest.send("GET", f"/v1/{client.name}/statements/2026-13")

    assert answer.status_code == 400
    assert "name" in _fields(_error(answer))


async def test_a_body_that_is_not_json_is_refused(client: Client) -> None:
    """At the place where it breaks off."""
    answer = client.rest.send(
        "POST",
        f"/v1/{client.name}/apiKeys",
        content=b'{"displayName": ',
        headers={"content-type": "application/json"},
    )

    assert answer.status_code == 400
    assert _error(answer)["status"] == "INVALID_ARGUMENT"


async def test_an_oversized_body_is_413(client: Client) -> None:
    """Before anybody reads it whole."""
    answer = client.rest.send("POST", f"/v1/{client.name}/apiKeys", json=OVERSIZED)

    assert answer.status_code == 413


async def test_an_unknown_path_is_404(client: Client) -> None:
    """In the API's own form."""
    answer = client.rest.send("GET", "/v1/nothing")

    assert _error(answer)["status"] == "NOT_FOUND"


async def test_an_unknown_host_is_404(road: Road) -> None:
    """And shows nobody's brand."""
    answer = road.rest("stranger.dialer.localhost").send("GET", "/")

    assert answer.status_code == 404


async def test_what_is_missing_is_told_all_at_once(client: Client) -> None:
    """A form is corrected once, not field by field."""
    answer = client.rest.send("POST", f"/v1/{client.name}/users", json={})

    assert answer.status_code == 400
    assert {"user"} <= set(_fields(_error(answer))) or {
        "user.email",
        "user.role",
    } <= set(_fields(_error(answer)))


async def test_nothing_at_the_edge_names_what_is_behind_it(road: Road, client: Client) -> None:
    """Headers and bodies, pages and errors."""
    names = ("veneer", "vicidial", "asterisk", "envoy", "uvicorn", "starlette", "grpc", "instacall")
    paths = ("/", "/login", "/docs", "/openapi.json", "/v1/nothing", "/nothing", "/brand.css")
    answers = [client.rest.send("GET", path) for path in paths]
    answers.append(client.rest.send("GET", f"/v1/{client.name}/calls?pageToken=x"))
    answers.append(road.rest("stranger.dialer.localhost").send("GET", "/"))

    said = "".join(f"{answer.headers}{answer.text}" for answer in answers).lower()

    assert [name for name in names if name in said] == []


async def test_a_host_name_that_is_nobodys_is_a_neutral_404(client: Client) -> None:
    """Also one that a client has asked for, until it is proved; the answer names nobody."""
    asked = client.rest.post(f"/v1/{client.name}/hostNames", {"domainName": "dialer.sunny.test"})
    headers = [{"Host": host} for host in ("nobody.dialer.localhost", "dialer.sunny.test")]

    pages = [client.rest.send("GET", "/login", headers=each) for each in headers]
    answers = [client.rest.send("GET", f"/v1/{client.name}", headers=each) for each in headers]

    assert asked["state"] == "PENDING"
    assert {(page.status_code, page.text) for page in pages} == {
        (404, "There is nothing at this address.\n")
    }
    assert {answer.status_code for answer in answers} == {404}
    assert not any(client.rest.host.partition(".")[0] in answer.text for answer in answers)
