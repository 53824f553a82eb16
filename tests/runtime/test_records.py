"""A record is a frozen dataclass in all that can be seen."""

from __future__ import annotations

import copy
import dataclasses
import inspect
import pickle
from dataclasses import dataclass, field
from typing import Any, Generic, TypeVar

import pytest
from durable_runtime.records import record

T = TypeVar("T")


@record(frozen=True)
class Base(Generic[T]):
    """A record with every kind of field."""

    first: T
    second: int = 2
    third: list[int] = field(default_factory=list)
    last: str | None = field(default=None, kw_only=True)

    def __post_init__(self) -> None:
        if self.second < 0:
            raise ValueError("second is negative")


@record(frozen=True)
class Derived(Base[int]):
    """A record of a record."""

    fourth: int = 4


@dataclass(frozen=True)
class Twin(Generic[T]):
    first: T
    second: int = 2
    third: list[int] = field(default_factory=list)
    last: str | None = field(default=None, kw_only=True)


def test_a_record_is_built_as_a_dataclass_is() -> None:
    assert Base(1) == Base(first=1, second=2, third=[], last=None)
    assert Base(1).third is not Base(1).third
    assert Derived(1, 3, [4], 5, last="z") == Derived(first=1, second=3, third=[4], fourth=5, last="z")
    with pytest.raises(TypeError, match="missing 1 required positional argument: 'first'"):
        Base()  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="positional arguments"):
        Base(1, 2, [], "last")  # type: ignore[call-arg, misc]
    with pytest.raises(ValueError, match="second is negative"):
        Derived(1, -1)


def test_a_record_has_the_signature_and_fields_of_a_dataclass() -> None:
    def described(cls: type) -> Any:
        return [
            (parameter.name, parameter.kind, repr(parameter.default))
            for parameter in inspect.signature(cls).parameters.values()
        ], [(one.name, one.default, one.kw_only) for one in dataclasses.fields(cls)]

    assert described(Base) == described(Twin)
    assert dataclasses.is_dataclass(Base)
    assert Base.__match_args__ == Twin.__match_args__ == ("first", "second", "third")


def test_a_record_is_shown_as_a_dataclass_is() -> None:
    assert repr(Base("x")) == repr(Twin("x")).replace("Twin", "Base")
    assert dataclasses.asdict(Derived(1)) == {"first": 1, "second": 2, "third": [], "last": None, "fourth": 4}


def test_a_record_compares_and_hashes_by_its_fields() -> None:
    assert Base((1,)) != Base((2,))
    assert Base(1) != Derived(1)
    assert Base(1) != Twin(1)
    with pytest.raises(TypeError, match="unhashable"):
        hash(Base(1))
    one = record(frozen=True)(type("One", (), {"__annotations__": {"name": "str"}, "__doc__": "d"}))
    assert len({one("a"), one("a"), one("b")}) == 2


@pytest.mark.parametrize("instance", [Base(1), Derived(1)])
def test_a_record_is_frozen(instance: Any) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot assign to field 'first'"):
        instance.first = 2
    with pytest.raises(dataclasses.FrozenInstanceError, match="cannot delete field 'first'"):
        del instance.first
    assert instance.first == 1


def test_records_can_be_replaced_copied_and_pickled() -> None:
    derived = Derived(1, last="z")
    assert dataclasses.replace(derived, first=9) == Derived(9, last="z")
    assert copy.deepcopy(derived) == pickle.loads(pickle.dumps(derived)) == derived
    with pytest.raises(ValueError, match="second is negative"):
        dataclasses.replace(derived, second=-1)


def test_dataclasses_can_be_derived_from_records() -> None:
    @dataclass(frozen=True)
    class Own(Base[int]):
        own: str = "o"

    assert Own(1, own="p") == Own(1, 2, [], "p")
    with pytest.raises(dataclasses.FrozenInstanceError):
        Own(1).own = "q"  # type: ignore[misc]
    with pytest.raises(TypeError, match="cannot inherit non-frozen dataclass"):
        dataclass(type("Mutable", (Base,), {}))
