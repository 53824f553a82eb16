"""Imports that fixes need: reused where they are there, else put where isort and ruff want them."""

from __future__ import annotations

import ast
import json
import random
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from durable_lint.finding import Edit, Finding, Fix, Safety, Severity, Span
from durable_lint.fixing.apply import apply
from durable_lint.model.module import Module
from durable_lint.rewrite.imports import Brought, bring
from durable_lint.source.parse import parse

_SDK = "aws_durable_execution_sdk_python"
_USE = "\n\ndef handler(event, context):\n    return HERE\n"


def _module(text: str) -> Module:
    parsed = parse(text.encode(), "handler.py")
    return Module("handler.py", "handler", False, parsed.text, parsed.tree)


def _at(module: Module) -> ast.AST:
    return next(node for node in ast.walk(module.tree) if isinstance(node, ast.Name) and node.id == "HERE")


def _bring(text: str, dotted: str) -> Brought | None:
    module = _module(text)
    return bring(module, dotted, _at(module))


def _edited(text: str, *needs: tuple[Edit, ...]) -> str:
    span = Span(1, 1, 1, 1)
    findings = [
        Finding("DUR000", Severity.INFO, str(number), "handler.py", span, fix=Fix("Import", Safety.SAFE, edits))
        for number, edits in enumerate(needs)
    ]
    applied = apply(findings, {"handler.py": text.encode()})
    assert not applied.refused
    assert not applied.postponed
    return applied.contents.get("handler.py", text.encode()).decode()


def _added(text: str, dotted: str) -> str:
    brought = _bring(text, dotted)
    assert brought is not None
    assert brought.edits
    assert brought.expression == dotted.rpartition(".")[2]
    result = _edited(text, brought.edits)
    again = _bring(result, dotted)
    assert again is not None
    assert (again.expression, again.edits) == (brought.expression, ())
    return result


@pytest.mark.parametrize(
    ("header", "dotted", "expression"),
    [
        ("from datetime import datetime", "datetime.datetime", "datetime"),
        ("from datetime import datetime as dt", "datetime.datetime", "dt"),
        ("import datetime", "datetime.datetime", "datetime.datetime"),
        ("import datetime as d", "datetime.datetime", "d.datetime"),
        ("import os.path", "os.getcwd", "os.getcwd"),
        ("import xml.sax\nimport xml.dom", "xml.dom.Node", "xml.dom.Node"),
        ("import concurrent.futures.thread", "concurrent.futures.Future", "concurrent.futures.Future"),
        ("from concurrent import futures", "concurrent.futures.Future", "futures.Future"),
        ("from os import path as p, sep", "os.sep", "sep"),
        ("try:\n    from uuid import UUID\nexcept ImportError:\n    raise\n", "uuid.UUID", "UUID"),
        ("if SLOW:\n    from uuid import UUID\nelse:\n    from uuid import UUID\n", "uuid.UUID", "UUID"),
        ("x = 1", "builtins.str", "str"),
        (f"from {_SDK}.config import Duration", "sdk.Duration", "Duration"),
        (f"from {_SDK}.context import Duration as D", "sdk.Duration", "D"),
        ("from durable_runtime.config import Duration", "sdk.Duration", "Duration"),
        (f"import {_SDK}", "sdk.Duration", f"{_SDK}.config.Duration"),
        (f"import {_SDK} as durable", "sdk.Duration", "durable.config.Duration"),
        (f"import {_SDK} as durable", "sdk.durable_execution", "durable.durable_execution"),
        (f"import {_SDK} as durable", "sdk.StepError", "durable.StepError"),
        (f"from {_SDK} import *", "sdk.durable_execution", "durable_execution"),
        (f"from {_SDK} import *", "builtins.str", "str"),
        (f"from uuid import UUID\nfrom {_SDK} import *", "uuid.UUID", "UUID"),
        (f"import {_SDK}.config", "sdk.Duration", f"{_SDK}.config.Duration"),
        (f"from {_SDK} import config as c", "sdk.Duration", "c.Duration"),
        (f"import {_SDK}.waits as w", "sdk.WaitStrategyConfig", "w.WaitStrategyConfig"),
        (
            f"try:\n    from {_SDK}.config import Duration\n"
            "except ImportError:\n    from durable_runtime.config import Duration\n",
            "sdk.Duration",
            "Duration",
        ),
    ],
)
def test_import_is_reused(header: str, dotted: str, expression: str) -> None:
    assert _bring(header + _USE, dotted) == Brought(expression)


