"""What is different from one invocation of a durable function to the next: the world that a process lives in."""

from __future__ import annotations

import json
import random
from dataclasses import asdict, dataclass, replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import Literal
from uuid import UUID

VARIABLE = "DURABLE_RUNTIME_VERIFIER"
"""The environment variable that tells a process of the verifier how to begin."""

Change = Literal["clock", "random", "hash", "sandbox"]
"""What can be changed by itself."""

CHANGES: tuple[Change, ...] = ("clock", "random", "hash", "sandbox")

_HASH_SEEDS = 2**32 - 1

_JUMPS = (
    timedelta(hours=5),
    timedelta(days=1, hours=3),
    timedelta(days=2, hours=11),
    timedelta(days=10, hours=8),
    timedelta(days=33, hours=1),
    timedelta(hours=14, minutes=20),
    timedelta(days=4, hours=17),
    timedelta(days=370, hours=6),
)
"""Other hours, weekdays, months and years."""


@dataclass(frozen=True, slots=True)
class World:
    """Where a process lives.

    `ahead` is in seconds on the clock, compared with the execution's own time; `sandbox` stands for all that Lambda
    sets anew for each of its sandboxes: log stream, trace id, request id.
    """

    ahead: float
    random_seed: int
    hash_seed: int
    sandbox: int

    def request_id(self, number: int = 0) -> str:
        """The id of the invocation of this number in this world."""
        return str(UUID(int=random.Random(f"request {self.sandbox} {number}").getrandbits(128), version=4))

    def variables(self) -> dict[str, str]:
        """The environment variables of its processes."""
        generator = random.Random(f"sandbox {self.sandbox}")
        stamp = f"{generator.getrandbits(128):032x}"
        trace = f"{generator.getrandbits(96):024x}"
        return {
            "PYTHONHASHSEED": str(self.hash_seed),
            "AWS_LAMBDA_LOG_STREAM_NAME": f"2030/01/01/[$LATEST]{stamp}",
            "AWS_LAMBDA_INITIALIZATION_TYPE": "on-demand",
            "AWS_REQUEST_ID": self.request_id(),
            "_X_AMZN_TRACE_ID": f"Root=1-5f84c7a1-{trace};Parent={trace[:16]};Sampled=1",
            "HOSTNAME": f"169-254-{generator.randrange(256)}-{generator.randrange(256)}",
        }

    def with_other(self, change: Change, number: int) -> World:
        """This world with one thing in it changed; another `number` changes it to something else."""
        match change:
            case "clock":
                return replace(self, ahead=self.ahead + _JUMPS[number % len(_JUMPS)].total_seconds())
            case "random":
                return replace(self, random_seed=self.random_seed + 1 + number)
            case "hash":
                return replace(self, hash_seed=(self.hash_seed + 1 + number) % _HASH_SEEDS)
            case "sandbox":
                return replace(self, sandbox=self.sandbox + 1 + number)

    def __str__(self) -> str:
        return f"a process with the clock {ahead_text(self.ahead)} and its own random numbers, hash seed and sandbox"


def first_world(seed: int, life: int) -> World:
    """The world of a process in which an execution takes its normal course."""
    generator = random.Random(f"first {seed} {life}")
    return World(0.0, generator.getrandbits(32), random.Random(f"hash {seed}").randrange(_HASH_SEEDS), 0)


def other_world(seed: int, number: int) -> World:
    """A world in which everything differs from the first ones, and from one of another number."""
    generator = random.Random(f"other {seed} {number}")
    jump = _JUMPS[number % len(_JUMPS)].total_seconds() + generator.randrange(3600)
    return World(jump, generator.getrandbits(32), generator.randrange(_HASH_SEEDS), 1 + number * 10)


def ahead_text(seconds: float) -> str:
    """How far ahead a clock is: "3 days 4 h ahead"."""
    hours = round(seconds / 3600)
    days, hours = divmod(hours, 24)
    parts = [f"{days} day{'s' if days > 1 else ''}" if days else "", f"{hours} h" if hours else ""]
    return " ".join(filter(None, parts)) + " ahead" if days or hours else "as it was"


@dataclass(frozen=True, slots=True)
class Beginning:
    """How a process begins; it is passed in one environment variable.

    Args:
        moment: what the clock shows at first, in seconds since 1970.
        ticks: False lets the clock stand still.
        random_seed: of all random numbers.
        notes: the file for what the process has to tell.
        output: the file for what it prints.
        package: of the SDK that the handler is written with.
        aliased: whether the import names of AWS's packages stand for this runtime.
    """

    moment: float
    ticks: bool
    random_seed: int
    notes: str
    output: str
    package: str
    aliased: bool

    def variables(self) -> dict[str, str]:
        """The environment that says so."""
        return {VARIABLE: json.dumps(asdict(self))}

    @classmethod
    def read(cls, text: str) -> Beginning:
        """Undo `variables`."""
        return cls(**json.loads(text))


@dataclass(frozen=True, slots=True)
class Setting:
    """What all processes of a verification have in common.

    Args:
        folder: for the files of processes.
        package: of the SDK that the handler is written with.
        aliased: whether the import names of AWS's packages stand for this runtime.
        timeout: real seconds that an invocation may take.
    """

    folder: Path
    package: str
    aliased: bool
    timeout: float

    def beginning(self, name: str, world: World, moment: datetime, *, ticks: bool) -> Beginning:
        """How the process of this name begins in a world, when `moment` is the execution's own time."""
        return Beginning(
            moment=moment.timestamp() + world.ahead,
            ticks=ticks,
            random_seed=world.random_seed,
            notes=str(self.folder / f"{name}.notes"),
            output=str(self.folder / f"{name}.output"),
            package=self.package,
            aliased=self.aliased,
        )
