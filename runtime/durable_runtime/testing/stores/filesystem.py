"""Executions in a folder."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from durable_runtime.service.store.sqlite import SqliteStore

_DEFAULT_FOLDER = ".durable_executions"


class FileSystemExecutionStore(SqliteStore):
    """A store in a folder, which is made if need be; it holds one SQLite file."""

    def __init__(self, storage_dir: str | Path) -> None:
        folder = Path(storage_dir)
        folder.mkdir(parents=True, exist_ok=True)
        super().__init__(folder / "executions.db")

    @classmethod
    def create(cls, storage_dir: str | Path | None = None) -> Self:
        """A store in the folder, by default `.durable_executions` in the current one."""
        return cls(storage_dir if storage_dir is not None else _DEFAULT_FOLDER)
