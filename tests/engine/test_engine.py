"""From files to a report, with an analyzer that does as it is told."""

from __future__ import annotations

import os
import random
from collections.abc import Callable
from pathlib import Path

import fake_analyzer
import pytest

from durable_lint.config.settings import Selection, Settings
from durable_lint.engine import InternalError, Report, Unreadable, check

HEAD = "# durable\n"
Files = dict[str, str | bytes]
Check = Callable[..., Report]


def write(root: Path, files: Files) -> None:
    for name, content in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content if isinstance(content, bytes) else content.encode())


@pytest.fixture
def run(tmp_path: Path) -> Check:
    def run(files: Files, *paths: str, settings: Settings | None = None, **options: object) -> Report:
        write(tmp_path, files)
        settings = settings or Settings(str(tmp_path), cache=False)
        given = [str(tmp_path / path) for path in paths or ("",)]
        return check(given, settings, analyzer=fake_analyzer.fake_analyzer, **options)  # type: ignore[arg-type]

    return run


def told(report: Report) -> list[tuple[str, int, str, str]]:
    return [
        (os.path.basename(item.filename), item.span.row, item.code, item.severity.value) for item in report.findings
    ]


def codes(report: Report) -> list[str]:
    return [finding.code for finding in report.findings]


def test_findings_come_sorted(run: Check) -> None:
    report = run(
        {
            "b.py": f"{HEAD}#! find DUR102 warning\n#! find DUR101 error\n",
            "a/z.py": f"{HEAD}\n#! find DUR101 error\n",
            "plain.py": "#! find DUR101 error\n",
        }
    )
    assert told(report) == [
        ("z.py", 3, "DUR101", "error"),
        ("b.py", 2, "DUR102", "warning"),
        ("b.py", 3, "DUR101", "error"),
    ]
    assert report.files == 3
    assert report.errors == report.unreadable == []


def test_files_that_name_nothing_durable_are_not_read_as_python(run: Check) -> None:
    fake_analyzer.ANALYSED.clear()
    assert run({"a.py": "def (:\n", "b.py": b"\xff\xfe\x00"}) == Report([], [], 2, 0, [])
    assert fake_analyzer.ANALYSED == []


def test_only_findings_in_the_given_files(run: Check) -> None:
    files: Files = {"a.py": f"{HEAD}#! find DUR201 error helper.py 1\n", "helper.py": "x = 1\n"}
    assert told(run(files)) == [("helper.py", 1, "DUR201", "error")]
    assert told(run(files, "a.py", "helper.py")) == [("helper.py", 1, "DUR201", "error")]
    assert told(run(files, "a.py")) == told(run(files, "helper.py")) == []


def test_one_defect_is_one_finding(run: Check) -> None:
    report = run(
        {
            "a.py": f"{HEAD}#! find DUR201 error helper.py 2 3\n",
            "b.py": f"{HEAD}#! find DUR201 error helper.py 2 1\n",
            "c.py": f"{HEAD}#! find DUR201 warning helper.py 2\n#! find DUR202 error helper.py 2\n",
            "helper.py": f"{HEAD}#! find DUR201 error helper.py 2 1\n",
        }
    )
    assert [(item.code, item.message, len(item.chain)) for item in report.findings] == [
        ("DUR201", "DUR201 seen from helper.py", 1),
        ("DUR202", "DUR202 seen from c.py", 0),
    ]


def test_neither_the_order_of_files_nor_the_number_of_processes_changes_the_report(run: Check) -> None:
    files: Files = {
        f"f{number}.py": f"{HEAD}#! find DUR201 error f{(number * 7) % 12}.py 3 {number % 3}\n#! use f{number // 2}\n"
        for number in range(12)
    }
    files["f5.py"] = f"{HEAD}#! crash\n"
    files["f6.py"] = f"{HEAD}def (:\n"
    names = list(files)
    expected = run(files)
    assert len(expected.findings) > 5
    for seed in range(3):
        random.Random(seed).shuffle(names)
        assert run({}, *names) == expected
    assert run({}, *names, processes=2) == expected
    assert run({}, processes=5) == expected


def test_a_worker_that_is_killed_is_made_up_for(run: Check) -> None:
    files: Files = {f"f{number}.py": f"{HEAD}#! die\n#! find DUR101 error\n" for number in range(3)}
    assert codes(run(files, processes=2)) == ["DUR101"] * 3


def test_syntax_errors_are_findings(run: Check) -> None:
    report = run(
        {
            "a.py": f"{HEAD}x = (\n",
            "b.py": b"# durable\nx = '\xff'\n",
            "c.py": f"{HEAD}#! find DUR101 error\n#! use helper\n",
            "helper.py": "\nx = 1 1\n",
        }
    )
    assert [(os.path.basename(item.filename), item.span, item.code) for item in report.findings] == [
        ("a.py", (2, 5, 2, 6), "DUR001"),
        ("b.py", (2, 6, 2, 7), "DUR001"),
        ("c.py", (2, 1, 2, 2), "DUR101"),
        ("helper.py", (2, 7, 2, 8), "DUR001"),
    ]
    assert report.findings[0].message == "'(' was never closed: nothing in this file was checked"


