"""Every option of the configuration, documented here and nowhere else.

``durable-lint config`` prints this table, ``--help`` its first sentences, and the reader of configuration files checks
keys and types against it.
"""

from __future__ import annotations

from typing import Literal, NamedTuple

from durable_lint.config.presets import PRESETS

Kind = Literal[
    "selectors",
    "patterns",
    "pattern table",
    "bool",
    "choice",
    "path",
    "paths",
    "version",
    "names",
    "effects",
    "expression",
    "number",
]

OUTPUT_FORMATS = ("full", "concise", "json", "github", "sarif")

OPERATIONS = (
    "step",
    "wait",
    "create_callback",
    "wait_for_callback",
    "wait_for_condition",
    "invoke",
    "run_in_child_context",
    "parallel",
    "map",
    "with_retry",
)
"""The operations that ``naming`` may give a pattern for, as a durable context spells them."""

_TYPES: dict[Kind, str] = {
    "selectors": "list of codes, prefixes of codes, names of rules, or ALL",
    "patterns": "list of file patterns",
    "pattern table": "table of file pattern to list of selectors",
    "bool": "true or false",
    "choice": "text",
    "path": "path",
    "paths": "list of paths",
    "version": "text, such as 3 or 2.1",
    "names": "list of dotted names",
    "effects": "table of dotted name to text",
    "expression": "regular expression",
    "number": "whole number from 1",
}


class Option(NamedTuple):
    """One option: ``doc`` starts with a sentence that stands alone, ``default`` and ``example`` are TOML."""

    key: str
    kind: Kind
    default: str
    doc: str
    example: str
    choices: tuple[str, ...] = ()

    @property
    def summary(self) -> str:
        """The first sentence, without its full stop."""
        return self.doc.partition(". ")[0].removesuffix(".")

    @property
    def type_name(self) -> str:
        """What a value may be, in words."""
        return f"one of {', '.join(self.choices)}" if self.choices else _TYPES[self.kind]


