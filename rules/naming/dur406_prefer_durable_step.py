"""DUR406: a lambda that only calls one function."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint import rewrite
from durable_lint.finding import Finding, Safety, Severity
from durable_lint.model.body import Body
from durable_lint.model.operations import OperationKind
from durable_lint.model.things import Function
from durable_lint.rule import Example, Rule


class PreferDurableStep(Rule):
    """A step is a lambda that only calls one function.

    Under `@durable_step` the function itself is the step: it lends its name, so that renaming one without the other
    cannot happen; its arguments are bound when it is called, not captured by reference and changed before a retry
    runs; it can be tested with a context of its own, and it is found by its name in a traceback.

    Decorate the function, give it the step context as the first parameter, and write
    `context.step(check_stock(order))`.
    """

    code = "DUR406"
    name = "prefer-durable-step"
    severity = Severity.INFO
    fixes = (Safety.UNSAFE,)
    fix_help = (
        "Puts the call into a new `@durable_step` function and keeps the operation's name. What the lambda reads is "
        "bound when the step is prepared, which is why it is unsafe: a retry no longer sees later changes. There is "
        "none for what is not a function of the project, and none for methods."
    )
    examples = (
        Example(
            bad="""
from aws_durable_execution_sdk_python import DurableContext, durable_execution


def check_stock(order: dict) -> bool:
    return order["pieces"] < 100


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    in_stock = context.step(lambda _: check_stock(event["order"]), name="check_stock")  # <- DUR406[I]
    return {"in_stock": in_stock}
""",
            good="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def check_stock(step_context: StepContext, order: dict) -> bool:
    return order["pieces"] < 100


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    in_stock = context.step(check_stock(event["order"]))
    total = context.step(lambda _: event["pieces"] * event["price"], name="multiply_price")
    return {"in_stock": in_stock, "total": total}
""",
            fixed="""
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


def check_stock(order: dict) -> bool:
    return order["pieces"] < 100


@durable_step
def check_stock_step(step_context: StepContext, event: dict) -> bool:
    return check_stock(event["order"])


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    in_stock = context.step(check_stock_step(event), name="check_stock")
    return {"in_stock": in_stock}
""",
        ),
        Example(
            title="functions of other modules, methods and libraries",
            files={
                "stock.py": """
def reserve(order: dict, pieces: int) -> str:
    return f"{order['order_id']}: {pieces}"
"""
            },
            bad="""
import json

import stock
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    reserved = [
        context.step(
            lambda _, order=order: stock.reserve(order, event["pieces"]),  # <- DUR406[I]
            name=f"reserve_{order['order_id']}",
        )
        for order in event["orders"]
    ]
    note = context.step(lambda _: json.dumps(event["note"]), name="write_note")  # <- DUR406[I]
    return {"reserved": reserved, "note": note}
""",
            good="""
import stock
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve(step_context: StepContext, order: dict, pieces: int) -> str:
    return stock.reserve(order, pieces)


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    reserved = [
        context.step(reserve(order, event["pieces"]), name=f"reserve_{order['order_id']}") for order in event["orders"]
    ]
    return {"reserved": reserved}
""",
            fixed="""
import json

import stock
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def reserve_step(step_context: StepContext, order, event: dict) -> str:
    return stock.reserve(order, event["pieces"])


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    reserved = [
        context.step(
            reserve_step(order, event),
            name=f"reserve_{order['order_id']}",
        )
        for order in event["orders"]
    ]
    note = context.step(lambda _: json.dumps(event["note"]), name="write_note")  # <- DUR406[I]
    return {"reserved": reserved, "note": note}
""",
        ),
    )

    def check(self, body: Body) -> Iterator[Finding]:
        """Named steps of this body that are lambdas round one call; DUR402 speaks of those without a name."""
        for operation in body.own_operations:
            if operation.kind is not OperationKind.STEP or not operation.has_name:
                continue
            for called in operation.called:
                for thing in called.value.things:
                    lambda_ = thing.node if isinstance(thing, Function) else None
                    callee = _only_call(lambda_)
                    if isinstance(lambda_, ast.Lambda) and callee is not None:
                        yield self.finding(
                            called.site,
                            f"this step is a lambda that only calls {callee}",
                            help=f"Make {callee} a @durable_step and write context.step({callee}(...))",
                            fix=rewrite.promoting.promoted(body, operation, lambda_),
                        )


def _only_call(node: ast.AST | None) -> str | None:
    """The name of the function when a lambda does nothing but call it."""
    if not isinstance(node, ast.Lambda) or not isinstance(node.body, ast.Call):
        return None
    callee = node.body.func
    return ast.unparse(callee) if isinstance(callee, (ast.Name, ast.Attribute)) else None
