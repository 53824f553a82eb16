"""Handlers that worker processes find by this file's path."""

from __future__ import annotations

import os
import signal
import threading
import time
from pathlib import Path
from typing import Any

from durable_runtime import DurableContext, StepContext, durable_execution
from durable_runtime.config import Duration, StepConfig, StepSemantics
from durable_runtime.retries import RetryPresets

AT_MOST_ONCE = StepConfig(step_semantics=StepSemantics.AT_MOST_ONCE_PER_RETRY, retry_strategy=RetryPresets.none())


@durable_execution
def steps(event: dict[str, Any], context: DurableContext) -> int:
    return sum(context.step(lambda _, n=n: n, name=f"step-{n}") for n in range(event["count"]))


@durable_execution
def about_the_process(event: Any, context: DurableContext) -> dict[str, Any]:
    print("this goes to standard error")
    seen = context.step(lambda _: {"colour": os.environ.get("COLOUR"), "hash": hash("a"), "pid": os.getpid()})
    context.wait(Duration.from_seconds(1))
    return {"first": seen, "then": {"colour": os.environ.get("COLOUR"), "hash": hash("a"), "pid": os.getpid()}}


@durable_execution
def dies_once(event: dict[str, Any], context: DurableContext) -> str:
    """Dies in the way it is told to, after a step; the file says whether it has."""
    context.step(lambda _: None, name="before")
    died = Path(event["file"])
    if not died.exists():
        died.touch()
        match event["how"]:
            case "kill":
                os.kill(os.getpid(), signal.SIGKILL)
            case "exit":
                os._exit(3)
            case "quietly":
                os._exit(0)
            case "raise":
                raise SystemExit(4)
    return "alive"


def echo(event: Any, context: Any) -> dict[str, Any]:
    return {"event": event, "name": context.function_name, "arn": context.invoked_function_arn}


def _noted(event: dict[str, Any], what: str) -> str:
    """Note a side effect where a kill cannot undo it."""
    with open(event["log"], "ab", buffering=0) as log:
        log.write(f"{what}\n".encode())
    return what


@durable_execution
def careful(event: dict[str, Any], context: DurableContext) -> list[str]:
    """Steps that may run once only, steps that may run again, and waits; all their side effects are noted."""

    def effect(what: str) -> Any:
        def body(_: StepContext) -> str:
            return _noted(event, what)

        return body

    done = []
    for n in range(event["rounds"]):
        try:
            done.append(context.step(effect(f"once-{n}"), name=f"once-{n}", config=AT_MOST_ONCE))
        except Exception as error:
            done.append(f"interrupted-{n}: {type(error).__name__}")
        done.append(context.step(effect(f"again-{n}"), name=f"again-{n}"))
        if event.get("wait"):
            context.wait(Duration.from_seconds(1), name=f"wait-{n}")
    return done


@durable_execution
def hangs_once(event: dict[str, Any], context: DurableContext) -> int:
    """Says so and hangs the first time; the file says whether it has. Returns the process."""
    hung = Path(event["file"])
    if not hung.exists():
        hung.touch()
        print("hanging", flush=True)
        time.sleep(600)
    return os.getpid()


@durable_execution
def meets(event: dict[str, Any], context: DurableContext) -> int:
    """Ends when another execution of it runs in another process. Returns the process."""

    def body(_: StepContext) -> int:
        _noted(event, str(os.getpid()))
        deadline = time.monotonic() + 20
        while len(set(Path(event["log"]).read_text().split())) < 2:
            if time.monotonic() > deadline:
                raise TimeoutError("nobody came")
            time.sleep(0.01)
        return os.getpid()

    return context.step(body, name="meet", config=AT_MOST_ONCE)


def leaves_a_thread(event: Any, context: Any) -> Any:
    """Runs `steps`, and leaves a thread behind that asks the engine until it is refused, then says so in a file."""

    def ask() -> None:
        try:
            while True:
                event.service_client.get_execution_state(event.durable_execution_arn, event.checkpoint_token, "")
        except Exception as error:
            Path(os.environ["REFUSED"]).write_text(str(error))

    threading.Thread(target=ask).start()
    return steps(event, context)


leaves_a_thread.__wrapped__ = steps  # type: ignore[attr-defined]


@durable_execution
def waits_for_a_file(event: dict[str, Any], context: DurableContext) -> str:
    """Returns what is in a file, once it is there."""
    file, deadline = Path(event["file"]), time.monotonic() + 20
    while not file.exists() or not file.read_text():
        if time.monotonic() > deadline:
            raise TimeoutError(f"there is no {file}")
        time.sleep(0.01)
    return file.read_text()
