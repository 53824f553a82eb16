"""What an exporter does."""

from abc import ABC, abstractmethod


class Exporter(ABC):
    """Turns rows into text and stores the text."""

    separator = ","

    def export(self, name: str, rows: list[dict]) -> str:
        return self.store(name, self.render(rows))

    def render(self, rows: list[dict]) -> str:
        return "\n".join(self.separator.join(str(value) for value in row.values()) for row in rows)

    @abstractmethod
    def store(self, name: str, text: str) -> str: ...
