"""Ways to write a request that our gateway and another judge read alike, and where we refuse.

Braces stand for what tests.support.rest_requests fills in.
"""

from __future__ import annotations

from tests.support.rest_requests.billing import PRICE_BOOK
from tests.support.rest_requests.request import Request, get, post
from tests.support.rest_requests.telephony import DID
from tests.support.rest_requests.tenancy import TENANT, USER
from tests.support.rest_requests.usage import MEASUREMENT, record

_CALLS = "/v1/{name}/calls"
_RECORD = "/v1/{name}/measurements:record"
_TENANTS = "/v1/tenants?tenantId={new}&requestId={request_id}"

# Read alike, whether they succeed or not: the way in which a request is written.
CLIENTS_SPELLINGS = (
    *(
        get(f"{_CALLS}?{query}")
        for query in (
            "page_size=2",
            "pageSize=2",
            "%70ageSize=2",
            "&&pageSize=2&",
            "PageSize=2",
            "pageSize=",
            "pageSize=-1",
            "pageSize=abc",
            "pageSize=1.0",
            "pageSize=1e1",
            "pageSize=2147483648",
            "start_date.year=2025&start_date.month=10&start_date.day=2",
            "startDate.year=2025&startDate.month=10&startDate.day=2&pageSize=3",
            "startDate=2025-10-02",
            "startDate.era=1",
            "endDate.year=2025&endDate.month=2&endDate.day=30",
            "answeredOnly=true",
            "answered_only=false",
            "answered_only=",
            "colour=red",
            "pageToken=x",
            "pageToken=a%20b",
            "pageToken=a+b",
            "pageToken=%zz",
        )
    ),
    get("/v1/{name}/nothing"),
    get("/V1/{name}/calls"),
    get("/v1/{name}/calls:list"),
    get("/v1/{name}/calls;x=1"),
    get("/v1/{call}:x"),
    get("/v1/tenants//calls"),
    get("/v1/tenants/a%20b/calls"),
    get("/v1/{name}/usageSummaries/2025-13"),
    get("/v1/{name}/usageSummaries/2025%2D10"),
    get("/v1/{name}/invoices/2099-01"),
    get("/v1/{name}/invoices/%E2%82%AC"),
)
OPERATORS_SPELLINGS = (
    # An id that no tenant can have.
    *(
        get(f"/v1/tenants/x/{collection}")
        for collection in (
            "apiKeys",
            "calls",
            "dids",
            "draftInvoices",
            "invoices",
            "margins/2025-10",
            "measurements",
            "priceBooks",
            "profile",
            "statements/2025-10",
            "usageSummaries/2025-10",
            "users",
        )
    ),
    get("/v1/tenants/x"),
    post("/v1/tenants/x/apiKeys/none:revoke", {}),
    post("/v1/tenants/x/apiKeys", {"displayName": "A"}),
    post("/v1/tenants/x/users", USER),
    post("/v1/tenants/x/dids", DID),
    post("/v1/tenants/x/priceBooks", PRICE_BOOK),
    post("/v1/tenants/x/draftInvoices?draftInvoiceId=2025-10", {}),
    *(
        record(**changes)
        for changes in (
            {"meter": 3},
            {"meter": 99},
            {"meter": "support_hours"},
            {"meter": "NO"},
            {"subject": None},
            {"subject": 5},
            {"date": {"year": "2025", "month": 10.0, "day": 3}},
            {"date": {"year": 2025.5, "month": 10, "day": 3}},
            {"date": "2025-10-03"},
            {"date": None},
            {"quantity": {"value": 1}},
            {"quantity": 1},
        )
    ),
    *(
        Request("POST", _RECORD, body)
        for body in (
            None,
            "",
            "{}",
            "[]",
            "nul",
            "null",
            '"x"',
            '{"measurements": {}}',
            '{"measurements": null}',
            '{"measurements": [null]}',
            '{"measurements": [],}',
            "{'measurements': []}",
            "{measurements: []}",
            '{"measurements": []} x',
            "// a comment\n{}",
        )
    ),
    post(f"{_RECORD}?measurements.subject=x", {"measurements": [MEASUREMENT]}),
    post("/v1/{name}/priceBooks?requestId=nope", PRICE_BOOK),
    post("/v1/{name}/priceBooks", {**PRICE_BOOK, "createTime": "2025-13-01T00:00:00Z"}),
    post("/v1/{name}/priceBooks", {**PRICE_BOOK, "createTime": 5}),
    post(
        "/v1/{name}/priceBooks?requestId={request_id}",
        {
            "effective_date": {"year": "2096", "month": 3, "day": 1},
            "currency_code": "USD",
            "prices": [
                {
                    "item": 2,
                    "unit_price": {"value": "0.0200"},
                    "duration_tariff": {
                        "rounding": 1,
                        "first_increment_seconds": "60",
                        "nextIncrementSeconds": 60.0,
                    },
                }
            ],
        },
    ),
    post(_TENANTS, {**TENANT, "limits": {"maxAgents": None}}),
    post(_TENANTS, {**TENANT, "brand": {"logo": "_-8", "logoMediaType": "image/png"}}),
    post(_TENANTS, {**TENANT, "brand": {"logo": "***"}}),
    post(_TENANTS, {**TENANT, "displayName": "\U0001f600"}),
    Request("POST", _TENANTS, '{"displayName": "\\ud83d", "tier": "GOLD", "timeZone": "UTC"}'),
)

# What is refused here and would be guessed at there, with the status of each.
STRICTER: tuple[tuple[Request, int, int], ...] = (
    (get(f"{_CALLS}?pageSize=2&page_size=3"), 400, 200),
    (get(f"{_CALLS}?pageSize=2&pageSize=3"), 400, 200),
    (get(f"{_CALLS}?pageSize=%2B2"), 400, 200),
    (get(f"{_CALLS}?pageSize=02"), 400, 200),
    (get(f"{_CALLS}?pageSize"), 400, 200),
    (get(f"{_CALLS}?answered_only=TRUE"), 400, 200),
    (get(f"{_CALLS}?answered_only=1"), 400, 200),
    (get(f"{_CALLS}?parent=tenants/other"), 400, 404),
    (get(f"{_CALLS}/"), 404, 200),
    (Request("DELETE", _CALLS), 405, 404),
    (Request("POST", _CALLS, "{}"), 405, 404),
    (get("/v1/{name}/statements/2025-10:download"), 400, 404),
    (record(meter="3"), 400, 200),
    (record(colour="red"), 400, 200),
)
