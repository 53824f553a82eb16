"""When findings in templates are reported, silenced, cached and printed."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from durable_lint.config.load import load_settings
from durable_lint.config.settings import Settings
from durable_lint.engine import check
from durable_lint.fixing.passes import fix
from tests.cli.program import durable_lint, environment
from tests.template.programs import DURABLE, found, report, written

TEMPLATE = """\
Transform: AWS::Serverless-2016-10-31
Resources:
  Billing:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
"""
HERE = ("template.yaml", 7, "DUR951[E]")


@pytest.fixture
def project(tmp_path: Path) -> Path:
    folder = tmp_path / "shop"
    return written(folder, {"template.yaml": TEMPLATE, "src/app.py": DURABLE, "src/plain.py": "x = 1\n"})


@pytest.mark.parametrize(
    ("paths", "is_found"),
    [
        ((".",), True),
        (("template.yaml",), True),
        (("template.yaml", "src/app.py"), True),
        (("template.yaml", "src/plain.py"), True),
        (("src/app.py",), False),
        (("src",), False),
        (("src/plain.py",), False),
    ],
)
def test_a_template_is_checked_where_it_is_given(project: Path, paths: tuple[str, ...], is_found: bool) -> None:
    assert found(project, *paths) == ([HERE] if is_found else [])


def test_a_template_that_does_not_speak_of_it_is_left_alone_without_durable_code(tmp_path: Path) -> None:
    written(tmp_path, {"template.yaml": TEMPLATE, "src/app.py": "def handler(event, context):\n    return 1\n"})
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "durable_lint", "."],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "durable_lint.engine" in result.stderr
    assert "yaml" not in result.stderr.replace("yaml_comments", "")
    assert result.stdout == "No findings in 2 files.\n"


def test_yaml_is_not_imported_without_a_template(tmp_path: Path) -> None:
    written(tmp_path, {"app.py": DURABLE})
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "durable_lint", "."],
        cwd=tmp_path,
        env=environment(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert "durable_lint.rule" in result.stderr
    assert not [line for line in result.stderr.splitlines() if line.rpartition("|")[2].strip() == "yaml"]


def test_exclusion_counts_for_templates(project: Path) -> None:
    for folder in (".aws-sam/build", "node_modules/x"):
        written(project / folder, {"template.yaml": TEMPLATE, "src/app.py": DURABLE})
    assert found(project) == [HERE]
    settings = Settings(str(project), extend_exclude=("template.yaml",), cache=False)
    assert check([str(project)], settings).findings == []


def test_per_file_ignores(project: Path) -> None:
    (project / "durable-lint.toml").write_text('per-file-ignores = { "template.yaml" = ["DUR951"] }')
    settings = load_settings(str(project))._replace(cache=False)
    assert check([str(project)], settings).findings == []


def test_the_buffer_of_an_editor(project: Path) -> None:
    source = (project / "src" / "app.py").read_text()
    result = durable_lint("-", "--stdin-filename", "src/app.py", cwd=project, stdin=source)
    assert result.returncode == 0
    result = durable_lint(
        "-", "--stdin-filename", "template.yaml", "--output-format", "concise", "-q", cwd=project, stdin="\n" + TEMPLATE
    )
    assert result.stdout.startswith("template.yaml:8:16: DUR951 the SDK refuses every call of `app.handler`")


def test_flake8_says_nothing_of_templates(project: Path) -> None:
    result = subprocess.run(
        [sys.executable, "-m", "flake8", "--isolated", "--select", "DUR", "."],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert (result.returncode, result.stdout) == (0, "")


NOQA = "Handler: app.handler  # noqa: DUR951"


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        (NOQA, []),
        ("Handler: app.handler # NOQA:DUR9", []),
        ("Handler: app.handler  # noqa", []),
        ("Handler: app.handler  # noqa: E501", [HERE]),
        ("Handler: app.handler  # noqa: DUR951,DUR101", [("template.yaml", 7, "DUR002[W]")]),
        ("Handler: app.handler  # noqa: dur-951", [("template.yaml", 7, "DUR003[W]")]),
        ("# durable-lint: disable-file=DUR951\n      Handler: app.handler", []),
        (
            "# noqa: DUR951\n      Handler: app.handler",
            [("template.yaml", 7, "DUR002[W]"), ("template.yaml", 8, "DUR951[E]")],
        ),
        ("Description: 'a # noqa: DUR951'\n      Handler: app.handler", [("template.yaml", 8, "DUR951[E]")]),
        ("Description: |\n        # noqa: DUR951\n      Handler: app.handler", [("template.yaml", 9, "DUR951[E]")]),
        ("Handler: app.handler  # noqa: DUR999", [HERE, ("template.yaml", 7, "DUR003[W]")]),
    ],
)
def test_comments(project: Path, line: str, expected: list[tuple[str, int, str]]) -> None:
    (project / "template.yaml").write_text(TEMPLATE.replace("Handler: app.handler", line))
    assert sorted(found(project)) == sorted(expected)


def test_json_has_no_comments(tmp_path: Path) -> None:
    template = {
        "# noqa: DUR951": "# durable-lint: disable-file",
        "Resources": {"B": {"Type": "AWS::Lambda::Function", "Properties": {"Handler": "app.handler", "Code": "."}}},
    }
    written(tmp_path, {"template.json": json.dumps(template), "app.py": DURABLE})
    assert found(tmp_path) == [("template.json", 1, "DUR951[E]")]


def test_an_unused_noqa_is_removed(project: Path) -> None:
    path = project / "template.yaml"
    path.write_bytes(TEMPLATE.replace("CodeUri: src", "CodeUri: src  # noqa: DUR951").replace("\n", "\r\n").encode())
    fixed = fix([str(project)], Settings(str(project), cache=False))
    assert path.read_bytes() == TEMPLATE.replace("\n", "\r\n").encode()
    assert [finding.code for finding in fixed.report.findings] == ["DUR951"]
    assert not fixed.report.errors


def test_a_fix_in_the_handler_is_seen(project: Path) -> None:
    """What is fixed in Python changes what is said about the template."""
    bare = DURABLE.replace("@durable_execution\ndef handler", "def handler")
    (project / "src" / "app.py").write_text(bare)
    assert [code for *_, code in found(project)] == ["DUR213[W]"]
    fixed = fix([str(project)], Settings(str(project), cache=False))
    assert [finding.code for finding in fixed.report.findings] == ["DUR951"]


def test_full(project: Path) -> None:
    result = durable_lint(".", cwd=project)
    assert result.returncode == 1
    assert result.stdout.splitlines()[:10] == [
        "error[DUR951] no-durable-config: the SDK refuses every call of `app.handler`: its handler is durable, and "
        "function `Billing` has no `DurableConfig`",
        "  --> template.yaml:7:16",
        "   |",
        " 5 |     Properties:",
        " 6 |       CodeUri: src",
        " 7 |       Handler: app.handler",
        "   |                ^^^^^^^^^^^",
        "   |",
        "   = help: Add to its properties: DurableConfig: { ExecutionTimeout: 3600 }",
        "",
    ]


def test_formats_for_machines(project: Path) -> None:
    github = durable_lint("--output-format", "github", ".", cwd=project).stdout
    assert github.startswith(
        f"::error title=durable-lint (DUR951),file={project}/template.yaml,line=7,endLine=7,col=16,"
    )
    (entry,) = json.loads(durable_lint("--output-format", "json", ".", cwd=project).stdout)
    assert entry["filename"] == f"{project}/template.yaml"
    assert (entry["location"], entry["noqa_row"]) == ({"row": 7, "column": 16}, 7)
    (run,) = json.loads(durable_lint("--output-format", "sarif", ".", cwd=project).stdout)["runs"]
    (result,) = run["results"]
    assert result["locations"][0]["physicalLocation"]["artifactLocation"]["uri"] == "template.yaml"
    assert run["tool"]["driver"]["rules"][result["ruleIndex"]]["id"] == "DUR951"


def told(folder: Path, processes: int = 1) -> list[str]:
    result = check([str(folder)], Settings(str(folder)), processes=processes)
    assert not result.errors
    return [finding.code for finding in result.findings]


def test_the_cache_knows_what_a_template_rests_on(project: Path) -> None:
    template, handler = project / "template.yaml", project / "src" / "app.py"
    assert told(project) == told(project) == ["DUR951"]
    template.write_text(f"{TEMPLATE}      DurableConfig: {{ExecutionTimeout: 60}}\n")
    assert told(project) == []
    handler.write_text("def handler(event, context):\n    return 1\n")
    assert told(project) == told(project) == ["DUR952"]
    handler.write_text("from other import handler\n")
    assert told(project) == []
    (project / "src" / "other.py").write_text("def handler(event, context):\n    return 1\n")
    assert told(project) == ["DUR952"]
    handler.unlink()
    assert told(project) == []
    handler.write_text("def handler(event, context):\n    return 2\n")
    assert told(project) == ["DUR952"]
    template.unlink()
    assert told(project) == []


def test_a_second_run_reads_no_template(project: Path) -> None:
    assert durable_lint(".", cwd=project).returncode == 1
    result = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "durable_lint", "."],
        cwd=project,
        env=environment(),
        capture_output=True,
        text=True,
        check=False,
    )
    assert "DUR951" in result.stdout
    assert not [line for line in result.stderr.splitlines() if line.rpartition("|")[2].strip() == "yaml"]


def test_any_number_of_processes(project: Path) -> None:
    for number in range(3):
        written(project / f"service{number}", {"template.yml": TEMPLATE, "src/app.py": DURABLE})
    assert told(project, processes=2) == ["DUR951"] * 4
    assert [finding.sort_key for finding in report(project).findings] == [
        finding.sort_key for finding in check([str(project)], Settings(str(project)), processes=3).findings
    ]
