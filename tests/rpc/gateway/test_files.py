"""Files through the gateway: in as raw bodies, out by ranges, neither held as a whole."""

from __future__ import annotations

from collections.abc import AsyncIterator

from tests.support.gateway.file_peer import SOUND
from tests.support.gateway.running import Browser

KEY = "Bearer key-abc-solar"
SEND = "/v1/tenants/abc-solar/leadLists/west/uploads/u1:send"
STREAM = "/v1/tenants/abc-solar/recordings/0123abcd:stream"


async def test_a_body_larger_than_any_other_is_passed_on(sunny: Browser) -> None:
    """Five megabytes, of no type that we ask for."""
    data = b"x" * (5 * 1024 * 1024 + 17)

    async def chunks() -> AsyncIterator[bytes]:
        for start in range(0, len(data), 70_000):
            yield data[start : start + 70_000]

    answer = await sunny.send("POST", SEND, content=chunks(), headers={"authorization": KEY})

    assert answer.status_code == 200, answer.text
    assert answer.json()["receivedBytes"] == str(len(data))


async def test_other_bodies_keep_their_limit(sunny: Browser) -> None:
    """A file's limit is its own."""
    path = "/v1/tenants/abc-solar/dncNumbers:add"

    answer = await sunny.send(
        "POST", path, content=b" " * 2_000_000, headers={"authorization": KEY}
    )

    assert answer.status_code == 413


async def test_an_upload_needs_a_key(sunny: Browser) -> None:
    """As everything does."""
    assert (await sunny.send("POST", SEND, content=b"x")).status_code == 401


async def test_a_file_is_sent_whole(sunny: Browser) -> None:
    """With its length, and word that it can be had in parts."""
    answer = await sunny.get(STREAM, authorization=KEY)

    assert (answer.status_code, answer.content) == (200, SOUND)
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(len(SOUND))
    assert answer.headers["cache-control"] == "no-store"
    assert "content-range" not in answer.headers


async def test_a_range_is_206_and_none_is_416(sunny: Browser) -> None:
    """As HTTP says it."""
    part = await sunny.get(STREAM, authorization=KEY, range="bytes=10-19")
    outside = await sunny.get(STREAM, authorization=KEY, range="bytes=999999-")

    assert (part.status_code, part.content) == (206, SOUND[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(SOUND)}"
    assert outside.status_code == 416
    assert outside.headers["content-range"] == f"bytes */{len(SOUND)}"


async def test_a_report_of_any_length_is_a_file(sunny: Browser) -> None:
    """Named, and in as many pieces as it takes."""
    path = "/v1/tenants/abc-solar/leadLists/west/uploads/u1:report"
    answer = await sunny.get(path, authorization=KEY)

    assert (answer.status_code, answer.text) == (200, "line,reason\r\n2,DUPLICATE\r\n")
    assert answer.headers["content-disposition"] == 'attachment; filename="leadupload-u1.csv"'
