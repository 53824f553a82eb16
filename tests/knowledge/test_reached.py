"""What the tables know of the outside world is found in programs, on the objects that the calls belong to."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from pathlib import Path

import pytest

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.knowledge.library import _prefixes, shipped
from durable_lint.registry import rules

HANDLER = """
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext):
    context.step(lambda _: 1, name="do_work")
"""
OUTSIDE = ("network", "file", "process")


def calls() -> Iterator[tuple[str, str]]:
    """What reaches outside: the class or module, and the name in it."""
    for name, facts in sorted(shipped()._calls.items()):
        owner, _, leaf = name.replace(".**", ".part").rpartition(".")
        if any(fact.kind in OUTSIDE for fact in facts) and not leaf.startswith("__") and leaf.isidentifier():
            yield owner, leaf


def program(owner: str, leaves: list[str]) -> str:
    """A handler with a line for each call."""
    known = shipped()
    base = next((base for base in _prefixes(owner) if known.is_type(base)), None)
    if base is not None and not base.startswith("builtins."):
        above = f"import {base.rpartition('.')[0]}\nobject_ = {base}()\n"
        target = "object_" + owner.removeprefix(base)
    else:
        above, target = ("", "") if owner == "builtins" else (f"import {owner.removesuffix('.part')}\n", owner)
    return above + HANDLER + "".join(f"    {target}{'.' if target else ''}{leaf}('x')\n" for leaf in leaves)


OWNERS = [(owner, [leaf for _, leaf in found]) for owner, found in groupby(calls(), key=lambda call: call[0])]


@pytest.mark.parametrize(("owner", "leaves"), OWNERS, ids=[owner for owner, _ in OWNERS])
def test_each_call_is_found(owner: str, leaves: list[str], tmp_path: Path) -> None:
    text = program(owner, leaves)
    path = tmp_path / "app.py"
    path.write_text(text)
    analyzer = Analyzer(AnalysisSettings(), [rule for rule in rules() if rule.code in ("DUR105", "DUR106", "DUR108")])
    lines = {finding.span.row for finding in analyzer.analyze(str(path)).findings}
    first = text.count("\n") - len(leaves) + 1
    assert [leaf for number, leaf in enumerate(leaves, first) if number not in lines] == []
