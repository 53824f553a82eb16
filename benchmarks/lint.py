"""What a run of durable-lint costs, as ratios taken in one run.

Run by hand: ``python benchmarks/lint.py [--rounds N] [--corpus FOLDER] [--peers]``.  Prints, for each case, the
median over the rounds of its time divided by the time of that round's reference (``ast.parse`` of the same files,
``import click`` and so on); single seconds are shown for orientation only.  Without ``--corpus`` the ordinary files
are taken from the packages installed beside this interpreter, and the durable ones are written here: each a handler
with steps, waits and helpers in other modules.
"""

from __future__ import annotations

import argparse
import ast
import itertools
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import sysconfig
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

ORDINARY, DURABLE = 950, 50

_HANDLER = '''
"""Order workflow {n}."""
import json
import logging
from datetime import datetime, timezone

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration, StepConfig

from {package}.store{n} import OrderStore, find_customer
from {package}.notify{n} import announce

logger = logging.getLogger(__name__)
store = OrderStore("orders-{n}")


@durable_step
def validate(step_context: StepContext, order: dict) -> dict:
    step_context.logger.info("validating %s", order["id"])
    if not order.get("items"):
        raise ValueError("an order needs items")
    return {{"order_id": order["id"], "total": sum(item["price"] for item in order["items"])}}


@durable_step
def charge(step_context: StepContext, order_id: str, total: float) -> dict:
    return {{"order_id": order_id, "charged": total}}


@durable_step
def ship(step_context: StepContext, order_id: str, address: dict) -> str:
    return f"shipment of {{order_id}} to {{address['city']}}"


def is_large(order: dict) -> bool:
    return len(order["items"]) > 10


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    order = event["order"]
    checked = context.step(validate(order))
    customer = find_customer(order["customer"])
    if is_large(order):
        context.wait(Duration.from_minutes(5), name="settle_wait")
    payment = context.step(charge(checked["order_id"], checked["total"]))
    started = datetime.now(timezone.utc)
    for index, item in enumerate(order["items"]):
        context.step(lambda _, item=item: json.dumps(item), name=f"pack_{{index}}")
    if started.hour > 18:
        context.wait(Duration.from_hours(8), name="overnight_wait")
    shipment = context.step(ship(checked["order_id"], customer["address"]))
    store.save(checked["order_id"], payment)
    announce(checked["order_id"], shipment)
    context.logger.info("done with %s", checked["order_id"])
    return {{"shipment": shipment, "payment": payment}}
'''
_STORE = """
import boto3

_table = boto3.resource("dynamodb").Table("customers")


def find_customer(customer_id):
    return _table.get_item(Key={{"id": customer_id}})["Item"]


class OrderStore:
    def __init__(self, name):
        self.name = name
        self.table = boto3.resource("dynamodb").Table(name)

    def save(self, order_id, payment):
        record = self.describe(order_id, payment)
        self.table.put_item(Item=record)

    def describe(self, order_id, payment):
        return {{"id": order_id, "payment": payment, "state": "PAID"}}
"""
_NOTIFY = """
import json

from .outbox{n} import send


def announce(order_id, shipment):
    message = json.dumps({{"order": order_id, "shipment": shipment}})
    send("orders", message)
"""
_OUTBOX = """
import boto3

_sns = None


def _client():
    global _sns
    if _sns is None:
        _sns = boto3.client("sns")
    return _sns


def send(topic, message):
    _client().publish(TopicArn=topic, Message=message)
"""


def build(folder: Path, ordinary: int, durable: int) -> None:
    """Write a corpus of that many ordinary and durable files (helpers count as ordinary ones)."""
    package = folder / "shop"
    package.mkdir(parents=True)
    (package / "__init__.py").write_text("")
    for n in range(durable):
        names = {"n": n, "package": "shop"}
        for name, template in (("handler", _HANDLER), ("store", _STORE), ("notify", _NOTIFY), ("outbox", _OUTBOX)):
            (package / f"{name}{n}.py").write_text(template.format(**names).lstrip("\n"))
    sources = sorted(p for p in Path(sysconfig.get_paths()["purelib"]).rglob("*.py") if 400 < p.stat().st_size < 40_000)
    sources += sorted(p for p in Path(sysconfig.get_paths()["stdlib"]).rglob("*.py") if "site-packages" not in p.parts)
    random.Random(0).shuffle(sources)
    chosen = (p for p in sources if b"urable" not in p.read_bytes() and _parses(p))
    for index, path in enumerate(itertools.islice(chosen, max(0, ordinary - 3 * durable))):
        target = folder / f"pkg{index % 40}" / f"module{index}.py"
        target.parent.mkdir(exist_ok=True)
        shutil.copyfile(path, target)


def _parses(path: Path) -> bool:
    try:
        ast.parse(path.read_bytes())
    except (SyntaxError, ValueError, RecursionError):
        return False
    return True


# As installed code runs: with its bytecode cached.
_ENVIRONMENT = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}


def _seconds(command: list[str], cwd: Path | None = None) -> float:
    start = time.perf_counter()
    done = subprocess.run(
        command, cwd=cwd, env=_ENVIRONMENT, capture_output=True, check=False, stdin=subprocess.DEVNULL
    )
    elapsed = time.perf_counter() - start
    if b"Traceback" in done.stderr:
        raise SystemExit(f"{command} failed:\n{done.stderr.decode()}")
    return elapsed


