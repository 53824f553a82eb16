"""The functions an engine serves: names, and where their handlers are found."""

from __future__ import annotations

import difflib
import importlib
import importlib.util
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any
from zlib import crc32

from durable_runtime.service.limits import WAIT

Handler = Callable[[Any, Any], Any]

DEFAULT_EXECUTION_TIMEOUT = WAIT
"""Seconds: as long as Lambda lets an execution live."""
DEFAULT_RETENTION_DAYS = 14


class FunctionLoadError(Exception):
    """A function's handler cannot be loaded; the message names the place and what to do."""


@dataclass(frozen=True, slots=True)
class Function:
    """A function as registered.

    `durable` functions run as durable executions, plain ones are called once, as Lambda calls an ordinary function.
    """

    name: str
    target: str | Handler
    """The handler, where it is, or the URL of an endpoint that calls it (see `RemoteHost`)."""
    durable: bool = True
    execution_timeout: int = DEFAULT_EXECUTION_TIMEOUT
    """Seconds an execution may take unless its start says otherwise."""
    retention_days: int = DEFAULT_RETENTION_DAYS

    @property
    def is_remote(self) -> bool:
        """Whether the target is a URL, where somebody else calls the handler."""
        return isinstance(self.target, str) and self.target.startswith(("http://", "https://"))

    def load(self) -> Handler:
        """The handler itself.

        Raises:
            FunctionLoadError: if the target's module, file or attribute cannot be loaded.
        """
        return load_target(self.target) if isinstance(self.target, str) else self.target


class Functions:
    """Functions by name.

    A name may carry a qualifier (`orders:3`, `orders:live`); registered without one, a function serves all of them.
    """

    def __init__(self) -> None:
        self._by_name: dict[str, Function] = {}

    def __iter__(self) -> Iterator[Function]:
        return iter(self._by_name.values())

    def register(
        self,
        name: str,
        target: str | Handler,
        *,
        durable: bool = True,
        execution_timeout: int = DEFAULT_EXECUTION_TIMEOUT,
        retention_days: int = DEFAULT_RETENTION_DAYS,
    ) -> Function:
        """Register a function; an earlier one of that name is replaced.

        Args:
            name: function name, with or without a qualifier.
            target: the handler, or where it is: `package.module:attribute` or `path/file.py::attribute`. It is
                loaded at its first invocation.
            durable: whether it runs as a durable execution, or is called once as an ordinary Lambda function.
            execution_timeout: seconds (1 to 31,622,400) after which its executions time out.
            retention_days: days (1 to 90) for which ended executions are kept.
        """
        function = Function(name, target, durable, execution_timeout, retention_days)
        self._by_name[name] = function
        return function

    def find(self, name: str, qualifier: str | None = None) -> Function | None:
        """The function that serves `name`.

        It is the one registered with this very qualifier, else the one without any, else, as an execution does not
        know the alias it was started by, the first one with any qualifier.
        """
        for key in (f"{name}:{qualifier}", name):
            if key in self._by_name:
                return self._by_name[key]
        return next((function for function in self if function.name.partition(":")[0] == name), None)


_loading = threading.Lock()


def load_target(target: str) -> Handler:
    """Load what `package.module:attribute` or `path/file.py::attribute` names.

    Raises:
        FunctionLoadError: naming the place and the remedy.
    """
    place, separator, attribute = target.partition("::")
    is_file = bool(separator)
    if not is_file:
        place, separator, attribute = target.rpartition(":")
    if not (place and separator and attribute):
        raise FunctionLoadError(
            f"{target!r} names no handler: write package.module:attribute or path/file.py::attribute"
        )
    with _loading:
        module = _load_file(Path(place)) if is_file else _load_module(place)
    return _attribute(module, attribute, place)


def _load_module(name: str) -> ModuleType:
    try:
        return importlib.import_module(name)
    except ModuleNotFoundError as error:
        if error.name is not None and (name == error.name or name.startswith(f"{error.name}.")):
            raise FunctionLoadError(
                f"there is no module {error.name!r} on the import path; "
                "run from the folder it is in, or name the file: path/file.py::attribute"
            ) from error
        raise FunctionLoadError(_failed_import(name, error)) from error
    except (Exception, SystemExit) as error:
        raise FunctionLoadError(_failed_import(name, error)) from error


def _load_file(path: Path) -> ModuleType:
    resolved = path.resolve()
    if not resolved.is_file():
        raise FunctionLoadError(f"there is no file {resolved}")
    name = _module_name(resolved)
    loaded = sys.modules.get(name)
    if loaded is not None:
        return loaded
    folder = str(resolved.parent)
    if folder not in sys.path:
        sys.path.insert(0, folder)
    spec = importlib.util.spec_from_file_location(name, resolved)
    if spec is None or spec.loader is None:
        raise FunctionLoadError(f"{path} is not a Python file; a handler's file ends in .py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    try:
        spec.loader.exec_module(module)
    except (Exception, SystemExit) as error:
        del sys.modules[name]
        raise FunctionLoadError(_failed_import(str(path), error)) from error
    return module


def _module_name(path: Path) -> str:
    """The file's stem, unless that is another module's name: a file may be called json.py, or handler.py twice."""
    stem = path.stem.replace(".", "_")
    loaded = sys.modules.get(stem)
    if loaded is not None:
        file = getattr(loaded, "__file__", None)
        free = file is not None and Path(file).resolve() == path
    else:
        spec = importlib.util.find_spec(stem)
        free = spec is None or (spec.origin is not None and Path(spec.origin).resolve() == path)
    return stem if free else f"{stem}_{crc32(str(path).encode()):08x}"


def _failed_import(place: str, error: BaseException) -> str:
    if isinstance(error, SyntaxError):
        return f"{place} cannot be imported: {error.filename}, line {error.lineno}: {error.msg}"
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if not frame.filename.startswith("<frozen")]
    where = f" ({frames[-1].filename}, line {frames[-1].lineno})" if frames else ""
    return f"{place} cannot be imported: {type(error).__name__}: {error}{where}"


def _attribute(module: ModuleType, attribute: str, place: str) -> Handler:
    value: Any = module
    for part in attribute.split("."):
        try:
            value = getattr(value, part)
        except AttributeError:
            near = difflib.get_close_matches(part, [name for name in vars(module) if not name.startswith("_")], n=1)
            hint = f"; did you mean {near[0]!r}?" if near else ""
            raise FunctionLoadError(f"{place} has no attribute {attribute!r}{hint}") from None
    if not callable(value):
        raise FunctionLoadError(f"{attribute!r} in {place} is not callable: a handler is a function (event, context)")
    handler: Handler = value
    return handler
