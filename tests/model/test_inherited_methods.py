"""Methods that library classes hand down to project classes, and what they give."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import difference, handler

CLASSES = """
import datetime
from enum import Enum, StrEnum

from pydantic import BaseModel


class Order(BaseModel):
    id: str

    def reference(self):
        return f"{self.id}-{uuid.uuid4()}"


class Colour(Enum):
    RED = "red"


class Size(StrEnum):
    SMALL = "s"


class Moment(datetime.datetime):
    pass
"""

BODIES = {
    "models": """
order = Order.model_validate(event)
copied = order.model_copy(update={"id": "2"})
context.step(use(order.reference()), name="use_reference")  # <- DUR103[E]
return {
    "order": order,  # <- DUR303[E]
    "copied": copied,  # <- DUR303[E]
    "data": order.model_dump(mode="json"),
}
""",
    "members of enumerations": """
return {
    "colour": Colour["RED"],  # <- DUR303[E]
    "value": Colour["RED"].value,
    "size": Size["SMALL"],
}
""",
    "a clock that is handed down": """
context.step(use(str(Moment.now())), name="use_moment")  # <- DUR101[E]
""",
}


@pytest.mark.parametrize("body", [pytest.param(body, id=name) for name, body in BODIES.items()])
def test_inherited_methods(body: str, tmp_path: Path) -> None:
    for codes in ("DUR1", "DUR30"):
        left = difference(tmp_path, {"handler.py": handler(body, above=CLASSES)}, codes=codes)
        assert [line for line in left if codes in line] == []
