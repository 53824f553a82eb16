"""`verify`: is a handler fit for replay?"""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from typing import Any

import click

from durable_runtime.cli.driving import absolute, named, prepare, read_event
from durable_runtime.cli.workspace import Sdk, sdk_option


@click.command("verify")
@click.argument("target")
@click.option(
    "--event",
    "event_file",
    metavar="FILE|-",
    type=click.File("r", encoding="utf-8"),
    help="The JSON that the handler gets; - reads standard input.  [default: {}]",
)
@click.option(
    "--callback",
    "callbacks",
    metavar="NAME=JSON",
    multiple=True,
    help="The result of a callback that the handler waits for; can be repeated.",
)
@click.option(
    "--function",
    "others",
    metavar="NAME=TARGET",
    multiple=True,
    help="A durable function that the handler invokes; can be repeated.",
)
@click.option(
    "--plain-function",
    "plain",
    metavar="NAME=TARGET",
    multiple=True,
    help="An ordinary Lambda handler that the handler invokes; can be repeated.",
)
@click.option(
    "--most-replays",
    type=click.IntRange(1),
    metavar="N",
    default=50,
    show_default=True,
    help="Replay from N states of the execution at most; if it has more, from an even sample.",
)
@click.option(
    "--seed", type=int, default=0, show_default=True, help="Draws all that is random; same seed, same verdict."
)
@click.option(
    "--timeout",
    type=click.FloatRange(0, min_open=True),
    metavar="SECONDS",
    default=30.0,
    show_default=True,
    help="How long one invocation may take.",
)
@click.option("--json", "as_json", is_flag=True, help="Print the verdict as JSON.")
@sdk_option
def verify_command(
    target: str,
    event_file: Any,
    callbacks: Sequence[str],
    others: Sequence[str],
    plain: Sequence[str],
    most_replays: int,
    seed: int,
    timeout: float,
    as_json: bool,
    sdk: Sdk,
) -> None:
    """Verify that TARGET does the same whenever, wherever and however often it is replayed.

    Runs it to its end, with all that its steps do, then again from every state in between: at other times, with other
    random numbers, set orders and environments, in fresh processes and used ones, suspended by force and killed. The
    exit status is 0 if nothing differs, 1 if something does, 2 if TARGET cannot be run.
    """
    # Imported only now: it loads the SDK, and the choice of one comes first.
    payload = read_event(event_file)
    prepare(sdk)
    from durable_runtime.testing.verifier import verify

    verdict = verify(
        absolute(target),
        payload,
        callbacks=dict(map(_callback, callbacks)),
        functions={function.name: function.target for function in named(others, durable=True)},
        plain_functions={function.name: function.target for function in named(plain, durable=False)},
        most_replays=most_replays,
        seed=seed,
        timeout=timeout,
    )
    click.echo(json.dumps(verdict.to_dict(), indent=2) if as_json else str(verdict))
    sys.exit(0 if verdict.passed else 1)


def _callback(pair: str) -> tuple[str, str]:
    name, separator, text = pair.partition("=")
    if not (name and separator):
        raise click.UsageError(f"--callback {pair!r} names no callback: write NAME=JSON")
    try:
        json.loads(text)
    except ValueError:
        raise click.UsageError(f"--callback {name}: {text!r} is not JSON; a string is '\"text\"'") from None
    return name, text
