"""What except clauses, managers and cleanup code do to a suspension: DUR208 to DUR211."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

ABOVE = """
import contextlib
from contextlib import ExitStack, contextmanager, suppress

from aws_durable_execution_sdk_python import (
    CallbackError,
    ChildContextError,
    DurableExecutionsError,
    DurableOperationError,
    ExecutionError,
    InvocationError,
    InvokeError,
    StepError,
    with_retry,
    WithRetryConfig,
)
from aws_durable_execution_sdk_python.config import ChildConfig
from aws_durable_execution_sdk_python.exceptions import SuspendExecution

table = boto3.resource("dynamodb").Table("orders")


class Refused(Exception):
    pass


class Failed(StepError):
    pass


class Quiet:
    def __enter__(self):
        return self

    def __exit__(self, *error):
        return True


class Choosy:
    def __enter__(self):
        return self

    def __exit__(self, kind, value, trace):
        return kind is ValueError


@contextmanager
def swallowing():
    try:
        yield
    except BaseException:
        pass


@contextmanager
def translating():
    try:
        yield
    except Exception as error:
        raise RuntimeError from error


@contextmanager
def noting(where):
    try:
        yield
    except BaseException:
        where.put_item(Item={})
        raise


def undo(context, cause):
    if not isinstance(cause, SuspendExecution):
        context.step(use(3), name="undo_use")


def fragile(value):
    raise Refused(value)
"""

SUSPENSIONS = {
    "conditional": """
try:
    context.step(use(1))
except BaseException as error:  # <- DUR208[E]
    if event["strict"]:
        raise
""",
    "early return": """
try:
    context.step(use(1))
except BaseException:  # <- DUR208[E]
    if event["lenient"]:
        return None
    raise
""",
    "translated": """
try:
    context.step(use(1))
except BaseException as error:  # <- DUR208[E]
    raise RuntimeError("failed") from error
""",
    "in a tuple": """
try:
    context.wait(Duration.from_days(1), name="night_wait")
except (StepError, BaseException):  # <- DUR208[E]
    pass
""",
    "by name": """
try:
    context.wait(Duration.from_days(1), name="night_wait")
except SuspendExecution:  # <- DUR208[E]
    pass
""",
    "raised again": """
try:
    context.step(use(1))
except BaseException as error:
    context.logger.info("left")
    raise error
""",
    "raised again in every branch": """
try:
    context.step(use(1))
except BaseException as error:
    if event["strict"]:
        context.logger.info("left")
        raise
    else:
        raise
""",
    "suspension raised first": """
try:
    context.step(use(1))
except SuspendExecution:
    raise
except BaseException:
    context.logger.info("failed")
""",
    "suspension let pass by a test": """
try:
    context.step(use(1))
except BaseException as error:
    if isinstance(error, SuspendExecution):
        raise
    context.logger.info("failed")
""",
    "everything but exceptions let pass": """
try:
    context.step(use(1))
except BaseException as error:
    if not isinstance(error, StepError):
        raise
    context.logger.info("failed")
""",
    "only another error let pass": """
try:
    context.step(use(1))
except BaseException as error:  # <- DUR208[E]
    if isinstance(error, ValueError):
        raise
    context.logger.info("failed")
""",
    "suppressed by a local name": """
quietly = suppress
with quietly(BaseException):  # <- DUR208[E]
    context.step(use(1))
""",
    "suppressed by a manager of ours": """
with Quiet():  # <- DUR208[E]
    context.step(use(1))
with Choosy():
    context.step(use(2), name="use_again")
""",
    "suppressed by a generator": """
with swallowing():  # <- DUR208[E]
    context.step(use(1))
with translating():
    context.step(use(2), name="use_again")
""",
    "no operation inside": """
try:
    value = event["value"]
except:
    value = None
context.step(use(value))
""",
    "in a step": """
def work(step_context):
    try:
        return fragile(1)
    except:
        return None

context.step(work, name="work_hard")
""",
    "a callback's result": """
callback = context.create_callback(name="answer_callback")
use_id = context.step(use(callback.callback_id))
try:
    answer = callback.result()
except:  # <- DUR208[E]
    answer = None
""",
    "only the other branch": """
try:
    value = int(event["value"])
except:
    value = 0
else:
    context.step(use(value))
""",
    "operation in a nested function that runs elsewhere": """
try:
    def later(ctx):
        return ctx.step(use(1))
except:
    later = None
context.run_in_child_context(later, name="later_phase")
""",
}

ERRORS = {
    "value error round a step": """
try:
    context.step(use(1))
except ValueError:  # <- DUR210[E]
    pass
""",
    "the right class beside it": """
try:
    context.step(use(1))
except (ValueError, StepError):
    pass
