"""What can be done to a room."""

from . import members
from .hub import hub


def broadcast(room: str, text: str) -> int:
    return sum(_deliver(room, connection, text) for connection in members.of_room(room))


def _deliver(room: str, connection: str, text: str) -> bool:
    if hub.send(connection, text):
        return True
    members.forget(room, connection)
    return False


def typing(room: str, person: str) -> None:
    broadcast(room, f"{person} is typing")


def touch(room: str, person: str) -> str:
    return f"{room}/{person}"


def mark_digested(room: str) -> None:
    hub.record(room, "digested")
