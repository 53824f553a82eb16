"""Passes over a project whose findings and fixes are written in its comments (see the fake analyzer)."""

from __future__ import annotations

import os
from pathlib import Path

import fake_analyzer
import pytest

from durable_lint.config.settings import Selection, Settings
from durable_lint.engine import check
from durable_lint.fixing.passes import PASSES, Fixed, fix

HEAD = "# durable\n"


def run(folder: Path, *paths: Path, save: bool = True, cache: bool = False, **settings: object) -> Fixed:
    fake_analyzer.ANALYSED.clear()
    chosen = Settings(str(folder), cache=cache)._replace(**settings)
    given = [str(path) for path in paths or (folder,)]
    return fix(given, chosen, save=save, analyzer=fake_analyzer.fake_analyzer, processes=1)


def analysed() -> list[str]:
    return [os.path.basename(path) for path in fake_analyzer.ANALYSED]


def write(folder: Path, **files: str) -> None:
    for name, text in files.items():
        (folder / f"{name}.py").write_text(HEAD + text)


def body(folder: Path, name: str) -> str:
    return "".join(line for line in (folder / f"{name}.py").read_text().splitlines(True) if "#" not in line)


def test_until_nothing_is_left_and_only_what_changed_is_analysed_again(tmp_path: Path) -> None:
    write(
        tmp_path,
        a="#! fix DUR101 safe one two\n#! fix DUR102 safe two three\none\none\n",
        b="#! use helper\n#! fix DUR101 safe old new\nold\n",
        c="#! use b\n",
        **{f"other{number}": "x = 1\n" for number in range(20)},
    )
    (tmp_path / "helper.py").write_text("x = 1\n")
    done = run(tmp_path)
    assert body(tmp_path, "a") == "three\nthree\n"
    assert body(tmp_path, "b") == "new\n"
    assert [finding.code for finding in done.made] == ["DUR101"] * 3 + ["DUR102"] * 2
    assert done.report.findings == []
    assert analysed()[23:] == ["a.py", "b.py", "c.py", "a.py"]
    assert run(tmp_path).files == ()


def test_tiers_selection_and_comments(tmp_path: Path) -> None:
    text = "#! fix DUR101 unsafe one two\n#! fix DUR102 safe three four\none\nthree\nthree  # noqa: DUR102\n"
    write(tmp_path, a=text)
    done = run(tmp_path, save=False)
    assert [finding.code for finding in done.made] == ["DUR102"]
    assert [finding.code for finding in done.report.findings] == ["DUR101"]
    assert (tmp_path / "a.py").read_text() == HEAD + text
    for settings in (
        {"selections": (Selection(ignore=("DUR102",)),)},
        {"per_file_ignores": (("a.py", ("DUR1",)),)},
        {"fixable": ("DUR4",)},
        {"unfixable": ("DUR102",)},
        {"fixable": ("DUR1",), "unfixable": ("DUR1",)},
    ):
        assert run(tmp_path, **settings).made == ()
    assert len(run(tmp_path, unfixable=("DUR1",), fixable=("DUR102",)).made) == 1
    assert len(run(tmp_path, unsafe_fixes=True).made) == 1
    assert run(tmp_path).report.findings == []


def test_an_endless_exchange_is_bounded_and_said(tmp_path: Path) -> None:
    write(tmp_path, a="#! fix DUR101 safe tick tock\n#! fix DUR102 safe tock tick\ntick\n")
    done = run(tmp_path)
    assert len(done.made) == PASSES
    assert [finding.code for finding in done.unfinished] == ["DUR102"]
    assert body(tmp_path, "a") == "tock\n"


def test_a_fix_in_several_files_is_made_in_all_of_them_or_in_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(tmp_path, a="#! use b\n#! fix DUR201 safe old new b.py\nold\n", b="old\n", c="#! fix DUR101 safe x y\nx\n")
    alone = run(tmp_path, tmp_path / "a.py")
    assert (alone.made, [f.code for f in alone.elsewhere]) == ((), ["DUR201"])
    assert alone.unchecked == (str(tmp_path / "b.py"),)
    assert [f.code for f in alone.report.findings] == ["DUR201"]
    excluded = run(tmp_path, exclude=("b.py",))
    assert excluded.unchecked == (str(tmp_path / "b.py"),)
    assert body(tmp_path, "c") == "y\n"
    access = os.access
    monkeypatch.setattr(os, "access", lambda path, mode: not str(path).endswith("b.py") and access(path, mode))
    (tmp_path / "c.py").write_text((tmp_path / "c.py").read_text().replace("\ny\n", "\nx\n"))
    failed = run(tmp_path)
    assert [problem.file for problem in failed.unwritten] == [str(tmp_path / "b.py")]
    assert [finding.code for finding in failed.report.findings] == ["DUR201"]
    assert [body(tmp_path, name) for name in "abc"] == ["old\n", "old\n", "y\n"]
    monkeypatch.undo()
    run(tmp_path)
    assert [body(tmp_path, name) for name in "abc"] == ["new\n", "new\n", "y\n"]


