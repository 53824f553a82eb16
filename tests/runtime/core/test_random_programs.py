"""Random programs do the same under both SDKs, and the same again from whatever point they are replayed."""

from __future__ import annotations

import pytest
from durable_runtime.strict import ReplayJournal, strict_replay
from hypothesis import HealthCheck, Phase, given, settings

from tests.runtime.core.memory_service import MemoryService, Run, drive, everybody_answers
from tests.runtime.core.random_programs import PROGRAMS, Node, handler
from tests.runtime.core.sdks import Sdk

RELAXED = settings(
    max_examples=15,
    deadline=None,
    database=None,
    derandomize=True,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    phases=[Phase.explicit, Phase.generate, Phase.shrink],
)


def run(sdk: Sdk, program: tuple[Node, ...]) -> Run:
    return resume(sdk, program, MemoryService(sdk))


def resume(sdk: Sdk, program: tuple[Node, ...], service: MemoryService) -> Run:
    return drive(sdk.durable_execution(handler(sdk, program)), service, everybody_answers, max_invocations=200)


@RELAXED
@given(program=PROGRAMS)
def test_same_updates_and_results(ours: Sdk, aws: Sdk, program: tuple[Node, ...]) -> None:
    mine, theirs = run(ours, program), run(aws, program)
    assert mine.output == theirs.output
    assert mine.output["Status"] == "SUCCEEDED"
    assert mine.service.updates_by_operation() == theirs.service.updates_by_operation()


@RELAXED
@given(program=PROGRAMS)
def test_every_point_of_replay_leads_to_the_same_result(ours: Sdk, program: tuple[Node, ...]) -> None:
    whole = run(ours, program)
    snapshots = whole.service.snapshots
    for operations, now in snapshots[:: len(snapshots) // 8 + 1]:
        service = MemoryService(ours)
        service.operations, service.now = dict(operations), now
        assert resume(ours, program, service).output == whole.output


@settings(RELAXED, max_examples=8)
@given(program=PROGRAMS)
def test_each_sdk_goes_on_where_the_other_stopped(ours: Sdk, aws: Sdk, program: tuple[Node, ...]) -> None:
    for begins, goes_on in ((ours, aws), (aws, ours)):
        whole = run(begins, program)
        snapshots = whole.service.snapshots
        for operations, now in snapshots[:: len(snapshots) // 3 + 1]:
            service = MemoryService(goes_on)
            service.operations, service.now = dict(operations), now
            assert resume(goes_on, program, service).output == whole.output


@pytest.mark.long
@settings(RELAXED, max_examples=200)
@given(program=PROGRAMS)
def test_many_programs(ours: Sdk, aws: Sdk, program: tuple[Node, ...]) -> None:
    mine, theirs = run(ours, program), run(aws, program)
    assert mine.output == theirs.output
    assert mine.service.updates_by_operation() == theirs.service.updates_by_operation()
    snapshots = mine.service.snapshots
    for operations, now in snapshots[:: len(snapshots) // 4 + 1]:
        service = MemoryService(ours)
        service.operations, service.now = dict(operations), now
        with strict_replay(ReplayJournal()):
            assert resume(ours, program, service).output == mine.output
