"""HTTP requests become the messages that their contracts mean, or say what is wrong."""

from __future__ import annotations

import json
from typing import Any

import pytest

from services.gateway.rest.contracts import OPERATOR_AUDIENCES, load_contracts
from services.gateway.rest.errors import MethodNotAllowed, RouteNotFound
from services.gateway.rest.transcoding import Transcoder
from services.kit.errors import InvalidRequest
from veneer.billing.v1 import price_book_service_pb2, price_pb2
from veneer.usage.v1 import call_service_pb2, measurement_service_pb2

CALLS = "/v1/tenants/abc/calls"
BOOKS = "/v1/tenants/abc/priceBooks"
RECORD = "/v1/tenants/abc/measurements:record"


@pytest.fixture(scope="module")
def transcoder() -> Transcoder:
    return Transcoder(load_contracts().for_audiences(OPERATOR_AUDIENCES))


def _read(transcoder: Transcoder, method: str, path: str, query: str = "", body: Any = None) -> Any:
    endpoint, segments = transcoder.find(method, path)
    raw = body if isinstance(body, bytes) else b"" if body is None else json.dumps(body).encode()
    return endpoint.read(segments, query.encode(), raw)


def _faults(transcoder: Transcoder, *request: Any) -> dict[str, str]:
    with pytest.raises(InvalidRequest) as refused:
        _read(transcoder, *request)
    return {each.field: each.description for each in refused.value.violations}


@pytest.mark.parametrize(
    "query",
    [
        "start_date.year=2026&start_date.month=3&start_date.day=1&answered_only=true&page_size=7",
        "startDate.year=2026&startDate.month=3&startDate.day=1&answeredOnly=true&pageSize=7",
        "pageSize=7&answered_only=true&startDate.day=1&start_date.month=3&startDate.year=2026",
    ],
)
def test_query_parameters_have_either_name(transcoder: Transcoder, query: str) -> None:
    """That of the contract, or that of JSON."""
    read = _read(transcoder, "GET", CALLS, query)

    assert read == call_service_pb2.ListCallsRequest(
        parent="tenants/abc",
        page_size=7,
        answered_only=True,
        start_date={"year": 2026, "month": 3, "day": 1},
    )


def test_a_body_can_be_one_field(transcoder: Transcoder) -> None:
    """The rest of the request stands in path and query."""
    body = {
        "effectiveDate": {"year": 2026, "month": 1, "day": 1},
        "currency_code": "USD",
        "prices": [{"item": "MINUTES", "unitPrice": {"value": "0.025"}}, {"item": 3}],
    }

    read = _read(transcoder, "POST", BOOKS, "requestId=r1", body)

    assert read.parent == "tenants/abc"
    assert read.request_id == "r1"
    assert read.price_book.currency_code == "USD"
    assert [price.item for price in read.price_book.prices] == [price_pb2.MINUTES, price_pb2.DIDS]


def test_a_body_can_be_the_whole_request(transcoder: Transcoder) -> None:
    """But what the path says, it cannot change."""
    body = {
        "parent": "tenants/other",
        "measurements": [{"meter": "SUPPORT_HOURS", "quantity": {"value": "1.5"}}],
    }

    read = _read(transcoder, "POST", RECORD, "", body)

    assert read.parent == "tenants/abc"
    assert read.measurements[0].meter == measurement_service_pb2.SUPPORT_HOURS


def test_an_empty_body_is_an_empty_request(transcoder: Transcoder) -> None:
    """What must be there is for the service to say."""
    assert _read(transcoder, "POST", RECORD).parent == "tenants/abc"


def test_null_is_nothing(transcoder: Transcoder) -> None:
    """As proto3's JSON has it."""
    read = _read(transcoder, "POST", BOOKS, "", {"effectiveDate": None, "prices": None})

    assert read.price_book == price_book_service_pb2.PriceBook()


