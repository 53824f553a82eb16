"""The SDK's line is found beside the analysed code, nearest and surest source first."""

from __future__ import annotations

from pathlib import Path

import pytest

from durable_lint.analysis import AnalysisSettings, Analyzer
from durable_lint.model.sdk_version import SdkLines, newest_allowed
from durable_lint.registry import rules
from durable_lint.source.installed import sdk_version_here

LOCK = '[[package]]\nname = "aws-durable-execution-sdk-python"\nversion = "{}"\n'
JSON_LOCK = '{{"default": {{"aws-durable-execution-sdk-python": {{"hashes": [], "version": "=={}"}}}}}}'


@pytest.mark.parametrize(
    ("specifier", "line"),
    [
        ("==1.4.0", "1"),
        ("~=1.3", "1"),
        ("^2.0", "2"),
        (">=1.0,<2", "1"),
        (">=1.0, <2.5", "2"),
        (">=1.0,<3.0", "2"),
        ("<=2.1", "2"),
        ("==2.*", "2"),
        (">=1.0", "3"),
        ("", "3"),
        ("==0.9", "1"),
        ("==7.0", "3"),
        ('>=1.2,<2"]', "1"),
    ],
)
def test_newest_line_that_a_specifier_allows(specifier: str, line: str) -> None:
    assert newest_allowed(specifier) == line


@pytest.mark.parametrize(
    ("name", "text", "line"),
    [
        ("requirements.txt", "boto3\naws-durable-execution-sdk-python==1.7.0  # pinned\n", "1"),
        ("requirements-dev.txt", "aws_durable_execution_sdk_python ~= 2.0\n", "2"),
        ("requirements.txt", "aws-durable-execution-sdk-python-testing==1.4.0\n", "3"),
        ("requirements.txt", "my-aws-durable-execution-sdk-python==1.0\n", "3"),
        ("pyproject.toml", '[project]\ndependencies = ["aws-durable-execution-sdk-python>=1.2,<2"]\n', "1"),
        ("pyproject.toml", '[tool.poetry.dependencies]\naws-durable-execution-sdk-python = "^2.1"\n', "2"),
        ("pyproject.toml", '[tool.poetry.dependencies]\naws-durable-execution-sdk-python = {version = "^1.1"}\n', "1"),
        ("setup.cfg", "install_requires =\n    aws-durable-execution-sdk-python<2\n", "1"),
        ("uv.lock", LOCK.format("2.1.0"), "2"),
        ("poetry.lock", LOCK.format("1.5.0"), "1"),
        ("Pipfile.lock", JSON_LOCK.format("1.6.0"), "1"),
        ("notes.txt", "aws-durable-execution-sdk-python==1.0", "3"),
    ],
)
def test_line_that_a_project_file_names(name: str, text: str, line: str, tmp_path: Path) -> None:
    (tmp_path / name).write_text(text)
    folder = tmp_path / "src" / "orders"
    folder.mkdir(parents=True)
    assert SdkLines().of(str(folder / "handler.py")).line == line


def test_setting_comes_before_everything(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("aws-durable-execution-sdk-python==1.0\n")
    assert SdkLines("2.1").of(str(tmp_path / "handler.py")).line == "2"


@pytest.mark.parametrize(
    ("specifier", "line"), [("", "1"), (">=1.0", "1"), (">=1,<3", "2"), ("==2.0.1", "2"), (">=3", "3"), ("~=3.0", "3")]
)
def test_declared_version_comes_before_the_installed_one_unless_it_is_open(
    specifier: str, line: str, tmp_path: Path
) -> None:
    (tmp_path / "requirements.txt").write_text(f"aws-durable-execution-sdk-python{specifier}\n")
    packages = tmp_path / ".venv" / "lib" / "python3.13" / "site-packages"
    (packages / "aws_durable_execution_sdk_python-1.7.0.dist-info").mkdir(parents=True)
    (packages / "aws_durable_execution_sdk_python_testing-2.0.0.dist-info").mkdir()
    assert SdkLines().of(str(tmp_path / "handler.py")).line == line


def test_what_is_installed_where_durable_lint_runs_comes_last(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    packages = tmp_path / "packages"
    (packages / "aws_durable_execution_sdk_python-2.1.0.dist-info").mkdir(parents=True)
    monkeypatch.setattr("sys.path", [str(tmp_path / "nothing"), str(packages)])
    sdk_version_here.cache_clear()
    try:
        assert SdkLines().of(str(tmp_path / "project" / "handler.py")).line == "2"
        (tmp_path / "requirements.txt").write_text("aws-durable-execution-sdk-python==1.2.0\n")
        assert SdkLines().of(str(tmp_path / "project" / "handler.py")).line == "1"
    finally:
        sdk_version_here.cache_clear()


def test_lock_comes_before_requirements_and_the_nearest_folder_before_others(tmp_path: Path) -> None:
    (tmp_path / "uv.lock").write_text(LOCK.format("2.0.0"))
    (tmp_path / "pyproject.toml").write_text('dependencies = ["aws-durable-execution-sdk-python"]')
    service = tmp_path / "services" / "billing"
    service.mkdir(parents=True)
    assert SdkLines().of(str(service / "app.py")).line == "2"
    (service / "requirements.txt").write_text("aws-durable-execution-sdk-python==1.2.0\n")
    assert SdkLines().of(str(service / "app.py")).line == "1"


def test_search_ends_at_the_repository(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_text("aws-durable-execution-sdk-python==1.2.0\n")
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    assert SdkLines().of(str(tmp_path / "repository" / "app.py")).line == "3"


def test_answer_says_what_it_depends_on(tmp_path: Path) -> None:
    requirements = tmp_path / "requirements.txt"
    requirements.write_text("aws-durable-execution-sdk-python==1.2.0\n")
    service = tmp_path / "service"
    service.mkdir()
    found = SdkLines().of(str(service / "app.py"))
    assert found.read == {str(requirements): requirements.read_bytes()}
    assert str(service / "uv.lock") in found.absent


def test_unreadable_and_binary_files_say_nothing(tmp_path: Path) -> None:
    (tmp_path / "requirements.txt").write_bytes(b"\xff\xfe\x00aws")
    (tmp_path / "pyproject.toml").mkdir()
    assert SdkLines().of(str(tmp_path / "app.py")).line == "3"


def test_analysis_uses_the_line_of_each_file(tmp_path: Path) -> None:
    program = """
from aws_durable_execution_sdk_python import DurableContext, durable_execution


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    try:
        context.step(lambda _: 1, name="count_items")
    except ValueError:
        return {}
    return {"done": True}
"""
    found = {}
    analyzer = Analyzer(AnalysisSettings(), rules())
    for line in ("1.7.0", "3.0.0"):
        folder = tmp_path / line
        folder.mkdir()
        (folder / "requirements.txt").write_text(f"aws-durable-execution-sdk-python=={line}\n")
        (folder / "handler.py").write_text(program)
        result = analyzer.analyze(str(folder / "handler.py"))
        found[line] = {finding.code for finding in result.findings}
        assert str(folder / "requirements.txt") in result.dependencies
    assert "DUR210" not in found["1.7.0"]
    assert "DUR210" in found["3.0.0"]
