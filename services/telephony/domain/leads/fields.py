"""What a column of a file can be, and what the dialer has room for."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from services.kit.errors import FieldViolation, InvalidRequest

PHONE: Final = "phone_number"


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its name for clients, the dialer's column, and how long a value may be.

    `pattern` is what a value must look like, in capitals if `is_upper`.
    """

    name: str
    column: str
    length_max: int
    names: tuple[str, ...] = ()
    pattern: re.Pattern[str] | None = None
    is_upper: bool = False


_DATE: Final = re.compile(r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])")
_FIELDS: Final = (
    Field(PHONE, "phone_number", 40,
          ("phone", "telephone", "tel", "mobile", "cell", "cellphone", "number", "phone1",
           "primaryphone", "homephone", "mobilephone", "mobilenumber", "contactnumber")),
    Field("external_id", "vendor_lead_code", 20,
          ("id", "leadid", "vendorleadcode", "externalid", "reference", "customerid", "crmid")),
    Field("title", "title", 4, ("salutation", "prefix")),
    Field("first_name", "first_name", 30, ("first", "fname", "givenname", "firstname", "name")),
    Field("middle_initial", "middle_initial", 1, ("middle", "mi")),
    Field("last_name", "last_name", 30, ("last", "lname", "surname", "familyname", "lastname")),
    Field("address1", "address1", 100, ("address", "street", "addressline1", "streetaddress")),
    Field("address2", "address2", 100, ("addressline2", "apartment", "unit")),
    Field("address3", "address3", 100, ("addressline3",)),
    Field("city", "city", 50, ("town",)),
    Field("state", "state", 2, ("st", "region"), re.compile("[A-Z]{2}"), is_upper=True),
    Field("province", "province", 50, ("county",)),
    Field("postal_code", "postal_code", 10, ("zip", "zipcode", "postcode", "postalcode")),
    Field("country_code", "country_code", 3, ("country",), re.compile("[A-Z]{2,3}"), is_upper=True),
    Field("gender", "gender", 1, ("sex",), re.compile("[MFU]"), is_upper=True),
    Field("date_of_birth", "date_of_birth", 10, ("dob", "birthday", "birthdate"), _DATE),
    Field("alternate_phone_number", "alt_phone", 12,
          ("altphone", "phone2", "secondaryphone", "workphone"), re.compile("[0-9]{6,12}")),
    Field("email", "email", 70, ("mail", "emailaddress"), re.compile(r"[^@\s]+@[^@\s]+")),
    Field("comments", "comments", 255, ("comment", "notes", "note")),
    Field("priority", "rank", 5, ("rank", "score"), re.compile("-?[0-9]{1,4}")),
)  # fmt: skip
FIELDS: Final = {field.name: field for field in _FIELDS}
_BY_HEADER: Final = {
    spelling: field.name
    for field in _FIELDS
    for spelling in (re.sub("[^a-z0-9]", "", field.name), *field.names)
}
COLUMNS_MAX: Final = 200


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a file: its header, and the name of the field that it is, or empty."""

    header: str
    field: str = ""


def proposed(headers: Sequence[str]) -> tuple[Column, ...]:
    """Gives what the columns look like by their headers; of two alike the first one counts."""
    taken: set[str] = set()
    columns = []
    for header in headers:
        field = _BY_HEADER.get(re.sub("[^a-z0-9]", "", header.casefold()), "")
        columns.append(Column(header, "" if field in taken else field))
        taken.add(field)
    return tuple(columns)


def mapped(columns: Sequence[Column], told: Sequence[Column]) -> tuple[Column, ...]:
    """Gives the file's columns with the fields that a caller told; all that it left out are out.

    Refuses with INVALID_REQUEST what the file or we do not know, and no phone number.
    """
    fields = {column.header: column.field for column in told}
    violations = [
        FieldViolation(f"columns[{place}].field", "Must be a field that leads have, once.")
        for place, column in enumerate(told)
        if column.field and (column.field not in FIELDS or _is_twice(column.field, fields.values()))
    ]
    known = {column.header for column in columns}
    violations += [
        FieldViolation(f"columns[{place}].header", "Must be a header of the file, once.")
        for place, column in enumerate(told)
        if column.header not in known or _is_twice(column.header, [each.header for each in told])
    ]
    if violations:
        raise InvalidRequest(violations)
    return tuple(Column(each.header, fields.get(each.header, "")) for each in columns)


def check_mapped(columns: Sequence[Column]) -> None:
    """Refuses with INVALID_REQUEST columns of which none is the phone number."""
    if not any(column.field == PHONE for column in columns):
        raise InvalidRequest.at("columns", f"One of them must be `{PHONE}`.")


def _is_twice(value: str, among: object) -> bool:
    return sum(each == value for each in among) > 1  # type: ignore[attr-defined]
