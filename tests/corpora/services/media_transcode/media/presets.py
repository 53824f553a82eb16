"""Presets that are shipped with the code."""

import json
from pathlib import Path

HERE = Path(__file__).parent
BUNDLED = json.loads((HERE / "presets" / "default.json").read_text()) if (HERE / "presets").is_dir() else {"name": "default"}


def load_preset(name: str) -> dict:
    return json.loads((HERE / "presets" / f"{name}.json").read_text())
