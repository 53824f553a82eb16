"""The cache: never a different answer, never an error, and nothing heavy imported when it has the answer."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import textwrap
from collections.abc import Callable
from pathlib import Path

import fake_analyzer
import pytest

from durable_lint.config.settings import Effects, Settings
from durable_lint.engine import Report, check

Run = Callable[..., tuple[Report, list[str]]]


@pytest.fixture
def project(tmp_path: Path) -> Path:
    root = tmp_path / "project"
    root.mkdir()
    (root / "a.py").write_text("# durable\n#! use helper\n#! find DUR101 error helper.py 1 2\n")
    (root / "b.py").write_text("# durable\n#! use later\n#! find DUR102 error # noqa: DUR102\n#! find DUR104 info\n")
    (root / "helper.py").write_text("x = 1\n#! find DUR201 warning\n")
    (root / "plain.py").write_text("x = 1\n")
    return root


@pytest.fixture
def run(project: Path) -> Run:
    def run(settings: Settings | None = None, path: Path | None = None) -> tuple[Report, list[str]]:
        fake_analyzer.ANALYSED.clear()
        settings = settings or Settings(str(project))
        report = check([str(path or project)], settings, analyzer=fake_analyzer.fake_analyzer)
        return report, [os.path.basename(file) for file in fake_analyzer.ANALYSED]

    return run


def cache_file(project: Path) -> Path:
    (file,) = (project / ".durable_lint_cache").glob("*.json")
    return file


def test_the_second_run_says_the_same_without_analysis(run: Run, project: Path) -> None:
    first, analysed = run()
    assert analysed == ["a.py", "b.py"]
    assert len(first.findings) == 2
    assert run() == (first, [])
    uncached, analysed = run(Settings(str(project), cache=False))
    assert (uncached, analysed) == (first, ["a.py", "b.py"])


@pytest.mark.parametrize(
    ("name", "content", "analysed"),
    [
        ("a.py", "# durable\n", ["a.py"]),
        ("helper.py", "y = 2\n", ["a.py"]),
        ("helper.py", None, ["a.py"]),
        ("later.py", "z = 3\n", ["b.py"]),
        ("other.py", "z = 3\n", []),
        ("plain.py", "z = 3\n", []),
        ("plain.py", "# durable\n", ["plain.py"]),
    ],
)
def test_what_changes_is_analysed_anew(
    run: Run, project: Path, name: str, content: str | None, analysed: list[str]
) -> None:
    run()
    path = project / name
    if content is None:
        path.unlink()
    else:
        path.write_text(content)
    report, seen = run()
    assert seen == analysed
    assert report == run(Settings(str(project), cache=False))[0]
    assert run()[1] == []


def test_broken_files_are_cached_too(run: Run, project: Path) -> None:
    (project / "a.py").write_text("# durable\nx = (\n")
    first, _ = run()
    assert first.findings[0].code == "DUR001"
    assert run() == (first, [])
    (project / "a.py").write_text("# durable\n")
    assert run()[1] == ["a.py"]


@pytest.mark.parametrize("order", ["crash", "fail DUR101", "gone"])
def test_what_went_wrong_is_tried_again(run: Run, project: Path, order: str) -> None:
    (project / "a.py").write_text(f"# durable\n#! {order}\n")
    first, _ = run()
    assert run() == (first, ["a.py"])


def test_settings_of_the_analysis_have_caches_of_their_own(run: Run, project: Path) -> None:
    settings = Settings(str(project))
    run(settings)
    for other in (
        settings._replace(src=(str(project),)),
        settings._replace(sdk_version="1.0"),
        settings._replace(effects=Effects(vouch=("a",))),
        settings._replace(naming=(("step", "x"),)),
    ):
        assert run(other)[1] == ["a.py", "b.py"]
    assert run(settings)[1] == []
    assert run(settings._replace(output_format="json"))[1] == []


def test_another_version_of_durable_lint_has_a_cache_of_its_own(run: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run()
    monkeypatch.setattr("durable_lint.cache.__version__", "999")
    assert run()[1] == ["a.py", "b.py"]


def test_changed_rules_have_a_cache_of_their_own(run: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    run()
    (tmp_path / "rules").mkdir()
    (tmp_path / "rules" / "dur999_new.py").touch()
    monkeypatch.setattr("durable_lint.cache.rules_folder", lambda: str(tmp_path / "rules"))
    assert run()[1] == ["a.py", "b.py"]


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\x00\xff",
        b"[]",
        b"{}",
        b"null",
        b'{"format": 2}',
        b'{"format": 1, "files": {}}',
        b'{"format": 2, "files": []}',
        b'{"format": 2, "files": {"A": 3, "B": null}}',
        b'{"format": 2, "files": {"A": {}, "B": []}}',
        b'{"format": 2, "files": {"A": {"dependencies": [], "absent": [], "findings": [3]}, "B": "x"}}',
        b'{"format": 2, "files": {"A": {"dependencies": [[1]], "absent": 5}, "B": {"dependencies": 5}}}',
        b'{"format": 2, "files": {"A": {"dependencies": [], "absent": [], "findings": [["D", "bad", "", ""]]}}}',
        b"[" * 100_000,
    ],
)
def test_a_corrupt_cache_is_no_cache(run: Run, project: Path, content: bytes) -> None:
    expected, _ = run()
    names = {b'"A"': json.dumps(str(project / "a.py")).encode(), b'"B"': json.dumps(str(project / "b.py")).encode()}
    for short, full in names.items():
        content = content.replace(short, full)
    cache_file(project).write_bytes(content)
    assert run() == (expected, ["a.py", "b.py"])
    assert run() == (expected, [])


def test_every_truncation_is_survived(run: Run, project: Path) -> None:
    expected, _ = run()
    whole = cache_file(project).read_bytes()
    for length in range(0, len(whole), 97):
        cache_file(project).write_bytes(whole[:length])
        assert run()[0] == expected


def test_the_directory_is_marked(run: Run, project: Path) -> None:
    run()
    directory = project / ".durable_lint_cache"
    assert (directory / ".gitignore").read_text() == "*\n"
    assert (directory / "CACHEDIR.TAG").read_text().startswith("Signature: 8a477f597d28d172789f06886806bc55\n")
    assert len(list(directory.iterdir())) == 3


def test_the_directory_can_be_chosen(run: Run, project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("DURABLE_LINT_CACHE_DIR", str(tmp_path / "one" / "deep"))
    run()
    run(Settings(str(project), cache_dir=str(tmp_path / "two")))
    assert len(list((tmp_path / "one" / "deep").glob("*.json"))) == len(list((tmp_path / "two").glob("*.json"))) == 1
    assert not (project / ".durable_lint_cache").exists()


def test_a_directory_that_cannot_be_written_is_no_cache(run: Run, project: Path) -> None:
    (project / ".durable_lint_cache").write_text("in the way")
    first, analysed = run()
    assert analysed == ["a.py", "b.py"]
    assert run() == (first, ["a.py", "b.py"])


def test_no_cache_without_durable_code_or_by_request(run: Run, project: Path) -> None:
    run(path=project / "plain.py")
    run(Settings(str(project), cache=False))
    assert not (project / ".durable_lint_cache").exists()


def test_outcomes_of_runs_over_parts_add_up(run: Run, project: Path) -> None:
    run(path=project / "a.py")
    run(path=project / "b.py")
    assert run()[1] == []


def test_what_is_gone_is_forgotten(run: Run, project: Path) -> None:
    run()
    (project / "a.py").unlink()
    (project / "b.py").write_text("# durable\n")
    run()
    assert list(json.loads(cache_file(project).read_bytes())["files"]) == [str(project / "b.py")]


def test_old_caches_are_dropped(run: Run, project: Path) -> None:
    run()
    old = cache_file(project).with_name("old.json")
    old.write_text("{}")
    os.utime(old, (0, 0))
    (project / "a.py").write_text("# durable\n")
    run()
    assert not old.exists()


def test_names_that_are_no_text(run: Run, project: Path) -> None:
    (project / os.fsdecode(b"caf\xe9.py")).write_text("# durable\n#! find DUR101 error\n")
    first, _ = run()
    assert run() == (first, [])


def test_many_runs_at_once(project: Path, tmp_path: Path) -> None:
    for number in range(40):
        (project / f"m{number}.py").write_text(f"# durable {number}\n#! find DUR101 error\n")
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            f"""
            import sys
            sys.path.insert(0, {os.path.dirname(__file__)!r})
            from fake_analyzer import fake_analyzer
            from durable_lint.config.settings import Settings
            from durable_lint.engine import check
            for number in range(40):
                file = {str(project)!r} + f"/m{{number}}.py"
                assert len(check([file], Settings({str(project)!r}), analyzer=fake_analyzer).findings) == 1
            print(len(check([{str(project)!r}], Settings({str(project)!r}), analyzer=fake_analyzer).findings))
            """
        )
    )
    running = [subprocess.Popen([sys.executable, script], stdout=subprocess.PIPE) for _ in range(3)]
    assert [int(process.communicate()[0]) for process in running] == [42, 42, 42]
    files = json.loads(cache_file(project).read_bytes())["files"]
    assert len(files) > 2
    assert not [name for name in os.listdir(project / ".durable_lint_cache") if name.count(".") > 1]


HEAVY = ("libcst", "astroid", "durable_lint.model", "durable_lint.rules", "durable_lint.analysis", "concurrent.futures")


def imported(code: str) -> set[str]:
    code = f"import sys\n{code}\nprint(' '.join(sys.modules))"
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())


def test_nothing_heavy_is_imported_without_need(project: Path, run: Run) -> None:
    run()
    code = (
        "from durable_lint.config.settings import Settings\nfrom durable_lint.engine import check\n"
        f"report = check([{{path!r}}], Settings({str(project)!r}))"
    )
    plain = imported(code.format(path=str(project / "plain.py")))
    assert not plain.intersection((*HEAVY, "json", "hashlib", "pathspec", "subprocess"))
    hit = imported(f"{code.format(path=str(project))}\nassert len(report.findings) == 2")
    assert not hit.intersection((*HEAVY, "pathspec", "subprocess"))
