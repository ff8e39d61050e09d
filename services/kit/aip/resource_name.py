"""AIP-122: resource names."""

from __future__ import annotations

import re
from dataclasses import asdict, dataclass
from typing import Any, ClassVar, Self

from services.kit.errors import InvalidRequest, NotFound

# One segment: URL-safe, at most 63 characters, never a path of dots.
_ID = r"[A-Za-z0-9](?:[A-Za-z0-9._~-]{0,61}[A-Za-z0-9])?"
_TENANT_ID = re.compile(r"[a-z][a-z0-9-]{1,30}")
_VARIABLE = re.compile(r"\{([a-z][a-z0-9_]*)\}")


class Pattern:
    """One pattern of names, such as `tenants/{tenant}/invoices/{invoice}`."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        self.variables = tuple(_VARIABLE.findall(pattern))
        pieces = _VARIABLE.split(pattern)
        self._regex = re.compile(
            "".join(
                f"(?P<{piece}>{_ID})" if index % 2 else re.escape(piece)
                for index, piece in enumerate(pieces)
            )
        )

    def match(self, name: str) -> dict[str, str] | None:
        """Gives the ids in a name, or None if the name is of another pattern."""
        found = self._regex.fullmatch(name)
        return found.groupdict() if found else None

    def parse(self, name: str, field: str = "name") -> dict[str, str]:
        """Gives the ids in a name; refuses with INVALID_REQUEST at `field`."""
        ids = self.match(name)
        if ids is None:
            raise InvalidRequest.at(field, f"Must be of the form {self.pattern}.")
        return ids

    def format(self, **ids: str) -> str:
        """Gives the name with these ids; a bad id is a bug of the caller."""
        name = self.pattern.format(**ids)
        assert self._regex.fullmatch(name), f"{name!r} is not of the form {self.pattern}"
        return name


@dataclass(frozen=True, slots=True)
class ResourceName:
    """A parsed name; a subclass is a frozen dataclass with `pattern` and one field for each id."""

    pattern: ClassVar[Pattern]

    @classmethod
    def parse(cls, name: str, field: str = "name") -> Self:
        """Reads a name; refuses with INVALID_REQUEST at `field`."""
        return cls(**cls.pattern.parse(name, field))

    def __str__(self) -> str:
        ids: dict[str, Any] = asdict(self)
        return self.pattern.format(**ids)


@dataclass(frozen=True, slots=True)
class TenantName(ResourceName):
    """`tenants/{tenant}`."""

    pattern: ClassVar[Pattern] = Pattern("tenants/{tenant}")

    tenant: str

    __str__ = ResourceName.__str__


def is_tenant_id(text: str) -> bool:
    """Tells whether a tenant can have this id."""
    return bool(_TENANT_ID.fullmatch(text))


def possible_tenant_id(tenant_id: str, resource: str = "") -> str:
    """Gives the id back; of one that no tenant can have there is nothing, so nothing is found.

    `resource` is the name that was asked for, the tenant's own unless it is said.
    """
    if not is_tenant_id(tenant_id):
        raise NotFound(resource=resource or f"tenants/{tenant_id}")
    return tenant_id


def tenant_id_of(name: str, field: str) -> str:
    """Gives the id in `tenants/{tenant}`; refuses with INVALID_REQUEST at `field`, or as above."""
    return possible_tenant_id(TenantName.parse(name, field).tenant)
