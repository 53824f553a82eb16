"""ARNs, function names, checkpoint tokens and callback ids."""

from __future__ import annotations

import re

import botocore.session
import pytest
from durable_runtime.service.arn import ExecutionArn, FunctionName
from durable_runtime.service.errors import InvalidParameterValueException, ResourceNotFoundException
from durable_runtime.service.tokens import CallbackId, CheckpointToken
from hypothesis import given
from hypothesis import strategies as st

ARN = "arn:aws:lambda:eu-central-1:123456789012:function:orders:$LATEST/durable-execution/order-7/3f-1"
MODEL = botocore.session.get_session().get_service_model("lambda")
WORD = st.from_regex(r"\A[a-zA-Z0-9_-]{1,64}\Z")


def fits(text: str, shape: str) -> bool:
    metadata = MODEL.shape_for(shape).metadata
    if len(text) > metadata["max"]:
        return False
    pattern = MODEL._shape_resolver._shape_map[shape].get("pattern", ".*")
    return re.fullmatch(pattern, text) is not None


def test_an_arn_is_taken_apart_and_put_together() -> None:
    arn = ExecutionArn.parse(ARN)
    assert arn == ExecutionArn("eu-central-1", "123456789012", "orders", "$LATEST", "order-7", "3f-1")
    assert str(arn) == ARN
    assert arn.function_arn == "arn:aws:lambda:eu-central-1:123456789012:function:orders:$LATEST"


@given(WORD, WORD, WORD, st.sampled_from(["$LATEST", "$LATEST.PUBLISHED", "17"]))
def test_whatever_arn_is_written_can_be_read_and_fits_the_model(
    function: str, name: str, id: str, version: str
) -> None:
    arn = ExecutionArn("us-gov-west-1", "123456789012", function, version, name, id, partition="aws-us-gov")
    assert ExecutionArn.parse(str(arn)) == arn
    assert fits(str(arn), "DurableExecutionArn")
    assert fits(str(CheckpointToken(str(arn), 2**40)), "CheckpointToken")
    assert fits(str(CallbackId(str(arn), "x" * 64)), "CallbackId")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "order-7",
        ARN[:-1] + "/",
        ARN.replace("123456789012", "1"),
        ARN + "\n",
        ARN.replace("$LATEST", "live"),
        ARN * 20,
    ],
)
def test_what_is_no_execution_arn_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterValueException, match="Invalid durable execution ARN"):
        ExecutionArn.parse(text)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("orders", FunctionName("orders")),
        ("orders:3", FunctionName("orders", "3")),
        ("orders:$LATEST", FunctionName("orders", "$LATEST")),
        ("123456789012:function:orders", FunctionName("orders", None, "123456789012")),
        ("function:orders:live", FunctionName("orders", "live")),
        (
            "arn:aws:lambda:eu-central-1:123456789012:function:orders:live",
            FunctionName("orders", "live", "123456789012", "eu-central-1"),
        ),
    ],
)
def test_a_function_has_names_of_four_forms(text: str, parts: FunctionName) -> None:
    assert FunctionName.parse(text) == parts
    assert fits(text, "NamespacedFunctionName")


@pytest.mark.parametrize("text", ["", "two words", "arn:aws:lambda:orders", "a:b:c:d", "x" * 257, "orders\n"])
def test_what_names_no_function_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterValueException, match="Invalid function ARN"):
        FunctionName.parse(text)


def test_tokens_and_callback_ids_lead_back() -> None:
    assert CheckpointToken.parse(str(CheckpointToken(ARN, 7))) == CheckpointToken(ARN, 7)
    assert CallbackId.parse(str(CallbackId(ARN, "op"))) == CallbackId(ARN, "op")


@pytest.mark.parametrize(
    "text", ["", "x", "????", "eA==", "eAo=", "CjE=", str(CallbackId(ARN, "op")), "QUFB" * 600, "é"]
)
def test_what_is_no_token_is_refused(text: str) -> None:
    with pytest.raises(InvalidParameterValueException, match=r"^Invalid checkpoint token$"):
        CheckpointToken.parse(text)


@pytest.mark.parametrize("text", ["", "x", "????", "eA==", "eAo=", "CjE=", "/w==", "QUFB" * 300, "é"])
def test_what_is_no_callback_id_is_not_found(text: str) -> None:
    with pytest.raises(ResourceNotFoundException):
        CallbackId.parse(text)
