"""The settings of one run: plain values, resolved and validated, with the questions that the engine asks of them.

Named tuples, because every start of the program defines them and data classes cost several times as much.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from durable_lint.config.presets import PRESETS
from durable_lint.source.discovery import DEFAULT_EXCLUDED, Exclusion

if TYPE_CHECKING:
    from durable_lint.finding import Severity

SYNTAX_ERROR = "DUR001"

_SPECIAL = frozenset("/*?[{!")  # what makes a pattern more than a name


class Selection(NamedTuple):
    """Selectors of one origin: the configuration file, or the command line that lies over it.

    A selector is ``ALL`` or the beginning of a code (``DUR``, ``DUR1``, ``DUR101``); names of rules have been replaced
    by their codes. ``select`` and ``preset`` are ``None`` where the origin leaves the selection as it is.
    """

    select: tuple[str, ...] | None = None
    ignore: tuple[str, ...] = ()
    extend_select: tuple[str, ...] = ()
    preset: str | None = None


class Effects(NamedTuple):
    """What the user adds to, removes from and vouches for in the tables of effects, as ``knowledge`` takes it."""

    add: tuple[tuple[str, str], ...] = ()
    remove: tuple[str, ...] = ()
    vouch: tuple[str, ...] = ()


class Settings(NamedTuple):
    """Everything that decides what a run looks at and reports.

    ``root`` is the absolute directory that relative things are relative to: that of the configuration file in
    ``source``, else the working directory. Patterns that hold a slash are absolute. ``exclude`` and ``cache_dir`` are
    ``None`` for the defaults. ``src`` holds absolute directories, none for "find them".
    """

    root: str
    source: str | None = None
    selections: tuple[Selection, ...] = ()
    per_file_ignores: tuple[tuple[str, tuple[str, ...]], ...] = ()
    exclude: tuple[str, ...] | None = None
    extend_exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    respect_gitignore: bool = True
    output_format: str = "full"
    cache: bool = True
    cache_dir: str | None = None
    src: tuple[str, ...] = ()
    sdk_version: str | None = None
    effects: Effects = Effects()
    naming: tuple[tuple[str, str], ...] = ()
    max_operations: int | None = None
    fix: bool = False
    unsafe_fixes: bool = False
    fixable: tuple[str, ...] = ("ALL",)
    unfixable: tuple[str, ...] = ()

    def selects(self, code: str, severity: Severity, filename: str) -> bool:
        """Whether a finding of this code and severity in this file (absolute path) is to be reported.

        Without a preset errors and warnings are on, advice is on where a selector names it. The longer selector beats
        the shorter one, and at equal length ``ignore`` beats ``select``.
        """
        from durable_lint.config.patterns import matches_file

        choice = self._choice(code)
        if choice is False or (choice is None and not severity.rank):
            return False
        return not any(
            _covers(selector, code)
            for pattern, selectors in self.per_file_ignores
            if matches_file(pattern, filename, self.root)
            for selector in selectors
        )

    def fixes(self, code: str) -> bool:
        """Whether findings of this code may be fixed; as with the selection, the longer selector wins."""
        return _specificity(self.fixable, code) > _specificity(self.unfixable, code)

    def exclusion(self) -> Exclusion:
        """What ``exclude`` and ``extend_exclude`` leave out."""
        from durable_lint.config.patterns import matches_file

        patterns = (*(self.exclude or ()), *self.extend_exclude)
        names = frozenset(pattern for pattern in patterns if not _SPECIAL.intersection(pattern))
        globs = tuple(pattern for pattern in patterns if pattern not in names)
        root = self.root
        return Exclusion(
            root,
            names if self.exclude is not None else names | DEFAULT_EXCLUDED,
            (lambda path: any(matches_file(glob, path, root) for glob in globs)) if globs else None,
        )

    def _choice(self, code: str) -> bool | None:
        """True or false when selectors decide about a code, ``None`` when its severity does."""
        choice: bool | None = None
        for layer in self.selections:
            if layer.preset is not None:
                selectors = PRESETS[layer.preset]
                choice = None if selectors is None else _specificity(selectors, code) > 0 or _unselected(code)
            if layer.select is not None:
                choice = _unselected(code)
            chosen = _specificity((*(layer.select or ()), *layer.extend_select), code)
            ignored = _specificity(layer.ignore, code)
            if chosen or ignored:
                choice = chosen > ignored
        return choice


def _unselected(code: str) -> bool | None:
    """What becomes of a code that a selection leaves out: a file that cannot be read is never passed over in silence,
    unless its code is ignored.
    """
    return None if code == SYNTAX_ERROR else False


def _specificity(selectors: tuple[str, ...], code: str) -> int:
    """The length of the longest selector that covers the code, 0 for none; ``ALL`` is shorter than any prefix."""
    return max(
        (1 if selector == "ALL" else len(selector) for selector in selectors if _covers(selector, code)), default=0
    )


def _covers(selector: str, code: str) -> bool:
    return selector == "ALL" or code.startswith(selector)
