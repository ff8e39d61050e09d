"""What the contracts' comments say of a service, method, message, field or enum value."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from google.protobuf.descriptor_pb2 import (
    DescriptorProto,
    EnumDescriptorProto,
    FileDescriptorProto,
)

# The shared types' own comments speak of other interfaces than this one, at length.
_SHARED = {
    "google.type.Date": "A day of the calendar.",
    "google.type.Date.year": "Year, 1 to 9999.",
    "google.type.Date.month": "Month, 1 to 12.",
    "google.type.Date.day": "Day of the month, 1 to 31.",
    "google.type.Decimal": "An exact decimal number.",
    "google.type.Decimal.value": "The number as text, such as `12.5`.",
    "google.type.Money": "An exact amount of money.",
    "google.type.Money.currency_code": "ISO 4217 code, such as `USD`.",
    "google.type.Money.units": "The whole units.",
    "google.type.Money.nanos": "Billionths of a unit, of the same sign as the units.",
    "google.type.Interval": "A span of time.",
    "google.type.Interval.start_time": "When it begins.",
    "google.type.Interval.end_time": "The first instant after it.",
}
_SHARED_PACKAGE = "google."

_MESSAGE, _ENUM, _SERVICE = 4, 5, 6
_FIELD, _NESTED_MESSAGE, _NESTED_ENUM, _VALUE, _METHOD = 2, 3, 4, 2, 2


class Comments:
    """Comments by full name; paragraphs are parted by an empty line."""

    def __init__(self, files: Iterable[FileDescriptorProto]) -> None:
        self._texts: dict[str, str] = dict(_SHARED)
        for file in files:
            if file.package.startswith(_SHARED_PACKAGE):
                continue
            by_path = {
                tuple(location.path): _tidy(location.leading_comments)
                for location in file.source_code_info.location
                if location.leading_comments
            }
            for path, name in _named_paths(file):
                if path in by_path:
                    self._texts[name] = by_path[path]

    def of(self, full_name: str) -> str:
        """Gives the comment; empty if there is none."""
        return self._texts.get(full_name, "")


def _tidy(comment: str) -> str:
    paragraphs = "\n".join(line.strip() for line in comment.strip().splitlines()).split("\n\n")
    return "\n\n".join(" ".join(paragraph.split("\n")) for paragraph in paragraphs)


def _named_paths(file: FileDescriptorProto) -> Iterator[tuple[tuple[int, ...], str]]:
    for index, message in enumerate(file.message_type):
        yield from _in_message((_MESSAGE, index), file.package, message)
    for index, enum in enumerate(file.enum_type):
        yield from _in_enum((_ENUM, index), file.package, enum)
    for index, service in enumerate(file.service):
        path, name = (_SERVICE, index), f"{file.package}.{service.name}"
        yield path, name
        for number, method in enumerate(service.method):
            yield (*path, _METHOD, number), f"{name}.{method.name}"


def _in_message(
    path: tuple[int, ...], scope: str, message: DescriptorProto
) -> Iterator[tuple[tuple[int, ...], str]]:
    name = f"{scope}.{message.name}"
    yield path, name
    for index, field in enumerate(message.field):
        yield (*path, _FIELD, index), f"{name}.{field.name}"
    for index, nested in enumerate(message.nested_type):
        yield from _in_message((*path, _NESTED_MESSAGE, index), name, nested)
    for index, enum in enumerate(message.enum_type):
        yield from _in_enum((*path, _NESTED_ENUM, index), name, enum)


def _in_enum(
    path: tuple[int, ...], scope: str, enum: EnumDescriptorProto
) -> Iterator[tuple[tuple[int, ...], str]]:
    name = f"{scope}.{enum.name}"
    yield path, name
    for index, value in enumerate(enum.value):
        # A value's name stands beside its enum's, not inside of it; ours to tell apart.
        yield (*path, _VALUE, index), f"{name}.{value.name}"
