"""What each output format prints for reports that hold every difficulty at once."""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from durable_lint.dataclasses import replace
from durable_lint.engine import InternalError, Report, Unreadable
from durable_lint.finding import Edit, Finding, Fix, Hop, Safety, Severity, Span
from durable_lint.page import Page, Part
from durable_lint.report import rendered, statistics
from durable_lint.report.summary import Fixing, fixes_by_file, summary
from durable_lint.report.surroundings import Surroundings

BASE = os.path.abspath(os.path.join(os.sep, "work", "shop"))
HANDLER = os.path.join(BASE, "orders", "handler.py")
AUDIT = os.path.join(BASE, "orders", "audit log.py")
OUTSIDE = os.path.abspath(os.path.join(os.sep, "lib", "a,b:c%.py"))

SOURCES = {
    HANDLER: [
        "def handler(event, context):",
        "",
        "\tif time.time() > deadline:",
        "\t\tcontext.step(pay(event), name='pay')",
        "    return 1",
    ],
    AUDIT: ["x = 1", "names = ['日本語', time.time()]"],
}

CLOCK = Finding(
    "DUR101",
    Severity.ERROR,
    "time.time() runs again on every replay and decides which operations run",
    HANDLER,
    Span(3, 5, 3, 16),
    help="Read the clock in a step: `context.step(lambda _: time.time(), name='read_clock')`",
    sink="branch condition",
)
WRITE = Finding(
    "DUR105",
    Severity.WARNING,
    "audit.record [twice](1) writes again on every replay",
    AUDIT,
    Span(2, 17, 2, 28),
    chain=(
        Hop(HANDLER, 4, 3, "audit.record"),
        Hop(AUDIT, 2, 17, "boto3 Table.put_item[0]"),
    ),
)
FAR = Finding("DUR405", Severity.INFO, "100% odd,\nreally: yes", OUTSIDE, Span(1, 1, 2, 3), noqa_row=2)

WRAP = replace(
    CLOCK,
    fix=Fix(
        "Wrap in a step named `read_time`",
        Safety.SAFE,
        (
            Edit(HANDLER, Span(3, 5, 3, 16), 'context.step(lambda _: time.time(), name="read_time")'),
            Edit(AUDIT, Span(1, 1, 1, 1), "import time\n"),
        ),
        changes_operations=True,
    ),
)
MOVE = replace(WRITE, fix=Fix("Move it", Safety.UNSAFE, (Edit(AUDIT, Span(2, 1, 2, 2), ""),)))

PAGES = [
    Page(
        "DUR101",
        "wall-clock",
        "determinism",
        Severity.ERROR,
        True,
        "Reading the clock. Long.\n\nMore.",
        (Part("Bad", "handler.py", "x"),),
    ),
    Page("DUR105", "network-io", "determinism", Severity.ERROR, False, "Word " * 400, ()),
    Page("DUR405", "name-pattern", "naming", Severity.INFO, False, "Names.", ()),
]


def lines_of(filename: str) -> Sequence[str]:
    return SOURCES.get(filename, [])


SURROUNDINGS = Surroundings(BASE, lines_of, lambda: PAGES, names=lambda: {page.code: page.name for page in PAGES})


def report(*findings: Finding, errors: Sequence[InternalError] = (), files: int = 3, unresolved: int = 0) -> Report:
    return Report(list(findings), list(errors), files, unresolved)


def printed(output_format: str, *findings: Finding, surroundings: Surroundings = SURROUNDINGS) -> list[str]:
    return list(rendered(output_format, report(*findings), surroundings))


def test_concise() -> None:
    assert printed("concise", CLOCK, WRITE, FAR) == [
        f"orders{os.sep}handler.py:3:5: DUR101 {CLOCK.message}",
        f"orders{os.sep}audit log.py:2:17: DUR105 {WRITE.message}",
        f"{OUTSIDE}:1:1: DUR405 100% odd,␊really: yes",
    ]


