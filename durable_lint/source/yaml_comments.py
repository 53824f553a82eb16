"""Comments in YAML, which speak to the linter as those in Python do."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cached_property
from tokenize import COMMENT, TokenInfo

from durable_lint.source.suppression import Suppressions
from durable_lint.source.text import SourceText

_COMMENT = re.compile(r"#[^\r\n]*")


class YamlSuppressions(Suppressions):
    """What the comments of a YAML file ask for; a ``noqa`` counts for its own row, as there are no continued lines."""

    @cached_property
    def _stretches(self) -> dict[int, tuple[int, int]]:
        return {}

    @cached_property
    def _comments(self) -> list[TokenInfo]:
        return list(yaml_comments(self._text))


def yaml_comments(source: SourceText) -> Iterator[TokenInfo]:
    """The comments of a YAML file as Python's tokenizer would give them; none when the file is no YAML."""
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        tokens = [(token.start_mark.index, token.end_mark.index) for token in yaml.scan(source.text, loader)]
    except (yaml.YAMLError, ValueError):
        return
    position = 0
    for start, end in (*tokens, (len(source.text), len(source.text))):
        if start > position:
            for match in _COMMENT.finditer(source.text, position, start):
                row, column = source.place(match.start())
                place = (row, column - 1)
                until = (row, column - 1 + len(match.group()))
                yield TokenInfo(COMMENT, match.group(), place, until, source.line(row))
        position = max(position, end)
