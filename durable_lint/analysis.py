"""Analysis: one file of a project to the findings of all rules, with what the answer depends on."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, TypeVar

from durable_lint import knowledge
from durable_lint.dataclasses import dataclass, field
from durable_lint.finding import Finding
from durable_lint.model.entries import evaluate_file
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.module import Module
from durable_lint.model.project import Project
from durable_lint.model.sdk import is_sdk
from durable_lint.model.sdk_version import SdkLines, line_of_imports
from durable_lint.rule import Limits, Naming, Rule
from durable_lint.source.templates import is_template
from durable_lint.source.text import SourceError

if TYPE_CHECKING:
    pass

S = TypeVar("S")


@dataclass(frozen=True, slots=True)
class AnalysisSettings:
    """What findings depend on besides the code: import roots, the SDK's line, effects, name patterns, limits.

    ``sources`` are absolute folders; ``sdk_version`` is ``None`` when it is to be found beside the analysed code.
    ``effects_add`` maps dotted names to ``kind access: reason``; ``effects_remove`` and ``effects_vouch`` are dotted
    names.
    """

    sources: tuple[str, ...] = ()
    sdk_version: str | None = None
    effects_add: tuple[tuple[str, str], ...] = ()
    effects_remove: tuple[str, ...] = ()
    effects_vouch: tuple[str, ...] = ()
    naming: tuple[tuple[str, str], ...] = ()
    max_operations: int | None = None


@dataclass(frozen=True, slots=True)
class FileResult:
    """The findings of one analysed file, in any file of its project, and what they depend on.

    ``dependencies`` maps the paths that were read to their bytes, ``absent`` are paths that were looked for in vain.
    ``failures`` are rules that crashed, each with what was raised; the other rules' findings stand. ``broken`` are
    modules that the file imports, directly or not, and that Python cannot read. ``searched`` says that the whole
    project was looked through, so that a new file could change the answer.
    """

    findings: list[Finding]
    dependencies: dict[str, bytes] = field(default_factory=dict)
    absent: frozenset[str] = frozenset()
    unresolved: int = 0
    failures: list[tuple[str, str]] = field(default_factory=list)
    broken: dict[str, SourceError] = field(default_factory=dict)
    searched: bool = False


class Analyzer:
    """Analyses files. Parsed modules are shared between the files of one instance, evaluations are not: what is said
    of a file depends on it and on what it imports, not on which other files were analysed before."""

    def __init__(
        self, settings: AnalysisSettings, rules: Sequence[type[Rule]], overlay: Mapping[str, bytes] | None = None
    ) -> None:
        self._project = Project(settings.sources, overlay)
        facts = knowledge.shipped()
        if settings.effects_add or settings.effects_remove or settings.effects_vouch:
            facts = facts.with_overrides(dict(settings.effects_add), settings.effects_remove, settings.effects_vouch)
        self._settings = settings
        self._knowledge = facts
        self._sdk_lines = SdkLines(settings.sdk_version)
        naming, limits = Naming(dict(settings.naming)), Limits(settings.max_operations)
        made = [rule(naming, limits) for rule in rules]
        self._of_body = [(rule.code, rule.check) for rule in made if type(rule).check is not Rule.check]
        self._of_module = [
            (rule.code, rule.check_module) for rule in made if type(rule).check_module is not Rule.check_module
        ]
        self._of_deployment = [
            (rule.code, rule.check_deployment)
            for rule in made
            if type(rule).check_deployment is not Rule.check_deployment
        ]

    def analyze(self, path: str) -> FileResult:
        """Everything the rules say when the file at this absolute path is the one that is looked at.

        A template is looked at with the handlers that it names; one that is broken says nothing.
        Raises SourceError when the file itself cannot be parsed and OSError when it cannot be read.
        """
        if is_template(path):
            return self._analyze_template(path)
        module = self._project.load(path)
        if module is None:
            error = self._project.broken.get(path)
            if error is not None:
                raise error
            raise FileNotFoundError(path)
        if module.is_test or is_sdk(module.name):
            # What a test does to a handler is its business; the SDK beside a handler replays, it is not replayed.
            return FileResult([], *self._project.dependencies(path))
        sdk = self._sdk_lines.of(path)
        bodies = evaluate_file(Interpreter(self._project, self._knowledge, line_of_imports(module, sdk.line)), module)
        findings: list[Finding] = []
        failures: list[tuple[str, str]] = []
        for body in bodies:
            _ask(self._of_body, body, findings, failures)
        _ask(self._of_module, module, findings, failures)
        unresolved = sum(len(body.unfollowed) for body in bodies)
        contents, absent = self._project.dependencies(path)
        broken = {name: error for name, error in self._project.broken.items() if name in contents}
        searched = not self._project.searched.isdisjoint(contents)
        return FileResult(
            findings, {**contents, **sdk.read}, absent | sdk.absent, unresolved, failures, broken, searched
        )

    def _analyze_template(self, path: str) -> FileResult:
        from durable_lint.template.deployment import deployments  # PyYAML hangs on it, and few runs meet a template
        from durable_lint.template.document import Template

        data = self._project.content(path)
        if data is None:
            raise FileNotFoundError(path)
        read, absent = {path: data}, set[str]()
        template = Template.from_bytes(path, data)
        if template is None:
            return FileResult([], read)

        def interpreter_for(module: Module) -> Interpreter:
            sdk = self._sdk_lines.of(module.path)
            read.update(sdk.read)
            absent.update(sdk.absent)
            return Interpreter(self._project, self._knowledge, line_of_imports(module, sdk.line))

        reach = deployments(template, self._project, interpreter_for)
        findings: list[Finding] = []
        failures: list[tuple[str, str]] = []
        for deployment in reach.deployments:
            _ask(self._of_deployment, deployment, findings, failures)
        for name in reach.read:
            contents, missed = self._project.dependencies(name)
            read.update(contents)
            absent |= missed
        return FileResult(findings, {**reach.read, **read}, frozenset(absent | reach.absent), failures=failures)


def _ask(
    checks: Sequence[tuple[str, Callable[[S], Iterator[Finding]]]],
    subject: S,
    findings: list[Finding],
    failures: list[tuple[str, str]],
) -> None:
    """What rules, by their codes, say of a body, a file or a deployment; one that crashes leaves the others' word."""
    for code, check in checks:
        try:
            findings.extend(check(subject))
        except Exception as error:
            failures.append((code, f"{type(error).__name__}: {error}"))
