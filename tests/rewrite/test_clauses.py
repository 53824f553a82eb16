"""Clauses that let a suspension out, and clauses that catch what arrives."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.finding import Safety
from tests.rewrite.fixed_program import fixed

_HEAD = """\
import builtins
from contextlib import suppress

from aws_durable_execution_sdk_python import (
    CallbackTimeoutError,
    ChildContextError,
    DurableContext,
    InvokeError,
    StepContext,
    StepError,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import Duration
from aws_durable_execution_sdk_python.exceptions import SuspendExecution


class Gone(Exception):
    pass


class Missing(Exception):
    pass


class Damaged(Missing):
    pass


@durable_step
def load(step_context: StepContext, key: str) -> str:
    return f"text of {key}"


@durable_execution
def handler(event: dict, context: DurableContext) -> object:
"""
_WAIT = 'context.wait(Duration.from_hours(1), name="cool_down")'
_LOAD = 'context.step(load("a"))'


def _program(body: str) -> str:
    return _HEAD + "".join(f"    {line}\n" for line in body.splitlines())


def _round(block: str, *clauses: str) -> str:
    return "\n".join(["try:", *(f"    {line}" for line in block.splitlines()), *clauses])


_TEST = "    if not isinstance({}, Exception):\n        raise\n"
_ERROR = _TEST.format("error")

_LET_OUT = {
    "bare": ("except:\n    return 1", f"except BaseException as error:\n{_ERROR}    return 1"),
    "named": (
        "except BaseException as e:\n    return str(e)",
        f"except BaseException as e:\n{_TEST.format('e')}    return str(e)",
    ),
    "an exit that is let out": (
        "except BaseException as e:\n    if isinstance(e, KeyboardInterrupt):\n        raise\n    return 1",
        f"except BaseException as e:\n{_TEST.format('e')}"
        "    if isinstance(e, KeyboardInterrupt):\n        raise\n    return 1",
    ),
    "without a name": ("except BaseException:\n    return 1", f"except BaseException as error:\n{_ERROR}    return 1"),
    "with others": (
        "except (ValueError, BaseException):\n    return 1",
        f"except (ValueError, BaseException) as error:\n{_ERROR}    return 1",
    ),
    "of its module": (
        "except builtins.BaseException:\n    return 1",
        f"except builtins.BaseException as error:\n{_ERROR}    return 1",
    ),
    "on one line": ("except: pass", f"except BaseException as error:\n{_ERROR}    pass"),
    "several on one line": (
        "except BaseException as e: a = str(e); b = a  # both",
        f"except BaseException as e:\n{_TEST.format('e')}    a = str(e); b = a  # both",
    ),
    "comments": (
        "except:  # whatever it was\n    # go on\n    return 1  # fine",
        f"except BaseException as error:  # whatever it was\n{_ERROR}    # go on\n    return 1  # fine",
    ),
    "another error": (
        "except BaseException as e:\n    raise ValueError('late') from e",
        "except Exception as e:\n    raise ValueError('late') from e",
    ),
    "another error, bare": ("except:\n    raise ValueError('late')", "except Exception:\n    raise ValueError('late')"),
    "another error, after another clause": (
        "except Exception:\n    raise\nexcept BaseException as e:\n    raise ValueError('late') from e",
        f"except Exception:\n    raise\nexcept BaseException as e:\n{_TEST.format('e')}"
        "    raise ValueError('late') from e",
    ),
    "finally": (
        "except:\n    a = 1\nfinally:\n    b = 2",
        f"except BaseException as error:\n{_ERROR}    a = 1\nfinally:\n    b = 2",
    ),
    "a partial test": (
        "except BaseException as e:\n    if isinstance(e, ValueError):\n        raise\n    return 1",
        f"except BaseException as e:\n{_TEST.format('e')}"
        "    if isinstance(e, ValueError):\n        raise\n    return 1",
    ),
}


@pytest.mark.parametrize(("bad", "good"), _LET_OUT.values(), ids=_LET_OUT.keys())
def test_suspension_gets_out(bad: str, good: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(_round(_WAIT, bad)), "DUR208").decode() == _program(_round(_WAIT, good))


def test_name_of_the_clause_is_free(tmp_path: Path) -> None:
    bad = f"error = 1\n{_round(_WAIT, 'except:', '    return 1')}\nreturn error"
    assert "except BaseException as caught:\n" in fixed(tmp_path, _program(bad), "DUR208").decode()


def test_both_of_two_nested_clauses(tmp_path: Path) -> None:
    bad = _round(_round(_WAIT, "except:", "    a = 1"), "except:", "    b = 1")
    assert fixed(tmp_path, _program(bad), "DUR208").decode().count("if not isinstance(error, Exception):") == 2


def test_tabs_and_line_ends_stay(tmp_path: Path) -> None:
    bad = _HEAD + f"\ttry:\n\t\t{_WAIT}\n\texcept: pass"
    test = "\t\tif not isinstance(error, Exception):\n\t\t\traise\n\t\tpass"
    good = _HEAD + f"\ttry:\n\t\t{_WAIT}\n\texcept BaseException as error:\n{test}"
    assert fixed(tmp_path, bad.replace("\n", "\r\n").encode(), "DUR208") == good.replace("\n", "\r\n").encode()


_LEFT_208 = {
    "suppress": f"with suppress(BaseException):\n    {_WAIT}",
    "a group": _round(_WAIT, "except* BaseException as e:\n    a = e"),
    "the suspension itself": _round(_WAIT, "except SuspendExecution:\n    a = 1"),
    "the name is bound again": _round(_WAIT, "except BaseException as e:\n    e = 1"),
    "an exit": _round(_WAIT, "except (SystemExit, BaseException) as e:\n    a = 1"),
    "an exit that is told apart": _round(_WAIT, "except BaseException as e:\n    a = isinstance(e, SystemExit)"),
    "parentheses": _round(_WAIT, "except (BaseException):\n    a = 1"),
    "another Exception": f"Exception = ValueError\n{_round(_WAIT, 'except BaseException:', '    a = 1')}",
}


@pytest.mark.parametrize("bad", _LEFT_208.values(), ids=_LEFT_208.keys())
def test_suspension_is_left(bad: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(bad), "DUR208").decode() == _program(bad)


_GONE = '    if not error.error_type.endswith(".Gone"):\n        raise\n'
_SAFE = {
    "an error of the project": (
        _LOAD,
        "except Gone:\n    return 1",
        f"except StepError as error:\n{_GONE}    return 1",
    ),
    "its text is used": (
        _LOAD,
        'except Gone as error:\n    context.logger.info("gone: %s", error)\n'
        '    raise ValueError(f"{error}") from error',
        f"except StepError as error:\n{_GONE}"
        '    context.logger.info("gone: %s", error)\n    raise ValueError(f"{error}") from error',
    ),
    "two of them": (
        _LOAD,
        "except (Gone, Damaged):\n    return 1",
        'except StepError as error:\n    if not error.error_type.endswith((".Gone", ".Damaged")):\n'
        "        raise\n    return 1",
    ),
    "on one line": (_LOAD, "except Gone: return 1", f"except StepError as error:\n{_GONE}    return 1"),
    "another operation's": (
        'context.invoke("mail", {}, name="send_mail")',
        "except StepError as error:\n    return str(error)",
        "except InvokeError as error:\n    return str(error)",
    ),
}
_UNSAFE = {
    "a builtin": (_LOAD, "except ValueError:\n    return 1", "except StepError:\n    return 1"),
    "builtins": (
        _LOAD,
        "except (\n    ValueError,\n    KeyError,\n):\n    return 1",
        "except StepError:\n    return 1",
    ),
    "a class with others below": (_LOAD, "except Missing:\n    return 1", "except StepError:\n    return 1"),
    "a child": (
        'context.run_in_child_context(lambda ctx: ctx.step(load("a")), name="load_all")',
        "except StepError:\n    return 1",
        "except ChildContextError:\n    return 1",
    ),
    "a timeout": (
        'context.create_callback(name="answer_callback").result()',
        "except TimeoutError:\n    return 1",
        "except CallbackTimeoutError:\n    return 1",
    ),
    "two kinds": (
        f'{_LOAD}\ncontext.invoke("mail", {{}}, name="send_mail")',
        "except ValueError:\n    return 1",
        "except (StepError, InvokeError):\n    return 1",
    ),
}


@pytest.mark.parametrize(("block", "bad", "good"), _SAFE.values(), ids=_SAFE.keys())
def test_clause_catches_what_arrives(block: str, bad: str, good: str, tmp_path: Path) -> None:
    result = fixed(tmp_path, _program(_round(block, bad)), "DUR210", safeties=(Safety.SAFE,))
    assert result.decode() == _program(_round(block, good))


@pytest.mark.parametrize(("block", "bad", "good"), _UNSAFE.values(), ids=_UNSAFE.keys())
def test_clause_that_catches_more_is_unsafe(block: str, bad: str, good: str, tmp_path: Path) -> None:
    program = _program(_round(block, bad))
    assert fixed(tmp_path, program, "DUR210", safeties=(Safety.SAFE,)).decode() == program
    assert fixed(tmp_path, program, "DUR210").decode() == _program(_round(block, good))


_LEFT_210 = {
    "its arguments are used": _round(_LOAD, "except Gone as error:\n    return error.args"),
    "its class is asked for": _round(_LOAD, "except ValueError as error:\n    return isinstance(error, UnicodeError)"),
    "it is handed on": _round(_LOAD, "except ValueError as error:\n    return (lambda: error)()"),
    "two clauses": _round(_LOAD, "except ValueError:\n    return 1\nexcept KeyError:\n    return 2"),
    "a clause for the rest": _round(
        _LOAD, "except Gone:\n    return 1\nexcept Exception as e:\n    raise ValueError from e"
    ),
    "a comment in the clause": _round(_LOAD, "except (\n    ValueError,  # not a number\n):\n    return 1"),
    "an operation that tells failures": _round(
        'context.map([1], lambda ctx, item, index, items: item, name="map_all")', "except ValueError:\n    return 1"
    ),
    "a wait": _round(_WAIT, "except TimeoutError:\n    return 1"),
}


@pytest.mark.parametrize("bad", _LEFT_210.values(), ids=_LEFT_210.keys())
def test_clause_is_left(bad: str, tmp_path: Path) -> None:
    assert fixed(tmp_path, _program(bad), "DUR210").decode() == _program(bad)


_ELSEWHERE = """\
import aws_durable_execution_sdk_python as sdk
from errors import Gone as Lost


@sdk.durable_step
def load(step_context: sdk.StepContext, key: str) -> str:
    raise Lost(key)


@sdk.durable_execution
def handler(event: dict, context: sdk.DurableContext) -> object:
    try:
        return context.step(load("a"))
    except {}
        return None"""
_ERRORS = "class Gone(Exception):\n    pass\n"


def test_class_of_another_module_goes_by_its_own_name(tmp_path: Path) -> None:
    after = fixed(tmp_path, _ELSEWHERE.format("Lost:"), "DUR210", {"errors.py": _ERRORS}, (Safety.SAFE,))
    test = 'if not error.error_type.endswith(".Gone"):\n            raise'
    assert after.decode() == _ELSEWHERE.format(f"sdk.StepError as error:\n        {test}")


def test_class_with_another_below_it_somewhere_is_unsafe(tmp_path: Path) -> None:
    files = {"errors.py": _ERRORS, "stock.py": "from errors import Gone\n\n\nclass Sold(Gone):\n    pass\n"}
    program = _ELSEWHERE.format("Lost:")
    assert fixed(tmp_path, program, "DUR210", files, (Safety.SAFE,)).decode() == program
    assert fixed(tmp_path, program, "DUR210", files).decode() == _ELSEWHERE.format("sdk.StepError:")
