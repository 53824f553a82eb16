"""What the proofs share."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.proofs.processes import Processes


@pytest.fixture(scope="session")
def processes() -> Iterator[Processes]:
    """Processes for invocations."""
    with Processes() as started:
        yield started


@pytest.fixture(autouse=True)
def _quiet_runner() -> Iterator[None]:
    """The runner reports every failed execution as an error, and here most are meant to fail."""
    logging.getLogger("aws_durable_execution_sdk_python_testing").setLevel(logging.CRITICAL)
    yield
    logging.getLogger("aws_durable_execution_sdk_python_testing").setLevel(logging.NOTSET)
