"""The project around a file: which modules its imports mean, loaded on demand and parsed once."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice

from durable_lint.model.module import Module
from durable_lint.model.sdk import PACKAGES
from durable_lint.source.parse import parse
from durable_lint.source.prefilter import read
from durable_lint.source.suppression import Suppressions
from durable_lint.source.text import SourceError

_ROOT_MARKERS = frozenset(
    {
        "pyproject.toml",
        "setup.py",
        "setup.cfg",
        ".git",
        "template.yaml",
        "template.yml",
        "serverless.yml",
        "cdk.json",
        "requirements.txt",
    }
)
_REPOSITORY_MARKERS = frozenset({".git", ".hg"})
_SOURCE_FOLDERS = ("src", "python", "lib")
_MAX_ANCESTORS = 12
_MAX_FILES = 400
_MAX_SEARCHED = 2000
_FOREIGN_FOLDERS = frozenset({"venv", "env", "node_modules", "build", "dist", "site-packages"})


class Project:
    """Finds and parses the modules of a project.

    ``sources`` are configured import roots; ``overlay`` maps absolute paths to unsaved contents (an editor's buffer).
    ``broken`` says of files that could not be parsed why.
    """

    def __init__(self, sources: tuple[str, ...] = (), overlay: Mapping[str, bytes] | None = None) -> None:
        self._sources = sources
        self._overlay = dict(overlay or {})
        self._modules: dict[str, Module | None] = {}
        self._folders: dict[str, frozenset[str]] = {}
        self._roots: dict[str, tuple[str, ...]] = {}
        self._resolved: dict[tuple[str, str], tuple[str | None, frozenset[str]]] = {}
        self._sound: dict[str, bool] = {}
        # Files for which the whole project was searched: a file that comes anew could change what is said of them.
        self.searched: set[str] = set()
        self._imports: dict[str, set[str]] = {}
        self._missed: dict[str, set[str]] = {}
        self._probed: set[str] = set()
        self._contents: dict[str, bytes] = {}
        self.broken: dict[str, SourceError] = {}

    def load(self, path: str) -> Module | None:
        """The module in a file; ``None`` when it cannot be read or parsed (``broken`` then says why)."""
        if path not in self._modules:
            self._modules[path] = self._load(path)
        return self._modules[path]

    def find(self, importer: Module, dotted: str) -> Module | None:
        """The project module that an absolute import means when it stands in ``importer``."""
        if dotted.partition(".")[0] in sys.stdlib_module_names:
            return None
        folder = os.path.dirname(importer.path)
        key = (folder, dotted)
        if key not in self._resolved:
            self._probed = set()
            path = self._locate(self.roots(folder), dotted)
            self._resolved[key] = (path, frozenset(self._probed))
        path, absent = self._resolved[key]
        return self._import(importer, path, absent)

    def is_installed(self, module: Module, dotted: str) -> bool:
        """Whether a module that was found under this name lies in a folder that dependencies were installed into.

        Lambda folders hold them beside the handler; their metadata, or the SDK among them, gives such a folder away.
        """
        folder = module.path
        for _ in range(dotted.count(".") + (2 if module.is_package else 1)):
            folder = os.path.dirname(folder)
        return any(name in PACKAGES or name.endswith(".dist-info") for name in self._listing(folder))

    def sibling(self, module: Module, level: int, dotted: str) -> Module | None:
        """The module that ``from ..dotted`` means: ``level`` dots up from ``module``."""
        folder = os.path.dirname(module.path)
        for _ in range(level - 1):
            folder = os.path.dirname(folder)
        self._probed = set()
        path = self._locate((folder,), dotted) if dotted else self._package(folder)
        return self._import(module, path, frozenset(self._probed))

    def dependencies(self, path: str) -> tuple[dict[str, bytes], frozenset[str]]:
        """What a file's meaning depends on: the contents its imports lead to, and the paths looked for in vain."""
        contents: dict[str, bytes] = {}
        absent: set[str] = set()
        waiting = [path]
        while waiting:
            current = waiting.pop()
            if current in contents or current not in self._contents:
                continue
            contents[current] = self._contents[current]
            absent |= self._missed.get(current, set())
            waiting.extend(self._imports.get(current, ()))
        return contents, frozenset(absent)

    def names_together(self, module: Module, first: str, second: str) -> bool:
        """Whether all patterns match in another file beside or below; ``module`` then depends on all it has read."""
        return self.matches_elsewhere(module, *(rf"\b{re.escape(word)}\b" for word in (first, second)))

    def matches_elsewhere(self, module: Module, *patterns: str) -> bool:
        """Whether all patterns match in another file beside or below; ``module`` then depends on all it has read."""
        compiled = [re.compile(pattern.encode()) for pattern in patterns]
        for path in self._files(self.roots(os.path.dirname(module.path))[:1]):
            if path == module.path:
                continue
            data = self.content(path)
            self._imports.setdefault(module.path, set()).add(path)
            if data is not None and all(pattern.search(data) for pattern in compiled):
                return True
        self.searched.add(module.path)
        return False

    def mentioning(self, module: Module, word: str, beside: Iterable[Module] = ()) -> list[Module] | None:
        """Every other module whose text holds a word: of the whole project, and below the import roots of some modules.

        ``None`` when there are too many files to be sure, or one of these cannot be read; ``module`` then depends on
        all that was read.
        """
        pattern = re.compile(rf"\b{re.escape(word)}\b".encode())
        folders = [os.path.dirname(one.path) for one in (module, *beside)]
        roots = tuple(dict.fromkeys(self._project_folder(folder) for folder in folders))
        paths = dict.fromkeys(islice(self._files((*self._sources, *roots), _MAX_SEARCHED + 1), _MAX_SEARCHED + 1))
        found: list[Module] = []
        self.searched.add(module.path)
        for path in paths:
            data = self.content(path)
            self._imports.setdefault(module.path, set()).add(path)
            if path == module.path or data is None or not pattern.search(data):
                continue
            other = self.load(path) if self._is_sound(path, data) else None
            if other is None:
                return None
            found.append(other)
        return found if len(paths) <= _MAX_SEARCHED else None

    def _is_sound(self, path: str, data: bytes) -> bool:
        """Whether a file can be parsed; unlike an import, a file that cannot is nobody's defect here."""
        known = self._sound.get(path)
        if known is None:
            try:
                parse(data, path)
                known = True
            except SourceError:
                known = False
            self._sound[path] = known
        return known

    def _project_folder(self, folder: str) -> str:
        """The folder that holds a whole project: the one with its marker, else the nearest import root."""
        current = folder
        for _ in range(_MAX_ANCESTORS):
            names = self._listing(current)
            if names & _REPOSITORY_MARKERS or (names & _ROOT_MARKERS and not self._nested_root(current)):
                return current
            current = os.path.dirname(current)
        return next(self._ancestor_roots(folder), folder)

    def _files(self, roots: tuple[str, ...], limit: int = _MAX_FILES) -> Iterator[str]:
        """The Python files below some folders in a fixed order, as many as a service has."""
        waiting, left = list(roots), limit
        while waiting and left > 0:
            folder = waiting.pop()
            for name in sorted(self._listing(folder)):
                path = os.path.join(folder, name)
                if name.endswith(".py"):
                    left -= 1
                    yield path
                elif name[:1] not in "._" and name not in _FOREIGN_FOLDERS and "." not in name and os.path.isdir(path):
                    waiting.append(path)

    def content(self, path: str) -> bytes | None:
        """The bytes of a file; ``None`` when it cannot be read."""
        if path not in self._contents:
            try:
                self._contents[path] = self._overlay[path] if path in self._overlay else read(path)
            except OSError:
                return None
        return self._contents[path]

    def _import(self, importer: Module, path: str | None, absent: frozenset[str]) -> Module | None:
        self._missed.setdefault(importer.path, set()).update(absent)
        if path is None:
            return None
        self._imports.setdefault(importer.path, set()).add(path)
        return self.load(path)

    def roots(self, folder: str) -> tuple[str, ...]:
        """Import roots for files of a folder, nearest first: the Lambda's folder, src layouts, layers, the
        repository.
        """
        if folder not in self._roots:
            self._roots[folder] = tuple(dict.fromkeys([*self._sources, *self._ancestor_roots(folder)]))
        return self._roots[folder]

    def _ancestor_roots(self, folder: str) -> Iterator[str]:
        current = folder
        for _ in range(_MAX_ANCESTORS):
            if not self._exists(os.path.join(current, "__init__.py")):
                yield current
            names = self._listing(current)
            for name in _SOURCE_FOLDERS:
                if name in names and self._is_folder(os.path.join(current, name)):
                    yield os.path.join(current, name)
            if "layers" in names:
                yield from self._layer_roots(os.path.join(current, "layers"))
            if names & _REPOSITORY_MARKERS or (names & _ROOT_MARKERS and not self._nested_root(current)):
                return
            parent = os.path.dirname(current)
            if parent == current:
                return
            current = parent

    def _nested_root(self, folder: str) -> bool:
        """Whether a repository marker stands further up: a service with its own requirements inside a monorepo."""
        current = os.path.dirname(folder)
        for _ in range(_MAX_ANCESTORS):
            if self._listing(current) & _REPOSITORY_MARKERS:
                return True
            parent = os.path.dirname(current)
            if parent == current:
                return False
            current = parent
        return False

    def _layer_roots(self, folder: str) -> Iterator[str]:
        for name in sorted(self._listing(folder)):
            layer = os.path.join(folder, name)
            inner = os.path.join(layer, "python")
            if self._is_folder(inner):
                yield inner
            elif self._is_folder(layer):
                yield layer

    def _locate(self, roots: tuple[str, ...], dotted: str) -> str | None:
        parts = dotted.split(".")
        for root in roots:
            base = os.path.join(root, *parts)
            if self._exists(base + ".py"):
                return base + ".py"
            found = self._package(base)
            if found is not None:
                return found
        return None

    def _package(self, folder: str) -> str | None:
        path = os.path.join(folder, "__init__.py")
        return path if self._exists(path) else None

    def _listing(self, folder: str) -> frozenset[str]:
        if folder not in self._folders:
            try:
                self._folders[folder] = frozenset(os.listdir(folder))
            except OSError:
                self._folders[folder] = frozenset()
        return self._folders[folder]

    def _exists(self, path: str) -> bool:
        if path in self._overlay or os.path.basename(path) in self._listing(os.path.dirname(path)):
            return True
        self._probed.add(path)
        return False

    def _is_folder(self, path: str) -> bool:
        return os.path.basename(path) in self._listing(os.path.dirname(path)) and os.path.isdir(path)

    def _load(self, path: str) -> Module | None:
        try:
            data = self._overlay[path] if path in self._overlay else read(path)
            self._contents[path] = data
            parsed = parse(data, path)
        except SourceError as error:
            self.broken[path] = error
            return None
        except OSError:
            return None
        vouched = Suppressions.from_text(parsed.text).deterministic_lines() if b"durable-lint" in data else set()
        is_package = os.path.basename(path) == "__init__.py"
        return Module(path, self._name(path, is_package), is_package, parsed.text, parsed.tree, frozenset(vouched))

    def _name(self, path: str, is_package: bool) -> str:
        folder, stem = os.path.split(path)
        parts = [] if is_package else [os.path.splitext(stem)[0]]
        while self._package(folder) is not None:
            folder, name = os.path.split(folder)
            parts.insert(0, name)
        return ".".join(parts)
