"""AIP-161: which fields an update changes."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, TypeVar

from google.api import field_behavior_pb2
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.message import Message

from services.kit.errors import FieldViolation, InvalidRequest

M = TypeVar("M", bound=Message)

_OURS = {field_behavior_pb2.OUTPUT_ONLY, field_behavior_pb2.IDENTIFIER}


def changed_paths(
    mask: FieldMask, resource: Message, field: str = "update_mask"
) -> tuple[str, ...]:
    """Gives the paths that an update sets, sorted.

    No mask means every field that `resource` holds, `*` every field; neither means the immutable
    ones. Fields that only we write are left out, as AIP-203 wants. Refuses unknown paths and
    immutable fields that the mask names, all at once.
    """
    descriptor: Any = resource.DESCRIPTOR
    if list(mask.paths) == ["*"]:
        return _writable(descriptor.fields)
    if not mask.paths:
        return _writable(found for found, _ in resource.ListFields())
    paths, violations = set(), []
    for path in mask.paths:
        last = _resolve(descriptor, path)
        if last is None:
            violations.append(FieldViolation(field, f"There is no field {path[:100]!r}."))
        elif field_behavior_pb2.IMMUTABLE in _behaviors(last):
            violations.append(FieldViolation(field, f"The field {path!r} can't be changed."))
        elif not _OURS.intersection(_behaviors(last)):
            paths.add(path)
    if violations:
        raise InvalidRequest(violations)
    return tuple(sorted(paths))


def merged(mask: FieldMask, patch: M, current: M, field: str = "update_mask") -> M:
    """Gives `current` with the masked fields as `patch` has them, cleared where it has none."""
    result = type(current)()
    result.CopyFrom(current)
    for path in changed_paths(mask, patch, field):
        _copy(path.split("."), patch, result)
    return result


def _copy(path: list[str], source: Message, target: Message) -> None:
    name, *rest = path
    if rest:
        _copy(rest, getattr(source, name), getattr(target, name))
        return
    single = type(source)()
    single.CopyFrom(source)
    for found, _ in source.ListFields():
        if found.name != name:
            single.ClearField(found.name)
    target.ClearField(name)
    target.MergeFrom(single)


def _writable(fields: Iterable[Any]) -> tuple[str, ...]:
    fixed = _OURS | {field_behavior_pb2.IMMUTABLE}
    return tuple(
        sorted(field.name for field in fields if not fixed.intersection(_behaviors(field)))
    )


def _resolve(descriptor: Any, path: str) -> Any:
    name, _, rest = path.partition(".")
    found = descriptor.fields_by_name.get(name)
    if found is None or not rest:
        return found
    if found.message_type is None or found.is_repeated:
        return None
    return _resolve(found.message_type, rest)


def _behaviors(field: Any) -> frozenset[int]:
    return frozenset(field.GetOptions().Extensions[field_behavior_pb2.field_behavior])
