"""Which files to look at: the paths a person gave, the Python files and deployment templates in them, less what is
excluded or ignored by git.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Iterator
from typing import TYPE_CHECKING, NamedTuple

from durable_lint.source.templates import TEMPLATE_NAMES

if TYPE_CHECKING:
    from pathspec import GitIgnoreSpec

DEFAULT_EXCLUDED = frozenset(
    (
        ".bzr",
        ".direnv",
        ".eggs",
        ".git",
        ".git-rewrite",
        ".hg",
        ".ipynb_checkpoints",
        ".mypy_cache",
        ".nox",
        ".pants.d",
        ".pyenv",
        ".pytest_cache",
        ".pytype",
        ".ruff_cache",
        ".svn",
        ".tox",
        ".venv",
        ".vscode",
        "__pypackages__",
        "__pycache__",
        "_build",
        "buck-out",
        "dist",
        "node_modules",
        "site-packages",
        "venv",
        ".durable_lint_cache",
        ".aws-sam",
        ".serverless",
        "cdk.out",
    )
)
"""Names of files and directories that are left out unless a person says otherwise.

Those of ruff, then our own cache and where deployment tools put copies of the sources.
"""

_EXTENSIONS = (".py", ".pyi")


class Exclusion(NamedTuple):
    """What to leave out.

    ``names`` fit a file or directory anywhere; ``matches`` is asked about absolute paths for what names cannot say.
    Both count only below ``root``, so that a project that itself lies in a folder ``dist`` can be checked.
    """

    root: str
    names: frozenset[str] = DEFAULT_EXCLUDED
    matches: Callable[[str], bool] | None = None

    def excludes(self, path: str) -> bool:
        """Whether this one entry is left out, its parents aside."""
        return os.path.basename(path) in self.names or (self.matches is not None and self.matches(path))

    def excludes_with_parents(self, path: str) -> bool:
        """Whether the path or a directory between it and the root is left out."""
        inside = path.startswith(os.path.join(self.root, ""))
        while path != self.root:
            if self.excludes(path):
                return True
            path, previous = os.path.dirname(path), path
            if not inside or path == previous:
                return False
        return False


def discover(
    paths: Iterable[str],
    exclusion: Exclusion,
    *,
    respect_gitignore: bool = True,
    force_exclude: bool = False,
    problem: Callable[[str, str], None] = lambda path, message: None,
) -> Iterator[str]:
    """The absolute paths of the files to look at, each once, in an order that depends on names only.

    A file that is named is taken whatever its extension, and even when excluded unless ``force_exclude``. Directories
    are searched for ``.py`` and ``.pyi`` files and templates without following links to directories, which may lead in
    circles. What cannot be read is told to ``problem`` (path, message), once each, and passed over.
    """
    seen: set[str] = set()
    for given in paths:
        path = os.path.abspath(given)
        if force_exclude and exclusion.excludes_with_parents(path):
            continue
        try:
            is_directory = os.path.isdir(path) or not os.stat(path)  # stat raises for what is not there
        except (OSError, ValueError) as error:
            problem(path, _reason(error))
            continue
        ignored = _GitIgnore.above(path) if respect_gitignore and (is_directory or force_exclude) else _GitIgnore()
        if is_directory:
            found = _walk(path, exclusion, ignored if respect_gitignore else None, problem)
        else:
            found = iter(() if force_exclude and ignored.ignores_with_parents(path) else (path,))
        for file in found:
            if file not in seen:
                seen.add(file)
                yield file


def _walk(
    top: str, exclusion: Exclusion, ignored: _GitIgnore | None, problem: Callable[[str, str], None]
) -> Iterator[str]:
    pending = [(top, ignored)]
    while pending:
        directory, ignored = pending.pop()
        try:
            with os.scandir(directory) as scan:
                entries = sorted(scan, key=lambda entry: entry.name)
        except OSError as error:
            problem(directory, _reason(error))
            continue
        if ignored is not None and any(entry.name == ".gitignore" for entry in entries):
            ignored = ignored.with_directory(directory)
        below: list[tuple[str, _GitIgnore | None]] = []
        for entry in entries:
            is_directory = _is_directory(entry)
            if not (is_directory or _is_wanted(entry.name)) or exclusion.excludes(entry.path):
                continue
            if ignored is not None and ignored.ignores(entry.path, is_directory):
                continue
            if is_directory:
                below.append((entry.path, ignored))
            elif _is_file(entry):
                yield entry.path
        pending.extend(reversed(below))


def _is_wanted(name: str) -> bool:
    """Python files and templates; ``.#a.py`` is no file but the link by which Emacs says that it edits ``a.py``."""
    return (name.endswith(_EXTENSIONS) and not name.startswith(".#")) or name in TEMPLATE_NAMES


