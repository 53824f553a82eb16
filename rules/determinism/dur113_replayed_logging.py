"""DUR113: output that repeats on every replay."""

from __future__ import annotations

from durable_lint import rewrite
from durable_lint.finding import Fix, Safety, Severity
from durable_lint.model.body import Body
from durable_lint.model.effects import Effect, Kind
from durable_lint.rule import EffectRule, Example, again


class ReplayedLogging(EffectRule):
    """What ``print`` and ordinary loggers write in replayed code is written again on every replay.

    A function that resumes three times says "order accepted" four times. Alarms that count lines are wrong, and the log
    no longer tells what happened when. ``context.logger`` knows when its context is replaying and stays silent until
    something new happens; it also adds the execution's ARN and the operation's name to each line.

    Write ``context.logger.info(...)`` in replayed code, ``step_context.logger`` in a step. Lines under ``if not
    context.is_replaying():`` are fine, and so are the loggers, metrics and tracers of Powertools.
    """

    code = "DUR113"
    name = "replayed-logging"
    severity = Severity.INFO
    kinds = (Kind.LOG,)
    remedy = "use context.logger, which is silent while replaying"
    fixes = (Safety.SAFE,)
    fix_help = (
        "Turns `print(...)` into `context.logger.info(...)`, and the methods of `logging` that the SDK's logger has "
        "into the same method of `context.logger`. Nothing is offered behind helpers, for `sep`, `end`, `file`, "
        "`flush`, `exc_info` and the like, and for other libraries. The context's logger obeys the root logger's level."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def pack(step_context: StepContext, order_id: str) -> str:
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    print("packing", event["order_id"])  # <- DUR113[W]
    return {"parcel": context.step(pack(event["order_id"]))}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def pack(step_context: StepContext, order_id: str) -> str:
    print("runs once, in the step")
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.logger.info("packing %s", event["order_id"])
    if not context.is_replaying():
        print("first time here")
    return {"parcel": context.step(pack(event["order_id"]))}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def pack(step_context: StepContext, order_id: str) -> str:
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.logger.info("%s %s", "packing", event["order_id"])
    return {"parcel": context.step(pack(event["order_id"]))}
""",
        ),
        Example(
            title="a logger of a module, and a helper that prints",
            files={
                "reporting.py": """
def banner(text: str) -> None:
    print("*" * len(text))
    print(text)
""",
            },
            bad="""
import logging

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from reporting import banner

log = logging.getLogger(__name__)


@durable_step
def pack(step_context: StepContext, order_id: str) -> str:
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    log.info("order %s", event["order_id"])  # <- DUR113[I]
    banner("packing")  # <- DUR113[W]
    return {"parcel": context.step(pack(event["order_id"]))}
""",
            good="""
import logging

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from reporting import banner

log = logging.getLogger(__name__)


@durable_step
def pack(step_context: StepContext, order_id: str) -> str:
    log.info("order %s", order_id)
    banner("packing")
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    return {"parcel": context.step(pack(event["order_id"]))}
""",
            fixed="""
import logging

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from reporting import banner

log = logging.getLogger(__name__)


@durable_step
def pack(step_context: StepContext, order_id: str) -> str:
    return f"parcel of {order_id}"


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    context.logger.info("order %s", event["order_id"])
    banner("packing")  # <- DUR113[W]
    return {"parcel": context.step(pack(event["order_id"]))}
""",
        ),
    )

    def concerns(self, body: Body, effect: Effect) -> bool:
        """What is written only when nothing is replayed (or on purpose when something is) does not repeat."""
        return not effect.knows_replay

    def severity_at(self, effect: Effect) -> Severity:
        """A print is what people debug with; loggers are configured, and often meant."""
        return Severity.WARNING if effect.source in _PRINTS else Severity.INFO

    def message(self, effect: Effect) -> str:
        """What the log shows."""
        return f"{effect.shown} writes this again {again(effect)}"

    def fix(self, body: Body, effect: Effect) -> Fix | None:
        """The same line through the context's logger."""
        return rewrite.logs.logged_by_context(body, effect)


_PRINTS = frozenset({"print", "pprint.pprint", "pprint.pp", "rich.print"})
