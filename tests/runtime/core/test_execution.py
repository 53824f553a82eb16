"""What an invocation answers, and after which errors Lambda is to invoke again."""

from __future__ import annotations

import contextvars
import json
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from tests.runtime.core.memory_service import ARN, MemoryService, drive
from tests.runtime.core.sdks import Sdk

CONTEXT = SimpleNamespace(aws_request_id="request", tenant_id=None)
LIMIT = 6 * 1024 * 1024 - 50


def api_error(sdk: Sdk, name: str, status: int, code: str = "SomeException", message: str = "no") -> Any:
    """Return an error of the durable API as the client makes it of botocore's."""
    error = Exception(message)
    error.response = {  # type: ignore[attr-defined]
        "Error": {"Code": code, "Message": message},
        "ResponseMetadata": {"HTTPStatusCode": status},
    }
    return getattr(sdk, name).from_exception(error)


REFUSALS = [
    (500, "ServiceException", "internal"),
    (429, "TooManyRequestsException", "slow down"),
    (400, "InvalidParameterValueException", "Invalid checkpoint token: spent"),
    (400, "InvalidParameterValueException", "Inconsistent operation name."),
    (404, "ResourceNotFoundException", "gone"),
    (502, "KMSDisabledException", "key"),
]


def outcome(sdk: Sdk, service: MemoryService, handler: Callable[[Any, Any], Any]) -> Any:
    """Return what an invocation answers, or what it raises in the form of name and message."""
    try:
        return sdk.durable_execution(handler)(service.event(), CONTEXT)
    except Exception as error:
        return type(error).__name__, str(error)


@pytest.mark.parametrize("refusal", REFUSALS, ids=[f"{status}-{message[:9]}" for status, _, message in REFUSALS])
@pytest.mark.parametrize("hides", [False, True], ids=["open", "hidden"])
def test_a_refused_checkpoint(ours: Sdk, aws: Sdk, refusal: tuple[int, str, str], hides: bool) -> None:
    def run(sdk: Sdk) -> Any:
        service = MemoryService(sdk)

        def refuse(updates: list[Any]) -> None:
            raise api_error(sdk, "CheckpointError", *refusal)

        def handler(event: Any, context: Any) -> str:
            try:
                context.step(lambda _: 1)
            except Exception:
                # A refusal is no Exception, lest handlers like this one hide it.
                return "hidden"
            except BaseException:
                if not hides:
                    raise
            return "went on"

        service.before_answer = refuse
        return outcome(sdk, service, handler)

    mine = run(ours)
    if hides:
        # AWS's SDK answers SUCCEEDED although nothing was recorded.
        assert run(aws)["Status"] == "SUCCEEDED"
        assert mine == outcome_of_refusal(ours, refusal)
    else:
        assert mine == run(aws)


def outcome_of_refusal(ours: Sdk, refusal: tuple[int, str, str]) -> Any:
    error = api_error(ours, "CheckpointError", *refusal)
    if error.is_retryable():
        return "CheckpointError", refusal[2]
    return {"Status": "FAILED", "Error": ours.ErrorObject.from_exception(error).to_dict()}


@pytest.mark.parametrize("refusal", REFUSALS, ids=[f"{status}-{message[:9]}" for status, _, message in REFUSALS])
def test_a_refused_page_of_the_state(ours: Sdk, aws: Sdk, refusal: tuple[int, str, str]) -> None:
    def run(sdk: Sdk) -> Any:
        service = MemoryService(sdk, page_size=1)
        service.operations["1"] = {"Id": "1", "Type": "STEP", "Status": "STARTED", "StepDetails": {}}

        def get_execution_state(**_: Any) -> Any:
            raise api_error(sdk, "GetExecutionStateError", *refusal)

        service.get_execution_state = get_execution_state  # type: ignore[method-assign]
        return outcome(sdk, service, lambda event, context: "unreachable")

    assert run(ours) == run(aws)


@pytest.mark.parametrize("last", [1, 2, 3])
def test_a_withdrawn_token_ends_the_invocation_as_pending(ours: Sdk, aws: Sdk, last: int) -> None:
    def run(sdk: Sdk) -> Any:
        service = MemoryService(sdk)
        service.revoke_after = last

        def handler(event: Any, context: Any) -> Any:
            for number in range(3):
                try:
                    context.step(lambda _, number=number: number)
                except BaseException:
                    return "hidden"
            return "done"

        return outcome(sdk, service, handler), len(service.requests)

    assert run(ours) == run(aws) == ({"Status": "PENDING"}, last)


