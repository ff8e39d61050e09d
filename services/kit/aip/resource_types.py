"""AIP-123: the patterns that resource types are declared with, and who refers to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cache

from google.api import resource_pb2
from google.protobuf.descriptor import Descriptor, FieldDescriptor, FileDescriptor

from services.kit.aip.resource_name import Pattern

_LONGEST = 512


def reference(field: FieldDescriptor) -> Callable[[str], str | None]:
    """Gives the check of a field with a `resource_reference`.

    A type that no file known to the field's own declares can be checked for its length only.
    """
    referred = field.GetOptions().Extensions[resource_pb2.resource_reference]
    message = field.containing_type
    assert message is not None
    declared = _patterns_known_to(message.file)
    if referred.child_type:
        patterns = [_parent(pattern) for pattern in declared.get(referred.child_type, ())]
    else:
        patterns = list(declared.get(referred.type, ()))
    parsed = [Pattern(pattern) for pattern in patterns if "{" in pattern]
    fixed = frozenset(pattern for pattern in patterns if "{" not in pattern)
    wanted = " or ".join(patterns)

    def complains(name: str) -> str | None:
        if len(name) > _LONGEST:
            return f"Must have at most {_LONGEST} characters."
        if not wanted or name in fixed or any(pattern.match(name) for pattern in parsed):
            return None
        return f"Must be of the form {wanted}."

    return complains


@cache
def _patterns_known_to(file: FileDescriptor) -> dict[str, tuple[str, ...]]:
    declared: dict[str, tuple[str, ...]] = {}
    for reached in _with_imports(file):
        for resource in reached.GetOptions().Extensions[resource_pb2.resource_definition]:
            declared[resource.type] = tuple(resource.pattern)
        for message in reached.message_types_by_name.values():
            for resource in _declared_in(message):
                declared[resource.type] = tuple(resource.pattern)
    return declared


def _declared_in(message: Descriptor) -> Iterator[resource_pb2.ResourceDescriptor]:
    options = message.GetOptions()
    if options.HasExtension(resource_pb2.resource):
        yield options.Extensions[resource_pb2.resource]
    for nested in message.nested_types:
        yield from _declared_in(nested)


def _with_imports(file: FileDescriptor) -> Iterator[FileDescriptor]:
    seen: set[str] = set()
    pending = [file]
    while pending:
        reached = pending.pop()
        if reached.name not in seen:
            seen.add(reached.name)
            pending += reached.dependencies
            yield reached


def _parent(pattern: str) -> str:
    return "/".join(pattern.split("/")[:-2])
