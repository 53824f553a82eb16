"""What the analysis of one file comes to: the plain value that workers send and the cache keeps."""

from __future__ import annotations

from collections.abc import Set as AbstractSet

from durable_lint.dataclasses import dataclass
from durable_lint.finding import Finding


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of analysing the file at ``path``.

    ``findings`` may lie in other files of the project. ``dependencies`` are the files that the answer rests on with
    the fingerprints of their contents, ``absent`` paths that were looked for in vain. ``failures`` are crashes as
    (code of the rule or "", message). ``unreadable`` says why the file could not be read. ``judged`` is true when the
    file was analysed, so that what was not found is not there; ``searched`` when the answer also rests on what no file
    of the project says, which a new one could.
    """

    path: str
    findings: tuple[Finding, ...] = ()
    dependencies: tuple[tuple[str, str], ...] = ()
    absent: tuple[str, ...] = ()
    unresolved: int = 0
    failures: tuple[tuple[str, str], ...] = ()
    unreadable: str | None = None
    judged: bool = False
    searched: bool = False

    @property
    def is_lasting(self) -> bool:
        """Whether the same contents would give the same outcome again."""
        if self.failures or self.unreadable is not None or self.searched:
            return False
        # A fix may reach into a file that the findings do not rest on: nothing would tell that it has changed.
        return self._fixed_files <= {name for name, _ in self.dependencies}

    def rests_on(self, paths: AbstractSet[str]) -> bool:
        """Whether other contents of one of these files could change what is said here."""
        names = (name for name, _ in self.dependencies)
        return self.path in paths or any(name in paths for name in names) or not paths.isdisjoint(self._fixed_files)

    @property
    def _fixed_files(self) -> set[str]:
        return {name for finding in self.findings if finding.fix is not None for name in finding.fix.filenames}


def fingerprint(data: bytes) -> str:
    """A name for contents: equal for equal bytes, and for no others that anybody will meet."""
    from hashlib import blake2b  # 4 ms that a run without durable code need not cost

    return blake2b(data, digest_size=16).hexdigest()
