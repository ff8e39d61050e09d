"""HTTP/2 as no library would speak it: single frames, written by hand (RFC 9113, RFC 7541)."""

from __future__ import annotations

import struct

PREFACE = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
HEADERS, PRIORITY, RESET, SETTINGS, PING, CONTINUATION = 0x1, 0x2, 0x3, 0x4, 0x6, 0x9
END_STREAM, END_HEADERS, ACKNOWLEDGED = 0x1, 0x4, 0x1
_CANCEL = 8
# Of HPACK's static table: ":method: GET", ":scheme: https", ":path: /".
_GET_OF_ROOT = bytes([0x82, 0x87, 0x84])
# "a: b", spelt out and not to be remembered.
_A_FIELD = b"\x10\x01a\x01b"


def frame(kind: int, flags: int = 0, stream: int = 0, payload: bytes = b"") -> bytes:
    """One frame."""
    return (
        struct.pack(">I", len(payload))[1:]
        + bytes([kind, flags])
        + struct.pack(">I", stream)
        + payload
    )


def request(host: str) -> bytes:
    """The fields of GET / at a host."""
    return _GET_OF_ROOT + b"\x01" + bytes([len(host)]) + host.encode()


def rapid_reset(host: str, times: int) -> bytes:
    """Requests that are taken back as soon as they are made."""
    fields = request(host)
    return b"".join(
        frame(HEADERS, END_HEADERS | END_STREAM, stream, fields)
        + frame(RESET, 0, stream, struct.pack(">I", _CANCEL))
        for stream in range(1, 2 * times, 2)
    )


def empty_continuations(host: str, times: int) -> bytes:
    """The same without a single field in them."""
    return frame(HEADERS, END_STREAM, 1, request(host)) + frame(CONTINUATION, 0, 1) * times


def streams(host: str, count: int) -> bytes:
    """Requests without an end, all open at once."""
    fields = request(host)
    return b"".join(
        frame(HEADERS, END_HEADERS, stream, fields) for stream in range(1, 2 * count, 2)
    )


def endless_headers(host: str, continuations: int) -> bytes:
    """A request whose headers go on in frame after frame, with a small one in each."""
    begun = frame(HEADERS, END_STREAM, 1, request(host))
    return begun + frame(CONTINUATION, 0, 1, _A_FIELD) * continuations


def priorities(times: int) -> bytes:
    """Says of a stream that nobody uses how urgent it is, again and again."""
    return frame(PRIORITY, 0, 1, struct.pack(">IB", 0, 15)) * times


def settings(times: int = 1) -> bytes:
    """Settings without a change; each wants an answer."""
    return frame(SETTINGS) * times


def settings_acknowledged() -> bytes:
    """What a client says that has taken note of our limits."""
    return frame(SETTINGS, ACKNOWLEDGED)


def pings(times: int) -> bytes:
    """Each wants an answer."""
    return frame(PING, 0, 0, b"are you?") * times