OPTIONS: tuple[Option, ...] = (
    Option(
        "preset",
        "choice",
        '"recommended"',
        "The codes to start from. `recommended` is every error and warning, `strict` every code, advice too, `seed` "
        "the rules that repeat the advice of published guides to durable functions. `select` then replaces them, "
        "`ignore` takes away and `extend-select` adds.",
        'preset = "strict"',
        tuple(PRESETS),
    ),
    Option(
        "select",
        "selectors",
        "what the preset selects",
        "Codes to report, instead of those of the preset. A prefix stands for all codes that begin with it, ALL "
        "for every code; what is named here is reported even where it is mere advice. A longer selector beats a "
        'shorter one, so `select = ["DUR1"]` with `ignore = ["DUR10"]` leaves DUR110 and up. DUR001, a file that '
        "cannot be read, is reported unless it is ignored.",
        'select = ["DUR1", "DUR301", "unnamed-in-loop"]',
    ),
    Option(
        "ignore",
        "selectors",
        "[]",
        "Codes not to report. At equal length `ignore` beats `select`.",
        'ignore = ["DUR113", "generic-name"]',
    ),
    Option(
        "extend-select",
        "selectors",
        "[]",
        "Codes to report on top of the selection. This is the way to switch advice on.",
        'extend-select = ["DUR405", "prefer-durable-step"]',
    ),
    Option(
        "per-file-ignores",
        "pattern table",
        "{}",
        "Codes not to report in files that fit a pattern. A pattern fits a file's name or its path below the "
        "configuration file; `*` also crosses slashes, and `!` in front means every file that does not fit.",
        'per-file-ignores = { "tests/*" = ["DUR4"], "legacy.py" = ["ALL"] }',
    ),
    Option(
        "exclude",
        "patterns",
        "version control, caches, virtual environments, build folders",
        "Files and directories to leave out, instead of the usual ones. A pattern without a slash fits a name "
        "anywhere, one with a slash a path below the configuration file. Files named on the command line are checked "
        "all the same, unless `force-exclude` is on.",
        'exclude = [".venv", "generated"]',
    ),
    Option(
        "extend-exclude",
        "patterns",
        "[]",
        "Files and directories to leave out on top of `exclude`.",
        'extend-exclude = ["third_party", "src/*/generated.py"]',
    ),
    Option(
        "force-exclude",
        "bool",
        "false",
        "Leave out excluded files even when they are named on the command line. pre-commit names each changed file, "
        "so its hook switches this on.",
        "force-exclude = true",
    ),
    Option(
        "respect-gitignore",
        "bool",
        "true",
        "Leave out what .gitignore files leave out.",
        "respect-gitignore = false",
    ),
    Option(
        "fix",
        "bool",
        "false",
        "Make the safe fixes, and report what is left. A fix is safe when a new execution then computes the same "
        "thing, correctly; one that adds, removes or renames operations still needs executions that are already "
        "running to finish on the old version.",
        "fix = true",
    ),
    Option(
        "unsafe-fixes",
        "bool",
        "false",
        "Count in unsafe fixes, which need a person's eye. With `fix` they are made too.",
        "unsafe-fixes = true",
    ),
    Option(
        "fixable",
        "selectors",
        '["ALL"]',
        "Codes whose findings may be fixed. As in the selection, a longer selector beats a shorter one.",
        'fixable = ["DUR1", "DUR4"]',
    ),
    Option(
        "unfixable",
        "selectors",
        "[]",
        "Codes whose findings are reported without a fix. At equal length `unfixable` beats `fixable`.",
        'unfixable = ["DUR401"]',
    ),
    Option(
        "output-format",
        "choice",
        '"full"',
        "How findings are printed. `full` shows the code and the call chain, `concise` is one line a finding, `json` "
        "is for programs, `github` for annotations in GitHub Actions, `sarif` (2.1.0) for code scanning.",
        'output-format = "concise"',
        OUTPUT_FORMATS,
    ),
    Option(
        "cache-dir",
        "path",
        '".durable_lint_cache"',
        "Where results are kept between runs. A relative path starts at the configuration file.",
        'cache-dir = "build/durable-lint"',
    ),
    Option(
        "src",
        "paths",
        "[]",
        "Directories that imports of the project start from. Without it they are found from each file: the directory "
        "above its outermost package, its own directory, and `src`.",
        'src = ["src", "functions/orders"]',
    ),
    Option(
        "sdk-version",
        "version",
        "the version installed beside the code, else 3",
        "The version of the SDK that the code is written for.",
        'sdk-version = "2.1"',
    ),
    Option(
        "effects.add",
        "effects",
        "{}",
        "What functions of yours or of a library do. Each dotted name has a text: a kind (clock, random, id, host, "
        "network, file, process, sleep, concurrency, order, identity, metadata, log, exit), then `read` or `write` "
        "where that matters, then a reason after a colon. A name that ends in `.*` stands for every call below it.",
        'effects.add = { "acme.parcels.book" = "network write: books the parcel" }',
    ),
    Option(
        "effects.remove",
        "names",
        "[]",
        "Calls, attributes, classes or modules of which nothing shall be known. Use it where a table of durable-lint "
        "is wrong about your version of a library.",
        'effects.remove = ["acme_clock.now"]',
    ),
    Option(
        "effects.vouch",
        "names",
        "[]",
        "Functions, classes or modules of the project to take as deterministic. They are not followed either. A "
        "comment `# durable-lint: deterministic` at a definition says the same.",
        'effects.vouch = ["orders.pricing.quote"]',
    ),
    Option(
        "max-operations",
        "number",
        "15",
        "How many operations a handler may have of its own. DUR807 reports one that has more.",
        "max-operations = 25",
    ),
    *(
        Option(
            f"naming.{operation}",
            "expression",
            "the pattern of DUR405",
            f"The regular expression that names of `{operation}` operations fit as a whole. DUR405 reports the others.",
            f"naming.{operation} = '[a-z]+_[a-z_]+'",
        )
        for operation in OPERATIONS
    ),
)

BY_KEY: dict[str, Option] = {option.key: option for option in OPTIONS}

TABLES: dict[str, str] = {
    "effects": "Your own facts about what functions do.",
    "naming": "Regular expressions for the names of operations, reported by DUR405.",
}
"""Options that hold options."""
