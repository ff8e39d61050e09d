"""AIP-161 and 203: an update changes what its mask names, and only what callers may change."""

from __future__ import annotations

import pytest
from google.protobuf.field_mask_pb2 import FieldMask
from google.protobuf.timestamp_pb2 import Timestamp

from services.kit.aip.field_mask import changed_paths, merged
from services.kit.errors import InvalidRequest
from tests.support.probe import pb

CURRENT = pb.Probe(
    name="tenants/abc/probes/p",
    display_name="Deep",
    color="RED",
    labels=["a"],
    depth=pb.Depth(metres=3, code="x"),
)


def test_without_a_mask_what_is_set_is_changed() -> None:
    """Except what only we write, and what nobody changes."""
    patch = pb.Probe(
        name="tenants/abc/probes/p",
        display_name="Deeper",
        region="north",
        create_time=Timestamp(seconds=1),
    )

    assert changed_paths(FieldMask(), patch) == ("display_name",)


def test_a_star_is_every_field_that_callers_write() -> None:
    """Those that the patch leaves out are cleared."""
    assert changed_paths(FieldMask(paths=["*"]), pb.Probe()) == (
        "color",
        "depth",
        "depths",
        "depths_by_label",
        "display_name",
        "labels",
        "notes",
        "password",
    )


def test_what_the_mask_names_is_taken_from_the_patch() -> None:
    """Set or cleared; the rest stays."""
    mask = FieldMask(paths=["display_name", "labels", "depth.metres"])
    patch = pb.Probe(display_name="Deeper", color="COLOR_UNSPECIFIED", depth=pb.Depth(metres=9))

    result = merged(mask, patch, CURRENT)

    assert result == pb.Probe(
        name="tenants/abc/probes/p",
        display_name="Deeper",
        color="RED",
        depth=pb.Depth(metres=9, code="x"),
    )
    assert CURRENT.display_name == "Deep"


def test_a_masked_message_that_the_patch_lacks_is_cleared() -> None:
    """Presence counts."""
    assert not merged(FieldMask(paths=["depth"]), pb.Probe(), CURRENT).HasField("depth")


def test_every_bad_path_is_told_at_once() -> None:
    """Unknown ones, ones through lists, and immutable ones."""
    mask = FieldMask(paths=["colour", "labels.x", "depth.deep", "region", "name"])

    with pytest.raises(InvalidRequest) as raised:
        changed_paths(mask, pb.Probe())

    assert [violation.description for violation in raised.value.violations] == [
        "There is no field 'colour'.",
        "There is no field 'labels.x'.",
        "There is no field 'depth.deep'.",
        "The field 'region' can't be changed.",
    ]
    assert {violation.field for violation in raised.value.violations} == {"update_mask"}