def test_a_broken_helper_is_reported_where_it_was_given(run: Check) -> None:
    files: Files = {"a.py": f"{HEAD}#! use helper\n", "helper.py": "x = (\n"}
    assert told(run(files, "a.py")) == []
    assert told(run(files, "helper.py")) == []
    assert told(run(files)) == [("helper.py", 1, "DUR001", "error")]


def test_crashes_are_reported_and_the_rest_goes_on(run: Check, tmp_path: Path) -> None:
    report = run(
        {
            "a.py": f"{HEAD}#! crash\n",
            "b.py": f"{HEAD}#! find DUR101 error\n#! fail DUR102\n#! fail DUR102\n",
            "c.py": f"{HEAD}#! deep\n",
            "d.py": f"{HEAD}#! gone\n",
            "e.py": f"{HEAD}#! find DUR101 error\n",
        }
    )
    assert told(report) == [("b.py", 2, "DUR101", "error"), ("e.py", 2, "DUR101", "error")]
    crash, failure, deep = report.errors
    assert (crash.file, crash.rule) == (str(tmp_path / "a.py"), "")
    assert crash.message.startswith("KeyError: 'boom' (fake_analyzer.py:")
    assert failure == InternalError(str(tmp_path / "b.py"), "DUR102", "ValueError: no")
    assert (deep.file, deep.message.partition(":")[0]) == (str(tmp_path / "c.py"), "RecursionError")
    assert report.unreadable == [Unreadable(str(tmp_path / "d.py"), "Permission denied")]


def test_what_cannot_be_read_is_told_once(run: Check, tmp_path: Path) -> None:
    (tmp_path / "gone.py").symlink_to(tmp_path / "nothing")
    (tmp_path / "loop.py").symlink_to(tmp_path / "loop.py")
    report = run({"a.py": f"{HEAD}#! find DUR101 error\n"}, "", "missing.py", "missing.py", "a.py")
    assert codes(report) == ["DUR101"]
    assert [(os.path.basename(item.file), item.message.split()[0]) for item in report.unreadable] == [
        ("gone.py", "No"),
        ("loop.py", "Too"),
        ("missing.py", "No"),
    ]
    assert report.errors == []


def test_selection(run: Check, tmp_path: Path) -> None:
    files: Files = {"a.py": f"{HEAD}#! find DUR101 error\n#! find DUR104 info\n#! find DUR201 warning\n"}
    settings = Settings(str(tmp_path), cache=False)
    assert codes(run(files)) == ["DUR101", "DUR201"]
    chosen = settings._replace(selections=(Selection(select=("DUR104",)),))
    assert codes(run(files, settings=chosen)) == ["DUR104"]
    ignoring = settings._replace(per_file_ignores=(("a.py", ("DUR1",)),))
    assert codes(run(files, settings=ignoring)) == ["DUR201"]


def test_standard_input_lies_over_the_file(run: Check, tmp_path: Path) -> None:
    write(tmp_path, {"a.py": f"{HEAD}#! find DUR101 error\n", "helper.py": "#! find DUR102 error a.py 1\n"})
    settings = Settings(str(tmp_path), cache=False)
    path = str(tmp_path / "a.py")
    buffer = b"# durable\n#! use helper\n#! find DUR103 error # noqa\n"
    report = check((), settings, {path: buffer}, analyzer=fake_analyzer.fake_analyzer)
    assert told(report) == [("a.py", 1, "DUR102", "error")]
    assert check((), settings, {path: b""}, analyzer=fake_analyzer.fake_analyzer) == Report([], [], 1, 0, [])
    unsaved = check((), settings, {str(tmp_path / "new.py"): buffer}, analyzer=fake_analyzer.fake_analyzer)
    assert (told(unsaved), unsaved.files) == ([], 1)
    excluding = settings._replace(exclude=("a.py",), force_exclude=True)
    assert check((), excluding, {path: buffer}, analyzer=fake_analyzer.fake_analyzer) == Report([], [], 0, 0, [])


def test_noqa(run: Check) -> None:
    files: Files = {
        "a.py": HEAD + "".join(f"#! find DUR101 error # noqa{codes}\n" for codes in ("", ": DUR1", ": E5")),
        "b.py": "# durable-lint: disable-file=DUR101\n#! find DUR101 error\n#! find DUR102 error\n",
    }
    assert told(run(files)) == [("a.py", 4, "DUR101", "error"), ("b.py", 3, "DUR102", "error")]
    assert len(run(files, noqa=False).findings) == 4


