"""Looks up every third-party name of the knowledge tables in the packages that are installed beside this interpreter.

    python tools/library_names.py [path to the folder of tables]

Prints the names that a package which is installed does not have, and the packages that are not installed. Run it in a
scratch environment with the packages in question; names behind ``*`` and in the standard library are not looked up
(tests/knowledge checks the latter).
"""

from __future__ import annotations

import importlib.util
import pkgutil
import sys
import tomllib
from collections.abc import Iterator
from pathlib import Path

TABLES = Path(__file__).resolve().parent.parent / "durable_lint" / "knowledge"


def main() -> None:
    folder = Path(sys.argv[1]) if len(sys.argv) > 1 else TABLES
    tables = [tomllib.loads(path.read_text("utf-8")) for path in folder.glob("*.toml") if not path.match("sdk-*")]
    names = sorted({name for table in tables for name in _names(table)})
    absent = set()
    for name in names:
        package = name.partition(".")[0]
        if package in sys.stdlib_module_names or package in ("builtins", "lambda_context", "Self"):
            continue
        if importlib.util.find_spec(package) is None:
            absent.add(package)
        elif not _exists(name):
            print(f"missing: {name}")
    print("not installed:", *sorted(absent))


def _names(table: dict[str, object]) -> Iterator[str]:
    """Every dotted name of an effect table or of the table of values."""
    groups = table.get("group", [])
    assert isinstance(groups, list)
    for group in groups:
        for key in ("read", "write", "unknown", "attributes"):
            yield from _owned(group.get(key, ""))
    for key in ("returns", "holds", "yields", "bases", "aliases"):
        block = table.get(key)
        if isinstance(block, str):
            for left, right in _entries(block):
                yield from (left + right)
    if isinstance(types := table.get("types"), str):
        yield from types.split()


def _owned(block: str) -> Iterator[str]:
    for owners, leaves in _entries(block):
        for owner in owners:
            for leaf in leaves:
                if not owner.endswith(".**") and not leaf.endswith("*"):
                    yield f"{owner}.{leaf}"


def _entries(block: str) -> Iterator[tuple[list[str], list[str]]]:
    for line in block.replace("\n ", " ").splitlines():
        left, colon, right = line.partition(": ")
        if colon:
            yield left.split(), right.split()


def _exists(name: str) -> bool:
    try:
        pkgutil.resolve_name(name)
    except (ImportError, AttributeError):
        return False
    return True


if __name__ == "__main__":
    main()
