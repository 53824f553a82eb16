"""The pages under ``docs/rules`` are what the rules say of themselves."""

from __future__ import annotations

from tools.rule_pages import FOLDER, rendered


def test_pages_are_current() -> None:
    texts = rendered()
    on_disk = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.md")}
    assert on_disk.keys() == texts.keys(), "run `python tools/rule_pages.py`"
    for name, text in texts.items():
        assert on_disk[name] == text, f"{name} is stale: run `python tools/rule_pages.py`"
