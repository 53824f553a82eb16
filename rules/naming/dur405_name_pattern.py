"""DUR405: a name that does not follow the team's pattern."""

from __future__ import annotations

import re
from collections.abc import Iterator

from durable_lint.finding import Finding, Severity
from durable_lint.model.body import Body
from durable_lint.rule import Example, Rule

_WORD = "[a-z][a-z0-9]*"
_PATTERNS = {
    "step": (rf"{_WORD}(_{_WORD}|_[0-9]+)+", "a verb and a noun: reserve_stock"),
    "create_callback": (r".+[_-]callback", "a noun and _callback: courier_callback"),
    "wait_for_callback": (r".+[_-]callback", "a noun and _callback: courier_callback"),
    "wait": (r".+[_-]wait", "what is waited for and _wait: cooling_wait"),
}


class NamePattern(Rule):
    """An operation's name does not follow the pattern for its kind.

    Names that follow one pattern can be searched for, put on dashboards and read by people who did not write them: in
    a history of two hundred lines the waits end in `_wait` and the callbacks in `_callback`. Renaming later breaks
    the executions that are under way, because replay compares names, so agree on a pattern early.

    By default a step is named by a verb and a noun (`reserve_stock`), a callback by a noun and `_callback`, a wait by
    what is waited for and `_wait`. `[tool.durable-lint.naming]` holds other patterns, one for each kind of operation.
    """

    code = "DUR405"
    name = "name-pattern"
    severity = Severity.INFO
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    weight = context.step(lambda _: len(event["items"]), name="Weight")  # <- DUR405[I]
    context.wait(Duration.from_minutes(1), name="cooldown")  # <- DUR405[I]
    return weight
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution
from aws_durable_execution_sdk_python.config import Duration


@durable_execution
def handler(event: dict, context: DurableContext) -> int:
    weight = context.step(lambda _: len(event["items"]), name="weigh_items")
    context.wait(Duration.from_minutes(1), name="cooldown_wait")
    return weight
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Literal names of this body's operations that do not fit."""
        for operation in body.own_operations:
            kind = operation.kind.value
            configured = self.naming.patterns.get(kind)
            pattern, says = (configured, f"the pattern {configured}") if configured else _PATTERNS.get(kind, ("", ""))
            for text in operation.name_texts:
                if pattern and text and not re.fullmatch(pattern, text):
                    yield self.finding(
                        operation.name_site,
                        f"the {operation.noun} name {text} does not follow the pattern of the others",
                        help=f"Name it by {says}",
                    )
