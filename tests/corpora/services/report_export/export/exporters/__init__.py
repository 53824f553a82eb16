"""Exporters by format."""

from .base import Exporter
from .csv_files import CsvExporter
from .local import LocalExporter

EXPORTERS: dict[str, type[Exporter]] = {"csv": LocalExporter, "tsv": LocalExporter}


def exporter_for(kind: str) -> LocalExporter:
    return LocalExporter(kind)


__all__ = ["EXPORTERS", "CsvExporter", "Exporter", "LocalExporter", "exporter_for"]