def test_findings_say_where_a_noqa_belongs(run: Check) -> None:
    (finding,) = run({"a.py": f"{HEAD}x = '''\n#! find DUR101 error\n'''\n"}).findings
    assert (finding.span.row, finding.noqa_row) == (3, 4)


@pytest.mark.parametrize(
    ("line", "found"),
    [
        ("x = 1  # noqa: DUR101", [(13, 19)]),
        ("x = 1  # noqa: DUR101, DUR102", [(13, 19), (21, 27)]),
        ("x = 1  # noqa: E501", []),
        ("x = 1  # noqa", []),
        ("x = 1  # noqa: DUR1", [(13, 17)]),
        ("#! find DUR104 info # noqa: DUR104", []),
        ("#! find DUR104 info # noqa: DUR1", []),
        ("x = 1  # noqa: DUR104", [(13, 19)]),
        ("x = 1  # noqa: DUR002", []),
        ("x = 1  # noqa: DUR101, DUR002", []),
        ("x = 1  # noqa: E501  # noqa: DUR101", [(27, 33)]),
        ("x = '# noqa: DUR101'", []),
    ],
)
def test_unused_noqa(run: Check, line: str, found: list[tuple[int, int]], monkeypatch: pytest.MonkeyPatch) -> None:
    use_catalog(monkeypatch)
    report = run({"a.py": f"{HEAD}{line}\n"})
    spans = [(finding.span.column - 3, finding.span.end_column - 3) for finding in report.findings]
    assert spans == found
    assert all(finding.code == "DUR002" and finding.span.row == 2 for finding in report.findings)


def test_unused_noqa_is_judged_by_what_the_run_could_find(
    run: Check, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_catalog(monkeypatch)
    line = "x = 1  # noqa: DUR101\n"
    settings = Settings(str(tmp_path), cache=False, selections=(Selection(select=("DUR0", "DUR2")),))
    assert codes(run({"a.py": HEAD + line}, settings=settings)) == []
    assert codes(run({"a.py": f"{HEAD}{line}#! fail DUR101\n"})) == []
    assert codes(run({"a.py": f"{HEAD}{line}#! crash\n"})) == []
    assert codes(run({"a.py": f"{HEAD}{line}x = (\n"})) == ["DUR001"]
    assert codes(run({"a.py": line})) == []  # whoever calls this helper may find something in it


@pytest.mark.parametrize(
    ("line", "help"),
    [
        ("x = 1  # noqa: durable-time", "write `# noqa: DUR101`"),
        ("x = 1  # noqa: wall-clock", "write `# noqa: DUR101`"),
        ("x = 1  # noqa: unique-id because", "write `# noqa: DUR103`"),
        ("x = 1  # noqa : DUR103", "write `# noqa: DUR103`"),
        ("x = 1  # noqa:  DUR1", "write `# noqa: DUR1`"),
        ("x = 1  # noqa DUR103", "write `# noqa: DUR103`"),
        ("x = 1  # noqa: DUR", "write `# noqa: DUR`"),
        ("x = 1  # noqa-DUR103", "write `# noqa: DUR103`"),
        ("x = 1  # noqa: DUR-103", "write `# noqa: DUR101`"),
        ("x = 1  # noqa: DUR199", "did you mean DUR"),
        ("x = 1  # noqa: dur103", "codes are read as written: `DUR103`"),
        ("# durable-lint: disable-file=DUR999", ""),
        ("# durable-lint: disable", "write `# durable-lint: disable-file`"),
        ("x = 1  # noqa", None),
        ("x = 1  # noqa: during the night", None),
        ("x = 1  # noqa: a reason, DUR103", None),
        ("x = 1  # noqa: E501, wall-clock", None),
        ("x = 1  # noqa: durability", None),
        ("x = '# noqa: DUR'", None),
    ],
)
def test_noqa_that_means_something_else(
    run: Check, line: str, help: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_catalog(monkeypatch)
    findings = run({"a.py": f"{HEAD}{line}\n"}, noqa=False).findings
    assert [finding.code for finding in findings if finding.code != "DUR002"] == ([] if help is None else ["DUR003"])
    if help is not None:
        assert findings[0].help.startswith(help)


def test_a_blanket_noqa_does_not_hide_that_it_is_one(run: Check, monkeypatch: pytest.MonkeyPatch) -> None:
    use_catalog(monkeypatch)
    assert codes(run({"a.py": "x = 1  # noqa: DUR-101\n"})) == ["DUR003"]


def use_catalog(monkeypatch: pytest.MonkeyPatch) -> None:
    names = {"DUR002": "unused-noqa", "DUR101": "wall-clock", "DUR102": "random", "DUR103": "unique-id"}
    names |= {"DUR104": "host-state", "DUR201": "operation-in-step"}
    monkeypatch.setattr("durable_lint.engine.catalog", lambda: names)
