"""Both SDKs as fixtures. AWS's sleeps for most of the tenth of a second that each invocation takes; here, for less."""

from __future__ import annotations

import logging
from collections.abc import Iterator

import pytest

from tests.runtime.core.sdks import AWS, OURS, Sdk


@pytest.fixture
def ours() -> Sdk:
    return Sdk(OURS)


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch) -> Sdk:
    sdk = Sdk(AWS)
    monkeypatch.setattr(sdk.module("state"), "_STOP_SIGNAL_POLL_SECONDS", 0.002)
    return sdk


@pytest.fixture(params=[AWS, OURS], ids=["aws", "ours"])
def sdk(request: pytest.FixtureRequest, aws: Sdk, ours: Sdk) -> Sdk:
    return aws if request.param == AWS else ours


@pytest.fixture(autouse=True)
def quiet() -> Iterator[None]:
    """Both SDKs log each error that a program makes on purpose."""
    loggers = [logging.getLogger(name) for name in (AWS, OURS)]
    levels = [logger.level for logger in loggers]
    for logger in loggers:
        logger.setLevel(logging.CRITICAL)
    yield
    for logger, level in zip(loggers, levels, strict=True):
        logger.setLevel(level)