""",
    "parents": """
try:
    context.step(use(1))
except DurableOperationError:
    pass
try:
    context.step(use(2), name="use_two")
except DurableExecutionsError:
    pass
""",
    "another operation's class": """
try:
    context.step(use(1))
except InvokeError:  # <- DUR210[E]
    pass
try:
    context.invoke("other:live", {"a": 1}, name="call_other")
except InvokeError:
    pass
""",
    "children": """
def phase(ctx):
    return ctx.step(use(1))

try:
    context.run_in_child_context(phase, name="first_phase")
except StepError:  # <- DUR210[E]
    pass
try:
    context.run_in_child_context(phase, name="second_phase", config=ChildConfig(is_virtual=True))
except StepError:
    pass
try:
    context.run_in_child_context(phase, name="third_phase")
except ChildContextError:
    pass
""",
    "retried blocks": """
def block(ctx, attempt):
    return ctx.step(use(attempt))

try:
    with_retry(context, block, WithRetryConfig(wrap_with_run_in_child_context=False), name="plain_block")
except StepError:
    pass
try:
    with_retry(context, block, WithRetryConfig(), name="wrapped_block")
except StepError:  # <- DUR210[E]
    pass
""",
    "other code in the block": """
try:
    value = event["values"][3]
    context.step(use(value))
except KeyError:
    pass
try:
    number = int(event["number"])
    context.step(use(number), name="use_number")
except ValueError:
    pass
try:
    context.step(use(1), name="use_one")
    fragile(1)
except Refused:
    pass
try:
    first, second = context.step(use(2), name="use_pair")
except ValueError:
    pass
""",
    "harmless code in the block": """
names = []
try:
    names.append(context.step(use(event["name"])))
    context.logger.info("used %s", names)
except Refused:  # <- DUR210[E]
    pass
""",
    "errors of a client": """
client = boto3.client("dynamodb")
try:
    context.step(use(1))
except client.exceptions.ResourceNotFoundException:  # <- DUR210[E]
    pass
try:
    client.get_item(Key={})
    context.step(use(2), name="use_two")
except client.exceptions.ResourceNotFoundException:
    pass
""",
    "argument errors": """
try:
    context.step(use(1))
except TypeError:
    pass
""",
    "unknown classes": """
try:
    context.step(use(1))
except event["error"]:
    pass
try:
    context.step(use(2), name="use_two")
except Failed:
    pass
""",
    "classes in a variable": """
expected = (ValueError, Refused)
try:
    context.step(use(1))
except expected:  # <- DUR210[E]
    pass
""",
    "batches never raise": """
try:
    batch = context.map([1], lambda ctx, item, index, items: ctx.step(use(item), name=f"use_{index}"), name="uses")
except ChildContextError:  # <- DUR210[E]
    batch = None
try:
    batch = context.map([1], lambda ctx, item, index, items: ctx.step(use(item), name=f"use_{index}"), name="more_uses")
    batch.throw_if_error()
except ChildContextError:
    batch = None
""",
}

BROAD = {
    "taken for a failure": """
try:
    context.step(use(1))
except Exception as error:  # <- DUR211[W]
    return str(error)
""",
    "raised as something else": """
try:
    context.step(use(1))
except Exception as error:
    raise RuntimeError("failed") from error
""",
    "raised again in some cases": """
try:
    context.step(use(1))
except Exception as error:
    if isinstance(error, (ExecutionError, InvocationError)):
        raise
    context.logger.info("failed")
try:
    context.step(use(2), name="use_two")
except Exception as error:
    if not isinstance(error, StepError):
        raise
    context.logger.info("failed")
""",
    "handled before": """
try:
    context.step(use(1))
except DurableExecutionsError as error:
    return str(error)
except Exception as error:
    return repr(error)
""",
    "raised after cleaning up": """
try:
    context.step(use(1))
except Exception:
    try:
        context.step(use(2), name="compensate_use")
    except StepError:
        context.logger.warning("stays")
    raise
""",
    "no operation in the block": """
try:
    value = int(event["value"])
except Exception:
    value = 0
context.step(use(value))
""",
    "inside a step": """
def work(step_context):
    try:
        return fragile(1)
    except Exception:
        return None

context.step(work, name="work_hard")
""",
}

CLEANUP = {
    "operation and effect": """
try:
    context.step(use(1))
finally:
    context.step(use(2), name="use_two")  # <- DUR209[E]
    table.put_item(Item={})  # <- DUR209[E]
    table.get_item(Key={})  # <- DUR209[W]
    context.logger.info("left")
""",
    "operation only in a clause": """
try:
    value = event["value"]
except KeyError:
    context.step(use(1))
finally:
    context.step(use(2), name="use_two")  # <- DUR209[E]
