"""Headers that every response has, so that a browser does with it what we meant and no more."""

from __future__ import annotations

from services.gateway.http.asgi import Header

_ALWAYS: list[Header] = [
    (b"strict-transport-security", b"max-age=31536000"),
    (b"x-content-type-options", b"nosniff"),
    (b"cross-origin-resource-policy", b"same-origin"),
]
# Only a page has anything to frame, to refer to or to ask a permission for.
_PAGES: list[Header] = [
    (b"x-frame-options", b"DENY"),
    # Not no-referrer: then browsers would hide from us, too, which page a form comes from.
    (b"referrer-policy", b"same-origin"),
    (b"cross-origin-opener-policy", b"same-origin"),
    (b"permissions-policy", b"camera=(), geolocation=(), microphone=(), payment=()"),
]
_NOTHING = b"default-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'"
_PAGE = (
    b"default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    b"connect-src 'self'; media-src 'self'; form-action 'self'; base-uri 'none'; "
    b"frame-ancestors 'none'"
)
# A logo is a client's own file: opened by itself it must not be able to do anything.
_LOGO = b"default-src 'none'; style-src 'unsafe-inline'; sandbox; frame-ancestors 'none'"
_NO_STORE: Header = (b"cache-control", b"no-store")
_POLICY = b"content-security-policy"

# For JSON and files: nothing in them is to be run, and nobody on the way may keep them.
PRIVATE_DATA: list[Header] = [*_ALWAYS, (_POLICY, _NOTHING), _NO_STORE]
PRIVATE_PAGE: list[Header] = [*_ALWAYS, *_PAGES, (_POLICY, _PAGE), _NO_STORE]


def agent_page(base_url: str) -> list[Header]:
    """Gives the headers of the dialer's page, whose scripts stand in it.

    They reach nothing but what is below `base_url`: not the portal, whatever a lead is called.
    """
    policy = (
        "default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; "
        f"img-src {base_url}; connect-src {base_url}; form-action 'none'; base-uri 'none'; "
        "frame-ancestors 'none'"
    )
    return [*_ALWAYS, *_PAGES, (_POLICY, policy.encode()), _NO_STORE]


def public_file(seconds: int, is_logo: bool = False) -> list[Header]:
    """Gives the headers of a file that everybody may have and keep for so long."""
    policy = _LOGO if is_logo else _NOTHING
    lasting = f"public, max-age={seconds}" + (", immutable" if seconds >= 86_400 else "")
    return [*_ALWAYS, (_POLICY, policy), (b"cache-control", lasting.encode())]
