"""Which configuration file counts, what may stand in it, and what is said when it may not."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from durable_lint.config.errors import ConfigError
from durable_lint.config.load import load_settings
from durable_lint.config.options import OPERATIONS
from durable_lint.finding import Severity
from durable_lint.model.operations import OperationKind

RULES = {"DUR001": "syntax-error", "DUR101": "wall-clock", "DUR113": "replayed-logging", "DUR405": "name-pattern"}


@pytest.fixture(autouse=True)
def rules(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("durable_lint.config.selectors.catalog", lambda: RULES)


def configure(folder: Path, text: str, name: str = "durable-lint.toml") -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(text, encoding="utf-8")
    return path


def error(folder: Path, text: str, name: str = "durable-lint.toml") -> str:
    path = configure(folder, text, name)
    with pytest.raises(ConfigError) as caught:
        load_settings(str(folder))
    assert str(path) in str(caught.value)
    assert "\n" not in str(caught.value)
    return str(caught.value).replace(f"{path}: ", "")


def test_without_a_file_paths_are_relative_to_the_working_directory(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    settings = load_settings(str(tmp_path), isolated=True)
    assert settings.root == str(tmp_path)
    assert settings.source is None


def test_the_nearest_file_wins(tmp_path: Path) -> None:
    configure(tmp_path, 'output-format = "json"')
    inner = configure(tmp_path / "a", 'output-format = "sarif"')
    assert load_settings(str(tmp_path / "a" / "b" / "missing.py")).source == str(inner)
    assert load_settings(str(tmp_path)).output_format == "json"


def test_a_pyproject_without_our_table_is_passed_over(tmp_path: Path) -> None:
    outer = configure(tmp_path, '[tool.durable-lint]\noutput-format = "json"', "pyproject.toml")
    configure(tmp_path / "a", '[project]\ndependencies = ["durable-lint"]', "pyproject.toml")
    assert load_settings(str(tmp_path / "a")).source == str(outer)


def test_inside_one_directory_our_own_file_beats_pyproject(tmp_path: Path) -> None:
    configure(tmp_path, "[tool.durable-lint]\nforce-exclude = true", "pyproject.toml")
    assert load_settings(str(tmp_path)).force_exclude
    configure(tmp_path, "force-exclude = false")
    assert not load_settings(str(tmp_path)).force_exclude
    dotted = configure(tmp_path, "", ".durable-lint.toml")
    assert load_settings(str(tmp_path)).source == str(dotted)


def test_paths_and_patterns_start_at_the_file(tmp_path: Path) -> None:
    (tmp_path / "app").mkdir()
    configure(
        tmp_path, 'src = ["app"]\ncache-dir = "build/c"\nexclude = ["gen", "app/old/*"]\nextend-exclude = ["./x/y"]'
    )
    settings = load_settings(str(tmp_path / "app"))
    assert settings.src == (str(tmp_path / "app"),)
    assert settings.cache_dir == str(tmp_path / "build" / "c")
    assert settings.exclude == ("gen", f"{tmp_path}/app/old/*")
    assert settings.extend_exclude == (f"{tmp_path}/x/y",)


def test_effects_and_naming(tmp_path: Path) -> None:
    configure(
        tmp_path,
        """
        effects.add = { "acme.book" = "network write: books", "acme.clock.*" = "clock" }
        effects.remove = ["requests.get"]
        effects.vouch = ["shop.pricing"]
        naming.step = '[a-z]+_[a-z]+'
        max-operations = 30
        """,
    )
    settings = load_settings(str(tmp_path), {"effects": {"vouch": ["other"]}})
    assert settings.effects.add == (("acme.book", "network write: books"), ("acme.clock.*", "clock"))
    assert settings.effects.remove == ("requests.get",)
    assert settings.effects.vouch == ("other",)
    assert settings.naming == (("step", "[a-z]+_[a-z]+"),)
    assert settings.max_operations == 30


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("selct = []", "unknown option `selct`; did you mean `select`?"),
        ("extend_select = []", "unknown option `extend_select`; did you mean `extend-select`?"),
        ("zzz = 1", "unknown option `zzz`; `durable-lint config` lists the options"),
        ("effects.vouches = []", "unknown option `effects.vouches`; did you mean `effects.vouch`?"),
        ("naming.stepp = 'x'", "unknown option `naming.stepp`; did you mean `naming.step`?"),
        ("effects = 3", "`effects` is 3, expected a table"),
        ('force-exclude = "yes"', "`force-exclude` is 'yes', expected true or false; e.g. force-exclude = true"),
        ('output-format = "sarrif"', "expected one of full, concise, json, github, sarif"),
        ('select = "DUR1"', "`select` is 'DUR1', expected a list of codes"),
        ("select = [1]", "`select` is [1], expected a list of codes"),
        ('select = ["DUR777"]', "`select` names no rule: `DUR777`"),
        ('ignore = ["dur101"]', "`ignore` names no rule: `dur101`; did you mean `DUR101`?"),
        ('extend-select = ["wall-clok"]', "`extend-select` names no rule: `wall-clok`; did you mean `wall-clock`?"),
        ('per-file-ignores = {"a" = ["E501"]}', "`per-file-ignores` names no rule: `E501`"),
        ('per-file-ignores = ["a"]', "`per-file-ignores` is ['a'], expected a table of file pattern"),
        ("sdk-version = 3", "`sdk-version` is 3, expected the text of a version"),
        ('sdk-version = "7.x"', "`sdk-version` is '7.x', expected the text of a version"),
        ('src = ["nowhere"]', "which is no directory"),
        ('effects.vouch = ["a b"]', "`effects.vouch` names `a b`, which is no dotted name"),
        ('effects.add = { "a.b" = "explosive" }', "`effects.add`: effect 'explosive' of a.b: expected a kind"),
        ("naming.step = '['", "`naming.step` is no regular expression"),
        ("max-operations = 0", "`max-operations` is 0, expected whole number from 1; e.g. max-operations = 25"),
        ("max-operations = true", "`max-operations` is true, expected whole number from 1"),
        ("select = [", "is not valid TOML"),
    ],
)
def test_every_mistake_names_file_key_and_remedy(tmp_path: Path, text: str, said: str) -> None:
    assert said in error(tmp_path, text)


def test_mistakes_in_files_that_can_hardly_be_read(tmp_path: Path) -> None:
    assert "is no table" in error(tmp_path / "a", 'tool.durable-lint = "x"', "pyproject.toml")
    (tmp_path / "durable-lint.toml").write_bytes(b"select = ['\xff']")
    with pytest.raises(ConfigError, match="is not UTF-8"):
        load_settings(str(tmp_path))


def test_the_command_line_lies_over_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    configure(tmp_path / "a", 'output-format = "json"\nforce-exclude = true\nextend-exclude = ["x/y"]')
    settings = load_settings(
        str(tmp_path / "a"), {"output-format": "sarif", "exclude": ["p/q"]}, ["force-exclude = false"]
    )
    assert (settings.output_format, settings.force_exclude) == ("sarif", False)
    assert settings.exclude == (f"{tmp_path}/p/q",)
    assert settings.extend_exclude == (f"{tmp_path}/a/x/y",)


def test_config_may_be_a_file_or_an_assignment(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    configure(tmp_path, 'output-format = "json"')
    other = configure(tmp_path, "force-exclude = true", "other.toml")
    settings = load_settings(".", configs=[str(other), 'effects.vouch = ["a.b"]'])
    assert settings.source == str(other)
    assert (settings.output_format, settings.effects.vouch) == ("full", ("a.b",))
    assert load_settings(".", isolated=True).output_format == "full"


@pytest.mark.parametrize(
    ("configs", "isolated", "said"),
    [
        (["nowhere.toml"], False, "nowhere.toml is neither a file nor `key = value`"),
        (["select = "], False, "--config select = : is not valid TOML"),
        (["selct = 1"], False, "--config selct = 1: unknown option `selct`; did you mean `select`?"),
        (["one.toml"], True, "leave out --config one.toml"),
        (["one.toml", "one.toml"], False, "2 files are given"),
    ],
)
def test_mistakes_on_the_command_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, configs: list[str], isolated: bool, said: str
) -> None:
    monkeypatch.chdir(tmp_path)
    configure(tmp_path, "", "one.toml")
    with pytest.raises(ConfigError) as caught:
        load_settings(".", configs=configs, isolated=isolated)
    assert said in str(caught.value)


def selected(settings_text: str, tmp_path: Path, overrides: dict[str, object] | None = None) -> str:
    """A letter each rule: ``I`` where even advice is reported, ``e`` where errors and warnings are, ``-`` for off."""
    configure(tmp_path, settings_text)
    settings = load_settings(str(tmp_path), overrides)
    letters = ""
    for code in RULES:
        error = settings.selects(code, Severity.ERROR, str(tmp_path / "a.py"))
        info = settings.selects(code, Severity.INFO, str(tmp_path / "a.py"))
        assert error == settings.selects(code, Severity.WARNING, str(tmp_path / "a.py"))
        letters += "I" if error and info else "e" if error else "-"
    return letters


@pytest.mark.parametrize(
    ("text", "overrides", "expected"),
    [
        ("", {}, "eeee"),
        ('select = ["ALL"]', {}, "IIII"),
        ('select = ["DUR"]', {}, "IIII"),
        ('select = ["DUR1"]', {}, "eII-"),
        ('select = ["wall-clock"]', {}, "eI--"),
        ('select = ["DUR4"]\nignore = ["DUR001"]', {}, "---I"),
        ('extend-select = ["DUR113"]', {}, "eeIe"),
        ('ignore = ["DUR1"]', {}, "e--e"),
        ('ignore = ["DUR1"]\nextend-select = ["DUR113"]', {}, "e-Ie"),
        ('select = ["DUR1"]\nignore = ["DUR1"]', {}, "e---"),
        ('select = ["DUR1"]\nignore = ["DUR10"]', {}, "e-I-"),
        ('select = ["DUR"]\nignore = ["ALL"]', {}, "IIII"),
        ('select = ["ALL"]\nignore = ["DUR"]', {}, "----"),
        ('ignore = ["DUR1"]', {"select": ["DUR101"]}, "eI--"),
        ('select = ["DUR1"]', {"ignore": ["DUR113"]}, "eI--"),
        ('select = ["DUR1"]', {"extend-select": ["DUR4"]}, "eIII"),
        ('ignore = ["DUR101"]', {"extend-select": ["DUR1"]}, "eIIe"),
    ],
)
def test_selection(tmp_path: Path, text: str, overrides: dict[str, object], expected: str) -> None:
    assert selected(text, tmp_path, overrides) == expected


@pytest.mark.parametrize(
    ("pattern", "file", "fits"),
    [
        ("tests/*", "tests/a.py", True),
        ("tests/*", "tests/deep/a.py", True),
        ("tests/*", "other/tests/a.py", False),
        ("tests/", "tests/deep/a.py", True),
        ("tests", "tests/a.py", True),
        ("**/legacy/*.py", "legacy/a.py", True),
        ("**/legacy/*.py", "x/y/legacy/a.py", True),
        ("conftest.py", "x/conftest.py", True),
        ("conftest.py", "x/my_conftest.py", False),
        ("*_old.py", "x/a_old.py", True),
        ("a?.{py,pyi}", "ab.pyi", True),
        ("[ab].py", "b.py", True),
        ("[!ab].py", "b.py", False),
        ("!src/*", "tests/a.py", True),
        ("!src/*", "src/a.py", False),
    ],
)
def test_per_file_ignores(tmp_path: Path, pattern: str, file: str, fits: bool) -> None:
    folder = tmp_path / "odd [name] {x}"
    configure(folder, f'per-file-ignores = {{ "{pattern}" = ["DUR1"] }}')
    settings = load_settings(str(folder))
    filename = os.path.join(str(folder), *file.split("/"))
    assert settings.selects("DUR101", Severity.ERROR, filename) is not fits
    assert settings.selects("DUR405", Severity.ERROR, filename)


def test_exclusion(tmp_path: Path) -> None:
    configure(tmp_path, 'extend-exclude = ["gen", "old/*.py", "*_pb2.py"]')
    exclusion = load_settings(str(tmp_path)).exclusion()
    excluded = [name for name in NAMES if exclusion.excludes(str(tmp_path / name))]
    assert excluded == [".venv", "gen", "a/gen", "old/x.py", "a/x_pb2.py"]
    configure(tmp_path, 'exclude = ["gen"]')
    exclusion = load_settings(str(tmp_path)).exclusion()
    assert [name for name in NAMES if exclusion.excludes(str(tmp_path / name))] == ["gen", "a/gen"]


NAMES = [".venv", "gen", "a/gen", "generic", "old/x.py", "older/x.py", "a/x_pb2.py", "a/x.py"]


def test_every_operation_can_be_given_a_pattern() -> None:
    assert set(OPERATIONS) == {kind.value for kind in OperationKind}
