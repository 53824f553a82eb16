"""The table of operations against botocore's model."""

from __future__ import annotations

import inspect
from typing import Any

import pytest
from durable_runtime.service import errors
from durable_runtime.service.errors import ServiceError
from durable_runtime.service.http import refusals
from durable_runtime.service.http.invoke import PATH
from durable_runtime.service.http.operations import OPERATIONS, Operation

from tests.runtime.service.http.served import model

PLACES = {"uri": "path", "querystring": "query"}
ALL = [name for name in model().operation_names if "Durable" in name]
ERRORS = [
    kind
    for module in (errors, refusals)
    for kind in vars(module).values()
    if inspect.isclass(kind) and issubclass(kind, ServiceError) and kind.__name__ in model().shape_names
]


def test_no_operation_is_missing() -> None:
    assert {operation.name for operation in OPERATIONS} == set(ALL)
    assert model().operation_model("Invoke").http["requestUri"] == PATH


@pytest.mark.parametrize("operation", OPERATIONS, ids=lambda operation: operation.name)
def test_routes_and_parameters_are_those_of_the_model(operation: Operation) -> None:
    described = model().operation_model(operation.name)
    expected = {"method": operation.method, "requestUri": operation.path, "responseCode": operation.status}
    assert described.http == expected
    shape = described.input_shape
    payload = shape.serialization.get("payload")

    def place(name: str, member: Any) -> str:
        return "body" if name == payload else PLACES.get(member.serialization.get("location"), "member")

    wanted = {(name, place(name, member), name in shape.required_members) for name, member in shape.members.items()}
    assert {(each.name, each.place, each.required) for each in operation.parameters} == wanted
    if operation.member is not None:
        assert list(described.output_shape.members) == [operation.member]


@pytest.mark.parametrize("kind", ERRORS)
def test_errors_have_the_status_and_the_members_of_the_model(kind: type[ServiceError]) -> None:
    shape = model().shape_for(kind.__name__)
    assert kind.status == shape.metadata["error"]["httpStatusCode"]
    assert set(refusals.members(kind("why"))) <= set(shape.members)
