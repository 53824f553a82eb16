"""``durable-lint rule`` and ``durable-lint config``: everything is explained, from one place each."""

from __future__ import annotations

import json
from pathlib import Path

from durable_lint.catalog import catalog
from durable_lint.config.options import OPTIONS
from tests.cli.program import durable_lint


def test_rules_are_listed(tmp_path: Path) -> None:
    listed = durable_lint("rule", cwd=tmp_path)
    assert listed.returncode == 0
    assert [line.split()[0] for line in listed.stdout.splitlines()] == list(catalog())
    family = durable_lint("rule", "DUR4", cwd=tmp_path)
    assert {line.split()[0][:4] for line in family.stdout.splitlines()} == {"DUR4"}


def test_a_page_by_code_or_name(tmp_path: Path) -> None:
    page = durable_lint("rule", "DUR101", cwd=tmp_path)
    assert page.stdout.startswith("DUR101 wall-clock (by sink, determinism)\n")
    assert "\nBAD" in page.stdout
    assert "\nGOOD" in page.stdout
    assert "[E]" not in page.stdout
    assert durable_lint("rule", "wall-clock", cwd=tmp_path).stdout == page.stdout
    every = durable_lint("rule", "--all", cwd=tmp_path).stdout
    assert page.stdout.strip() in every


def test_fixes_are_listed_and_explained(tmp_path: Path) -> None:
    listed = {line.split()[0]: line for line in durable_lint("rule", cwd=tmp_path).stdout.splitlines()}
    assert "  fix " in listed["DUR002"]
    assert "fix " not in listed["DUR004"]
    page = durable_lint("rule", "DUR002", cwd=tmp_path).stdout
    assert "\nFIX\n\nSafe. The unused codes go out of the comment" in page
    assert page.index("\nBAD\n") < page.index("\nFIXED\n") < page.index("\nGOOD\n")
    (entry,) = json.loads(durable_lint("rule", "DUR002", "--output-format", "json", cwd=tmp_path).stdout)
    assert entry["fix"]["applicability"] == ["safe"]
    assert "\n## Fix\n\nSafe. " in entry["explanation"]


def test_rules_as_json(tmp_path: Path) -> None:
    entries = json.loads(durable_lint("rule", "--output-format", "json", cwd=tmp_path).stdout)
    assert [entry["code"] for entry in entries] == list(catalog())
    for entry in entries:
        assert entry["name"] == catalog()[entry["code"]]
        assert entry["severity"] in ("error", "warning", "info")
        assert 10 < len(entry["summary"]) < 160, entry["code"]
        assert "```python" in entry["explanation"] or entry["family"] == "linter"


def test_options_are_explained(tmp_path: Path) -> None:
    listed = durable_lint("config", cwd=tmp_path).stdout.splitlines()
    assert [line.split()[0] for line in listed] == [option.key for option in OPTIONS]
    assert all(len(line) <= 120 for line in listed)
    page = durable_lint("config", "select", cwd=tmp_path).stdout
    assert page.startswith("select\n")
    assert 'Example:  select = ["DUR1"' in page
    children = durable_lint("config", "effects", cwd=tmp_path).stdout
    assert [line.split()[0] for line in children.splitlines()] == ["effects.add", "effects.remove", "effects.vouch"]
    assert len(json.loads(durable_lint("config", "--output-format", "json", cwd=tmp_path).stdout)) == len(OPTIONS)


def test_every_example_of_an_option_is_valid(tmp_path: Path) -> None:
    (tmp_path / "src").mkdir()
    (tmp_path / "functions" / "orders").mkdir(parents=True)
    for option in OPTIONS:
        (tmp_path / "durable-lint.toml").write_text(option.example)
        result = durable_lint("--show-settings", cwd=tmp_path)
        assert result.returncode == 0, result.stderr
