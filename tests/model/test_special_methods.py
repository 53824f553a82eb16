"""What operators, subscripts, loops and ``len`` run when a project class defines them; entries that are replaced."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

STORE = """
class Store:
    def __init__(self):
        self.table = boto3.resource("dynamodb").Table("orders")

    def __getitem__(self, key):
        return self.table.get_item(Key={"id": key})["Item"]

    def __setitem__(self, key, value):
        self.table.put_item(Item={"id": key, "value": value})

    def __delitem__(self, key):
        self.table.delete_item(Key={"id": key})

    def __contains__(self, key):
        return "Item" in self.table.get_item(Key={"id": key})

    def __len__(self):
        return self.table.scan()["Count"]

    def __iter__(self):
        yield from self.table.scan()["Items"]

    def __lshift__(self, row):
        self.table.put_item(Item=row)
        return self


class Numbers:
    def __iter__(self):
        return self

    def __next__(self):
        return random.random()


class Pure:
    def __init__(self, rows):
        self.rows = rows

    def __getitem__(self, index):
        return self.rows[index]

    def __len__(self):
        return len(self.rows)

    def __add__(self, other):
        return Pure([*self.rows, *other.rows])

    def __iter__(self):
        return iter(self.rows)


store = Store()
"""

BODIES = {
    "a store behind a dict's interface": """
row = store["a"]  # <- DUR105[W]
store["b"] = row  # <- DUR105[E]
del store["c"]  # <- DUR105[E]
known = "d" in store  # <- DUR105[W]
count = len(store)  # <- DUR105[W]
store << {"id": 1}  # <- DUR105[E]
for row in store:  # <- DUR105[W]
    pass
context.step(use(event))
""",
    "an iterator of its own": """
for number in Numbers():  # <- DUR102[E]
    context.step(use(number), name="use_number")
""",
    "no effects": """
rows = Pure([1, 2]) + Pure([3])
for row in rows:
    context.step(use(row), name=f"use-{row}-{len(rows)}-{rows[0]}")
""",
    "entries replaced": """
row = {"id": event["id"], "at": time.time()}  # <- DUR101[I]
row = {**row, "at": context.step(use(1), name="use_one")}
context.step(use(row["id"]), name=f"use-{row['id']}")
other = {"id": event["id"], "at": time.time()}  # <- DUR101[I]
other["at"] = 0
context.step(use(other), name=f"use-{other['id']}-again")
third = dict(id=event["id"], at=time.time())  # <- DUR101[I]
third.update(at=4)
context.step(use(third), name=f"use-{third['id']}-thrice")
last = {"id": event["id"], "at": time.time()}  # <- DUR101[I]
last.pop("at")
context.step(use(last), name=f"use-{last['id']}-last")
""",
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BODIES.items()])
def test_special_methods(body: str, tmp_path: Path) -> None:
    assert difference(tmp_path, {"handler.py": handler(body, above=STORE)}) == []
