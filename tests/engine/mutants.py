"""Mutants: programs with a few lines or tokens changed, to be analysed and fixed without a crash."""

from __future__ import annotations

import io
import random
import tokenize


def mutated(source: str, randomness: random.Random) -> str:
    """The source with a few lines or tokens deleted, doubled, swapped or replaced."""
    for _ in range(randomness.randint(1, 4)):
        source = randomness.choice((_with_other_lines, _with_other_tokens))(source, randomness)
    return source


def _with_other_lines(source: str, randomness: random.Random) -> str:
    return "".join(_shaken(source.splitlines(keepends=True), randomness))


def _with_other_tokens(source: str, randomness: random.Random) -> str:
    try:
        tokens = list(tokenize.generate_tokens(io.StringIO(source).readline))
    except (tokenize.TokenError, SyntaxError):
        return source
    lines = source.splitlines(keepends=True)
    kind = randomness.choice((tokenize.NAME, tokenize.NAME, tokenize.OP, tokenize.STRING, tokenize.NUMBER))
    alike = [token for token in tokens if token.type == kind and token.start[0] == token.end[0]]
    if not alike:
        return source
    token, other = randomness.choice(alike), randomness.choice(alike)
    row, start, end = token.start[0] - 1, token.start[1], token.end[1]
    text = randomness.choice(("", f"{token.string} {token.string}", other.string, other.string))
    lines[row] = lines[row][:start] + text + lines[row][end:]
    return "".join(lines)


def _shaken(items: list[str], randomness: random.Random) -> list[str]:
    if not items:
        return items
    items = list(items)
    first, second = randomness.randrange(len(items)), randomness.randrange(len(items))
    match randomness.randrange(3):
        case 0:
            del items[first : first + randomness.randint(1, 3)]
        case 1:
            items.insert(second, items[first])
        case _:
            items[first], items[second] = items[second], items[first]
    return items
