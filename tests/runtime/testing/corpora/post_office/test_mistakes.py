"""Mistakes in markers."""

import pytest
from post_office import plain, stamp


def test_no_marker(durable_runner):
    """Never gets here."""


@pytest.mark.durable_execution(lambda_function_name="f")
def test_no_handler(durable_runner):
    """Never gets here."""


@pytest.mark.durable_execution(handler=stamp, timeout=3)
def test_unknown_name(durable_runner):
    """Never gets here."""


@pytest.mark.durable_execution("stamp", handler=stamp)
def test_position(durable_runner):
    """Never gets here."""


@pytest.mark.durable_execution(handler="post_office.stamp")
def test_text(durable_runner):
    """Never gets here."""


@pytest.mark.durable_execution(handler=plain)
def test_plain_function(durable_runner):
    """Never gets here."""
