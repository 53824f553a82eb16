from __future__ import annotations

from typing import Any

import aws_durable_execution_sdk_python.identifier as aws
import aws_durable_execution_sdk_python.lambda_service as aws_wire
import durable_runtime.identifier as ours
import durable_runtime.lambda_service as our_wire
import pytest
from durable_runtime.exceptions import NonDeterministicExecutionError
from hypothesis import given
from hypothesis import strategies as st

from tests.runtime.oracle import outcome


@given(st.none() | st.text(max_size=70), st.integers(-1, 10**6))
def test_ids_are_those_of_aws(prefix: str | None, step: int) -> None:
    mine = ours.OperationIdNamespace(prefix).create_id_for_step(step)
    assert mine == aws.OperationIdNamespace(prefix).create_id_for_step(step)


def test_an_id_is_64_digits_of_blake2b() -> None:
    first = ours.OperationIdNamespace().create_id_for_step(1)
    assert first.startswith("1ced8f5be2db23a6513eba4d819c7380")
    assert len(first) == 64


names = st.sampled_from([None, "", "a", "b"])
kinds = st.sampled_from(["STEP", "CONTEXT"])
sub_types = st.sampled_from(["Step", "Map", None])


@given(kinds, kinds, sub_types, sub_types, names, names, names, names)
def test_a_recorded_operation_passes_where_it_does_with_aws(
    kind: str, own_kind: str, sub: Any, own_sub: Any, name: Any, own_name: Any, parent: Any, own_parent: Any
) -> None:
    def checked(package: Any, wire: Any) -> Any:
        recorded = wire.Operation(
            "id", wire.OperationType(kind), wire.OperationStatus.STARTED, parent, name, sub_type=sub
        )
        identifier = package.OperationIdentifier(
            "id", own_sub, own_parent, own_name, operation_type=wire.OperationType(own_kind)
        )
        return identifier.validate_checkpoint(recorded)

    assert outcome(lambda: checked(ours, our_wire)) == outcome(lambda: checked(aws, aws_wire))


def test_the_error_names_the_operation_and_each_difference() -> None:
    identifier = ours.OperationIdentifier("id", "Map", operation_type=our_wire.OperationType.CONTEXT)
    recorded = our_wire.Operation(
        "id", our_wire.OperationType.STEP, our_wire.OperationStatus.STARTED, "p", "n", sub_type="Step"
    )
    with pytest.raises(NonDeterministicExecutionError) as caught:
        identifier.validate_checkpoint(recorded)
    assert caught.value.step_id == "id"
    assert str(caught.value) == (
        "Non-deterministic operation identity at id='id': type checkpoint='STEP' current='CONTEXT', "
        "subtype checkpoint='Step' current='Map', name checkpoint='n' current=None, "
        "parent_id checkpoint='p' current=None"
    )


def test_where_nothing_is_recorded_everything_passes() -> None:
    identifier = ours.OperationIdentifier("id", "Step", operation_type=our_wire.OperationType.STEP)
    assert identifier.type is our_wire.OperationType.STEP
    identifier.validate_checkpoint(None)
