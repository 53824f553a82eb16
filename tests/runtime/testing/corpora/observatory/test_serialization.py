"""Tests of ``serialization``."""

import pytest
import serialization


@pytest.mark.durable_execution(handler=serialization.log_frame, lambda_function_name="log_frame")
def test_plain_values_come_back_as_they_were(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"id": "f1"}, timeout=10)

    frame = {"id": "f1", "seconds": 12.5, "filters": ["g", "r"], "saturated": False, "note": None}
    assert result.get_step("describe_frame").result == frame
    assert result.result == frame


@pytest.mark.durable_execution(handler=serialization.quote_night, lambda_function_name="quote_night")
def test_money_and_moments_are_text(durable_runner):
    with durable_runner:
        result = durable_runner.run(input={"hours": "4.5"}, timeout=10)

    assert result.result == {"price": "56.250", "priced_at": "2031-03-07T22:00:00+00:00"}


@pytest.mark.durable_execution(handler=serialization.catalogue_star, lambda_function_name="catalogue_star")
def test_a_dataclass_travels_as_a_dict(durable_runner):
    sirius = {"name": "Sirius", "magnitude": -1.46, "companions": ["Sirius B"]}
    with durable_runner:
        result = durable_runner.run(input=sirius, timeout=10)

    assert result.get_step("classify_star").result == {**sirius, "name": "Sirius system"}
    assert result.result == {"entry": "Sirius system, -1.46 mag"}
