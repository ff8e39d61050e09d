"""What a tenant shows of itself."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from services.kit.errors import FieldViolation
from services.tenancy.domain.email_address import is_email

LOGO_BYTES_MAX = 256 * 1024

_COLOR = re.compile(r"#[0-9a-f]{6}")
_PNG_SIGNATURE = b"\x89PNG\r\n\x1a\n"

# The page serves a logo with a policy that runs nothing; this keeps out what could be meant to run
# or to tell a third party that the page was seen.
_SVG_FORBIDDEN = re.compile(
    rb"<\s*script|<\s*foreignobject|<!entity|<!doctype|\bon[a-z]+\s*=|javascript:|@import"
    rb"|(?:href|src)\s*=\s*[\"']\s*(?!#|data:image/)|url\(\s*[\"']?\s*(?!#)",
    re.IGNORECASE,
)


_PHONE = re.compile(r"\+?[0-9][0-9 ()./-]{4,29}")
_URL = re.compile(r"https://[a-z0-9.-]+(?::[0-9]+)?(?:/[!-~]*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class SupportContact:
    """Where people find help; each may be empty."""

    email: str = ""
    phone: str = ""
    url: str = ""


@dataclass(frozen=True, slots=True)
class Brand:
    """How a portal looks and what it calls itself; colour `#rrggbb`, logo empty or a picture.

    `powered_by` is the line at the end of every page: None for the usual one, empty for none.
    """

    display_name: str
    tagline: str = ""
    primary_color: str = "#1f4e79"
    logo: bytes = b""
    logo_media_type: str = ""
    support: SupportContact = SupportContact()
    powered_by: str | None = None
    favicon: bytes = b""


def violations_of(brand: Brand, path: str) -> Iterator[FieldViolation]:
    """Gives what is wrong with a brand; `path` is the brand's own field."""
    if not 1 <= len(brand.display_name) <= 80:
        yield FieldViolation(f"{path}.display_name", "Must have 1 to 80 characters.")
    if len(brand.tagline) > 120:
        yield FieldViolation(f"{path}.tagline", "Must have at most 120 characters.")
    if not _COLOR.fullmatch(brand.primary_color):
        yield FieldViolation(
            f"{path}.primary_color", "Must be # and six lower-case hexadecimal digits."
        )
    if brand.powered_by is not None and len(brand.powered_by) > 80:
        yield FieldViolation(f"{path}.powered_by", "Must have at most 80 characters.")
    if brand.favicon and not brand.favicon.startswith(_PNG_SIGNATURE):
        yield FieldViolation(f"{path}.favicon", "Is not a PNG picture.")
    yield from _support_violations(brand.support, f"{path}.support")
    yield from _logo_violations(brand, path)


def _support_violations(support: SupportContact, path: str) -> Iterator[FieldViolation]:
    if support.email and not is_email(support.email):
        yield FieldViolation(f"{path}.email", "Must be an e-mail address.")
    if support.phone and not _PHONE.fullmatch(support.phone):
        yield FieldViolation(f"{path}.phone", "Must be a number such as +1 312 555 0100.")
    if support.url and not (len(support.url) <= 200 and _URL.fullmatch(support.url)):
        yield FieldViolation(f"{path}.url", "Must begin with https:// and be an address of a page.")


def _logo_violations(brand: Brand, path: str) -> Iterator[FieldViolation]:
    if not brand.logo:
        if brand.logo_media_type:
            yield FieldViolation(f"{path}.logo_media_type", "Must be empty without a logo.")
    elif len(brand.logo) > LOGO_BYTES_MAX:
        yield FieldViolation(f"{path}.logo", "Must have at most 256 KiB.")
    elif brand.logo_media_type == "image/png":
        if not brand.logo.startswith(_PNG_SIGNATURE):
            yield FieldViolation(f"{path}.logo", "Is not a PNG picture.")
    elif brand.logo_media_type == "image/svg+xml":
        if b"<svg" not in brand.logo[:1024] or _SVG_FORBIDDEN.search(brand.logo):
            yield FieldViolation(
                f"{path}.logo", "Must be an SVG picture without scripts and outside references."
            )
    else:
        yield FieldViolation(f"{path}.logo_media_type", "Must be image/svg+xml or image/png.")