def test_full_has_frame_and_help() -> None:
    assert printed("full", CLOCK) == [
        f"error[DUR101] wall-clock: {CLOCK.message}",
        f"  --> orders{os.sep}handler.py:3:5",
        "   |",
        " 1 | def handler(event, context):",
        " 2 |",
        " 3 |     if time.time() > deadline:",
        "   |        ^^^^^^^^^^^",
        " 4 |         context.step(pay(event), name='pay')",
        " 5 |     return 1",
        "   |",
        f"   = help: {CLOCK.help}",
        "",
    ]


def test_full_has_the_chain_and_counts_wide_characters() -> None:
    assert printed("full", WRITE) == [
        f"warning[DUR105] network-io: {WRITE.message}",
        f"  --> orders{os.sep}audit log.py:2:17",
        "   |",
        " 1 | x = 1",
        " 2 | names = ['日本語', time.time()]",
        "   |                    ^^^^^^^^^^^",
        "   |",
        f"   = audit.record  orders{os.sep}handler.py:4:3",
        f"     → boto3 Table.put_item[0]  orders{os.sep}audit log.py:2:17",
        "",
    ]


def test_full_shows_fixes() -> None:
    lines = printed("full", WRAP, MOVE)
    assert lines[0] == f"error[DUR101] [*] wall-clock: {CLOCK.message}"
    assert "   = fix: Wrap in a step named `read_time` (changes the operation sequence)" in lines
    assert f"warning[DUR105] network-io: {WRITE.message}" in lines
    assert lines[-2] == "   = fix: Move it (unsafe)"
    with_unsafe = printed("full", MOVE, surroundings=replace(SURROUNDINGS, unsafe_fixes=True))
    assert with_unsafe[0] == f"warning[DUR105] [*] network-io: {WRITE.message}"


def test_full_without_the_file_or_the_line() -> None:
    assert printed("full", FAR)[:3] == ["info[DUR405] name-pattern: 100% odd,␊really: yes", f"  --> {OUTSIDE}:1:1", ""]
    assert printed("full", replace(CLOCK, span=Span(99, 1, 99, 2)))[1:3] == [
        f"  --> orders{os.sep}handler.py:99:1",
        f"   = help: {CLOCK.help}",
    ]


@pytest.mark.parametrize(
    ("line", "span", "carets"),
    [
        ("abc", Span(1, 2, 1, 3), " ^"),
        ("abc", Span(1, 4, 1, 4), "   ^"),
        ("abc", Span(1, 9, 1, 12), "   ^"),
        ("abc(  ", Span(1, 2, 3, 1), " ^^^"),
        ("a\tb", Span(1, 3, 1, 4), "     ^"),
        ("e\u0301 x", Span(1, 4, 1, 5), "  ^"),
        ("😀 x", Span(1, 3, 1, 4), "   ^"),
        ("\x0cx", Span(1, 2, 1, 3), " ^"),
        ("", Span(1, 1, 1, 1), "^"),
    ],
)
def test_carets_stand_under_what_they_mark(line: str, span: Span, carets: str) -> None:
    surroundings = replace(SURROUNDINGS, lines=lambda _: [line])
    marked = [text for text in printed("full", replace(CLOCK, span=span), surroundings=surroundings) if "^" in text]
    assert marked == [f"   | {carets}"]


@pytest.mark.parametrize("column", [1, 80, 170, 5000, 9990])
def test_a_line_too_long_for_a_screen_is_cropped_round_the_carets(column: int) -> None:
    text = "".join(f"{number:05}" for number in range(2000))
    surroundings = replace(SURROUNDINGS, lines=lambda _: [text])
    span = Span(1, column, 1, column + 10)
    block = printed("full", replace(CLOCK, span=span), surroundings=surroundings)
    shown, carets = block[3], block[4]
    assert len(shown) < 180
    start = carets.index("^")
    assert shown[start : start + 10] == text[column - 1 : column + 9]
    assert carets.count("^") == 10


