"""The verifier tells handlers that do the same on every replay from those that do not, and says which line is why."""

from __future__ import annotations

from collections.abc import Callable
from types import ModuleType
from typing import Any

import pytest
from durable_runtime.testing.verifier import Verdict, verify

from tests.runtime.testing.verifier.marked_lines import CAUSES, handlers, marked_lines
from tests.runtime.testing.verifier.programs import for_aws, steady, unsteady, unsteady_further

CALLBACKS = {
    "approval": "yes",
    "payment": {"cents": 5},
    "answer": "yes",
    "refused": RuntimeError("the approver is away"),
}

QUICKLY = {
    # One for each cause, and for each thing that can differ.
    "clock_in_name",
    "uuid_in_invoke",
    "unnamed_set_order",
    "module_list",
    "id_in_name",
    "closure_counter",
    "catches_all",
    "operation_in_finally",
    "missing_operation",
    "bare_except",
    "at_most_once",
    "first_wins",
    "large_child",
    "invokes",
}


def _cases(module: ModuleType, *, marked: bool) -> list[Any]:
    wanted = [name for name in handlers(module) if bool(marked_lines(getattr(module, name))) is marked]
    return [
        pytest.param(getattr(module, name), id=name, marks=() if name in QUICKLY else pytest.mark.long)
        for name in wanted
    ]


UNSTEADY = [*_cases(unsteady, marked=True), *_cases(unsteady_further, marked=True)]


def _verify(handler: Callable[..., Any], **options: Any) -> Verdict:
    return verify(
        handler,
        {"order": "A-17", "number": 4},
        callbacks=CALLBACKS,
        functions={"double": steady.double},
        plain_functions={"echo": steady.echo},
        **options,
    )


def _check(verdict: Verdict, handler: Callable[..., Any]) -> None:
    lines = marked_lines(handler)
    assert verdict.findings, f"nothing was found: {verdict}"
    for finding in verdict.findings:
        assert finding.place is not None, str(verdict)
        assert finding.place.line in lines, str(verdict)
        assert CAUSES[lines[finding.place.line]] in str(finding), str(verdict)
        assert finding.place.text in str(finding)


@pytest.mark.parametrize("handler", UNSTEADY)
def test_finds_what_differs(handler: Callable[..., Any]) -> None:
    _check(_verify(handler), handler)


@pytest.mark.parametrize("handler", _cases(steady, marked=False))
def test_passes_what_does_not_differ(handler: Callable[..., Any]) -> None:
    verdict = _verify(handler)
    assert verdict.passed, str(verdict)
    assert verdict.probed == min(verdict.states, 50)


@pytest.mark.parametrize("handler", _cases(for_aws, marked=True))
def test_finds_what_differs_with_awss_sdk(handler: Callable[..., Any]) -> None:
    _check(_verify(handler), handler)


@pytest.mark.long
def test_passes_what_does_not_differ_with_awss_sdk() -> None:
    verdict = _verify(for_aws.order)
    assert verdict.passed, str(verdict)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("handler", _cases(steady, marked=False))
def test_passes_with_other_seeds(handler: Callable[..., Any], seed: int) -> None:
    verdict = _verify(handler, seed=seed)
    assert verdict.passed, str(verdict)


@pytest.mark.long
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("handler", UNSTEADY)
def test_finds_it_with_other_seeds(handler: Callable[..., Any], seed: int) -> None:
    _check(_verify(handler, seed=seed), handler)


@pytest.mark.parametrize("name", ["order", "approval"])
def test_passes_the_shipped_examples(name: str) -> None:
    verdict = verify(f"durable_runtime.examples.{name}:handler", callbacks={"approval_callback": "yes"})
    assert verdict.passed, str(verdict)
    assert verdict.status == "SUCCEEDED"


def test_same_seed_gives_the_same_text() -> None:
    first, second, other = (_verify(unsteady.random_wait, seed=seed, most_replays=3) for seed in (7, 7, 8))
    assert str(first) == str(second)
    assert str(first) != str(other)


def test_long_histories_are_sampled() -> None:
    verdict = verify(steady.many_steps, {"count": 300}, most_replays=6)
    assert verdict.passed, str(verdict)
    assert verdict.operations == 300
    assert verdict.probed == 6 < verdict.states
    assert f"6 of {verdict.states} of its states" in str(verdict)
    assert 0 < verdict.kills <= 6
