"""Presets: what each selects, and how selectors change it."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.catalog import catalog
from durable_lint.config.errors import ConfigError
from durable_lint.config.load import load_settings
from durable_lint.config.presets import PRESETS
from durable_lint.config.settings import Settings
from durable_lint.finding import Severity


def settings_of(folder: Path, text: str, **overrides: object) -> Settings:
    (folder / "durable-lint.toml").write_text(text, encoding="utf-8")
    return load_settings(str(folder), overrides)


def reported(settings: Settings, severity: Severity = Severity.ERROR) -> set[str]:
    return {code for code in catalog() if settings.selects(code, severity, "/handler.py")}


def test_recommended_is_what_counts_without_a_preset(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'preset = "recommended"')
    for severity in Severity:
        assert reported(settings, severity) == reported(Settings(str(tmp_path)), severity)
    assert reported(settings) == set(catalog())
    assert reported(settings, Severity.INFO) == set()


def test_strict_is_everything(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'preset = "strict"')
    assert reported(settings, Severity.INFO) == set(catalog())


def test_seed_is_its_rules_and_broken_files(tmp_path: Path) -> None:
    settings = settings_of(tmp_path, 'preset = "seed"')
    codes = set(PRESETS["seed"] or ())
    assert reported(settings, Severity.INFO) == codes
    assert reported(settings) == codes | {"DUR001"}


def test_every_code_of_a_preset_is_a_rule() -> None:
    for selectors in PRESETS.values():
        for selector in selectors or ():
            assert selector == "ALL" or selector in catalog()
    assert list(PRESETS["seed"] or ()) == sorted(set(PRESETS["seed"] or ()))


def test_selectors_lie_over_the_preset(tmp_path: Path) -> None:
    strict = set(catalog())
    of_family = {code for code in strict if code.startswith("DUR4")}
    assert reported(settings_of(tmp_path, 'preset = "strict"\nignore = ["DUR4"]'), Severity.INFO) == strict - of_family
    seed = set(PRESETS["seed"] or ())
    settings = settings_of(tmp_path, 'extend-select = ["replayed-logging"]\nignore = ["DUR101"]\npreset = "seed"')
    assert reported(settings, Severity.INFO) == (seed | {"DUR113"}) - {"DUR101"}
    settings = settings_of(tmp_path, 'preset = "strict"\nselect = ["DUR403"]')
    assert reported(settings, Severity.INFO) == {"DUR403"}


def test_the_command_line_lies_over_the_file(tmp_path: Path) -> None:
    text = 'preset = "seed"\nselect = ["DUR403"]\nignore = ["DUR1"]'
    assert reported(settings_of(tmp_path, text, preset="strict"), Severity.INFO) == set(catalog())
    assert reported(settings_of(tmp_path, text, ignore=["DUR403"])) == {"DUR001"}
    assert reported(settings_of(tmp_path, 'preset = "strict"', preset="recommended"), Severity.INFO) == set()


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ('preset = "sed"', "`preset` is 'sed', expected one of recommended, strict, seed; did you mean `seed`?"),
        ('preset = "Strict"', "did you mean `strict`?"),
        ('preset = "everything"', 'expected one of recommended, strict, seed; e.g. preset = "strict"'),
        ("preset = 3", "`preset` is 3, expected one of recommended, strict, seed"),
        ('presets = "seed"', "unknown option `presets`; did you mean `preset`?"),
    ],
)
def test_an_unknown_preset_is_said(tmp_path: Path, text: str, said: str) -> None:
    with pytest.raises(ConfigError) as caught:
        settings_of(tmp_path, text)
    assert said in str(caught.value)
