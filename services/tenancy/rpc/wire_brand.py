"""Brands and limits as messages, and back."""

from __future__ import annotations

from dataclasses import asdict

from services.tenancy.domain.brand import Brand, SupportContact
from services.tenancy.domain.tenant import Limits
from veneer.tenancy.v1 import brand_pb2


def brand(value: Brand) -> brand_pb2.Brand:
    """Gives a brand as a message."""
    return brand_pb2.Brand(
        display_name=value.display_name,
        tagline=value.tagline,
        primary_color=value.primary_color,
        logo=value.logo,
        logo_media_type=value.logo_media_type,
        support=brand_pb2.SupportContact(**asdict(value.support)),
        powered_by=value.powered_by,
        favicon=value.favicon,
    )


def limits(value: Limits) -> brand_pb2.Limits:
    """Gives limits as a message; those without limit are unset."""
    return brand_pb2.Limits(**asdict(value))


def brand_from(asked: brand_pb2.Brand, display_name: str) -> Brand:
    """Reads a brand; with the plain colour if none is asked for."""
    plain = Brand(display_name)
    return Brand(
        display_name=asked.display_name,
        tagline=asked.tagline,
        primary_color=asked.primary_color or plain.primary_color,
        logo=asked.logo,
        logo_media_type=asked.logo_media_type,
        support=SupportContact(
            asked.support.email.strip(),
            asked.support.phone.strip(),
            asked.support.url.strip(),
        ),
        favicon=asked.favicon,
        powered_by=asked.powered_by.strip() if asked.HasField("powered_by") else None,
    )


def limits_from(asked: brand_pb2.Limits) -> Limits:
    """Reads limits: none where nothing is said."""
    return Limits(**{field.name: value for field, value in asked.ListFields()})
