"""Both SDKs under the same tests: AWS's shows that a test says the truth, ours must pass it too."""

from __future__ import annotations

import pytest

from tests.runtime.instrumentation.sdks import AWS, OURS, Sdk


@pytest.fixture
def ours() -> Sdk:
    return Sdk(OURS)


@pytest.fixture(params=[AWS, OURS], ids=["aws", "ours"])
def sdk(request: pytest.FixtureRequest) -> Sdk:
    return Sdk(request.param)