def test_control_characters_never_reach_the_terminal() -> None:
    surroundings = replace(SURROUNDINGS, lines=lambda _: ["\x1b[2Jx\u202e"])
    finding = replace(CLOCK, message="\x1b[31mred", filename=os.path.join(BASE, "a\nb.py"), span=Span(1, 5, 1, 6))
    for output_format in ("full", "concise"):
        text = "\n".join(printed(output_format, finding, surroundings=surroundings))
        assert "\x1b" not in text
        assert "\u202e" not in text
        assert "a␊b.py" in text


def test_colours_change_nothing_but_colours() -> None:
    import re

    coloured = printed("full", CLOCK, WRITE, surroundings=replace(SURROUNDINGS, colour=True))
    assert any("\x1b[1;31m" in line for line in coloured)
    assert [re.sub(r"\x1b\[[\d;]*m", "", line) for line in coloured] == printed("full", CLOCK, WRITE)


def test_json_has_the_field_names_of_ruff() -> None:
    entries = json.loads("\n".join(printed("json", CLOCK, WRITE, FAR)))
    assert entries[1] == {
        "code": "DUR105",
        "name": "network-io",
        "severity": "warning",
        "message": WRITE.message,
        "help": None,
        "filename": AUDIT,
        "location": {"row": 2, "column": 17},
        "end_location": {"row": 2, "column": 28},
        "fix": None,
        "url": None,
        "noqa_row": 2,
        "sink": None,
        "chain": [
            {"filename": HANDLER, "row": 4, "column": 3, "what": "audit.record"},
            {"filename": AUDIT, "row": 2, "column": 17, "what": "boto3 Table.put_item[0]"},
        ],
    }
    assert entries[0]["sink"] == "branch condition"
    assert entries[2]["noqa_row"] == 2
    assert json.loads("\n".join(printed("json"))) == []


def test_json_holds_fixes() -> None:
    (entry,) = json.loads("\n".join(printed("json", WRAP)))
    assert entry["fix"] == {
        "applicability": "safe",
        "message": "Wrap in a step named `read_time`",
        "changes_operations": True,
        "edits": [
            {
                "filename": HANDLER,
                "content": 'context.step(lambda _: time.time(), name="read_time")',
                "location": {"row": 3, "column": 5},
                "end_location": {"row": 3, "column": 16},
            },
            {
                "filename": AUDIT,
                "content": "import time\n",
                "location": {"row": 1, "column": 1},
                "end_location": {"row": 1, "column": 1},
            },
        ],
    }


def test_github_escapes_what_would_end_a_command() -> None:
    first, second, third = printed("github", CLOCK, WRITE, FAR)
    shown = f"orders{os.sep}handler.py"
    assert first == (
        f"::error title=durable-lint (DUR101),file={HANDLER},line=3,endLine=3,col=5,endColumn=16"
        f"::{shown}:3:5: DUR101 {CLOCK.message}"
    )
    assert second.startswith("::warning ")
    place = OUTSIDE.replace("%", "%25").replace(":", "%3A").replace(",", "%2C")
    message = f"{OUTSIDE.replace('%', '%25')}:1:1: DUR405 100%25 odd,%0Areally: yes"
    assert third == f"::notice title=durable-lint (DUR405),file={place},line=1,endLine=2::{message}"


def test_statistics() -> None:
    many = report(*[CLOCK] * 12, WRITE, FAR)
    assert list(statistics.render(many, SURROUNDINGS)) == [
        "12  DUR101  wall-clock",
        " 1  DUR105  network-io",
        " 1  DUR405  name-pattern",
    ]
    entries = json.loads("\n".join(statistics.render_json(many, SURROUNDINGS)))
    assert entries[0] == {"code": "DUR101", "name": "wall-clock", "count": 12, "fixable": 0}
    assert list(statistics.render(report(), SURROUNDINGS)) == []