def test_a_wrong_fix_is_an_internal_error_and_is_not_made(tmp_path: Path) -> None:
    write(tmp_path, a="#! fix DUR101 safe one (\n#! fix DUR102 safe two three\none\ntwo\n")
    done = run(tmp_path)
    (error,) = done.report.errors
    assert (error.file, error.rule) == (str(tmp_path / "a.py"), "DUR101")
    assert error.message == 'the fix "Write (" does not fit 4:1 and was not made'
    assert body(tmp_path, "a") == "one\nthree\n"


def test_a_file_saved_by_somebody_else_meanwhile(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, a="#! fix DUR101 safe one two\none\n", b="#! fix DUR101 safe one two\none\n")
    analyze = fake_analyzer.FakeAnalyzer.analyze
    newer = HEAD + "#! fix DUR101 safe one two\n\n\none\n"

    def slow(self: fake_analyzer.FakeAnalyzer, path: str) -> object:
        if path.endswith("a.py"):
            (tmp_path / "a.py").write_text(newer)
        return analyze(self, path)

    monkeypatch.setattr(fake_analyzer.FakeAnalyzer, "analyze", slow)
    done = run(tmp_path)
    assert [(p.file, p.message) for p in done.unwritten] == [
        (str(tmp_path / "a.py"), "it has changed since it was read: run durable-lint again")
    ]
    assert (tmp_path / "a.py").read_text() == newer
    assert body(tmp_path, "b") == "two\n"


@pytest.mark.skipif(os.name == "nt", reason="links of POSIX")
def test_a_file_checked_by_two_names_is_fixed_once(tmp_path: Path) -> None:
    write(tmp_path, z="#! fix DUR101 safe one two\none\n")
    (tmp_path / "a.py").symlink_to("z.py")
    done = run(tmp_path)
    assert body(tmp_path, "z") == "two\n"
    assert (tmp_path / "a.py").is_symlink()
    assert len(done.made) == len(done.files) == 1
    assert (done.report.findings, done.unwritten) == ([], ())


def test_an_encoding_that_does_not_come_back(tmp_path: Path) -> None:
    data = b"# coding: utf-7\n# durable\n#! fix DUR101 safe one two\none\nx = '+AGE-'\n"
    (tmp_path / "a.py").write_bytes(data)
    done = run(tmp_path)
    assert "save it as UTF-8" in done.unwritten[0].message
    assert (tmp_path / "a.py").read_bytes() == data


def test_a_helper_that_becomes_durable_is_checked(tmp_path: Path) -> None:
    write(tmp_path, a="#! use helper\n#! fix DUR201 safe old durable helper.py\nold\n")
    (tmp_path / "helper.py").write_text("old\n#! fix DUR101 safe durable done\n")
    run(tmp_path)
    assert (tmp_path / "helper.py").read_text().startswith("done\n")


def test_the_cache_never_takes_the_fixed_text_for_the_one_on_disk(tmp_path: Path) -> None:
    write(tmp_path, a="#! fix DUR101 safe one two\none\n", b="#! fix DUR201 safe old new c.py\nold\n", c="old\n")
    settings = Settings(str(tmp_path))
    for _ in range(2):
        assert len(run(tmp_path, save=False, cache=True).made) == 2
        report = check([str(tmp_path)], settings, analyzer=fake_analyzer.fake_analyzer)
        assert [finding.code for finding in report.findings] == ["DUR101", "DUR201"]
    # b's fix reaches into c, which b does not import: nothing in the cache would tell that c has changed.
    (tmp_path / "c.py").write_text(HEAD + "\n\nold\n")
    run(tmp_path, cache=True)
    assert [body(tmp_path, name) for name in "abc"] == ["two\n", "new\n", "\n\nnew\n"]
    assert check([str(tmp_path)], settings, analyzer=fake_analyzer.fake_analyzer).findings == []


def test_fixes_on_which_analyses_do_not_agree_are_not_made(tmp_path: Path) -> None:
    write(tmp_path, a="#! fix DUR101 safe one two\n#! fix DUR101 safe one three\none\n")
    assert run(tmp_path).made == ()
    write(tmp_path, a="#! fix DUR101 safe one two\n#! fix DUR101 unsafe one two\none\n")
    assert run(tmp_path).made == ()
    assert len(run(tmp_path, unsafe_fixes=True).made) == 1
