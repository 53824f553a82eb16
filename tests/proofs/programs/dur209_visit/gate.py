"""A gate to a garden, which keeps a book of who has left."""

from pathlib import Path

BOOK = Path(__file__).with_name("book.txt")


def note_leaving(visitor: str) -> None:
    with BOOK.open("a", encoding="utf-8") as book:
        book.write(f"{visitor} has left\n")


def lines() -> list[str]:
    return BOOK.read_text(encoding="utf-8").splitlines()


class Gate:
    def __init__(self, visitor: str) -> None:
        self.visitor = visitor

    def __enter__(self) -> "Gate":
        return self

    def __exit__(self, *error: object) -> None:
        note_leaving(self.visitor)
