"""Presets: selections to start from, which ``select``, ``ignore`` and ``extend-select`` then change."""

from __future__ import annotations

RECOMMENDED = "recommended"

PRESETS: dict[str, tuple[str, ...] | None] = {
    RECOMMENDED: None,
    "strict": ("ALL",),
    "seed": (
        "DUR101",
        "DUR102",
        "DUR103",
        "DUR105",
        "DUR201",
        "DUR206",
        "DUR207",
        "DUR301",
        "DUR302",
        "DUR401",
        "DUR402",
        "DUR403",
        "DUR405",
        "DUR406",
        "DUR503",
        "DUR504",
        "DUR601",
        "DUR603",
        "DUR604",
        "DUR605",
        "DUR702",
        "DUR703",
        "DUR704",
        "DUR801",
        "DUR802",
        "DUR803",
        "DUR804",
        "DUR805",
        "DUR806",
        "DUR807",
    ),
}
"""Selectors by the name of the preset; ``None`` stands for every error and warning, as without a preset.

``seed`` holds the rules that say what the published guides to durable functions say: their advice, without what else
goes wrong on replay.
"""
