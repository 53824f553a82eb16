"""Callbacks: the configuration that makes the SDK parse what was sent, or that limits how long it waits."""

from __future__ import annotations

import ast
from collections.abc import Iterator

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.model import payloads
from durable_lint.model.body import Body, Use
from durable_lint.model.callbacks import limits_in
from durable_lint.model.module import Module
from durable_lint.model.operations import Operation, OperationKind
from durable_lint.model.things import Record, Typed
from durable_lint.rewrite.arguments import keyword_added
from durable_lint.rewrite.bindings import home_of
from durable_lint.rewrite.edits import is_exact, joined, source_of
from durable_lint.rewrite.imports import bring
from durable_lint.rewrite.readers import PASSED_ON, assigned_to, operands_of, readings_of, written_of

_CONFIGS = {
    OperationKind.CREATE_CALLBACK: "sdk.CallbackConfig",
    OperationKind.WAIT_FOR_CALLBACK: "sdk.WaitForCallbackConfig",
}
_A_MINUTE = 60
_OF_TEXT = frozenset(name for name in dir(str) if name not in dir(dict))
# Uses that are right for text and wrong, or another thing, for what was parsed.
_TEXT_USES = frozenset({"subscript", "arithmetic", *(f"attribute {name}" for name in _OF_TEXT)})


def parsed(body: Body, use: Use) -> Fix | None:
    """Let the SDK parse the result of the callback that a use is of.

    There is no fix where it is not certain which callback that is, where its text is also used as text, and where the
    configuration is made in another place for more than this callback.
    """
    operations = {operation.call: operation for operation in _text_callbacks(body)}
    call = _origin(use, operations)
    if call is None or _is_text_for_others(body, use, operations, call) or not _submits_json(operations[call]):
        return None
    edits = _configured(operations[call])
    return None if edits is None else Fix("Parse what the callback gets with `JsonSerDes`", Safety.SAFE, edits)


def limited(body: Body, operation: Operation) -> Fix | None:
    """Give a callback without a configuration the one that its file has for callbacks.

    How long an answer may take cannot be made up: there is a fix only where the file's top level names exactly one
    configuration that fits and has a limit.
    """
    module, call = operation.site.module, operation.call
    if operation.config is not None or operation.open_arguments or not is_exact(module, call):
        return None
    fitting = [name for name in module.bindings if _is_limit(body, module, name, _CONFIGS[operation.kind])]
    if len(fitting) != 1 or home_of(module, call, fitting[0]) is not module.tree:
        return None
    edits = keyword_added(module, call, "config", fitting[0])
    return None if edits is None else Fix(f"Limit it with `{fitting[0]}`", Safety.UNSAFE, edits)


def _is_limit(body: Body, module: Module, name: str, wanted: str) -> bool:
    """Whether a name of a file's top level is a configuration that says how long callbacks wait, and nothing else."""
    assert body.interpreter is not None
    value = body.interpreter.module_value(module, name)
    things = () if value is None else value.things
    if len(things) != 1 or not isinstance(things[0], Record) or things[0].type != wanted or things[0].is_open:
        return False
    limits = limits_in(things[0])
    is_limit = (limits.timeout or _A_MINUTE) >= _A_MINUTE and not limits.is_unlimited
    return is_limit and {field for field, _ in things[0].fields} <= {"timeout", "heartbeat_timeout"}


def _text_callbacks(body: Body) -> Iterator[Operation]:
    assert body.interpreter is not None
    for other in body.interpreter.memory.values():
        for operation in other.own_operations:
            if operation.kind in _CONFIGS and not operation.has_custom_serdes:
                yield operation


def _origin(use: Use, operations: dict[ast.Call, Operation]) -> ast.Call | None:
    """The call that makes the callback: the one that the expression leads to, or the only one there is."""
    for operand in operands_of(use):
        made = _made_by(use.site.module, operand, operations)
        if made is not None:
            return made
    return next(iter(operations)) if len(operations) == 1 else None


def _made_by(module: Module, node: ast.expr, operations: dict[ast.Call, Operation]) -> ast.Call | None:
    value = assigned_to(module, node) or node
    match value:
        case ast.Call() if value in operations:
            return value
        case ast.Call(func=ast.Attribute(value=callback, attr="result"), args=[], keywords=[]):
            made = assigned_to(module, callback) or callback
            return made if isinstance(made, ast.Call) and made in operations else None
    return None


def _is_text_for_others(body: Body, use: Use, operations: dict[ast.Call, Operation], call: ast.Call) -> bool:
    """Whether other code uses the result as the text that it is: takes it apart, compares it, parses it."""
    assert body.interpreter is not None
    for other in body.interpreter.memory.values():
        for reading in other.uses.values():
            is_of_text = reading.thing == Typed("sdk.CallbackText") and _origin(reading, operations) in (call, None)
            if is_of_text and (reading.how in _TEXT_USES or (reading.how == "compared" and not _with_none(reading))):
                return True
    return any(_is_parsed(operations[call].site.module, result) for result in _results(operations[call]))


def _with_none(use: Use) -> bool:
    return any(isinstance(operand, ast.Constant) and operand.value is None for operand in operands_of(use))


def _results(operation: Operation) -> Iterator[ast.expr]:
    """The expressions for the result, in the file that creates the callback."""
    module = operation.site.module
    if operation.kind is OperationKind.WAIT_FOR_CALLBACK:
        yield operation.call
        return
    for reading in readings_of(module, operation.call):
        outer = module.parent(reading.node)
        call = module.parent(outer) if isinstance(outer, ast.Attribute) and outer.attr == "result" else None
        if isinstance(call, ast.Call):
            yield call


def _is_parsed(module: Module, result: ast.expr) -> bool:
    for reading in readings_of(module, result):
        outer = module.parent(reading.node)
        if reading.how == PASSED_ON and isinstance(outer, ast.Call) and reading.node in outer.args:
            name = outer.func.attr if isinstance(outer.func, ast.Attribute) else getattr(outer.func, "id", "")
            if "loads" in name or "parse" in name or "validate_json" in name:
                return True
    return False


def _submits_json(operation: Operation) -> bool:
    """Whether the submitter's own result, which goes through the same serializer, can be seen to be JSON."""
    for called in operation.called:
        for run in called.bodies:
            assert run.interpreter is not None
            for returned in run.returned.values():
                if payloads.troubles(run.interpreter, returned.value, "json", returned.site):
                    return False
    return True


def _configured(operation: Operation) -> tuple[Edit, ...] | None:
    """Edits that give the callback a serializer: in its configuration, or with one."""
    module, call = operation.site.module, operation.call
    serdes = bring(module, "sdk.JsonSerDes", call)
    if serdes is None or not is_exact(module, call) or operation.open_arguments:
        return None
    given = next((item.value for item in call.keywords if item.arg == "config"), None)
    position = operation.shape.position("config")
    if given is None and position is not None and position < len(call.args):
        given = call.args[position]
    if given is None:
        config = bring(module, _CONFIGS[operation.kind], call)
        if config is None:
            return None
        added = keyword_added(module, call, "config", f"{config.expression}(serdes={serdes.expression}())")
        return None if added is None else joined((*config.edits, *serdes.edits, *added))
    made = written_of(module, given) or given
    if not isinstance(made, ast.Call) or "Config" not in source_of(module, made.func):
        return None
    added = keyword_added(module, made, "serdes", f"{serdes.expression}()")
    return None if added is None else (*serdes.edits, *added)
