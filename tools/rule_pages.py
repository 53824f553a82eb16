"""Writes the documentation pages of the rules to ``docs/rules/`` from the rules themselves: ``python
tools/rule_pages.py``.
"""

from __future__ import annotations

from pathlib import Path

from durable_lint.page import pages

FOLDER = Path(__file__).resolve().parent.parent / "docs" / "rules"
_SEVERITIES = {"error": "error", "warning": "warning", "info": "advice", "by sink": "by sink"}


_HEAD = """# Rules

Written by `tools/rule_pages.py`; edit the rules, not these pages.

| code | name | severity | fix | what |
|---|---|---|---|---|
"""


def rendered() -> dict[str, str]:
    """The text of every page by file name, with an index of all of them."""
    texts: dict[str, str] = {}
    rows = []
    for page in pages():
        texts[f"{page.code}.md"] = f"{page.markdown}\n"
        link, severity = f"[{page.code}]({page.code}.md)", _SEVERITIES[page.severity_text]
        rows.append(f"| {link} | {page.name} | {severity} | {page.fix_text} | {page.summary} |")
    texts["README.md"] = _HEAD + "\n".join(rows) + "\n"
    return texts


def main() -> None:
    """Write every page and remove those of rules that are gone."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    texts = rendered()
    for old in FOLDER.glob("*.md"):
        if old.name not in texts:
            old.unlink()
    for name, text in texts.items():
        (FOLDER / name).write_text(text, encoding="utf-8")


if __name__ == "__main__":
    main()
