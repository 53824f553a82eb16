"""What all tests share."""

from __future__ import annotations

import sys

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_setup() -> None:
    """Let each test ask as much about libraries as a process may, whatever the tests before it have asked."""
    inference = sys.modules.get("durable_lint.model.inference")
    if inference is not None:
        inference._Allowance.questions = inference._MAX_QUESTIONS
        inference._Allowance.seconds = inference._MAX_SECONDS
