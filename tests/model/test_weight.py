"""Values that share their parts many times over stay small: programs that would take hours take seconds."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

SERVICES = "\n".join(
    f"class Service{n}:\n    def __init__(self, owner):\n        self.owner = owner\n"
    f"    def run(self):\n        return self.owner.service{(n + 1) % 25}.owner.now()\n"
    for n in range(25)
)
OWNER = "class Owner:\n    def __init__(self):\n" + "\n".join(
    f"        self.service{n} = Service{n}(self)" for n in range(25)
)
STATES = "class Machine:\n    def __init__(self):\n        self.next0 = self.state0\n" + "\n".join(
    f"    def state{n}(self):\n"
    f"        self.next{n + 1} = self.state{(n * 3 + 1) % 60}\n"
    f"        self.next{(n * 7) % 60} = self.next{n}\n"
    f"        return self.state{n + 1}()"
    for n in range(60)
)
TABLE = "TABLE = {\n" + "\n".join(f"    'k{n}': [{n}, {{'a': {-n}}}]," for n in range(20_000)) + "\n}"

HEAVY = {
    "services that know their owner": handler(
        "use(Owner().service3.run())\nreturn Owner().service3.run()  # <- DUR101[W]",
        above=f"{SERVICES}\n{OWNER}\n\n    def now(self):\n        return time.time()",
    ),
    "methods kept as the next state": handler("Machine().state0()\ntime.sleep(1)  # <- DUR107[E]", above=STATES),
    "partials of partials": handler(
        "from functools import partial\nrun = print\n"
        + "\n".join(f"run = partial(run, {n}, run)" for n in range(60))
        + "\ntime.sleep(1)  # <- DUR107[E]"
    ),
    "dicts in dicts": handler(
        "kept = {}\n"
        + "\n".join(f"kept = {{**kept, 'k{n}': kept, 'v{n}': [kept]}}" for n in range(60))
        + "\ncontext.step(use(kept))\ntime.sleep(1)  # <- DUR107[E]"
    ),
    "a long chain of calls": handler(
        "time.sleep(1)  # <- DUR107[E]", above="QUERY = select()" + "".join(f".where({n})" for n in range(900))
    ),
    "a long sum": handler("time.sleep(1)  # <- DUR107[E]", above="TEXT = " + " + ".join(["os.sep"] * 900)),
    "classes and decorators made of themselves": handler(
        "Client().get()\ntime.sleep(1)  # <- DUR107[E]",
        above="""
class Client(wrap(Client[Client])):
    @Client().get
    def get(self):
        return self.get

    @property
    @(lambda f: Client().name)
    def name(self):
        return self.name
""",
    ),
    "a long table": handler("time.sleep(1)  # <- DUR107[E]\nreturn TABLE[event['key']]", above=TABLE),
}


@pytest.mark.parametrize("program", [pytest.param(text, id=name) for name, text in HEAVY.items()])
def test_is_analysed_in_no_time(program: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": program}) == []
