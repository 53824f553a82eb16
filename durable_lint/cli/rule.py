"""``durable-lint rule``: the page of a rule in the terminal, or the list of all rules."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence

import click

from durable_lint.catalog import catalog
from durable_lint.cli.output import colours, complain, emit
from durable_lint.config.errors import did_you_mean
from durable_lint.finding import Safety
from durable_lint.page import Page, pages
from durable_lint.registry import registry
from durable_lint.report.style import SEVERITY_COLOURS, Style


def _run(code: str | None, show_all: bool, output_format: str) -> int:
    wanted = _matching(code)
    style = Style(colours("auto"))
    if output_format == "json":
        emit([json.dumps([_entry(page) for page in wanted], indent=2)])
    elif show_all or (code is not None and len(wanted) == 1):
        emit(line for page in wanted for line in (*_page(page, style), ""))
    else:
        emit(_listed(wanted, style))
    failures = registry().failures
    for broken, message in failures:
        complain(f"internal error: {broken} cannot be imported: {message}; please report this")
    return 2 if failures else 0


command = click.Command(
    "rule",
    callback=_run,
    params=[
        click.Argument(["code"], required=False),
        click.Option(["--all", "show_all"], is_flag=True, help="Print the pages of all rules."),
        click.Option(["--output-format"], type=click.Choice(["text", "json"]), default="text", help="How to print."),
    ],
    help="Explain a rule by its code or name, or list the rules (of a family, for a prefix such as DUR1).",
)


def _matching(code: str | None) -> Sequence[Page]:
    every = list(pages())
    found = [page for page in every if code is None or code == page.name or page.code.startswith(code.upper())]
    if found or code is None:
        return found
    remedy = did_you_mean(code, (*catalog(), *catalog().values())) or "`durable-lint rule` lists the rules"
    raise click.UsageError(f"no rule `{code}`; {remedy}")


def _listed(wanted: Sequence[Page], style: Style) -> Iterator[str]:
    width = max((len(page.name) for page in wanted), default=0)
    fixes = {page.code: _fix_column(page) for page in wanted}
    fix_width = max(map(len, fixes.values()), default=0)
    for page in wanted:
        severity = style(f"{page.severity_text:<7}", SEVERITY_COLOURS[page.severity])
        fix = f"{fixes[page.code]:<{fix_width}}  " if fix_width else ""
        yield f"{style(page.code, 'bold')}  {page.name:<{width}}  {severity}  {fix}{page.summary}"


def _fix_column(page: Page) -> str:
    return "" if not page.fixes else "fix" if Safety.SAFE in page.fixes else "unsafe fix"


def _page(page: Page, style: Style) -> Iterator[str]:
    for line in page.text.splitlines():
        is_heading = line == line.upper() and bool(line.strip()) and not line.startswith(" ")
        yield style(line, "bold") if is_heading else line


def _entry(page: Page) -> dict[str, object]:
    return {
        "code": page.code,
        "name": page.name,
        "family": page.family,
        "severity": page.severity.value,
        "by_sink": page.by_sink,
        "summary": page.summary,
        "explanation": page.markdown,
        "fix": {"applicability": [safety.value for safety in page.fixes], "help": page.fix_help}
        if page.fixes
        else None,
    }
