"""The SDK's names: which dotted names mean the durable execution SDK, whatever module they are imported from."""

from __future__ import annotations

PACKAGES = frozenset({"aws_durable_execution_sdk_python", "durable_runtime"})

DECORATORS = {
    "durable_execution": "handler",
    "durable_step": "step",
    "durable_with_child_context": "child",
    "durable_wait_for_callback": "submitter",
}
READ_ONLY_ATTRIBUTES = frozenset({"logger", "execution_context", "lambda_context", "state"})
CONTEXT_TYPES = frozenset({"DurableContext"})
STEP_CONTEXT_TYPES = frozenset({"StepContext", "WaitForCallbackContext", "WaitForConditionCheckContext"})


def is_sdk(dotted: str) -> bool:
    """Whether a dotted name lies in the SDK."""
    return dotted.partition(".")[0] in PACKAGES


def sdk_name(dotted: str) -> str | None:
    """The public name behind an SDK import path (``aws_….context.durable_step`` is ``durable_step``); ``None``
    outside.
    """
    top, _, rest = dotted.partition(".")
    if top not in PACKAGES:
        return None
    parts = rest.split(".")
    for index, part in enumerate(parts):
        if part[:1].isupper():
            return ".".join(parts[index:])
    return parts[-1]