@pytest.mark.parametrize(
    "program",
    [
        "def f():\n    from uuid import UUID\n    return HERE\n",
        "def f():\n    from uuid import UUID\n    return lambda: HERE\n",
        "def f(x):\n    from uuid import UUID\n    if x:\n        return HERE\n",
        "class A:\n    UUID = 1\n    def f(self):\n        return HERE\nfrom uuid import UUID\n",
        "from uuid import UUID\ndef g(UUID): ...\ndef f():\n    return HERE\n",
        "from uuid import UUID\n@HERE\ndef f(UUID): ...\n",
        "from os import *\nfrom uuid import UUID\ndef f():\n    return HERE\n",
        "from uuid import UUID\nx = [UUID for UUID in []]\ny = HERE\n",
    ],
)
def test_import_is_reused_where_it_surely_ran(program: str) -> None:
    assert _bring(program, "uuid.UUID") == Brought("UUID")


@pytest.mark.parametrize(
    "program",
    [
        "if TYPE_CHECKING:\n    from uuid import UUID\ndef f():\n    return HERE\n",
        "try:\n    from uuid import UUID\nexcept ImportError:\n    UUID = None\ndef f():\n    return HERE\n",
        "try:\n    from uuid import UUID\nexcept ImportError:\n    pass\ndef f():\n    return HERE\n",
        "with suppress(ImportError):\n    from uuid import UUID\ndef f():\n    return HERE\n",
        "from uuid import UUID\nfrom os import *\ndef f():\n    return HERE\n",
        "from os import *\ndef f():\n    return HERE\n",
        "from uuid import UUID\ndel UUID\ndef f():\n    return HERE\n",
        "from uuid import UUID\nUUID = str\ndef f():\n    return HERE\n",
        "from uuid import UUID\ndef g():\n    global UUID\n    UUID = 1\ndef f():\n    return HERE\n",
        "from uuid import UUID\ndef f(UUID):\n    return HERE\n",
        "from uuid import UUID\ndef f(UUID):\n    return lambda: HERE\n",
        "from uuid import UUID\nf = lambda UUID: HERE\n",
        "from uuid import UUID\nx = [HERE for UUID in y]\n",
        "from uuid import UUID\nclass A:\n    UUID = 1\n    x = HERE\n",
        "from uuid import UUID\ndef f():\n    x = HERE\n    from uuid import UUID\n",
        "from uuid import UUID\ndef f(x):\n    match x:\n        case {**UUID}:\n            return HERE\n",
        "from uuid import UUID\ndef f(x):\n    try:\n        x()\n    except Error as UUID:\n        return HERE\n",
        "x = HERE\nfrom uuid import UUID\n",
        "def f():\n    if x:\n        from uuid import UUID\n    return HERE\n",
        "def f():\n    return HERE\ndef g():\n    from uuid import UUID\n",
        "def f():\n    return HERE\ndef g(UUID): ...\n",
        "def f():\n    return HERE\nprint(UUID)\n",
    ],
)
def test_name_that_may_mean_something_else_is_not_used(program: str) -> None:
    assert _bring(program, "uuid.UUID") is None


@pytest.mark.parametrize("name", ["str", "print"])
def test_builtin_is_not_used_where_it_is_shadowed(name: str) -> None:
    assert _bring(f"def f({name}):\n    return HERE\n", f"builtins.{name}") is None
    assert _bring("from m import *\ndef f():\n    return HERE\n", f"builtins.{name}") is None


@pytest.mark.parametrize(
    ("header", "dotted"),
    [
        ("import json", "sdk.Duration"),
        (f"import {_SDK} as a\nfrom durable_runtime import durable_step", "sdk.WaitStrategyConfig"),
        (f"try:\n    import {_SDK} as a\nexcept ImportError:\n    import json as a\n", "sdk.Duration"),
        (f"from {_SDK} import durable_step", "sdk.NoSuchName"),
        (f"from {_SDK}.config import *", "sdk.Duration"),
        (f"from {_SDK} import *\nfrom m import *", "sdk.durable_execution"),
        ("import json; x = 1", "uuid.UUID"),
    ],
)
def test_import_is_not_added_in_doubt(header: str, dotted: str) -> None:
    assert _bring(header + _USE, dotted) is None