def _is_directory(entry: os.DirEntry[str]) -> bool:
    try:
        return entry.is_dir(follow_symlinks=False)
    except OSError:
        return False


def _is_file(entry: os.DirEntry[str]) -> bool:
    """Whether to open it: sockets and pipes named ``*.py`` would block, a link to a directory is no file.

    A link that leads nowhere or in a circle stays in: reading it gives the error that a person should see.
    """
    try:
        return entry.is_file() or (entry.is_symlink() and not os.path.exists(entry.path))
    except OSError:
        return True


def _reason(error: Exception) -> str:
    return (error.strerror if isinstance(error, OSError) else None) or str(error)


class _GitIgnore(NamedTuple):
    """The ``.gitignore`` files that rule over a directory, the outermost first."""

    specs: tuple[tuple[str, GitIgnoreSpec], ...] = ()

    @classmethod
    def above(cls, path: str) -> _GitIgnore:
        """Those from the top of the repository that a path lies in down to the directory above it."""
        directories: list[str] = []
        directory = os.path.dirname(path)
        if not os.path.exists(os.path.join(path, ".git")):
            while True:
                directories.append(directory)
                if os.path.exists(os.path.join(directory, ".git")):
                    break
                directory, previous = os.path.dirname(directory), directory
                if directory == previous:
                    return cls()  # in no repository: what lies above is somebody else's
        ignored = cls()
        for directory in reversed(directories):
            ignored = ignored.with_directory(directory)
        return ignored

    def with_directory(self, directory: str) -> _GitIgnore:
        """These and the directory's own, if it has one."""
        try:
            with open(os.path.join(directory, ".gitignore"), encoding="utf-8", errors="surrogateescape") as file:
                lines = [line for line in file.read().split("\n") if line.strip() and not line.startswith("#")]
        except OSError:
            return self
        if not lines:
            return self
        from pathspec import GitIgnoreSpec  # 30 ms

        try:
            spec = GitIgnoreSpec.from_lines(lines)
        except ValueError:  # git passes over a pattern that it cannot read
            spec = GitIgnoreSpec.from_lines(line for line in lines if _is_pattern(line))
        return _GitIgnore((*self.specs, (directory, spec)))

    def ignores(self, path: str, is_directory: bool) -> bool:
        """Whether git ignores the entry, given that it does not ignore the directories above it."""
        for directory, spec in reversed(self.specs):
            relative = os.path.relpath(path, directory) if directory == os.sep else path[len(directory) + 1 :]
            verdict = spec.check_file(f"{relative}/" if is_directory else relative).include
            if verdict is not None:
                return verdict
        return False

    def ignores_with_parents(self, path: str) -> bool:
        """Whether git ignores the file or a directory above it."""
        if not self.specs:
            return False
        top = self.specs[0][0]
        if self.ignores(path, False):
            return True
        directory = os.path.dirname(path)
        while len(directory) > len(top):
            if self.ignores(directory, True):
                return True
            directory = os.path.dirname(directory)
        return False


def _is_pattern(line: str) -> bool:
    from pathspec import GitIgnoreSpec

    try:
        return bool(GitIgnoreSpec.from_lines([line]))
    except ValueError:
        return False
