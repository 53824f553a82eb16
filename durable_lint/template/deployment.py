"""Deployments: a function of a template together with the handler that it names."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import cached_property

from durable_lint.dataclasses import dataclass, field
from durable_lint.model.body import Body
from durable_lint.model.deployed import Nature, Waiting, handler_body, nature_of, waitings
from durable_lint.model.entries import evaluate_file
from durable_lint.model.interpreter import Interpreter
from durable_lint.model.module import Module
from durable_lint.model.project import Project
from durable_lint.model.things import Function as Code
from durable_lint.model.things import FunctionNode
from durable_lint.source.prefilter import names_durable
from durable_lint.template.document import Function, Template
from durable_lint.template.nodes import Node, number_of
from durable_lint.template.roles import Role, role_of

Interpreters = Callable[[Module], Interpreter]
"""Makes an interpreter for what a module means, with nothing evaluated yet."""


class Evaluations:
    """What evaluating the handlers of a template has told: functions that share a handler share the answer."""

    def __init__(self, interpreters: Interpreters) -> None:
        self._interpreters = interpreters
        self._waitings: dict[FunctionNode, tuple[Waiting, ...]] = {}

    def bodies(self, module: Module) -> list[Body]:
        """All bodies of a module, which are too large to be kept."""
        return evaluate_file(self._interpreters(module), module)

    def waitings(self, module: Module, handler: Code) -> tuple[Waiting, ...]:
        """What executions of a handler that a module names wait for, the longest first."""
        if handler.node not in self._waitings:
            body = handler_body(self.bodies(module), handler)
            found = () if body is None else waitings(body)
            self._waitings[handler.node] = tuple(
                sorted(found, key=lambda item: (-item.seconds, item.site.module.path, item.site.span))
            )
        return self._waitings[handler.node]


class Deployment:
    """What a rule can ask: the ``function`` as the template has it, the ``module`` that it runs, and the handler's
    ``nature``.
    """

    def __init__(
        self,
        template: Template,
        function: Function,
        module: Module,
        nature: Nature,
        code: Code | None,
        evaluations: Evaluations,
    ) -> None:
        self.template = template
        self.function = function
        self.module = module
        self.nature = nature
        self._code = code
        self._evaluations = evaluations

    @property
    def is_durable(self) -> bool:
        """Whether the handler is under the SDK's decorator."""
        return self.nature is Nature.DURABLE

    @cached_property
    def is_plain(self) -> bool:
        """Whether the handler surely is no durable one; one that only lacks the decorator is not meant."""
        if self.nature is not Nature.PLAIN or self._code is None:
            return False
        home = self._code.module
        if names_durable(home.text.text.encode("utf-8", "surrogatepass")):
            self._evaluations.bodies(home)  # what finds handlers without a decorator
        return self._code.node not in home.bare_handlers

    @cached_property
    def role(self) -> Role | None:
        """The role of the function, where it is written in the template and all of it can be read."""
        return role_of(self.template, self.function.role)

    @cached_property
    def waitings(self) -> tuple[Waiting, ...]:
        """What executions wait for as long as can be known, in a fixed order."""
        return () if self._code is None else self._evaluations.waitings(self.module, self._code)

    def setting(self, name: str) -> Node | None:
        """An entry of the function's ``DurableConfig``."""
        return None if self.function.config is None else self.function.config.entries.get(name)

    def number(self, name: str) -> int | None:
        """An entry of the function's ``DurableConfig`` that is a literal number."""
        return number_of(self.setting(name))


@dataclass(slots=True)
class Reach:
    """The deployments of a template, with the files that they rest on: read, or looked for in vain."""

    deployments: list[Deployment] = field(default_factory=list)
    read: dict[str, bytes] = field(default_factory=dict)
    absent: set[str] = field(default_factory=set)


def deployments(template: Template, project: Project, interpreters: Interpreters) -> Reach:
    """The functions of a template whose handlers lie in the project."""
    reach, evaluations = Reach(), Evaluations(interpreters)
    for function in template.functions():
        path = _file_of(function, project, reach)
        if path is None or not _is_of_interest(function, reach.read[path]):
            continue
        module = project.load(path)
        if module is not None:
            nature, code = nature_of(interpreters(module), module, function.attribute)
            reach.deployments.append(Deployment(template, function, module, nature, code, evaluations))
    return reach


def _file_of(function: Function, project: Project, reach: Reach) -> str | None:
    for path in function.files:
        data = project.content(path)
        if data is not None:
            reach.read[path] = data
            return path
        reach.absent.add(path)
    return None


def _is_of_interest(function: Function, data: bytes) -> bool:
    """Whether the function or its handler may be durable: spares the ordinary functions of a project the parser."""
    if function.config is not None or names_durable(data):
        return True
    return re.search(rb"^def " + re.escape(function.attribute).encode() + rb"\b", data, re.MULTILINE) is None
