"""What one part of an object depends on says nothing about its other parts."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

CLASSES = """
import datetime
from dataclasses import dataclass, field


@dataclass
class Job:
    owner: str
    id: str = field(default_factory=lambda: uuid.uuid4().hex)
    made: float = 0.0

    def label(self):
        return f"job-{self.owner}"

    @property
    def short(self):
        return self.owner[:8]

    def age(self):
        return 5.0 - self.made


class Audit:
    def __init__(self, who):
        self.who = who
        self.at = time.time()

    def key(self):
        return self.who


class Config:
    @classmethod
    def load(cls):
        config = cls()
        config.debug = os.environ.get("DEBUG")
        return config


class Flow:
    def run(self, context: DurableContext):
        self.started = time.time()  # <- DUR101[I]
        context.step(use(1), name=self.name)
        context.step(use(2), name=f"{self.prefix()}-again")

    def prefix(self):
        return self.kind
"""

BODIES = {
    "other fields": """
job = Job(event["owner"], made=time.time())  # <- DUR101[I] DUR103[I]
context.step(use(job.owner), name=f"use-{job.owner}")
context.step(use(job.label()), name=job.label())
context.step(lambda _: job.short, name=f"cut-{job.short}")
""",
    "the field itself": """
job = Job(event["owner"], made=time.time())  # <- DUR101[E] DUR103[I]
if job.age() > 3:
    context.step(use(1), name="use_old_job")
""",
    "the whole object": """
context.step(use(Job(event["owner"], made=time.time())))  # <- DUR101[E] DUR103[E]
""",
    "what the constructor stores": """
audit = Audit(event["who"])  # <- DUR101[I]
context.step(use(audit.key()), name=f"audit-{audit.who}")
""",
    "an object that a helper filled": """
config = Config.load()  # <- DUR104[E]
if config.debug:
    context.step(use(1), name="use_debug")
""",
    "another attribute of an object that a helper filled": """
config = Config.load()  # <- DUR104[I]
if config.name:
    context.step(use(1), name="use_name")
""",
    "a step captures one attribute": """
audit = Audit(event["who"])  # <- DUR101[E]
context.step(lambda _: audit.at, name="store_audit")
""",
    "a step captures the object": """
audit = Audit(event["who"])  # <- DUR101[E]
context.step(lambda _: print(audit), name="print_audit")
""",
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BODIES.items()])
def test_parts_of_objects(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, above=CLASSES)}) == []
