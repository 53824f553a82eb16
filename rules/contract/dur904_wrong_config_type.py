"""DUR904: a configuration of the wrong kind."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body
from durable_lint.model.config_types import WrongReturn, WrongType, wrong_returns, wrong_types
from durable_lint.model.contract import Terms
from durable_lint.model.mismatch import shown
from durable_lint.model.module import Module
from durable_lint.rule import Example, Rule


class WrongConfigType(Rule):
    """A configuration, or something in it, is not of the kind that the operation uses.

    Configurations are plain dataclasses: they take whatever they are given, and fail where it is used. A
    ``RetryStrategyConfig`` as ``retry_strategy`` is called like a function when the step has failed for the first time,
    and hides the error of the step behind a ``TypeError``. So is ``RetryPresets.none`` without brackets. A dict in
    place of a configuration has no attributes. Text in place of a member of an enum is worse, since nothing fails:
    ``step_semantics="AT_MOST_ONCE_PER_RETRY"`` is neither of the two, and the step runs without its guarantee.

    A strategy gives back a ``RetryDecision`` or ``WaitForConditionDecision``, ``should_complete`` what
    ``complete_batch()`` and ``continue_batch()`` make, never a bool or a dict.
    """

    code = "DUR904"
    name = "wrong-config-type"
    fixes = (Safety.SAFE,)
    fix_help = (
        "What is given goes into the call that makes the right thing of it (`create_retry_strategy(…)`, "
        "`StepConfig(retry_strategy=…)`), presets and serializers are called, text that names a member of an enum "
        "becomes the member. No fix for dicts, for what functions give back, and where there is more than one way."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig

PATIENT = RetryStrategyConfig(max_attempts=5, initial_delay=Duration.from_seconds(2))
CAREFUL = StepConfig(retry_strategy=PATIENT)  # <- DUR904[E]
ONCE = StepConfig(
    retry_strategy=RetryPresets.none,  # <- DUR904[E]
    step_semantics="AT_MOST_ONCE_PER_RETRY",  # <- DUR904[E]
)


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    read = context.step(lambda _: event["text"], name="read_text", config=CAREFUL)
    sent = context.step(lambda _: read.upper(), name="send_text", config=ONCE)
    kept = context.step(lambda _: sent.lower(), name="keep", config=RetryPresets.transient())  # <- DUR904[E]
    return context.step(lambda _: kept.strip(), name="strip_text", config={"retry_strategy": None})  # <- DUR904[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy

PATIENT = RetryStrategyConfig(max_attempts=5, initial_delay=Duration.from_seconds(2))
CAREFUL = StepConfig(retry_strategy=create_retry_strategy(PATIENT))
ONCE = StepConfig(
    retry_strategy=RetryPresets.none(),
    step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY,
)


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    read = context.step(lambda _: event["text"], name="read_text", config=CAREFUL)
    sent = context.step(lambda _: read.upper(), name="send_text", config=ONCE)
    transient = StepConfig(retry_strategy=RetryPresets.transient())
    kept = context.step(lambda _: sent.lower(), name="keep", config=transient)
    return context.step(lambda _: kept.strip(), name="strip_text", config=StepConfig())
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, StepConfig, StepSemantics
from aws_durable_execution_sdk_python.retries import RetryPresets, RetryStrategyConfig, create_retry_strategy

PATIENT = RetryStrategyConfig(max_attempts=5, initial_delay=Duration.from_seconds(2))
CAREFUL = StepConfig(retry_strategy=create_retry_strategy(PATIENT))
ONCE = StepConfig(
    retry_strategy=RetryPresets.none(),
    step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY,
)


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    read = context.step(lambda _: event["text"], name="read_text", config=CAREFUL)
    sent = context.step(lambda _: read.upper(), name="send_text", config=ONCE)
    kept = context.step(lambda _: sent.lower(), name="keep", config=StepConfig(retry_strategy=RetryPresets.transient()))
    return context.step(lambda _: kept.strip(), name="strip_text", config={"retry_strategy": None})  # <- DUR904[E]
""",
        ),
        Example(
            title="a strategy of one's own, a configuration of another operation",
            files={
                "settings.py": """
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.waits import WaitForConditionDecision

SENDING = StepConfig()


def until_done(state: dict, attempt: int):
    if state["done"]:
        return WaitForConditionDecision.stop_polling()
    return WaitForConditionDecision.continue_waiting(Duration.from_seconds(30))
""",
            },
            bad="""
import settings
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration, StepConfig
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig


def soon(state: dict, attempt: int) -> dict:
    return {"should_continue": not state["done"], "delay": 5}  # <- DUR904[E]


def look(state: dict, check_context) -> dict:
    return state


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    polling = WaitForConditionConfig(wait_strategy=soon, initial_state={"done": False})
    state = context.wait_for_condition(look, polling, name="done_condition")
    context.invoke("archive:live", state, name="archive_state", config=settings.SENDING)  # <- DUR904[E]
    return state
""",
            good="""
import settings
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import InvokeConfig
from aws_durable_execution_sdk_python.waits import WaitForConditionConfig


def look(state: dict, check_context) -> dict:
    return state


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    polling = WaitForConditionConfig(wait_strategy=settings.until_done, initial_state={"done": False})
    state = context.wait_for_condition(look, polling, name="done_condition")
    context.invoke("archive:live", state, name="archive_state", config=InvokeConfig())
    return state
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Configurations in a body, and functions that the SDK calls for its operations."""
        if body.interpreter is None:
            return
        terms = Terms(body.interpreter.sdk_line)
        for wrong in wrong_types(body, terms):
            yield self.finding(wrong.site, _message(terms, wrong), fix=rewrite.sdk_types.converted(terms, wrong))
        for returned in wrong_returns(body, terms):
            yield self.finding(returned.site, _said(terms, returned))

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Configurations at the top of a file and in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)


def _message(terms: Terms, wrong: WrongType) -> str:
    given, label = wrong.given, ast.unparse(wrong.call.node.func)
    place = f"`{given.parameter.name}` of `{label}`"
    if wrong.kind.startswith("uncalled "):
        return f"{place} gets `{wrong.kind.removeprefix('uncalled ')}` itself, which has not been called"
    return f"{place} gets {_kind(shown(terms, given.value))} where {_wanted(wrong.wanted)} is used"


def _said(terms: Terms, returned: WrongReturn) -> str:
    gives = _kind(shown(terms, returned.value))
    return f"`{returned.field}` gives back {gives} where the SDK uses {_wanted(returned.wanted)}"


def _wanted(kind: str) -> str:
    return {"callable": "a function", "text": "text", "list": "a list"}.get(kind, _kind(kind))


def _kind(name: str) -> str:
    """A kind in a sentence: classes with an article."""
    if not name[:1].isupper():
        return name
    return f"{'an' if name[0] in 'AEIOU' else 'a'} {name}"