CASES = {
    "no imports": ("x = 1\n", "uuid.UUID", "from uuid import UUID\n\nx = 1\n"),
    "a definition first": ("def f(): ...\n", "uuid.UUID", "from uuid import UUID\n\n\ndef f(): ...\n"),
    "a decorated definition first": (
        "@d\ndef f(): ...\n",
        "uuid.UUID",
        "from uuid import UUID\n\n\n@d\ndef f(): ...\n",
    ),
    "docstring": ('"""Doc."""\n\nx = 1\n', "uuid.UUID", '"""Doc."""\n\nfrom uuid import UUID\n\nx = 1\n'),
    "docstring, close": ('"""Doc."""\nx = 1\n', "uuid.UUID", '"""Doc."""\n\nfrom uuid import UUID\n\nx = 1\n'),
    "docstring, definition": (
        '"""Doc.\n"""\n\n\ndef f(): ...\n',
        "uuid.UUID",
        '"""Doc.\n"""\n\nfrom uuid import UUID\n\n\ndef f(): ...\n',
    ),
    "shebang": ("#!/usr/bin/python\nx = 1\n", "uuid.UUID", "#!/usr/bin/python\n\nfrom uuid import UUID\n\nx = 1\n"),
    "cookie": (
        "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n# about x\nx = 1\n",
        "uuid.UUID",
        "#!/usr/bin/python\n# -*- coding: utf-8 -*-\n\nfrom uuid import UUID\n\n# about x\nx = 1\n",
    ),
    "licence": (
        "# Copyright\n# of us\n\nx = 1\n",
        "uuid.UUID",
        "# Copyright\n# of us\n\nfrom uuid import UUID\n\nx = 1\n",
    ),
    "comment on the first statement": ("# one\nx = 1\n", "uuid.UUID", "from uuid import UUID\n\n# one\nx = 1\n"),
    "licence, import": (
        "# Copyright\n\nimport boto3\n",
        "uuid.UUID",
        "# Copyright\n\nfrom uuid import UUID\n\nimport boto3\n",
    ),
    "future": (
        "from __future__ import annotations\n\nx = 1\n",
        "uuid.UUID",
        "from __future__ import annotations\n\nfrom uuid import UUID\n\nx = 1\n",
    ),
    "section before": ("import boto3\n", "uuid.UUID", "from uuid import UUID\n\nimport boto3\n"),
    "section behind": (
        "import os  # why\n\nfrom . import x\n",
        "boto3.Session",
        "import os  # why\n\nfrom boto3 import Session\n\nfrom . import x\n",
    ),
    "in its section": (
        "import os\nfrom zlib import crc32\n",
        "uuid.UUID",
        "import os\nfrom uuid import UUID\nfrom zlib import crc32\n",
    ),
    "comment stays with its import": (
        "import os\n# packed\nfrom zlib import crc32\n",
        "uuid.UUID",
        "import os\nfrom uuid import UUID\n# packed\nfrom zlib import crc32\n",
    ),
    "into a statement": ("from uuid import uuid4\n", "uuid.UUID", "from uuid import UUID, uuid4\n"),
    "into a statement, at the end": ("from uuid import UUID # n\n", "uuid.uuid4", "from uuid import UUID, uuid4 # n\n"),
    "renaming has its own": (
        "from uuid import uuid4 as u\n",
        "uuid.UUID",
        "from uuid import UUID\nfrom uuid import uuid4 as u\n",
    ),
    "into brackets": (
        "from uuid import (\n    SafeUUID,  # s\n    # four\n    uuid4,\n)\n",
        "uuid.uuid1",
        "from uuid import (\n    SafeUUID,  # s\n    uuid1,\n    # four\n    uuid4,\n)\n",
    ),
    "into brackets, first": (
        "from uuid import (  # noqa\n    uuid1,\n    uuid4,\n)\n",
        "uuid.UUID",
        "from uuid import (  # noqa\n    UUID,\n    uuid1,\n    uuid4,\n)\n",
    ),
    "into brackets, last": (
        "from uuid import (\n\tUUID,\n\tuuid1, # one\n)\n",
        "uuid.uuid4",
        "from uuid import (\n\tUUID,\n\tuuid1, # one\n\tuuid4,\n)\n",
    ),
    "into brackets, last, without a comma": (
        "from uuid import (\n    UUID,\n    uuid1 # one\n)\n",
        "uuid.uuid4",
        "from uuid import (\n    UUID,\n    uuid1, # one\n    uuid4\n)\n",
    ),
    "into brackets in rows": (
        "from uuid import (UUID,\n                  uuid1, uuid5)\n",
        "uuid.uuid4",
        "from uuid import (UUID,\n                  uuid1, uuid4, uuid5)\n",
    ),
    "into continued lines": (
        "from uuid import UUID, \\\n    uuid1, \\\n    uuid5\n",
        "uuid.uuid4",
        "from uuid import UUID, \\\n    uuid1, uuid4, \\\n    uuid5\n",
    ),
    "into a continued line, first": (
        "from uuid import \\\n    uuid1, \\\n    uuid5\n",
        "uuid.UUID",
        "from uuid import \\\n    UUID, uuid1, \\\n    uuid5\n",
    ),
    "semicolons": ("import os; import sys\n", "uuid.UUID", "import os; import sys\nfrom uuid import UUID\n"),
    "unsorted": (
        "import sys\nimport boto3\nimport os\nfrom json import loads\nx = 1\n",
        "uuid.UUID",
        "import sys\nfrom uuid import UUID\nimport boto3\nimport os\nfrom json import loads\nx = 1\n",
    ),
    "isort is off": (
        "# isort: skip_file\nfrom zlib import crc32\nimport os\n",
        "uuid.UUID",
        "# isort: skip_file\nfrom zlib import crc32\nimport os\nfrom uuid import UUID\n",
    ),
    "types only": (
        "import os\n\nif TYPE_CHECKING:\n    from uuid import uuid4\n",
        "uuid.UUID",
        "import os\nfrom uuid import UUID\n\nif TYPE_CHECKING:\n    from uuid import uuid4\n",
    ),
    "sdk, root": (
        f"from {_SDK} import DurableContext\n",
        "sdk.durable_execution",
        f"from {_SDK} import DurableContext, durable_execution\n",
    ),
    "sdk, submodule": (
        f"import os\n\nfrom {_SDK} import DurableContext\nfrom polling import x\n",
        "sdk.Duration",
        f"import os\n\nfrom {_SDK} import DurableContext\nfrom {_SDK}.config import Duration\nfrom polling import x\n",
    ),
    "sdk, everything": (
        f"from {_SDK} import *\n",
        "sdk.Duration",
        f"from {_SDK} import *\nfrom {_SDK}.config import Duration\n",
    ),
    "sdk, ours": (
        "from durable_runtime import DurableContext\n",
        "sdk.Duration",
        "from durable_runtime import DurableContext\nfrom durable_runtime.config import Duration\n",
    ),
    "sdk, behind the change of the path": (
        f"import sys\n\nsys.path.pop()\nfrom {_SDK} import DurableContext\n",
        "sdk.Duration",
        f"import sys\n\nsys.path.pop()\nfrom {_SDK} import DurableContext\nfrom {_SDK}.config import Duration\n",
    ),
    "sdk, for types only": (
        f"if TYPE_CHECKING:\n    from {_SDK} import DurableContext\n",
        "sdk.Duration",
        f"from {_SDK}.config import Duration\n\nif TYPE_CHECKING:\n    from {_SDK} import DurableContext\n",
    ),
}


