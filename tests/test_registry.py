"""The registry finds every rule, wherever durable-lint lies, and survives a broken one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path
from types import ModuleType

import pytest

import durable_lint
from durable_lint.catalog import catalog, rules_folder
from durable_lint.registry import collect, registry, rules

RULE = """
from durable_lint.rule import Rule
class R(Rule):
    '''Doc.'''
    code = {0!r}
    name = {1!r}
"""


def test_every_rule_is_found() -> None:
    assert registry().failures == ()
    assert {rule.code: rule.name for rule in rules()} == dict(catalog())
    assert [rule.code for rule in rules()] == sorted(rule.code for rule in rules())


def test_a_checkout_that_is_not_installed(tmp_path: Path) -> None:
    shutil.copytree(
        os.path.dirname(durable_lint.__file__), tmp_path / "durable_lint", ignore=shutil.ignore_patterns("rules")
    )
    shutil.copytree(rules_folder(), tmp_path / "rules")
    code = (
        "import sys; sys.meta_path[:] = [f for f in sys.meta_path if 'editable' not in repr(f)]\n"
        "from durable_lint.registry import registry, rules\n"
        "assert registry().failures == (), registry().failures\n"
        "import durable_lint.rules as package\n"
        "print(package.__file__, *(rule.__module__ for rule in rules()), sep='\\n')"
    )
    command = [sys.executable, "-c", code]
    environment = {**os.environ, "PYTHONPATH": str(tmp_path)}
    lines = subprocess.run(
        command, cwd=tmp_path, env=environment, capture_output=True, text=True, check=True
    ).stdout.split()
    assert lines[0] == str(tmp_path / "rules" / "__init__.py")
    assert lines[1:] == [rule.__module__ for rule in rules()]


@pytest.fixture
def package(tmp_path: Path) -> ModuleType:
    family = tmp_path / "made_up_rules" / "family"
    family.mkdir(parents=True)
    (family / "__init__.py").touch()
    files = {
        "dur901_good.py": RULE.format("DUR901", "good"),
        "dur902_broken.py": "import nothing_of_that_name",
        "dur903_typo.py": "def (",
        "dur904_empty.py": "",
        "dur905_other.py": RULE.format("DUR906", "other"),
        "shared.py": "raise AssertionError",
    }
    for name, content in files.items():
        (family / name).write_text(content)
    other = tmp_path / "made_up_rules" / "twin"
    other.mkdir()
    (other / "__init__.py").touch()
    (other / "dur901_good.py").write_text(RULE.format("DUR901", "good"))
    package = ModuleType("made_up_rules")
    package.__path__ = [str(tmp_path / "made_up_rules")]
    return package


def test_a_broken_rule_does_not_take_the_others_along(package: ModuleType, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "made_up_rules", package)
    found = collect(package)
    for name in [name for name in sys.modules if name.startswith("made_up_rules.")]:
        monkeypatch.delitem(sys.modules, name)
    assert [rule.code for rule in found.rules] == ["DUR901"]
    failures = dict(found.failures)
    assert sorted(failures) == ["DUR901", "DUR902", "DUR903", "DUR904", "DUR905"]
    assert "share the code or the name" in failures["DUR901"]
    assert failures["DUR902"] == "ModuleNotFoundError: No module named 'nothing_of_that_name'"
    assert "belongs in dur906_other.py" in failures["DUR905"]
