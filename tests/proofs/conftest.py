"""What the proofs share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.proofs.ground import GROUNDS
from tests.proofs.processes import Processes


@pytest.fixture(scope="session", params=GROUNDS, ids=str)
def processes(request: pytest.FixtureRequest) -> Iterator[Processes]:
    """Processes for invocations, on each ground."""
    with Processes(request.param) as started:
        yield started


@pytest.fixture(autouse=True)
def _quiet_runner() -> Iterator[None]:
    """The runners report every failed execution as an error, and here most are meant to fail."""
    loggers = [logging.getLogger(ground.testing.partition(".")[0]) for ground in GROUNDS]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    yield
    for logger in loggers:
        logger.setLevel(logging.NOTSET)
