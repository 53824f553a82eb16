"""DUR902: a name that the SDK does not have."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety
from durable_lint.model.body import Body
from durable_lint.model.contract import Terms
from durable_lint.model.module import Module
from durable_lint.model.sdk_names import UnknownName, unknown_imports, unknown_reads
from durable_lint.rule import Example, Rule


class UnknownSdkName(Rule):
    """A name is imported from the SDK, or an attribute read of one of its objects, that its version does not have.

    An import of a name that was removed makes the function fail when Lambda loads it; an attribute fails when the code
    gets there, which may be days into an execution. Names change between the SDK's lines: ``ItemBatcher`` and
    ``CallableRuntimeError`` left with 2.0, ``StepError`` came with it. Many names live in a submodule only:
    ``Duration`` and the configurations in ``config``, strategies and presets in ``retries`` and ``waits``.

    Compared is what is recorded of the version that the project uses: ``sdk-version`` in the configuration, else what
    its lock file, requirements or virtual environment say. Imports that wait for an ``ImportError``, and code under a
    test of the version, are left alone.
    """

    code = "DUR902"
    name = "unknown-sdk-name"
    fixes = (Safety.SAFE,)
    fix_help = (
        "A misspelt name gets the one name of the same kind that is close to it, in the import and wherever the file "
        "uses it. What is imported from a wrong module of the SDK is imported from the one that has it. No fix for "
        "what was removed."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import ItemBatcher, MapConfig  # <- DUR902[E]
from aws_durable_execution_sdk_python.retries import RetryPreset  # <- DUR902[E]
from aws_durable_execution_sdk_python import StepConfig  # <- DUR902[E]

PATIENT = StepConfig(retry_strategy=RetryPreset.none())
SETTINGS = MapConfig(max_concurrency=4)
BATCHER = ItemBatcher


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    text = context.step(lambda _: event["text"].strip(), name="strip_text", config=PATIENT)
    context.logger.critical("about to leave")  # <- DUR902[E]
    return text if context.is_replay() else text  # <- DUR902[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import MapConfig, StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets

PATIENT = StepConfig(retry_strategy=RetryPresets.none())
SETTINGS = MapConfig(max_concurrency=4)


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    text = context.step(lambda _: event["text"].strip(), name="strip_text", config=PATIENT)
    context.logger.error("about to leave")
    return text if context.is_replaying() else text
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import ItemBatcher, MapConfig  # <- DUR902[E]
from aws_durable_execution_sdk_python.retries import RetryPresets
from aws_durable_execution_sdk_python.config import StepConfig

PATIENT = StepConfig(retry_strategy=RetryPresets.none())
SETTINGS = MapConfig(max_concurrency=4)
BATCHER = ItemBatcher


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    text = context.step(lambda _: event["text"].strip(), name="strip_text", config=PATIENT)
    context.logger.critical("about to leave")  # <- DUR902[E]
    return text if context.is_replaying() else text
""",
        ),
        Example(
            title="through a module of the project",
            files={
                "sdk.py": """
import aws_durable_execution_sdk_python as durable
from aws_durable_execution_sdk_python import retries

try:
    from aws_durable_execution_sdk_python.config import ItemBatcher
except ImportError:
    ItemBatcher = None
""",
            },
            bad="""
import sdk
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@sdk.durable.durable_steps  # <- DUR902[E]
def before(step_context: StepContext) -> str:
    return "before"


@durable_step
def prepare(step_context: StepContext) -> int:
    return step_context.attempts  # <- DUR902[E]


@sdk.durable.durable_execution
def handler(event: dict, context: DurableContext) -> int:
    retry = sdk.retries.RetryPresets.exponential()  # <- DUR902[E]
    return context.step(prepare())
""",
            good="""
import sdk
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def prepare(step_context: StepContext) -> int:
    return step_context.attempt


@sdk.durable.durable_execution
def handler(event: dict, context: DurableContext) -> int:
    retry = sdk.retries.RetryPresets.critical()
    return context.step(prepare())
""",
            fixed="""
import sdk
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@sdk.durable.durable_step
def before(step_context: StepContext) -> str:
    return "before"


@durable_step
def prepare(step_context: StepContext) -> int:
    return step_context.attempt


@sdk.durable.durable_execution
def handler(event: dict, context: DurableContext) -> int:
    retry = sdk.retries.RetryPresets.exponential()  # <- DUR902[E]
    return context.step(prepare())
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Attributes that things of the SDK do not have."""
        if body.interpreter is not None:
            terms = Terms(body.interpreter.sdk_line)
            yield from (self._of(terms, unknown) for unknown in unknown_reads(body, terms))

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Imports, and attributes at the top of a file and in functions that nothing durable runs."""
        for body in module.other_bodies:
            yield from self.check(body)
        if module.sdk_line is not None:
            terms = Terms(module.sdk_line)
            yield from (self._of(terms, unknown) for unknown in unknown_imports(module, terms))

    def _of(self, terms: Terms, unknown: UnknownName) -> Finding:
        lacks = f"`{unknown.owner}` has no `{unknown.name}`"
        if unknown.since:
            message = f"`{unknown.name}` {unknown.since}: {lacks} in {terms.version}"
        elif unknown.home is not None:
            message = f"{lacks} ({terms.version}); import it from `{unknown.home}`"
        elif unknown.meant is not None:
            message = f"{lacks} ({terms.version}); did you mean `{unknown.meant}`?"
        else:
            message = f"{lacks} ({terms.version})"
        return self.finding(unknown.site, message, fix=rewrite.sdk_names.corrected(unknown))
