"""A server for the tests of a module."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.runtime.service.engines import ManualHost
from tests.runtime.service.http.served import (
    Served,
    breaking,
    echo,
    failing,
    orders,
    patient,
    says_nothing,
    serve,
)


@pytest.fixture(scope="module")
def served() -> Iterator[Served]:
    """Handlers on threads, in virtual time."""
    with serve(orders, patient, failing, says_nothing, plain=(echo, breaking)) as made:
        yield made


@pytest.fixture
def host() -> ManualHost:
    """Hands invocations to the test."""
    return ManualHost()


@pytest.fixture
def played(host: ManualHost) -> Iterator[Served]:
    """A server whose handlers the test plays."""
    with serve("steps", host=host) as made:
        yield made
