"""Files on the disk of the container, for debugging."""

import os.path

from .base import Exporter


class LocalExporter(Exporter):
    """Stores below the temp folder."""

    def __init__(self, kind: str) -> None:
        self.kind = kind
        self.separator = "\t" if kind == "tsv" else ","

    def store(self, name: str, text: str) -> str:
        path = os.path.join("/tmp", f"{name}.{self.kind}")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        return path
