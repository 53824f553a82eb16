"""What names mean across modules: layouts, imports of every kind, re-exports."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.model.marked_program import Files, difference, handler

_SAVE = """import boto3

_table = boto3.resource("dynamodb").Table("orders")


def save(item):
    _table.put_item(Item=item)
"""


def _importing(line: str, call: str = "save(event)") -> str:
    return handler(f"context.step(use(1))\n{call}  # <- DUR105[E]", above=line)


CASES: dict[str, tuple[str, Files]] = {
    "flat folder": ("handler.py", {"handler.py": _importing("from store import save"), "store.py": _SAVE}),
    "module by name": (
        "handler.py",
        {"handler.py": _importing("import store", "store.save(event)"), "store.py": _SAVE},
    ),
    "module under another name": (
        "handler.py",
        {"handler.py": _importing("import store as s", "s.save(event)"), "store.py": _SAVE},
    ),
    "function under another name": (
        "handler.py",
        {"handler.py": _importing("from store import save as keep", "keep(event)"), "store.py": _SAVE},
    ),
    "src layout": (
        "src/app/handler.py",
        {
            "pyproject.toml": "",
            "src/app/__init__.py": "",
            "src/app/handler.py": _importing("from app.data.store import save"),
            "src/app/data/__init__.py": "",
            "src/app/data/store.py": _SAVE,
        },
    ),
    "src layout seen from a handler beside it": (
        "handler.py",
        {
            "handler.py": _importing("from app.store import save"),
            "src/app/__init__.py": "",
            "src/app/store.py": _SAVE,
        },
    ),
    "lambda folder whose root is the repository": (
        "functions/orders/handler.py",
        {
            ".git/HEAD": "",
            "functions/orders/handler.py": _importing("from shared.store import save"),
            "shared/__init__.py": "",
            "shared/store.py": _SAVE,
        },
    ),
    "layer": (
        "functions/orders/handler.py",
        {
            "template.yaml": "",
            "functions/orders/handler.py": _importing("from common.store import save"),
            "layers/shared/python/common/__init__.py": "",
            "layers/shared/python/common/store.py": _SAVE,
        },
    ),
    "namespace package": (
        "handler.py",
        {
            "handler.py": _importing("import acme.data.store", "acme.data.store.save(event)"),
            "acme/data/store.py": _SAVE,
        },
    ),
    "from a namespace package": (
        "handler.py",
        {"handler.py": _importing("from acme.data import store", "store.save(event)"), "acme/data/store.py": _SAVE},
    ),
    "relative import": (
        "app/handler.py",
        {"app/__init__.py": "", "app/handler.py": _importing("from .store import save"), "app/store.py": _SAVE},
    ),
    "relative import of a module": (
        "app/handler.py",
        {
            "app/__init__.py": "",
            "app/handler.py": _importing("from . import store", "store.save(event)"),
            "app/store.py": _SAVE,
        },
    ),
    "relative import from above": (
        "app/api/handler.py",
        {
            "app/__init__.py": "",
            "app/api/__init__.py": "",
            "app/api/handler.py": _importing("from ..data.store import save"),
            "app/data/__init__.py": "",
            "app/data/store.py": _SAVE,
        },
    ),
    "relative import without __init__": (
        "app/handler.py",
        {"app/handler.py": _importing("from .store import save"), "app/store.py": _SAVE},
    ),
    "star import": ("handler.py", {"handler.py": _importing("from store import *"), "store.py": _SAVE}),
    "star import of a star import": (
        "handler.py",
        {"handler.py": _importing("from facade import *"), "facade.py": "from store import *\n", "store.py": _SAVE},
    ),
    "star import with __all__": (
        "handler.py",
        {"handler.py": _importing("from store import *"), "store.py": f'__all__ = ["save"]\n{_SAVE}'},
    ),
    "re-export": (
        "handler.py",
        {
            "handler.py": _importing("from data import save"),
            "data/__init__.py": "from .store import save\n",
            "data/store.py": _SAVE,
        },
    ),
    "re-export under another name": (
        "handler.py",
        {
            "handler.py": _importing("from data import keep", "keep(event)"),
            "data/__init__.py": "from .store import save as keep\n",
            "data/store.py": _SAVE,
        },
    ),
    "module re-exported by its package": (
        "handler.py",
        {
            "handler.py": _importing("from data import store", "store.save(event)"),
            "data/__init__.py": "from . import store\n",
            "data/store.py": _SAVE,
        },
    ),
    "circular imports": (
        "handler.py",
        {
            "handler.py": _importing("import first", "first.run(event)"),
            "first.py": "import second\n\ndef run(item):\n    second.go(item)\n\n"
            "def save(item):\n    import store\n    store.save(item)\n",
            "second.py": "import first\n\ndef go(item):\n    first.save(item)\n",
            "store.py": _SAVE,
        },
    ),
    "from imports in a circle": (
        "handler.py",
        {
            "handler.py": _importing("from pkg import run", "run(event)"),
            "pkg/__init__.py": "from .first import run\nfrom .store import save\n",
            "pkg/first.py": "def run(item):\n    from pkg import save\n    save(item)\n",
            "pkg/store.py": _SAVE,
        },
    ),
    "import inside the function": (
        "handler.py",
        {
            "handler.py": handler("from store import save\ncontext.step(use(1))\nsave(event)  # <- DUR105[E]"),
            "store.py": _SAVE,
        },
    ),
    "import under try": (
        "handler.py",
        {
            "handler.py": _importing("try:\n    from store import save\nexcept ImportError:\n    save = None"),
            "store.py": _SAVE,
        },
    ),
    "import under TYPE_CHECKING and a lazy one": (
        "handler.py",
        {
            "handler.py": _importing(
                "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    import store", "lazy().save(event)"
            ).replace("@durable_execution", "def lazy():\n    import store\n    return store\n\n\n@durable_execution"),
            "store.py": _SAVE,
        },
    ),
    "a local name hides the import": (
        "handler.py",
        {
            "handler.py": handler("save = len\nsave(event)\ncontext.step(use(1))", above="from store import save"),
            "store.py": _SAVE,
        },
    ),
    "a standard module is not the project's module of that name": (
        "handler.py",
        {"handler.py": handler("logging.save = 1\ncontext.step(use(1))"), "logging.py": _SAVE},
    ),
    "a module that cannot be parsed is unknown": (
        "handler.py",
        {
            "handler.py": handler("save(event)\ncontext.step(use(1))", above="from store import save"),
            "store.py": "def save(:\n",
        },
    ),
    "a missing module is unknown": (
        "handler.py",
        {"handler.py": handler("save(event)\ncontext.step(use(1))", above="from elsewhere import save")},
    ),
}


@pytest.mark.parametrize("case", CASES)
def test_calls_are_followed_across_modules(case: str, tmp_path: Path) -> None:
    entry, files = CASES[case]
    assert difference(tmp_path, files, entry) == []
