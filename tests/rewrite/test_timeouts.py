"""HTTP calls that get the timeout of their file."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.rewrite.fixed_program import fixed

_HEAD = """\
import requests
from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step

"""
_TAIL = """

@durable_execution
def handler(event: dict, context: DurableContext) -> object:
    return context.step(ask(event["u"]))
"""
_CASES = [
    ("TIMEOUT = 5\n", "requests.get(u)", "requests.get(u, timeout=TIMEOUT)"),
    ("HTTP_TIMEOUT_SECONDS: float = 2.5\n", "requests.get(u)", "requests.get(u, timeout=HTTP_TIMEOUT_SECONDS)"),
    ("_TIMEOUT = (3, 20)\n", "requests.get(u)", "requests.get(u, timeout=_TIMEOUT)"),
    (
        "def other(u):\n    return requests.get(u, timeout=7)\n",
        "requests.post(\n        u,  # the door\n        json={},\n    )",
        "requests.post(\n        u,  # the door\n        json={},\n        timeout=7,\n    )",
    ),
    ("TIMEOUT = 5\nREAD_TIMEOUT = 7\n", "requests.get(u)", ""),
    ("TIMEOUT_MS = 500\n", "requests.get(u)", ""),
    ("CALLBACK_TIMEOUT = 500\n", "requests.get(u)", ""),
    ("TIMEOUT = read()\n", "requests.get(u)", ""),
    ("", "requests.get(u)", ""),
    ("TIMEOUT = 5\n", "requests.get(u, timeout=None)", ""),
    ("TIMEOUT = 5\n", "[TIMEOUT := 3, requests.get(u)]", ""),
    ("TIMEOUT = 5\n", "f'{requests.get(u)}'", ""),
]


@pytest.mark.parametrize(("above", "before", "after"), _CASES)
def test_calls_get_the_timeout_of_their_file(above: str, before: str, after: str, tmp_path: Path) -> None:
    step = f"\n\n@durable_step\ndef ask(step_context: StepContext, u: str) -> object:\n    return str({{}})\n{_TAIL}"
    program = _HEAD + above + step.replace("{}", before)
    wanted = _HEAD + above + step.replace("{}", after or before)
    assert fixed(tmp_path, program, "DUR604").decode() == wanted


def test_a_helper_is_changed_where_it_stands(tmp_path: Path) -> None:
    helper = "import requests\n\nTIMEOUT = 5\n\n\ndef read(u):\n    return requests.get(u).text\n"
    program = _HEAD.replace("import requests\n", "from net import read\n").replace("from net", "import net\nfrom net")
    program += f"\n@durable_step\ndef ask(step_context: StepContext, u: str) -> object:\n    return read(u)\n{_TAIL}"
    assert fixed(tmp_path, program, "DUR604", {"net.py": helper}).decode() == program
    assert (tmp_path / "net.py").read_text("utf-8") == helper.replace("get(u)", "get(u, timeout=TIMEOUT)")
