"""The tools of the agent: a name for the model, a function for us."""

from .calculator import calculate
from .notes import list_notes, save_note
from .web import search

TOOLS = {
    "calculate": calculate,
    "search": search,
    "save_note": save_note,
    "list_notes": list_notes,
}


def describe_tools() -> list[dict]:
    return [{"toolSpec": {"name": name, "description": (tool.__doc__ or "").strip()}} for name, tool in TOOLS.items()]