@pytest.mark.parametrize("newline", ["\n", "\r\n"])
@pytest.mark.parametrize("case", CASES)
def test_import_is_added(case: str, newline: str) -> None:
    header, dotted, expected = (text.replace("\n", newline) for text in CASES[case])
    use = _USE.replace("\n", newline)
    assert _added(header + use, dotted) == expected + use


def test_import_is_added_above_the_code_that_needs_it_at_once() -> None:
    assert _bring("def f(): ...\nx = HERE\nimport os\n", "uuid.UUID") == Brought(
        "UUID", (Edit("handler.py", Span(1, 1, 1, 1), "from uuid import UUID\n\n\n"),)
    )


def test_fixes_that_need_the_same_import_share_it() -> None:
    text = "import os\n" + _USE
    first, second = _bring(text, "uuid.UUID"), _bring(text, "uuid.UUID")
    assert first is not None
    assert first == second
    assert _edited(text, first.edits, first.edits).count("UUID") == 1


# Ruff is the oracle: what was in order stays in order.

_STDLIB = ["import os", "import json", "import os.path", "import datetime as d", "import zlib", "import xml.sax"]
_STDLIB += ["from datetime import UTC, timedelta", "from uuid import SafeUUID, uuid4", "from uuid import uuid1 as one"]
_STDLIB += [
    "from uuid import (\n    SafeUUID,\n    uuid1,\n)",
    "from decimal import (\n    ROUND_UP,  # up\n    Context,\n)",
]
_STDLIB += ["from decimal import ROUND_UP, Context, localcontext", "from json import loads", "from typing import Any"]
_THIRD = ["import boto3", "import requests", "from boto3.session import Session", "import aws_xray_sdk as xray"]
_THIRD += [f"from {_SDK} import DurableContext, StepContext", f"from {_SDK}.config import MapConfig, StepConfig"]
_THIRD += [f"from {_SDK}.config import (\n    ChildConfig,\n    MapConfig,\n)", f"from {_SDK}.types import Callback"]
_THIRD += [
    "from aws_lambda_powertools import Logger",
    "from pydantic import BaseModel",
    "import A_b",
    "import pkg10, pkg9",
]
_FIRST = ["import billing", "from billing.tables import Row", "from billing import orders"]
_LOCAL = ["from . import models", "from ..shared import thing", "from .sub import y"]
_HEADS = ["", "#!/usr/bin/env python3\n", '"""Doc."""\n\n', "# Licence\n# text\n\n", '"""Doc."""\n\n# note\n\n']
_CODE = [
    "def f(): ...\n",
    "class A: ...\n",
    "x = 1\n",
    "# about x\nx = 1\n",
    "if x:\n    import y\n",
    "@d\ndef f(): ...\n",
]
_NEEDS = ["uuid.UUID", "uuid.uuid4", "datetime.datetime", "decimal.Decimal", "decimal.ROUND_DOWN", "pathlib.Path"]
_NEEDS += ["sdk.Duration", "sdk.durable_execution", "sdk.JitterStrategy", "sdk.StepError", "sdk.RetryPresets"]
_RUFF = ["--isolated", "--select", "I", "--line-length", "320", "--config", 'lint.isort.known-first-party=["billing"]']


