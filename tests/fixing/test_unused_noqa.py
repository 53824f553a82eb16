"""What becomes of `noqa` comments that silence nothing."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

from durable_lint.config.settings import Settings
from durable_lint.engine import check
from durable_lint.fixing.passes import fix

HEAD = "from aws_durable_execution_sdk_python import durable_execution\n"


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("x = 1  # noqa: DUR101\n", "x = 1\n"),
        ("x = 1\t \t# NOQA:DUR101 \t\n", "x = 1\n"),
        ("x = 1  # noqa: DUR101", "x = 1"),
        ("x = 1  # noqa: DUR101,\n", "x = 1\n"),
        ("x = 1  # noqa: DUR101, \n", "x = 1\n"),
        ("x = 1  # noqa: DUR101,DUR2, DUR301 DUR4\n", "x = 1\n"),
        ("x = 1  # noqa: DUR101,E501\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: E501 DUR101\n", "x = 1  # noqa: E501\n"),
        ("x = 1  # noqa: E501, DUR101, W291\n", "x = 1  # noqa: E501, W291\n"),
        ("x = 1  # noqa: DUR101, E501 DUR2,W291, DUR301,\n", "x = 1  # noqa: E501 W291,\n"),
        ("x = 1  # type: ignore  # noqa: DUR101  # pragma: no cover\n", "x = 1  # type: ignore  # pragma: no cover\n"),
        ("x = 1  # noqa: DUR101  # pragma: no cover\n", "x = 1  # pragma: no cover\n"),
        ("x = 1  # noqa: DUR101 the clock is fine\n", "x = 1  # the clock is fine\n"),
        ("x = 1  # noqa: DUR101 - the clock is fine\n", "x = 1  # - the clock is fine\n"),
        ("x = 1  # durable-lint: deterministic # noqa: DUR101\n", "x = 1  # durable-lint: deterministic\n"),
        ("# noqa: DUR101\nx = 1\n", "x = 1\n"),
        ("def f():\n    # noqa: DUR101\n    return 1\n", "def f():\n    return 1\n"),
        ("x = 1\n# noqa: DUR101", "x = 1\n"),
        ("y = 1 \\\n# noqa: DUR101\n-y\n", "y = 1 \\\n\n-y\n"),
        ("x = (1,  # noqa: DUR101\n     2)  # noqa: DUR102\n", "x = (1,\n     2)\n"),
        ('x = """\n"""  # noqa: DUR101\n', 'x = """\n"""\n'),
        ("x = 1  # noqa: DUR101  # noqa: DUR102\n", "x = 1\n"),
        ("# noqa: DUR101  # noqa: DUR102\n", ""),
        ("x = 'é日'  # noqa: DUR101\n", "x = 'é日'\n"),
        ("x = 1  # noqa: DUR101 type: ignore\n", None),
        ("x = 1  # noqa: DUR101 nosec\n", None),
        ("x = 1  # noqa: DUR101  # noqa\n", None),
        ("x = 1  # noqa: DUR101  # noqa: E501\n", None),
        ("x = '# noqa: DUR101'\n", None),
        ("x = 1  # durable-lint: disable-file=DUR101\n", None),
    ],
)
@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_fix(tmp_path: Path, before: str, after: str | None, newline: str) -> None:
    path = tmp_path / "handler.py"
    path.write_bytes((HEAD + before).replace("\n", newline).encode())
    settings = Settings(str(tmp_path), cache=False)
    fixed = fix([str(path)], settings)
    expected = HEAD + (before if after is None else after)
    assert path.read_bytes().decode() == expected.replace("\n", newline)
    ast.parse(path.read_bytes())
    left = [finding.fix for finding in check([str(path)], settings).findings if finding.code == "DUR002"]
    assert not any(left)
    assert bool(fixed.made) == (after is not None)


def test_only_where_a_run_can_tell(tmp_path: Path) -> None:
    path = tmp_path / "handler.py"
    path.write_text(HEAD + "x = 1  # noqa: DUR101\n")
    from durable_lint.config.settings import Selection

    for selection in (Selection(ignore=("DUR101",)), Selection(select=("DUR002",)), Selection(ignore=("DUR002",))):
        fixed = fix([str(path)], Settings(str(tmp_path), selections=(selection,), cache=False))
        assert (fixed.made, fixed.files) == ((), ())
