"""What one request does is one trace, from the edge through the services to their stores."""

from __future__ import annotations

from tests.support.collector import Collector, Span
from tests.support.eventually import eventually
from tests.support.road import Road


async def test_a_request_is_one_trace(road: Road, collector: Collector) -> None:
    """Each step is the child of the one that asked for it."""
    client = road.a_client()
    answer = client.rest.send("GET", f"/v1/{client.name}/campaigns?page_size=1")
    request_id = answer.headers["x-request-id"]

    def whole() -> list[Span]:
        spans = collector.trace_of(request_id)
        return spans if {"edge", "gateway", "telephony"} <= {each.service for each in spans} else []

    spans = await eventually(whole)

    (first,) = [each for each in spans if not each.parent_id]
    (asked,) = [each for each in spans if each.parent_id == first.span_id]
    (listed,) = [each for each in spans if each.name.endswith("CampaignService/ListCampaigns")]
    statements = [each for each in spans if each.parent_id == listed.span_id]
    assert first.service == "edge"
    assert (asked.service, asked.name) == ("gateway", "client GET")
    assert (listed.service, listed.parent_id) == ("telephony", asked.span_id)
    assert {each.service for each in statements} == {"telephony"}
    assert any("campaigns" in each.attributes.get("db.statement", "") for each in statements)


async def test_a_trace_names_nobody(road: Road, collector: Collector) -> None:
    """Neither in paths, nor in what is asked of the stores."""
    client = road.a_client()
    number = "13125550177"
    path = f"/v1/{client.name}/dncNumbers:check?phone_numbers=%2B{number}"
    answer = client.rest.send("GET", path)
    assert answer.status_code == 200, answer.text

    def whole() -> list[Span]:
        spans = collector.trace_of(answer.headers["x-request-id"])
        return spans if any("db.statement" in each.attributes for each in spans) else []

    told = " ".join(f"{each.name} {each.attributes}" for each in await eventually(whole))
    assert "dnc_numbers" in told
    assert number not in told


async def test_what_is_asked_past_the_mapper_is_in_it_too(road: Road, collector: Collector) -> None:
    """usage speaks with its driver: the statement of a read is there, and names no tenant."""
    client = road.a_client()
    answer = client.rest.send("GET", f"/v1/{client.name}/calls?pageSize=3")
    assert answer.status_code == 200, answer.text

    def statements() -> list[Span]:
        spans = collector.trace_of(answer.headers["x-request-id"])
        return [
            each for each in spans if each.service == "usage" and "db.statement" in each.attributes
        ]

    told = " ".join(f"{each.name} {each.attributes}" for each in await eventually(statements))
    assert "FROM calls" in told
    assert client.tenant_id not in told


async def test_so_is_what_is_copied(road: Road, collector: Collector) -> None:
    """A batch of calls goes into the store by COPY, as a part of the call that brought it."""
    client = road.a_client()
    road.end_leg_now(client)

    copied = await eventually(lambda: collector.named("COPY"), what="a batch")

    assert {each.service for each in copied} == {"usage"}
    assert all(each.parent_id for each in copied)
