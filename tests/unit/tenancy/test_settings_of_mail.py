"""A mail server is set with the address that mails come from, or not at all."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import SecretStr, ValidationError

from services.tenancy.settings import TenancySettings


def settings(url: str | None, mail_from: str = "") -> TenancySettings:
    return TenancySettings.model_validate(
        {
            "listen": "127.0.0.1:0",
            "VENEER_CERTIFICATES": Path("mesh"),
            "VENEER_PRINCIPAL_PUBLIC_KEY": Path("public.jwk"),
            "VENEER_PRINCIPAL_PRIVATE_KEY": Path("private.jwk"),
            "database_url": "postgresql://x/y",
            "telephony_address": "telephony:1",
            "billing_address": "billing:1",
            "smtp_url": url,
            "mail_from": mail_from,
        }
    )


def test_without_a_mail_server_notices_wait() -> None:
    """Nothing else has to be set."""
    assert settings(None).smtp_url is None


@pytest.mark.parametrize("url", ["smtp://mail.example:25", "smtps://ann:secret@mail.example"])
def test_a_mail_server_and_an_address_are_enough(url: str) -> None:
    """With TLS from the start, or without."""
    found = settings(url, "notices@mail.example")

    assert isinstance(found.smtp_url, SecretStr)
    assert found.smtp_url.get_secret_value() == url


@pytest.mark.parametrize(
    ("url", "mail_from", "variable"),
    [
        ("smtp://mail.example", "", "VENEER_TENANCY_MAIL_FROM"),
        ("smtp://mail.example", "nobody", "VENEER_TENANCY_MAIL_FROM"),
        ("http://mail.example", "notices@mail.example", "VENEER_TENANCY_SMTP_URL"),
    ],
)
def test_half_of_it_is_refused(url: str, mail_from: str, variable: str) -> None:
    """With the name of the variable."""
    with pytest.raises(ValidationError, match=variable):
        settings(url, mail_from)
