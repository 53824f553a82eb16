"""The same program under both SDKs: the same updates sent, the same outputs, the same results and errors."""

from __future__ import annotations

from typing import Any

import pytest

from tests.runtime.core import programs
from tests.runtime.core.memory_service import MemoryService, Run, drive, everybody_answers
from tests.runtime.core.sdks import Program, Sdk


def run(sdk: Sdk, program: Program, page_size: int | None = None) -> Run:
    service = MemoryService(sdk, payload='{"input": 1}', page_size=page_size)
    return drive(sdk.durable_execution(program(sdk)), service, everybody_answers)


def name(program: Program) -> str:
    return program.__name__


@pytest.mark.parametrize("program", programs.IN_ORDER, ids=name)
def test_updates_and_outputs_in_order(ours: Sdk, aws: Sdk, program: Program) -> None:
    mine, theirs = run(ours, program), run(aws, program)
    assert mine.outputs == theirs.outputs
    assert mine.service.updates() == theirs.service.updates()


@pytest.mark.parametrize("program", programs.SIDE_BY_SIDE, ids=name)
def test_updates_and_outputs_of_branches(ours: Sdk, aws: Sdk, program: Program) -> None:
    mine, theirs = run(ours, program), run(aws, program)
    assert mine.outputs == theirs.outputs
    assert mine.service.updates_by_operation() == theirs.service.updates_by_operation()
    assert parents_come_first(mine.service)


@pytest.mark.parametrize("program", [programs.child_contexts, programs.mapped], ids=name)
def test_state_that_comes_in_pages(ours: Sdk, aws: Sdk, program: Program) -> None:
    mine, theirs = run(ours, program, page_size=2), run(aws, program, page_size=2)
    assert mine.result == theirs.result == run(ours, program).result
    assert mine.service.fetches > 0
    assert mine.service.updates_by_operation() == theirs.service.updates_by_operation()


def parents_come_first(service: MemoryService) -> bool:
    started: set[Any] = {None}
    for update in service.updates():
        if update.get("ParentId") not in started:
            return False
        started.add(update["Id"])
    return True