@pytest.mark.parametrize(
    ("findings", "files", "unresolved", "said"),
    [
        ([], 1, 0, ["No findings in 1 file."]),
        ([CLOCK], 2, 0, ["Found 1 error in 2 files."]),
        ([CLOCK, CLOCK, WRITE], 2, 0, ["Found 2 errors and 1 warning in 2 files."]),
        ([CLOCK, WRITE, WRITE, FAR], 2, 0, ["Found 1 error, 2 warnings and 1 piece of advice in 2 files."]),
        (
            [FAR, FAR],
            2,
            4,
            [
                "Found 2 pieces of advice in 2 files.",
                "4 calls could not be followed: `--extend-select DUR004` shows where.",
            ],
        ),
    ],
)
def test_summary(findings: list[Finding], files: int, unresolved: int, said: list[str]) -> None:
    assert list(summary(report(*findings, files=files, unresolved=unresolved))) == said


@pytest.mark.parametrize(
    ("findings", "fixing", "said"),
    [
        ([WRAP], Fixing(), ["Found 1 error in 3 files.", "[*] 1 fixable with `--fix`."]),
        (
            [WRAP, WRAP, MOVE],
            Fixing(),
            ["Found 2 errors and 1 warning in 3 files.", "[*] 2 fixable with `--fix`, 1 more with `--unsafe-fixes`."],
        ),
        ([MOVE], Fixing(), ["Found 1 warning in 3 files.", "1 fixable with `--fix --unsafe-fixes`."]),
        ([MOVE], Fixing(unsafe=True), ["Found 1 warning in 3 files.", "[*] 1 fixable with `--fix --unsafe-fixes`."]),
        ([WRAP], Fixing(unsafe=True), ["Found 1 error in 3 files.", "[*] 1 fixable with `--fix`."]),
        (
            [],
            Fixing([WRAP, MOVE, WRAP], asked=True),
            [
                "Fixed 3 findings; none remain in 3 files.",
                "2 fixes change the operation sequence: let running executions finish on the old version first.",
            ],
        ),
        (
            [CLOCK, MOVE],
            Fixing([MOVE], asked=True),
            [
                "Fixed 1 finding; 1 error and 1 warning remain in 3 files.",
                "1 more fixable with `--unsafe-fixes`.",
            ],
        ),
        ([CLOCK], Fixing([MOVE], asked=True, unsafe=True), ["Fixed 1 finding; 1 error remains in 3 files."]),
        ([], Fixing(asked=True), ["No findings in 3 files."]),
    ],
)
def test_summary_of_fixes(findings: list[Finding], fixing: Fixing, said: list[str]) -> None:
    assert list(summary(report(*findings), fixing)) == said


def test_fixes_by_file() -> None:
    assert list(fixes_by_file([WRAP, MOVE, WRAP, FAR], SURROUNDINGS)) == [
        f"- {OUTSIDE}:",
        "    1 × DUR405 (name-pattern)",
        f"- orders{os.sep}audit log.py:",
        "    1 × DUR105 (network-io)",
        f"- orders{os.sep}handler.py:",
        "    2 × DUR101 (wall-clock)",
    ]


def test_statistics_count_what_can_be_fixed() -> None:
    given = report(WRAP, CLOCK, MOVE)
    assert list(statistics.render(given, SURROUNDINGS)) == [
        "2  DUR101  wall-clock  [*] 1 fixable",
        "1  DUR105  network-io",
    ]
    entries = json.loads("\n".join(statistics.render_json(given, replace(SURROUNDINGS, unsafe_fixes=True))))
    assert [entry["fixable"] for entry in entries] == [1, 1]


SCHEMA = json.loads((Path(__file__).parent / "sarif-2.1.0-rtm.4.json").read_text(encoding="utf-8"))


def sarif(given: Report, surroundings: Surroundings = SURROUNDINGS) -> dict[str, Any]:
    log = json.loads("\n".join(rendered("sarif", given, surroundings)))
    jsonschema.Draft4Validator(SCHEMA).validate(log)
    run: dict[str, Any] = log["runs"][0]
    return run


