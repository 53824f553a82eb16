from __future__ import annotations

import datetime as dt
from typing import Any

import aws_durable_execution_sdk_python.preview as aws
import durable_runtime.preview as ours
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tests.runtime.oracle import outcome, plain

names = st.sampled_from(["a", "b", "c", "", "a.b", "ü"])
data = st.recursive(
    st.none() | st.integers(0, 99) | st.sampled_from(["text", "ü" * 20, True, 1.5, (1, 2), dt.date(2026, 1, 2)]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(names | st.integers(0, 2), inner, max_size=4),
    max_leaves=12,
)
rules = st.lists(
    st.tuples(st.sampled_from(["a", "b", "c", "", "a.b", "b.a.c", "1"]), st.sampled_from(["ANYWHERE", "PATH"])),
    max_size=2,
)


def built(package: Any, value: Any, mode: str, lists: dict[str, Any], most: int) -> Any:
    fields = {
        name: [package.PreviewField(field, package.FieldMatchMode(match)) for field, match in chosen]
        for name, chosen in lists.items()
    }
    return package.build_preview(
        value, package.PreviewConfig(package.PreviewMode(mode), max_preview_bytes=most, mask_string="#", **fields)
    )


@settings(deadline=None, max_examples=500)
@given(
    data,
    st.sampled_from(["INCLUDE_ALL", "EXCLUDE_ALL"]),
    st.fixed_dictionaries({"include": rules, "exclude": rules, "mask": rules}),
    st.sampled_from([0, 20, 60, 4096]),
)
@example({"a": {"b": 1, "c": 2}}, "INCLUDE_ALL", {"mask": [("a", "ANYWHERE")], "exclude": [("a.b", "PATH")]}, 4096)
@example({"": {"a": 1}, "a": [{"b": 1}, {"b": {"c": 2}}, 3]}, "INCLUDE_ALL", {}, 4096)
def test_previews_are_those_of_aws(value: Any, mode: str, lists: dict[str, Any], most: int) -> None:
    assert outcome(lambda: built(ours, value, mode, lists, most)) == outcome(
        lambda: built(aws, value, mode, lists, most)
    )


def test_a_preview_includes_masks_and_excludes() -> None:
    order = {"id": 7, "customer": {"name": "Ada", "card": {"number": "4111"}}, "lines": [{"sku": "x"}, {"qty": 2}]}
    config = ours.PreviewConfig(
        ours.PreviewMode.INCLUDE_ALL,
        exclude=[ours.PreviewField("customer.name", ours.FieldMatchMode.PATH)],
        mask=[ours.PreviewField("card")],
    )
    assert ours.build_preview(order, config) == {
        "id": 7,
        "customer": {"card": "***"},
        "lines": {"sku": "x", "qty": 2},
    }


def test_only_dictionaries_have_previews() -> None:
    config = ours.PreviewConfig(ours.PreviewMode.INCLUDE_ALL)
    assert ours.build_preview([{"a": 1}], config) is None
    assert ours.build_preview({}, config) is None


def test_modes_given_as_text_are_refused() -> None:
    with pytest.raises(TypeError, match=r"PreviewConfig.mode must be a member of PreviewMode, .*INCLUDE_ALL"):
        ours.PreviewConfig("INCLUDE_ALL")  # type: ignore[arg-type]
    with pytest.raises(TypeError, match=r"PreviewField.match must be a member of FieldMatchMode"):
        ours.PreviewField("a", "PATH")  # type: ignore[arg-type]


def test_defaults_are_those_of_aws() -> None:
    assert plain(ours.PreviewConfig(ours.PreviewMode.EXCLUDE_ALL)) == plain(
        aws.PreviewConfig(aws.PreviewMode.EXCLUDE_ALL)
    )
