"""The SDK's line: which major version analysed code is written against, found beside it without importing anything.

A setting comes first, then what lock, requirements and project files say, then what is installed in a virtual
environment of the project, nearest folder first. A requirement that lets in every newer version says no more than that
the SDK is used. Last comes what is installed where durable-lint itself runs; where nothing says anything it is the
newest line.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass, field
from durable_lint.knowledge.sdk import NEWEST_LINE, RUNTIME_LINE, RUNTIME_PACKAGE, Line
from durable_lint.model.module import Module
from durable_lint.model.sdk import PACKAGES
from durable_lint.source.installed import sdk_version_here, sdk_version_in

_NAME = r"aws[-_.]+durable[-_.]+execution[-_.]+sdk[-_.]+python"
_LOCKED = re.compile(rf'name = "{_NAME}"\s+version = "(\d+)', re.IGNORECASE)
_LOCKED_JSON = re.compile(rf'"{_NAME}":\s*\{{[^}}]*?"version":\s*"==(\d+)', re.IGNORECASE)
_REQUIRED = re.compile(
    rf"(?<![\w.-]){_NAME}(?![\w.-])(?:\[[^\]]*\])?[ \t\"']*(?:=(?!=))?[ \t(]*([^\n;#]*)", re.IGNORECASE
)
_BOUND = re.compile(r"(===|==|~=|!=|<=|>=|<|>|\^|~)?\s*[\"']?v?(\d+)((?:\.\d+)*)")
_ENVIRONMENTS = (".venv", "venv")
_LOCKS = ("uv.lock", "poetry.lock", "pdm.lock", "Pipfile.lock")
_PROJECTS = ("pyproject.toml", "Pipfile", "setup.cfg", "setup.py")
_REQUIREMENTS = re.compile(r"(requirements|constraints)[\w.-]*\.(txt|in)")
_REPOSITORY_MARKERS = frozenset({".git", ".hg"})
_LINES: tuple[Line, ...] = ("1", "2", "3")
_MAX_ANCESTORS = 12


@dataclass(frozen=True, slots=True)
class SdkLine:
    """A line of the SDK, the contents of the files that the answer depends on, and the paths that are missing."""

    line: Line
    read: dict[str, bytes] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()


class SdkLines:
    """Answers for the files of a run; ``version`` is the configured version, such as ``2.1``."""

    def __init__(self, version: str | None = None) -> None:
        self._configured = _line_of(version) if version else None
        self._of_folder: dict[str, SdkLine] = {}

    def of(self, path: str) -> SdkLine:
        """The line for the file at an absolute path."""
        if self._configured is not None:
            return SdkLine(self._configured)
        folder = os.path.dirname(path)
        if folder not in self._of_folder:
            self._of_folder[folder] = _search(folder)
        return self._of_folder[folder]


def line_of_imports(module: Module, line: Line) -> Line:
    """The line for a file: our runtime's where that is all of the SDK that it imports, else the project's."""
    packages: set[str] = set()
    for statement in (*module.stars, *(one.statement for bound in module.bindings.values() for one in bound)):
        if isinstance(statement, ast.ImportFrom) and statement.module and not statement.level:
            packages.add(statement.module.partition(".")[0])
        elif isinstance(statement, ast.Import):
            packages.update(alias.name.partition(".")[0] for alias in statement.names)
    return RUNTIME_LINE if packages & PACKAGES == {RUNTIME_PACKAGE} else line


def _line_of(version: str) -> Line | None:
    found = re.match(r"\s*v?(\d+)", version)
    return None if found is None else _clamped(int(found[1]))


def _clamped(major: int) -> Line:
    return _LINES[min(max(major, 1), len(_LINES)) - 1]


def _search(folder: str) -> SdkLine:
    """Look in a folder and those around it, up to the repository's."""
    read: dict[str, bytes] = {}
    absent: set[str] = set()
    current = folder
    for _ in range(_MAX_ANCESTORS):
        names = _listing(current)
        line = _declared(current, names, read) or _installed(current, names)
        if line is not None:
            return SdkLine(line, read, frozenset(absent))
        absent.update(
            os.path.join(current, name) for name in (*_ENVIRONMENTS, *_LOCKS, "requirements.txt") if name not in names
        )
        parent = os.path.dirname(current)
        if names & _REPOSITORY_MARKERS or parent == current:
            break
        current = parent
    here = sdk_version_here()
    line = _line_of(here) if here is not None else None
    return SdkLine(line or NEWEST_LINE, read, frozenset(absent))


def _listing(folder: str) -> frozenset[str]:
    try:
        return frozenset(os.listdir(folder))
    except OSError:
        return frozenset()


def _installed(folder: str, names: frozenset[str]) -> Line | None:
    """The version in a virtual environment that lies in the folder."""
    for environment in _ENVIRONMENTS:
        if environment not in names:
            continue
        for packages in _site_packages(os.path.join(folder, environment)):
            version = sdk_version_in(packages)
            if version is not None:
                return _line_of(version)
    return None


def _site_packages(environment: str) -> Iterator[str]:
    yield os.path.join(environment, "Lib", "site-packages")
    libraries = os.path.join(environment, "lib")
    for python in sorted(_listing(libraries)):
        yield os.path.join(libraries, python, "site-packages")


def _declared(folder: str, names: frozenset[str], read: dict[str, bytes]) -> Line | None:
    """The version that lock, requirements or project files of the folder name."""
    for name in _LOCKS:
        if name in names:
            text = _text(os.path.join(folder, name), read)
            found = (_LOCKED_JSON if name.endswith(".lock") and text.lstrip().startswith("{") else _LOCKED).search(text)
            if found is not None:
                return _clamped(int(found[1]))
    for name in (*sorted(filter(_REQUIREMENTS.fullmatch, names)), *(name for name in _PROJECTS if name in names)):
        found = _REQUIRED.search(_text(os.path.join(folder, name), read))
        if found is not None and (line := newest_allowed(found[1])) != NEWEST_LINE:
            return line
        if found is not None and _pins_newest(found[1]):
            return NEWEST_LINE
    return None


def _pins_newest(specifier: str) -> bool:
    """Whether a version specifier lets in nothing but the newest line."""
    oldest = [
        int(major) for operator, major, _ in _BOUND.findall(specifier) if operator not in ("", "!=", "<", "<=", ">")
    ]
    return bool(oldest) and max(oldest) >= int(NEWEST_LINE)


def newest_allowed(specifier: str) -> Line:
    """The newest line that a version specifier lets in: ``>=1.2,<3`` is line 2, ``~=1.4`` line 1."""
    newest = len(_LINES)
    for operator, major, rest in _BOUND.findall(specifier):
        number = int(major)
        if operator in ("==", "===", "~=", "^", "~", "<="):
            newest = min(newest, number)
        elif operator == "<":
            has_minor = any(part not in ("", "0") for part in rest.split("."))
            newest = min(newest, number if has_minor else number - 1)
    return _clamped(newest)


def _text(path: str, read: dict[str, bytes]) -> str:
    try:
        with open(path, "rb") as file:
            data = file.read()
    except OSError:
        return ""
    read[path] = data
    return data.decode("utf-8", "replace")
