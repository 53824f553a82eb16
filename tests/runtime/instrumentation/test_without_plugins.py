"""A handler without plugins pays for none of this."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from contextlib import nullcontext
from pathlib import Path
from typing import Any

import durable_runtime.plugin

RUNTIME = Path(durable_runtime.plugin.__file__).parents[1]
ALLOWED = {"durable_runtime.instrumentation.executor", "durable_runtime.instrumentation.containment"} | {
    f"durable_runtime.{name}" for name in ("instrumentation", "instrumentation.names", "plugin_discovery")
}


def test_every_call_is_possible_and_does_nothing(ours: Any) -> None:
    before = threading.active_count()

    def unwanted() -> dict[str, Any]:
        raise AssertionError("nobody asked for the operations")

    nothing: tuple[list[Any] | None, ...] = (None, [])
    for plugins in nothing:
        executor = ours.plugin.PluginExecutor(plugins)
        assert not executor.has_plugins
        with executor.run():
            ours.start(executor, operations_provider=unwanted)
            executor.on_operation_action(ours.update("1"))
            executor.on_operation_replay(ours.operation("1", "STARTED"))
            executor.on_operation_update(ours.operation("1"), {}, {})
            executor.on_child_context_end(ours.identifier("1"), ours.wire.OperationStatus.SUCCEEDED)
            begun = executor.on_user_function_start(ours.identifier("1"), attempt=1)
            assert begun.attempt == 1
            executor.on_user_function_end(begun, None)
            executor.record_end_hooks([ours.operation("1")], {"1"})
            executor.record_change([ours.operation("1")], {}, {})
            with executor.claim_lock:
                assert executor.take_end_hook("1") is None
            executor.claim_end_hook("1", waiter=True)
            executor.drain_end_hooks()
            executor.execute_plugins(begun)
            asked = ours.plugin.PropagationInput("arn", "1", "f")
            assert executor.provide_propagation_metadata(asked) == ours.plugin.PropagationMetadata()
            executor.on_invocation_end(ours.output())
    assert threading.active_count() == before
    assert isinstance(executor.claim_lock, nullcontext)


def test_nothing_of_the_plugins_is_imported() -> None:
    program = (
        "import sys\n"
        "from durable_runtime.plugin_discovery import load_configured_plugins\n"
        "from durable_runtime.instrumentation.executor import PluginExecutor\n"
        "executor = PluginExecutor(load_configured_plugins(None))\n"
        "with executor.run():\n"
        "    executor.on_invocation_start('arn', True, None, None, {})\n"
        "    executor.on_invocation_end(None)\n"
        "unwanted = ('plugin', 'instrumentation', 'metadata')\n"
        "print(*(name for name in sys.modules if any(word in name for word in unwanted)))\n"
    )
    # -S: what this environment's site packages import at start is not ours.
    run = subprocess.run(
        [sys.executable, "-S", "-c", program],
        env={**os.environ, "PYTHONPATH": str(RUNTIME)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert run.returncode == 0, run.stderr
    assert set(run.stdout.split()) - ALLOWED == set()
