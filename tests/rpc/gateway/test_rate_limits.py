"""A client's programs are told how much they may still send, and when to come again."""

from __future__ import annotations

from tests.support.gateway.running import Browser, Running

PATH = "/v1/tenants/abc-solar/calls"
KEY = "Bearer key-abc-solar"


async def test_each_answer_tells_what_is_left(gateway: Running, sunny: Browser) -> None:
    """Refusals too: they were requests."""
    gateway.world.requests_per_minute = 3

    answers = [
        await sunny.get(PATH, authorization=KEY),
        await sunny.get(f"{PATH}?colour=red", authorization=KEY),
    ]

    assert [answer.status_code for answer in answers] == [200, 400]
    assert [answer.headers["ratelimit"] for answer in answers] == [
        '"key";r=2;t=20, "tenant";r=2;t=20',
        '"key";r=1;t=40, "tenant";r=1;t=40',
    ]
    policies = {answer.headers["ratelimit-policy"] for answer in answers}
    assert policies == {'"key";q=3;w=60, "tenant";q=3;w=60'}


async def test_who_sends_too_many_is_told_when_to_come_again(
    gateway: Running, sunny: Browser
) -> None:
    """And is let in again then. What is refused is not counted as a request that is charged."""
    gateway.world.requests_per_minute = 3
    for _ in range(3):
        await sunny.get(PATH, authorization=KEY)

    gateway.clock.advance(seconds=5)
    refused = await sunny.get(PATH, authorization=KEY)

    assert (refused.status_code, refused.headers["retry-after"]) == (429, "15")
    assert refused.headers["ratelimit"] == '"key";r=0;t=55, "tenant";r=0;t=55'
    error = refused.json()["error"]
    assert error["status"] == "RESOURCE_EXHAUSTED"
    assert error["details"][0]["reason"] == "TOO_MANY_REQUESTS"
    gateway.clock.advance(seconds=15)
    assert (await sunny.get(PATH, authorization=KEY)).status_code == 200


async def test_one_clients_haste_is_nobody_elses(gateway: Running, sunny: Browser) -> None:
    """Nor are pages, which people look at, and the operator's own programs held up."""
    gateway.world.requests_per_minute = 1
    for _ in range(2):
        answer = await sunny.get(PATH, authorization=KEY)
    assert answer.status_code == 429

    meridian = gateway.at(gateway.world.parties["meridian"])
    other = await meridian.get("/v1/tenants/meridian/calls", authorization="Bearer key-meridian")
    page = await sunny.get("/login")
    console = gateway.at(gateway.world.parties["northgate"])
    operators = await console.get("/v1/tenants", authorization="Bearer key-northgate")

    assert [each.status_code for each in (other, page, operators)] == [200, 200, 200]
    assert "ratelimit" not in operators.headers