def test_two_fields_of_one_type_are_two_fields(transcoder: Transcoder) -> None:
    """Their parts have the same names."""
    query = "startDate.year=2025&start_date.month=10&endDate.year=2025&endDate.month=11"

    read = _read(transcoder, "GET", CALLS, query)

    assert (read.start_date.month, read.end_date.month) == (10, 11)


@pytest.mark.parametrize(
    ("query", "field", "says"),
    [
        ("colour=red", "colour", "no such parameter"),
        ("start_date=2026-01-01", "start_date", "tell each of them"),
        ("start_date.century=20", "start_date.century", "no such parameter"),
        ("start_date.year=MMXXVI", "start_date.year", "whole number"),
        ("page_size=99999999999", "page_size", "whole number"),
        ("page_size=1.5", "page_size", "whole number"),
        ("page_size=", "page_size", "whole number"),
        ("answered_only=yes", "answered_only", "true or false"),
        ("parent=tenants/other", "parent", "by the path"),
        ("page_size=1&pageSize=2", "pageSize", "twice"),
        ("start_date.year=1&startDate.year=2", "startDate.year", "twice"),
        ("page_token.x=1", "page_token.x", "no such parameter"),
    ],
)
def test_a_bad_parameter_is_named(
    transcoder: Transcoder, query: str, field: str, says: str
) -> None:
    """A misspelt filter must not give unfiltered results."""
    faults = _faults(transcoder, "GET", CALLS, query)

    assert says in faults[field]


@pytest.mark.parametrize(
    ("body", "field", "says"),
    [
        ({"colour": "red"}, "price_book.colour", "no such field"),
        ({"prices": [{}, {"item": "HAIRCUTS"}]}, "price_book.prices[1].item", "one of PLATFORM"),
        ({"prices": [{"item": 99}]}, "price_book.prices[0].item", "one of PLATFORM"),
        ({"prices": {"item": 1}}, "price_book.prices", "a list"),
        ({"prices": ["x"]}, "price_book.prices[0]", "an object, not a text"),
        ({"currencyCode": 840}, "price_book.currencyCode", "a text"),
        ({"effectiveDate": {"year": "soon"}}, "price_book.effectiveDate.year", "whole number"),
        ({"effectiveDate": {"year": True}}, "price_book.effectiveDate.year", "whole number"),
        ({"createTime": "yesterday"}, "price_book.createTime", "an instant"),
        ({"createTime": "2026-02-30T00:00:00Z"}, "price_book.createTime", "an instant"),
        (
            {"name": "a", "effective_date": {}, "effectiveDate": {}},
            "price_book.effectiveDate",
            "tw",
        ),
        ([1], "price_book", "an object, not a list"),
        (b"{", "body", "not JSON"),
        (b"\xff", "body", "not JSON"),
    ],
)
def test_a_bad_field_is_named(transcoder: Transcoder, body: Any, field: str, says: str) -> None:
    """With its path from the top of the request."""
    faults = _faults(transcoder, "POST", BOOKS, "", body)

    assert says in faults[field]


def test_all_that_is_wrong_is_said_at_once(transcoder: Transcoder) -> None:
    """A request is corrected once, not field by field."""
    faults = _faults(transcoder, "POST", BOOKS, "", {"a": 1, "b": 2, "currencyCode": 3})

    assert len(faults) == 3


def test_deep_nesting_is_refused(transcoder: Transcoder) -> None:
    """It is read without recursion that it could exhaust."""
    faults = _faults(transcoder, "POST", BOOKS, "", b'{"prices":' + b"[" * 100_000)

    assert "not JSON" in faults["body"]


def test_a_path_of_no_rpc_is_not_found(transcoder: Transcoder) -> None:
    """Whatever the method."""
    with pytest.raises(RouteNotFound):
        transcoder.find("GET", "/v1/nothing")


def test_a_method_that_the_path_does_not_take_is_told_with_those_that_it_does(
    transcoder: Transcoder,
) -> None:
    """In the header that HTTP has for it."""
    with pytest.raises(MethodNotAllowed) as refused:
        transcoder.find("DELETE", BOOKS)

    assert refused.value.allowed == "GET, POST"
