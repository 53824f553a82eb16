"""A serdes that keeps values in files, for results too large for a checkpoint.

The folder must be shared by all machines that may replay the execution, and outlive them: such as a mounted Amazon EFS
or S3 Files, but not Lambda's /tmp.
"""

from __future__ import annotations

import json
import os
from contextlib import suppress
from enum import StrEnum
from hashlib import sha256
from threading import get_ident
from typing import Any, Protocol
from urllib.parse import quote

from durable_runtime.arguments import check_callable, check_member, check_serdes
from durable_runtime.constants import CHECKPOINT_SIZE_LIMIT_BYTES
from durable_runtime.records import record
from durable_runtime.serdes import EXTENDED_TYPES_SERDES, SerDes, SerDesContext
from durable_runtime.types import DurableExecutionArn

# A checkpoint holds more than the envelope: leave it 1 KiB.
_LARGEST_INLINE_BYTES = CHECKPOINT_SIZE_LIMIT_BYTES - 1024


class FileSystemSerDesMode(StrEnum):
    """What goes into a file: every value (ALWAYS), or those of about 256 KiB and more (OVERFLOW)."""

    ALWAYS = "ALWAYS"
    OVERFLOW = "OVERFLOW"


class FileSystemPathEncoding(StrEnum):
    """How files are called.

    URI: <function>/<execution>/<invocation>/<operation>.json, percent-encoded: readable, but a long id may exceed what
    the file system takes. HASH: SHA-256 of the execution's ARN and of the operation id, always 64 characters.
    """

    URI = "URI"
    HASH = "HASH"


class GeneratePreview(Protocol):
    """Returns what is shown of a value in the checkpoint; see `durable_runtime.preview.build_preview`."""

    def __call__(self, value: Any) -> dict[str, Any] | None:
        """Return the preview, or None for none."""
        ...


@record(frozen=True)
class FileSystemSerDesConfig:
    """Configuration of a FileSystemSerDes.

    Args:
        storage_mode: Which values go into a file.
        path_encoding: How files are called.
        generate_preview: Makes what is stored in the checkpoint beside the file's path.
        serdes: Writes the files' content.
    """

    storage_mode: FileSystemSerDesMode = FileSystemSerDesMode.ALWAYS
    path_encoding: FileSystemPathEncoding = FileSystemPathEncoding.URI
    generate_preview: GeneratePreview | None = None
    serdes: SerDes[Any] = EXTENDED_TYPES_SERDES

    def __post_init__(self) -> None:
        check_member("FileSystemSerDesConfig.storage_mode", self.storage_mode, FileSystemSerDesMode)
        check_member("FileSystemSerDesConfig.path_encoding", self.path_encoding, FileSystemPathEncoding)
        check_callable("FileSystemSerDesConfig.generate_preview", self.generate_preview)
        check_serdes("FileSystemSerDesConfig.serdes", self.serdes)


class FileSystemSerDes(SerDes[Any]):
    """Stores values in files below `base_path` and their paths in checkpoints.

    A checkpoint holds {"file": path}, {"file": path, "preview": {...}}, or, for a value that was small enough,
    {"data": text}.

    Args:
        base_path: An existing or new folder on a shared file system that outlives the machine.
        config: None means every value in a file, readable names, no preview, the default serdes.
    """

    def __init__(self, base_path: str, config: FileSystemSerDesConfig | None = None) -> None:
        config = config or FileSystemSerDesConfig()
        self._base_path = base_path
        self._overflows_only = config.storage_mode is FileSystemSerDesMode.OVERFLOW
        self._hashes = config.path_encoding is FileSystemPathEncoding.HASH
        self._generate_preview = config.generate_preview
        self._content = config.serdes

    def serialize(self, value: Any, serdes_context: SerDesContext) -> str:
        """Return the checkpoint's text, after the file is written.

        Raises:
            OSError: The file cannot be written.
        """
        content = self._content.serialize(value, serdes_context)
        if self._overflows_only:
            inline = json.dumps({"data": content})
            if len(inline.encode("utf-8")) <= _LARGEST_INLINE_BYTES:
                return inline
        path = self._path(serdes_context)
        _write(path, content)
        envelope: dict[str, Any] = {"file": path}
        preview = self._generate_preview(value) if self._generate_preview else None
        if preview:
            envelope["preview"] = preview
        return json.dumps(envelope)

    def deserialize(self, data: str, serdes_context: SerDesContext) -> Any:
        """Return the value that a checkpoint's text stands for.

        Raises:
            FileNotFoundError: The file is gone, for example because it was written on another machine.
        """
        envelope = json.loads(data)
        if "file" not in envelope:
            return self._content.deserialize(envelope["data"], serdes_context)
        with open(envelope["file"], encoding="utf-8") as file:
            return self._content.deserialize(file.read(), serdes_context)

    def _path(self, context: SerDesContext) -> str:
        parts: tuple[str, ...] = (self._encoded(context.durable_execution_arn),)
        if not self._hashes and (arn := DurableExecutionArn.from_arn(context.durable_execution_arn)):
            parts = (arn.function_name, arn.execution_name, arn.invocation_id)
        return os.path.join(self._base_path, *parts, f"{self._encoded(context.operation_id)}.json")

    def _encoded(self, part: str) -> str:
        return sha256(part.encode()).hexdigest() if self._hashes else quote(part, safe="")


def _write(path: str, content: str) -> None:
    folder = os.path.dirname(path)
    os.makedirs(folder, exist_ok=True)
    # By way of another name: if this process dies meanwhile, a replay finds the whole file or none.
    unfinished = os.path.join(folder, f".{os.getpid()}-{get_ident()}.tmp")
    try:
        with open(unfinished, "w", encoding="utf-8") as file:
            file.write(content)
        os.replace(unfinished, path)
    except BaseException:
        with suppress(OSError):
            os.remove(unfinished)
        raise