def test_sarif_holds_every_rule_and_follows_the_schema() -> None:
    run = sarif(report())
    driver = run["tool"]["driver"]
    assert [rule["id"] for rule in driver["rules"]] == ["DUR101", "DUR105", "DUR405"]
    first, second, third = driver["rules"]
    assert first["shortDescription"]["text"] == "Reading the clock"
    assert first["fullDescription"]["text"] == "Reading the clock. Long."
    assert "```python" in first["help"]["markdown"]
    assert first["defaultConfiguration"] == {"level": "error", "enabled": True}
    assert len(second["fullDescription"]["text"]) == 1024
    assert third["defaultConfiguration"] == {"level": "note", "enabled": False}
    assert run["results"] == []
    assert run["invocations"][0]["executionSuccessful"] is True


def test_sarif_results() -> None:
    run = sarif(report(CLOCK, WRITE, FAR))
    clock, write, far = run["results"]
    assert run["columnKind"] == "unicodeCodePoints"
    for result in run["results"]:
        assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == result["ruleId"]
    assert clock["message"]["text"] == CLOCK.message
    assert clock["locations"][0]["physicalLocation"] == {
        "artifactLocation": {"uri": "orders/handler.py", "uriBaseId": "SRCROOT"},
        "region": {"startLine": 3, "startColumn": 5, "endLine": 3, "endColumn": 16},
    }
    assert clock["properties"] == {"sink": "branch condition", "help": CLOCK.help}
    assert write["message"]["text"] == (
        "audit.record \\[twice](1) writes again on every replay\n[audit.record](1) → [boto3 Table.put_item\\[0\\]](2)"
    )
    flow = write["codeFlows"][0]["threadFlows"][0]["locations"]
    assert [step["location"]["message"]["text"] for step in flow] == ["audit.record", "boto3 Table.put_item[0]"]
    assert [related["id"] for related in write["relatedLocations"]] == [1, 2]
    assert flow[1]["location"]["physicalLocation"]["artifactLocation"]["uri"] == "orders/audit%20log.py"
    outside = far["locations"][0]["physicalLocation"]["artifactLocation"]
    assert "uriBaseId" not in outside
    assert outside["uri"].startswith("file:///")
    assert far["level"] == "note"


def test_sarif_fixes() -> None:
    clock, move = sarif(report(WRAP, MOVE))["results"]
    (fix,) = clock["fixes"]
    assert fix["description"] == {"text": "Wrap in a step named `read_time`"}
    assert fix["properties"] == {"applicability": "safe", "changesOperations": True}
    handler, audit = fix["artifactChanges"]
    assert handler["artifactLocation"]["uri"] == "orders/handler.py"
    assert audit["replacements"] == [
        {
            "deletedRegion": {"startLine": 1, "startColumn": 1, "endLine": 1, "endColumn": 1},
            "insertedContent": {"text": "import time\n"},
        }
    ]
    assert move["fixes"][0]["artifactChanges"][0]["replacements"][0]["insertedContent"] == {"text": ""}


def test_sarif_tells_of_failures() -> None:
    errors = [InternalError(HANDLER, "DUR101", "KeyError: 'x'"), InternalError(HANDLER, "", "RecursionError")]
    run = sarif(Report([], errors, 1, 0, [Unreadable(AUDIT, "Permission denied")]))
    invocation = run["invocations"][0]
    assert invocation["executionSuccessful"] is False
    assert [notification["message"]["text"] for notification in invocation["toolExecutionNotifications"]] == [
        "DUR101: KeyError: 'x'",
        "RecursionError",
        "cannot be read: Permission denied",
    ]


def fingerprints(lines: list[str], *rows: int) -> list[str]:
    findings = [replace(CLOCK, span=Span(row, 1, row, 2)) for row in rows]
    run = sarif(report(*findings), replace(SURROUNDINGS, lines=lambda _: lines))
    return [result["partialFingerprints"]["primaryLocationLineHash"] for result in run["results"]]


def test_fingerprints_survive_edits_elsewhere_and_tell_equal_lines_apart() -> None:
    before = fingerprints(["a = now()", "b = now()", "a = now()"], 1, 2, 3)
    after = fingerprints(["import x", "", "  a  =  now()", "c = 1", "b = now()", "a = now()"], 3, 5, 6)
    assert before == after
    assert len(set(before)) == 3