RESULTS: list[Any] = [None, "text", 1.5, [1, {"a": None}], {"a": (1, 2)}, "é", float("nan"), "x" * (LIMIT - 2)]


@pytest.mark.parametrize("result", RESULTS, ids=[repr(result)[:20] for result in RESULTS])
def test_results_are_plain_json(ours: Sdk, aws: Sdk, result: Any) -> None:
    answers = [outcome(sdk, MemoryService(sdk), lambda event, context: result) for sdk in (ours, aws)]
    assert answers[0] == answers[1] == {"Status": "SUCCEEDED", "Result": json.dumps(result)}


@pytest.mark.parametrize("fails", [False, True])
def test_a_large_outcome_is_recorded_instead(ours: Sdk, fails: bool) -> None:
    service = MemoryService(ours)
    large = "x" * LIMIT

    def handler(event: Any, context: Any) -> str:
        context.step(lambda _: 1)
        if fails:
            raise ValueError(large)
        return large

    answer = outcome(ours, service, handler)
    (update,) = service.requests[-1]
    assert update["Type"] == "EXECUTION"
    if fails:
        assert answer == {"Status": "FAILED"}
        assert update["Error"] == {"ErrorMessage": large, "ErrorType": "ValueError"}
    else:
        assert answer == {"Status": "SUCCEEDED", "Result": ""}
        assert json.loads(update["Payload"]) == large


@pytest.mark.parametrize("refusal", [REFUSALS[0], REFUSALS[3]], ids=["again", "never"])
@pytest.mark.parametrize("fails", [False, True])
def test_a_large_outcome_that_is_refused(ours: Sdk, aws: Sdk, refusal: tuple[int, str, str], fails: bool) -> None:
    def run(sdk: Sdk) -> Any:
        service = MemoryService(sdk)

        def refuse(updates: list[Any]) -> None:
            raise api_error(sdk, "CheckpointError", *refusal)

        def handler(event: Any, context: Any) -> str:
            if fails:
                raise ValueError("x" * LIMIT)
            return "x" * LIMIT

        service.before_answer = refuse
        return outcome(sdk, service, handler)

    assert run(ours) == run(aws)


def errors(sdk: Sdk) -> list[Exception]:
    return [
        ValueError("value"),
        sdk.ExecutionError("execution"),
        sdk.InvocationError("invocation"),
        sdk.StepInterruptedError("interrupted"),
        sdk.StepError("step", error_type="Inner", data="data", stack_trace=["line"]),
        sdk.SerDesError("serdes"),
        sdk.RetryableSerDesError("again"),
        api_error(sdk, "CheckpointError", 500),
        api_error(sdk, "CheckpointError", 404),
        api_error(sdk, "GetExecutionStateError", 404),
        sdk.ValidationError("validation"),
    ]


@pytest.mark.parametrize("number", range(11))
@pytest.mark.parametrize("where", ["handler", "step", "child", "check"])
def test_errors_of_user_code(ours: Sdk, aws: Sdk, number: int, where: str) -> None:
    def run(sdk: Sdk) -> Any:
        def fail(*_: Any) -> None:
            raise errors(sdk)[number]

        def handler(event: Any, context: Any) -> Any:
            if where == "step":
                context.step(fail, config=sdk.no_retry())
            elif where == "child":
                context.run_in_child_context(fail)
            elif where == "check":
                decide = lambda *_: sdk.WaitForConditionDecision.stop_polling()  # noqa: E731
                config = sdk.WaitForConditionConfig(wait_strategy=decide, initial_state=0)
                context.wait_for_condition(fail, config)
            fail()

        service = MemoryService(sdk)
        return outcome(sdk, service, handler), service.updates()

    mine, theirs = run(ours), run(aws)
    if (where == "step" and number == 6) or (where == "child" and number in (2, 3, 6, 7)):
        # AWS's SDK sends, or does not send, the start while it shuts down.
        assert mine[0] == theirs[0]
    else:
        assert mine == theirs