def ratios(rounds: int, reference: Callable[[], float], cases: dict[str, Callable[[], float]]) -> None:
    """Run every case in every round and print each one's median ratio to the round's reference."""
    found: dict[str, list[float]] = {name: [] for name in cases}
    seconds: dict[str, list[float]] = {name: [] for name in cases}
    references: list[float] = []
    for case in cases.values():
        case()
    for _ in range(rounds):
        base = reference()
        references.append(base)
        for name, case in cases.items():
            elapsed = case()
            found[name].append(elapsed / base)
            seconds[name].append(elapsed)
    print(f"  {'reference':<46} 1.00   ({statistics.median(references):.3f} s)")
    for name, values in found.items():
        spread = f"{min(values):.2f}–{max(values):.2f}"
        print(f"  {name:<46} {statistics.median(values):.2f}   ({spread}; {statistics.median(seconds[name]):.3f} s)")


def parse_all(folder: Path) -> Callable[[], float]:
    """Seconds to read and ``ast.parse`` every file of a folder in this process."""
    files = sorted(folder.rglob("*.py"))

    def run() -> float:
        start = time.perf_counter()
        for path in files:
            ast.parse(path.read_bytes())
        return time.perf_counter() - start

    return run


def lint(folder: Path, *options: str) -> Callable[[], float]:
    """Seconds of a whole ``durable-lint`` process over a folder."""
    return lambda: _seconds(
        [sys.executable, "-m", "durable_lint", "check", *options, str(folder)],
        cwd=folder if folder.is_dir() else folder.parent,
    )


def python(*arguments: str) -> Callable[[], float]:
    """Seconds of a Python process."""
    return lambda: _seconds([sys.executable, *arguments])


def peers(folder: Path) -> dict[str, Callable[[], float]]:
    """The linters that are installed beside this interpreter, on the same files."""
    found: dict[str, Callable[[], float]] = {}
    bin_folder = Path(sys.executable).parent
    if (bin_folder / "ruff").exists():
        found["ruff --select ASYNC --no-cache"] = lambda: _seconds(
            [str(bin_folder / "ruff"), "check", "--isolated", "--no-cache", "--select", "ASYNC", "-q", str(folder)]
        )
    found["flake8 -j1 without durable-lint"] = lambda: _seconds(
        [sys.executable, "-m", "flake8", "--isolated", "-j1", "--extend-ignore=DUR", "--exit-zero", "-q", str(folder)]
    )
    return found


def growth(rounds: int, scratch: Path) -> None:
    """How the time above an empty run grows when durable code is multiplied."""
    empty = scratch / "empty"
    empty.mkdir()
    base = statistics.median(lint(empty, "--no-cache")() for _ in range(rounds))
    first = None
    for factor in (1, 4, 16):
        folder = scratch / f"growth{factor}"
        build(folder, 0, 25 * factor)
        elapsed = statistics.median(lint(folder, "--no-cache", "--exit-zero", "-q")() for _ in range(rounds)) - base
        first = first or elapsed
        print(f"  {factor:>2} x durable code and call edges: {elapsed / first:.1f} x the time")


def main() -> None:
    """Build the corpus, run every case, print the ratios."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--corpus", type=Path)
    parser.add_argument("--peers", action="store_true", help="also time other linters on the same files")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        scratch = Path(name)
        corpus = options.corpus or scratch / "corpus"
        if options.corpus is None:
            build(corpus, ORDINARY, DURABLE)
        files = list(corpus.rglob("*.py"))
        size = sum(file.stat().st_size for file in files) / 1e6
        print(f"{len(files)} files, {size:.1f} MB; reference: ast.parse of all of them")
        lint(corpus)()
        cases = {"durable-lint, cold": lint(corpus, "--no-cache", "-q"), "durable-lint, cached": lint(corpus, "-q")}
        ratios(options.rounds, parse_all(corpus), {**cases, **(peers(corpus) if options.peers else {})})
        plain, durable = scratch / "plain.py", scratch / "durable.py"
        plain.write_text("import json\n\n\ndef load(text):\n    return json.loads(text)\n" * 20)
        durable.write_text((_HANDLER.format(n=0, package="shop") * 3).lstrip("\n"))
        print("one file without durable code; reference: python -c 'import click'")
        ratios(options.rounds * 2, python("-c", "import click"), {"durable-lint": lint(plain, "--no-cache")})
        print(
            f"one durable file of {len(durable.read_text().splitlines())} lines; reference: python -c 'import libcst'"
        )
        ratios(options.rounds, python("-c", "import libcst"), {"durable-lint": lint(durable, "--no-cache", "-q")})
        print("flake8 on one ordinary file from stdin; reference: the same flake8 without our plugin")
        data = plain.read_bytes()[:400]
        ratios(
            options.rounds * 3, flake8("p.package != 'durable-lint'", data), {"flake8 with it": flake8("True", data)}
        )
        print("growth")
        growth(min(options.rounds, 3), scratch)
    peak = resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss / 1024
    print(f"peak memory of any process: {peak:.0f} MB")


_FLAKE8 = """
import flake8.plugins.finder as finder
find = finder._find_importlib_plugins
finder._find_importlib_plugins = lambda: (p for p in find() if {condition})
from flake8.main.cli import main
main(["--isolated", "--exit-zero", "--stdin-display-name", "plain.py", "-"])
"""


def flake8(condition: str, data: bytes) -> Callable[[], float]:
    """Seconds of flake8 reading a file from stdin with the plugins that meet a condition."""

    def run() -> float:
        start = time.perf_counter()
        command = [sys.executable, "-c", _FLAKE8.format(condition=condition)]
        subprocess.run(command, input=data, env=_ENVIRONMENT, capture_output=True, check=True)
        return time.perf_counter() - start

    return run


if __name__ == "__main__":
    main()