""",
    "nothing suspends in the block": """
try:
    value = event["value"]
finally:
    context.step(use(2), name="use_two")
""",
    "in a step": """
def work(step_context):
    try:
        return table.get_item(Key={})
    finally:
        table.put_item(Item={})

context.step(work, name="work_hard")
""",
    "a callback's result": """
callback = context.create_callback(name="answer_callback")
context.step(use(callback.callback_id))
try:
    answer = callback.result()
finally:
    context.step(use(2), name="use_two")  # <- DUR209[E]
""",
    "a clause for everything": """
try:
    context.step(use(1))
except BaseException as error:
    context.logger.warning("undone: %s", error)
    context.step(use(str(error)), name="use_error")  # <- DUR209[E]
    if event["strict"]:
        context.step(use(3), name="use_three")  # <- DUR209[E]
    table.put_item(Item={})  # <- DUR209[E]
    raise
""",
    "a clause without a name": """
try:
    callback = context.create_callback(name="answer_callback")
    answer = callback.result()
except:
    context.step(use(2), name="use_two")  # <- DUR209[E]
    raise
""",
    "a clause for exceptions": """
try:
    context.step(use(1))
except Exception:
    context.step(use(2), name="use_two")
    raise
""",
    "a clause behind one for suspensions": """
try:
    context.step(use(1))
except SuspendExecution:
    raise
except BaseException:
    context.step(use(2), name="use_two")
    raise
""",
    "a clause round nothing that suspends": """
try:
    value = event["value"]
except BaseException:
    context.step(use(2), name="use_two")
    raise
""",
    "a clause that asks": """
try:
    context.step(use(1))
except BaseException as error:
    if not isinstance(error, SuspendExecution):
        context.step(use(2), name="use_two")
    raise
""",
    "a clause that asks in passing": """
try:
    context.step(use(1))
except BaseException as error:
    isinstance(error, StepError) and context.step(use(2), name="use_two")
    raise
""",
    "a clause that asks without a name": """
try:
    context.step(use(1))
except:
    if sys.exc_info()[0] is StepError:
        context.step(use(2), name="use_two")
    raise
""",
    "a clause that lets a helper ask": """
try:
    context.step(use(1))
except BaseException as error:
    undo(context, cause=error)
    raise
""",
    "a clause of a manager": """
with noting(table):  # <- DUR209[E]
    context.step(use(1))
""",
    "a clause of a manager round nothing that suspends": """
with noting(table):
    value = event["value"]
context.step(use(1))
""",
    "a stack of callbacks": """
with ExitStack() as stack:
    stack.callback(table.put_item, Item={})  # <- DUR209[E]
    context.step(use(1))
""",
}


@pytest.mark.parametrize("body", SUSPENSIONS.values(), ids=SUSPENSIONS)
def test_suspension_passes_through_clauses(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR208") == []


@pytest.mark.parametrize("body", ERRORS.values(), ids=ERRORS)
def test_clause_matches_what_is_raised(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR210") == []


@pytest.mark.parametrize("body", BROAD.values(), ids=BROAD)
def test_broken_replay_is_not_taken_for_a_failure(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR211") == []


@pytest.mark.parametrize("body", CLEANUP.values(), ids=CLEANUP)
def test_cleanup_round_a_suspension(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, ABOVE)}, codes="DUR209") == []


def test_guard_in_a_helper_is_found_in_the_helper(tmp_path: Path) -> None:
    helper = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def use(step_context: StepContext, value: object) -> str:
    return "used"


def safely(context: DurableContext, value: object):
    try:
        return context.step(use(value))
    except:  # <- DUR208[E]
        return None


def whatever(call):
    try:
        return call()
    except BaseException:  # <- DUR208[E]
        return None
"""
    program = handler("safe.safely(context, 1)\nsafe.whatever(lambda: context.step(use(2)))", "import safe")
    assert difference(tmp_path, {"handler.py": program, "safe.py": helper}, codes="DUR208") == []


def test_operations_in_a_helpers_cleanup_are_found_once(tmp_path: Path) -> None:
    helper = """
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_step


@durable_step
def use(step_context: StepContext, value: object) -> str:
    return "used"


def locked(context: DurableContext, value: object):
    try:
        return context.step(use(value))
    finally:
        context.step(use("unlock"), name="unlock_it")  # <- DUR209[E]


def release(context: DurableContext) -> None:
    context.step(use("release"), name="release_it")
"""
    body = """
locks.locked(context, 1)
try:
    locks.locked(context, 2)
finally:
    locks.release(context)  # <- DUR209[E]
"""
    assert difference(tmp_path, {"handler.py": handler(body, "import locks"), "locks.py": helper}, codes="DUR209") == []
