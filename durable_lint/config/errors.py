"""What can be wrong with a configuration."""

from __future__ import annotations

from collections.abc import Iterable


class ConfigError(Exception):
    """A configuration that cannot be followed.

    ``place`` is the file (or the command line) that says so, ``message`` one sentence on what is wrong, ``remedy`` one
    on what to write instead; ``str()`` puts the three into one line.
    """

    def __init__(self, place: str, message: str, remedy: str = "") -> None:
        super().__init__(place, message, remedy)
        self.place = place
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        sentence = f"{self.place}: {self.message}"
        return f"{sentence}; {self.remedy}" if self.remedy else sentence


def did_you_mean(wrong: str, known: Iterable[str]) -> str:
    """The known spelling closest to a wrong one, as a question; empty when nothing comes close."""
    from difflib import get_close_matches

    by_fold = {candidate.casefold().replace("_", "-"): candidate for candidate in known}
    close = get_close_matches(wrong.casefold().replace("_", "-"), by_fold, n=1, cutoff=0.6)
    return f"did you mean `{by_fold[close[0]]}`?" if close else ""
