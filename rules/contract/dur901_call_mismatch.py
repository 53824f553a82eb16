"""DUR901: a call of the SDK that does not fit its signature."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.body import Body
from durable_lint.model.contract import Terms, version_dependent
from durable_lint.model.mismatch import Mismatch, mismatch_of
from durable_lint.model.module import Module
from durable_lint.rule import Example, Rule


class CallMismatch(Rule):
    """A call of the SDK has an argument that it does not know, lacks one, or has them in the wrong order.

    Operations take what they run first and their name after it (``step(func, name=None)``), ``map`` takes the inputs
    before the function, ``parallel`` takes one list of branches, ``wait`` takes a ``Duration``. A wrong name of an
    argument is a ``TypeError`` at the first execution. A wrong order is worse: text where a function belongs makes the
    execution hang until it times out, since the checkpoint is never written.

    What is compared are the signatures of the SDK's version that the project uses: ``sdk-version`` in the
    configuration, else what its lock file, requirements or virtual environment say. Calls that spread ``*args`` or
    ``**options``, and code that asks for the version itself, are left alone.
    """

    code = "DUR901"
    name = "call-mismatch"
    fixes = (Safety.SAFE, Safety.UNSAFE)
    fix_help = (
        "The call is rewritten where there is one way to do it: arguments in the order of the signature, branches in a "
        "list, `wait(seconds=1)` and `initial_delay_seconds=1` as a `Duration`, fields of a configuration inside it, a "
        "misspelt argument under its name. Unsafe where a length of time is not seen to be a number. No fix where an "
        "argument is missing, or was removed from the SDK."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def pack(step_context: StepContext, item: str) -> str:
    return f"packed {item}"


def pack_one(ctx: DurableContext, item: str, index: int, items: list) -> str:
    return ctx.step(pack(item), name=f"pack_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    first = context.step("pack_first", pack(event["items"][0]))  # <- DUR901[E]
    rest = context.map(pack_one, event["items"], name="pack_rest")  # <- DUR901[E]
    rest.throw_if_error()
    context.wait(seconds=60, name="settle_wait")  # <- DUR901[E]
    return {"first": first, "rest": rest.get_results()}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def pack(step_context: StepContext, item: str) -> str:
    return f"packed {item}"


def pack_one(ctx: DurableContext, item: str, index: int, items: list) -> str:
    return ctx.step(pack(item), name=f"pack_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    first = context.step(pack(event["items"][0]), name="pack_first")
    rest = context.map(event["items"], pack_one, name="pack_rest")
    rest.throw_if_error()
    context.wait(Duration.from_seconds(60), name="settle_wait")
    return {"first": first, "rest": rest.get_results()}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def pack(step_context: StepContext, item: str) -> str:
    return f"packed {item}"


def pack_one(ctx: DurableContext, item: str, index: int, items: list) -> str:
    return ctx.step(pack(item), name=f"pack_{index}")


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    first = context.step(pack(event["items"][0]), name="pack_first")
    rest = context.map(event["items"], pack_one, name="pack_rest")
    rest.throw_if_error()
    context.wait(Duration.from_seconds(60), name="settle_wait")
    return {"first": first, "rest": rest.get_results()}
""",
        ),
        Example(
            title="branches, configurations in another module",
            files={
                "policies.py": """
from aws_durable_execution_sdk_python.retries import RetryStrategyConfig as Retries
from aws_durable_execution_sdk_python.retries import create_retry_strategy as strategy_of

ATTEMPTS = 5
""",
            },
            bad="""
import policies
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import StepConfig

PATIENT = StepConfig(
    retry_strategy=policies.strategy_of(
        policies.Retries(max_attempts=policies.ATTEMPTS, initial_delay_seconds=2)  # <- DUR901[E]
    )
)


@durable_with_child_context
def load(ctx: DurableContext, what: str) -> str:
    return ctx.step(lambda _: what.upper(), name=f"load_{what}", config=PATIENT)


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    batch = context.parallel(load("orders"), load("users"), name="load_all")  # <- DUR901[E]
    batch.throw_if_error()
    context.invoke("billing:1", name="bill_customer")  # <- DUR901[E]
    return batch.get_results()
""",
            good="""
import policies
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import Duration, StepConfig

PATIENT = StepConfig(
    retry_strategy=policies.strategy_of(
        policies.Retries(max_attempts=policies.ATTEMPTS, initial_delay=Duration.from_seconds(2))
    )
)


@durable_with_child_context
def load(ctx: DurableContext, what: str) -> str:
    return ctx.step(lambda _: what.upper(), name=f"load_{what}", config=PATIENT)


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    batch = context.parallel([load("orders"), load("users")], name="load_all")
    batch.throw_if_error()
    context.invoke("billing:1", {"customer": event["customer"]}, name="bill_customer")
    return batch.get_results()
""",
            fixed="""
import policies
from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from aws_durable_execution_sdk_python.config import Duration, StepConfig

PATIENT = StepConfig(
    retry_strategy=policies.strategy_of(
        policies.Retries(max_attempts=policies.ATTEMPTS, initial_delay=Duration.from_seconds(2))
    )
)


@durable_with_child_context
def load(ctx: DurableContext, what: str) -> str:
    return ctx.step(lambda _: what.upper(), name=f"load_{what}", config=PATIENT)


@durable_execution
def handler(event: dict, context: DurableContext) -> list:
    batch = context.parallel([load("orders"), load("users")], name="load_all")
    batch.throw_if_error()
    context.invoke("billing:1", name="bill_customer")  # <- DUR901[E]
    return batch.get_results()
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Calls in a body that do not fit."""
        if body.interpreter is None:
            return
        terms = Terms(body.interpreter.sdk_line)
        for call in body.sdk_calls.values():
            mismatch = mismatch_of(terms, call)
            if mismatch is not None and not version_dependent(call.site.module, call.node):
                yield self.finding(
                    call.site,
                    _message(terms, mismatch),
                    help=_help(mismatch),
                    severity=Severity.ERROR if mismatch.is_certain else Severity.WARNING,
                    fix=rewrite.sdk_calls.refitted(terms, mismatch),
                )

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Calls at the top of a file and in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)


def _message(terms: Terms, mismatch: Mismatch) -> str:
    label = ast.unparse(mismatch.match.call.node.func)
    what = ", ".join(mismatch.problems)
    if mismatch.raises:
        return f"`{label}` raises a TypeError: {what} ({terms.version})"
    return f"`{label}` cannot run: {what} ({terms.version})"


def _help(mismatch: Mismatch) -> str:
    words = []
    for parameter in mismatch.match.parameters:
        if parameter.keyword_only and "*" not in words:
            words.append("*")
        words.append(parameter.name if parameter.required else f"{parameter.name}={parameter.default}")
    return f"The signature is {mismatch.match.call.name.rpartition('.')[2]}({', '.join(words)})"
