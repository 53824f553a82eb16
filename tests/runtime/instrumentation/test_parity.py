"""What can be imported from `plugin` and `plugin_discovery`, compared with AWS's package, name by name."""

from __future__ import annotations

import dataclasses
import enum
import importlib
import inspect
import re
from typing import Any

import pytest

AWS = "aws_durable_execution_sdk_python"
MODULES = ("plugin", "plugin_discovery")


def defined(module: str) -> dict[str, Any]:
    """What AWS's module defines itself: its public classes, functions and constants."""
    aws = importlib.import_module(f"{AWS}.{module}")
    return {
        name: value
        for name, value in vars(aws).items()
        if not name.startswith("_")
        and not inspect.ismodule(value)
        and (getattr(value, "__module__", aws.__name__) == aws.__name__)
    }


CASES = [(module, name, value) for module in MODULES for name, value in defined(module).items()]
CLASSES = [(module, name, value) for module, name, value in CASES if inspect.isclass(value)]


def ours(module: str, name: str) -> Any:
    return getattr(importlib.import_module(f"durable_runtime.{module}"), name)


def signature(function: Any) -> list[tuple[str, Any, str]]:
    """Names, kinds and defaults; annotations differ in spelling."""
    return [
        (parameter.name, parameter.kind, re.sub(r" at 0x\w+", "", repr(parameter.default)))
        for parameter in inspect.signature(function).parameters.values()
    ]


def test_there_is_something_to_compare() -> None:
    assert len(CASES) > 20


@pytest.mark.parametrize(("module", "name", "aws"), CASES, ids=[case[1] for case in CASES])
def test_name_exists_with_the_same_kind(module: str, name: str, aws: Any) -> None:
    mine = ours(module, name)
    assert inspect.isclass(mine) == inspect.isclass(aws)
    assert inspect.isfunction(mine) == inspect.isfunction(aws)
    if isinstance(aws, str):
        assert mine == aws
    if inspect.isfunction(aws):
        assert signature(mine) == signature(aws)


@pytest.mark.parametrize(("module", "name", "aws"), CLASSES, ids=[case[1] for case in CLASSES])
def test_class_has_the_same_members(module: str, name: str, aws: type) -> None:
    mine = ours(module, name)
    assert [base.__name__ for base in mine.__mro__] == [base.__name__ for base in aws.__mro__]
    if issubclass(aws, enum.Enum):
        assert [(member.name, member.value) for member in mine] == [(member.name, member.value) for member in aws]
    for member, value in vars(aws).items():
        if member.startswith("_") and member != "__init__":
            continue
        assert hasattr(mine, member), f"{name}.{member} is missing"
        if callable(getattr(aws, member)) and not isinstance(value, type):
            assert signature(getattr(mine, member)) == signature(getattr(aws, member)), f"{name}.{member}"


@pytest.mark.parametrize(("module", "name", "aws"), CLASSES, ids=[case[1] for case in CLASSES])
def test_dataclass_has_the_same_fields(module: str, name: str, aws: type) -> None:
    mine = ours(module, name)
    assert dataclasses.is_dataclass(mine) == dataclasses.is_dataclass(aws)
    if dataclasses.is_dataclass(aws):
        assert [described(field) for field in dataclasses.fields(mine)] == [
            described(field) for field in dataclasses.fields(aws)
        ]
        assert mine.__dataclass_params__.frozen == aws.__dataclass_params__.frozen  # type: ignore[attr-defined]


def described(field: dataclasses.Field[Any]) -> tuple[object, ...]:
    absent = dataclasses.MISSING
    return (
        field.name,
        None if field.default is absent else field.default,
        None if field.default_factory is absent else field.default_factory,
        field.default is absent,
        field.kw_only,
        field.repr,
        field.compare,
        field.hash,
    )


def test_the_wire_types_that_plugins_meet_can_be_imported_from_plugin() -> None:
    for name in ("ErrorObject", "OperationStatus", "Operation", "OperationUpdate", "OperationIdentifier"):
        assert ours("plugin", name) is not None


def test_all_names_what_the_module_has() -> None:
    for module in MODULES:
        mine = importlib.import_module(f"durable_runtime.{module}")
        assert {name for name in mine.__all__ if not hasattr(mine, name)} == set()
        assert set(defined(module)) <= set(mine.__all__)