@pytest.mark.parametrize(
    ("payload", "event"), [('{"a": 1}', {"a": 1}), ("[1]", [1]), ('"text"', "text"), ("", {}), ("  ", {}), (None, {})]
)
def test_input(ours: Sdk, aws: Sdk, payload: str | None, event: Any) -> None:
    seen: list[Any] = []
    for sdk in (ours, aws):
        sdk.durable_execution(lambda event, context: seen.append(event))(MemoryService(sdk, payload).event(), CONTEXT)
    assert seen == [event, event]


def test_input_that_is_no_json(ours: Sdk, aws: Sdk) -> None:
    answers = [outcome(sdk, MemoryService(sdk, "no JSON"), lambda event, context: 1) for sdk in (ours, aws)]
    assert answers[0] == answers[1]
    assert answers[0][0] == "JSONDecodeError"


@pytest.mark.parametrize("event", [{}, None, [], "text", {"DurableExecutionArn": "arn"}])
def test_an_event_of_another_kind(ours: Sdk, aws: Sdk, event: Any) -> None:
    for sdk in (ours, aws):
        handler = sdk.durable_execution(lambda event, context: 1, boto3_client=SimpleNamespace())
        with pytest.raises(sdk.ExecutionError, match="Unexpected payload provided to start the durable execution"):
            handler(event, CONTEXT)


def test_events_of_lambda_reach_the_given_client(ours: Sdk) -> None:
    service = MemoryService(ours, '{"a": 1}')
    calls: list[dict[str, Any]] = []

    class Client:
        def checkpoint_durable_execution(self, **arguments: Any) -> dict[str, Any]:
            calls.append(arguments)
            return {"CheckpointToken": "next", "NewExecutionState": {"Operations": []}}

    @ours.durable_execution(boto3_client=Client())  # type: ignore[untyped-decorator]
    def handler(event: Any, context: Any) -> Any:
        context.step(lambda _: 1, name="step")
        return [event, context.execution_context.durable_execution_arn, context.lambda_context is CONTEXT]

    event = json.loads(json.dumps(service.event().to_json_dict()))
    answer = handler(event, CONTEXT)
    assert json.loads(answer["Result"]) == [{"a": 1}, ARN, True]
    assert [update["Action"] for update in calls[0]["Updates"]] == ["START", "SUCCEED"]
    assert calls[0]["CheckpointToken"] == service.token


def test_events_survive_the_round_trip(ours: Sdk, aws: Sdk) -> None:
    def events(sdk: Sdk) -> Any:
        service = MemoryService(sdk)
        handler = sdk.durable_execution(lambda event, context: context.wait(sdk.seconds(60), name="wait"))
        handler(service.event(), CONTEXT)
        event = service.event()
        return event, sdk.execution.DurableExecutionInvocationInput

    for sdk in (ours, aws):
        event, plain = events(sdk)
        again = plain.from_json_dict(json.loads(json.dumps(event.to_json_dict())))
        assert again.to_json_dict() == event.to_json_dict()
        assert plain.from_dict(event.to_dict()).to_dict() == event.to_dict()
        with_client = type(event).from_durable_execution_invocation_input(again, "client")
        assert (with_client.service_client, with_client.durable_execution_arn) == ("client", ARN)


def test_context_variables_stay_with_the_invocation(ours: Sdk) -> None:
    variable: contextvars.ContextVar[str] = contextvars.ContextVar("variable", default="outside")

    def handler(event: Any, context: Any) -> str:
        before = variable.get()
        variable.set("inside")
        return before

    assert drive(ours.durable_execution(handler), MemoryService(ours)).result == '"outside"'
    assert variable.get() == "outside"


def test_system_exit_passes_through(ours: Sdk) -> None:
    def handler(event: Any, context: Any) -> None:
        context.map([1, 2, 3], lambda *_: exit(3))

    with pytest.raises(SystemExit):
        ours.durable_execution(handler)(MemoryService(ours).event(), CONTEXT)


def test_a_step_of_any_size_is_recorded(ours: Sdk) -> None:
    """On AWS's SDK a result above 750 KB deadlocks."""
    handler = ours.durable_execution(lambda event, context: len(context.step(lambda _: "x" * 3_000_000)))
    assert drive(handler, MemoryService(ours)).result == "3000000"
