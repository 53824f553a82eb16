"""For code scanning: SARIF 2.1.0 with every rule, the call chain of every finding, and fingerprints."""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from hashlib import blake2b
from typing import TYPE_CHECKING
from urllib.parse import quote

from durable_lint import __version__
from durable_lint.finding import Finding, Fix, Hop, Severity, Span

if TYPE_CHECKING:
    from durable_lint.engine import Report
    from durable_lint.page import Page
    from durable_lint.report.surroundings import Surroundings

_SCHEMA = "https://json.schemastore.org/sarif-2.1.0.json"
_LEVELS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "note"}
_PROBLEMS = {Severity.ERROR: "error", Severity.WARNING: "warning", Severity.INFO: "recommendation"}
_LONGEST_DESCRIPTION = 1024
_LINK = re.compile(r"\[(?=[^\]]*\]\(\d+\))")

_Json = dict[str, object]


def render(report: Report, surroundings: Surroundings) -> Iterator[str]:
    """The whole log. File names are relative to ``SRCROOT``, the directory ``surroundings.base``."""
    pages = list(surroundings.pages())
    indexes = {page.code: index for index, page in enumerate(pages)}
    results = [
        _result(finding, fingerprint, indexes, surroundings.base)
        for finding, fingerprint in zip(report.findings, _fingerprints(report.findings, surroundings), strict=True)
    ]
    run: _Json = {
        "tool": {"driver": _driver(pages)},
        "invocations": [_invocation(report, surroundings.base)],
        "columnKind": "unicodeCodePoints",
        "originalUriBaseIds": {"SRCROOT": {"uri": _directory_uri(surroundings.base)}},
        "results": results,
        "properties": {"files": report.files, "unresolvedCalls": report.unresolved},
    }
    yield json.dumps({"$schema": _SCHEMA, "version": "2.1.0", "runs": [run]}, indent=2)


def _driver(pages: Sequence[Page]) -> _Json:
    return {
        "name": "durable-lint",
        "version": __version__,
        "semanticVersion": __version__,
        "rules": [_rule(page) for page in pages],
    }


def _rule(page: Page) -> _Json:
    return {
        "id": page.code,
        "name": page.name,
        "shortDescription": {"text": _short(page.summary)},
        "fullDescription": {"text": _short(page.description)},
        "help": {"text": page.text, "markdown": page.markdown},
        "defaultConfiguration": {
            "level": _LEVELS[page.severity],
            "enabled": page.severity is not Severity.INFO,
        },
        "properties": {
            "tags": ["durable-execution", page.family],
            "precision": "high",
            "problem.severity": _PROBLEMS[page.severity],
        },
    }


def _short(text: str) -> str:
    return text if len(text) <= _LONGEST_DESCRIPTION else f"{text[: _LONGEST_DESCRIPTION - 1]}…"


def _result(finding: Finding, fingerprint: str, indexes: Mapping[str, int], base: str) -> _Json:
    span = finding.span
    region = _region(span)
    result: _Json = {
        "ruleId": finding.code,
        "level": _LEVELS[finding.severity],
        "message": {"text": _message(finding)},
        "locations": [{"physicalLocation": {"artifactLocation": _artifact(finding.filename, base), "region": region}}],
        "partialFingerprints": {"primaryLocationLineHash": fingerprint},
    }
    if finding.code in indexes:
        result["ruleIndex"] = indexes[finding.code]
    if finding.chain:
        hops = [_hop(hop, base) for hop in finding.chain]
        result["relatedLocations"] = [{"id": number, **hop} for number, hop in enumerate(hops, 1)]
        result["codeFlows"] = [{"threadFlows": [{"locations": [{"location": hop} for hop in hops]}]}]
    if finding.fix is not None:
        result["fixes"] = [_fix(finding.fix, base)]
    properties = {key: value for key, value in (("sink", finding.sink), ("help", finding.help)) if value}
    if properties:
        result["properties"] = properties
    return result


def _region(span: Span) -> _Json:
    return {
        "startLine": span.row,
        "startColumn": span.column,
        "endLine": span.end_row,
        "endColumn": span.end_column,
    }


def _fix(fix: Fix, base: str) -> _Json:
    changes: dict[str, list[_Json]] = {}
    for edit in fix.edits:
        replacement: _Json = {"deletedRegion": _region(edit.span), "insertedContent": {"text": edit.text}}
        changes.setdefault(edit.filename, []).append(replacement)
    return {
        "description": {"text": fix.title},
        "artifactChanges": [
            {"artifactLocation": _artifact(filename, base), "replacements": replacements}
            for filename, replacements in changes.items()
        ],
        "properties": {"applicability": fix.safety.value, "changesOperations": fix.changes_operations},
    }


def _message(finding: Finding) -> str:
    """The message; behind it the chain, each hop a link to its related location."""
    text = _LINK.sub(r"\\[", finding.message)
    if not finding.chain:
        return text
    links = (f"[{_link_text(hop.what)}]({number})" for number, hop in enumerate(finding.chain, 1))
    return f"{text}\n{' → '.join(links)}"


def _link_text(text: str) -> str:
    return re.sub(r"([\\\[\]])", r"\\\1", text)


def _hop(hop: Hop, base: str) -> _Json:
    return {
        "physicalLocation": {
            "artifactLocation": _artifact(hop.filename, base),
            "region": {"startLine": hop.row, "startColumn": hop.column},
        },
        "message": {"text": hop.what},
    }


def _invocation(report: Report, base: str) -> _Json:
    """Whether the run went through; if not, what could not be read and what failed inside durable-lint."""
    failures = [(error.file, f"{error.rule}: {error.message}".removeprefix(": ")) for error in report.errors]
    failures += [(item.file, f"cannot be read: {item.message}") for item in report.unreadable]
    notifications = [
        {
            "level": "error",
            "message": {"text": text},
            "locations": [{"physicalLocation": {"artifactLocation": _artifact(filename, base)}}],
        }
        for filename, text in failures
    ]
    return {"executionSuccessful": not failures, "toolExecutionNotifications": notifications}


def _artifact(filename: str, base: str) -> _Json:
    if filename.startswith(os.path.join(base, "")):
        return {"uri": _uri_path(os.path.relpath(filename, base)), "uriBaseId": "SRCROOT"}
    return {"uri": _file_uri(filename)}


def _uri_path(path: str) -> str:
    quoted = quote(os.fsencode(path.replace(os.sep, "/")))
    return quoted if ":" not in quoted.partition("/")[0] else f"./{quoted}"


def _file_uri(path: str) -> str:
    return f"file:///{_uri_path(path).lstrip('/')}"


def _directory_uri(path: str) -> str:
    return f"{_file_uri(path).rstrip('/')}/"


def _fingerprints(findings: Sequence[Finding], surroundings: Surroundings) -> Iterator[str]:
    """What stays the same when other lines change: a hash of code and line, and which of its like in the file it is."""
    seen: Counter[tuple[str, str]] = Counter()
    for finding in findings:
        line = "".join(surroundings.line(finding.filename, finding.span.row).split())
        digest = blake2b(f"{finding.code}\0{line}".encode("utf-8", "surrogatepass"), digest_size=8).hexdigest()
        seen[finding.filename, digest] += 1
        yield f"{digest}:{seen[finding.filename, digest]}"
