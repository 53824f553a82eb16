"""DUR407: a name that the service does not accept."""

from __future__ import annotations

from collections.abc import Iterator

from durable_lint.finding import Finding
from durable_lint.model.body import Body
from durable_lint.model.operations import Operation
from durable_lint.model.things import Literal, Mapping, Pattern, Sequence, Typed
from durable_lint.rule import Example, Rule

_MAX_LENGTH = 256
_PLAIN = (
    "builtins.int",
    "builtins.float",
    "builtins.bool",
    "builtins.bytes",
    "datetime.",
    "decimal.",
    "pathlib.",
    "uuid.",
)


class InvalidName(Rule):
    """An operation's name is not text, longer than 256 characters, or not printable ASCII.

    The service accepts 1 to 256 printable ASCII characters. Any other name is refused when the operation is recorded:
    the checkpoint fails, the execution ends there or hangs until it times out, and every replay comes to the same
    end. Tests with a local runner do not show it, because the runner accepts the name.

    Write text in plain ASCII; put the number or the customer's name into the operation's arguments.
    """

    code = "DUR407"
    name = "invalid-name"
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    order = context.step(lambda _: event["order"].strip(), name="bestellung_prüfen")  # <- DUR407[E]
    context.wait(Duration.from_minutes(5), name=5)  # <- DUR407[E]
    context.step(lambda _: order.lower(), name=f"größe {order}")  # <- DUR407[E]
    return order
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    order = context.step(lambda _: event["order"].strip(), name="check_order")
    context.wait(Duration.from_minutes(5), name="settle_wait")
    context.step(lambda _: order.lower(), name=f"size {order}")
    return order
""",
        ),
        Example(
            title="swapped arguments",
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: event["order"].strip(), ["check", "order"])  # <- DUR407[E]
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> str:
    return context.step(lambda _: event["order"].strip(), "check_order")
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Names of this body's operations that the service refuses."""
        for operation in body.own_operations:
            wrong = _wrong(operation)
            if wrong is not None:
                yield self.finding(
                    operation.name_site,
                    f"the service refuses this {operation.noun}: its name {wrong}",
                    help="A name is text of 1 to 256 printable ASCII characters",
                )


def _wrong(operation: Operation) -> str | None:
    """What is wrong with a name, as the rest of a sentence."""
    for thing in () if operation.name is None else operation.name.things:
        match thing:
            case Literal(value=str(text)):
                if len(text) > _MAX_LENGTH:
                    return f"has {len(text)} characters, more than {_MAX_LENGTH}"
                if not _is_printable(text):
                    return f"holds {_first_unprintable(text)!r}, which is not printable ASCII"
            case Pattern(parts):
                for part in parts:
                    if part is not None and not _is_printable(part):
                        return f"holds {_first_unprintable(part)!r}, which is not printable ASCII"
            case Literal(value=None):
                continue
            case Typed(name) if not name.startswith(_PLAIN):
                continue
            case Literal(typename=name) | Sequence(type=name) | Mapping(type=name) | Typed(name):
                return f"is {name.removeprefix('builtins.')}, not text"
    return None


def _is_printable(text: str) -> bool:
    return all(" " <= character <= "~" for character in text)


def _first_unprintable(text: str) -> str:
    return next(character for character in text if not " " <= character <= "~")