def _headers() -> list[str]:
    chance = random.Random(7)
    headers = []
    for number in range(260):
        lines: list[str] = []
        for pool, most in ((_STDLIB, 4), (_THIRD, 4), (_FIRST, 2), (_LOCAL, 2)):
            lines += chance.sample(pool, chance.randint(0, min(most, len(pool))))
        if chance.random() < 0.3:
            lines.insert(0, "from __future__ import annotations")
        if number % 3 == 0 and lines:
            lines[-1] = f"# about the next\n{lines[-1]}"
        block = "\n".join(lines) + "\n\n" if lines else ""
        headers.append(chance.choice(_HEADS) + block + chance.choice(_CODE))
    return headers


def _ruff(folder: Path, *options: str) -> str:
    command = [sys.executable, "-m", "ruff", "check", *_RUFF, *options, "--no-cache", str(folder)]
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout


def test_sorted_imports_stay_sorted(tmp_path: Path) -> None:
    pytest.importorskip("ruff")
    before, after = tmp_path / "before", tmp_path / "after"
    before.mkdir()
    after.mkdir()
    for number, header in enumerate(_headers()):
        (before / f"h{number}.py").write_text(header, encoding="utf-8")
    _ruff(before, "--fix")
    count = 0
    for path in sorted(before.glob("*.py")):
        header = path.read_text(encoding="utf-8")
        for number, need in enumerate(_NEEDS):
            brought = _bring(header + _USE, need)
            if brought is not None and brought.edits:
                text = _edited(header + _USE, brought.edits)
                ast.parse(text)
                (after / f"{path.stem}_{number}.py").write_text(text, encoding="utf-8")
                count += 1
    assert count > 1000
    found = json.loads(_ruff(after, "--output-format", "json"))
    assert [Path(item["filename"]).read_text(encoding="utf-8") for item in found[:3]] == []


_statements = st.lists(
    st.sampled_from([*_STDLIB, *_THIRD, *_FIRST, *_LOCAL, "x = 1", "# note", "", "import os; import re"])
)


@settings(suppress_health_check=[HealthCheck.too_slow], deadline=None)
@given(_statements, st.sampled_from(_NEEDS), st.sampled_from(["\n", "\r\n"]))
def test_unsorted_imports_gain_one_and_keep_their_text(lines: list[str], need: str, newline: str) -> None:
    text = ("\n".join(lines) + _USE).replace("\n", newline)
    brought = _bring(text, need)
    if brought is None or not brought.edits:
        return
    result = _edited(text, brought.edits)
    name = need.rpartition(".")[2]
    tree = ast.parse(result)
    aliases = [alias.name for node in ast.walk(tree) if isinstance(node, ast.ImportFrom) for alias in node.names]
    assert aliases.count(name) == 1
    left = iter(result)
    assert all(character in left for character in text)
    again = _bring(result, need)
    assert again is not None
    assert again.edits == ()
