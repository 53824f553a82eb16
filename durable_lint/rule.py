"""What a rule author imports: the base class, examples, and the words of the model.

A rule is one file under ``rules/``: a class with ``code``, ``name``, ``severity``, a docstring that is its
documentation page, ``examples`` that are its tests, and one ``check`` that asks the model.  Nothing else has to be
registered.
"""

from __future__ import annotations

import ast
from collections.abc import Iterator
from typing import TYPE_CHECKING, ClassVar

from durable_lint import rewrite
from durable_lint.dataclasses import dataclass, field
from durable_lint.finding import Finding, Fix, Hop, Safety, Severity
from durable_lint.model.effects import Access, Effect, Kind, Sink, Site

if TYPE_CHECKING:
    from durable_lint.model.body import Body
    from durable_lint.model.module import Module
    from durable_lint.template.deployment import Deployment
    from durable_lint.template.nodes import Place


@dataclass(frozen=True, slots=True)
class Example:
    """A bad program with the good one that replaces it; both are tests of the rule.

    In ``bad`` each line that must be reported ends in ``# <- DURnnn`` (with ``[E]``, ``[W]`` or ``[I]`` when the
    severity matters); ``good`` must have no finding of any rule.  ``name`` is the file that all of them are, ``files``
    are further ones beside it, by relative path.  ``fixed`` is what all fixes of this rule, unsafe ones too, make of
    ``bad`` (without the marks), ``fixed_files`` what they make of other files; ``None`` says that the rule has no fix
    for it.
    """

    bad: str
    good: str
    title: str = ""
    name: str = "handler.py"
    files: dict[str, str] = field(default_factory=dict)
    fixed: str | None = None
    fixed_files: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Naming:
    """The configured name patterns (regular expressions by operation kind) that DUR405 checks."""

    patterns: dict[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Limits:
    """The configured bounds, ``None`` for a rule's own: ``operations`` is how many a handler may have for DUR807."""

    operations: int | None = None


class Rule:
    """One rule.

    ``severity`` is the severity of a finding unless the rule says otherwise for one; ``by_sink`` marks rules whose
    severity depends on where the value goes (documentation only), ``produced_by_engine`` those about a file's text,
    whose findings the engine makes.  ``fixes`` are the kinds of fixes it may offer, ``fix_help`` says in a sentence or
    two what they do and when there is none.  Any other subclass overrides ``check``, ``check_module`` or
    ``check_deployment``.
    """

    code: ClassVar[str]
    name: ClassVar[str]
    severity: ClassVar[Severity] = Severity.ERROR
    by_sink: ClassVar[bool] = False
    produced_by_engine: ClassVar[bool] = False
    fixes: ClassVar[tuple[Safety, ...]] = ()
    fix_help: ClassVar[str] = ""
    examples: ClassVar[tuple[Example, ...]] = ()

    def __init__(self, naming: Naming | None = None, limits: Limits | None = None) -> None:
        self.naming = naming or Naming()
        self.limits = limits or Limits()

    def check(self, body: Body) -> Iterator[Finding]:
        """Findings about one evaluated body."""
        return iter(())

    def check_module(self, module: Module) -> Iterator[Finding]:
        """Findings about a file that are not about any body."""
        return iter(())

    def check_deployment(self, deployment: Deployment) -> Iterator[Finding]:
        """Findings in a template about a function that it deploys."""
        return iter(())

    def in_template(
        self,
        place: Place,
        message: str,
        *,
        help: str = "",
        severity: Severity | None = None,
        chain: tuple[Hop, ...] = (),
    ) -> Finding:
        """A finding of this rule at a place of a template."""
        return Finding(self.code, severity or self.severity, message, place.filename, place.span, help, chain=chain)

    def finding(
        self,
        site: Site,
        message: str,
        *,
        help: str = "",
        severity: Severity | None = None,
        sink: str | None = None,
        chain: tuple[Hop, ...] = (),
        fix: Fix | None = None,
    ) -> Finding:
        """A finding of this rule at a place; the message is one line that reads at 2 a.m."""
        severity = severity or self.severity
        return Finding(self.code, severity, message, site.module.path, site.span, help, sink, chain, fix=fix)

    def of_effect(
        self,
        body: Body,
        effect: Effect,
        message: str,
        *,
        help: str = "",
        severity: Severity,
        fix: Fix | None = None,
    ) -> Finding:
        """A finding at an effect, with its chain; milder where the whole body is one checkpoint."""
        if body.is_one_checkpoint:
            severity = severity.milder()
        sink = worst_sink(effect)
        chain = effect.hops() if effect.through_helper else ()
        return self.finding(
            effect.site,
            message,
            help=help,
            severity=severity,
            sink=sink.value if sink is not None else None,
            chain=chain,
            fix=fix,
        )


class EffectRule(Rule):
    """A rule about effects of some kinds in replayed durable bodies.

    Everything that one expression reaches is one finding: a helper that writes three times is reported once, at its
    call, about the worst of the three.  A subclass says which effects it is about, how bad one is, and what to tell:
    ``message`` is what goes wrong, ``remedy`` what to do instead in a few words, ``advice`` the same as code.
    """

    kinds: ClassVar[tuple[Kind, ...]] = ()
    remedy: ClassVar[str] = ""

    def check(self, body: Body) -> Iterator[Finding]:
        """One finding for each expression of a replayed durable body that has such an effect."""
        if not body.reports:
            return
        places: dict[ast.AST, list[Effect]] = {}
        for effect in body.effects_of(*self.kinds):
            if self.concerns(body, effect):
                places.setdefault(effect.site.node, []).append(effect)
        for effects in places.values():
            worst = max(effects, key=lambda effect: self.severity_at(effect).rank)
            others = len({effect.chain[-1].site for effect in effects}) - 1
            message = f"{self.message(worst)}{trail_of(worst, others)}; {self.remedy_for(worst)}"
            yield self.of_effect(
                body,
                worst,
                message,
                help=self.advice(worst),
                severity=self.severity_at(worst),
                fix=self.fix(body, worst),
            )

    def concerns(self, body: Body, effect: Effect) -> bool:
        """Whether an effect of the right kind is this rule's business."""
        return True

    def severity_at(self, effect: Effect) -> Severity:
        """How bad one effect is."""
        return self.severity

    def message(self, effect: Effect) -> str:
        """What goes wrong on replay; the chain is added."""
        raise NotImplementedError

    def remedy_for(self, effect: Effect) -> str:
        """What to do instead, in a few words."""
        return self.remedy

    def advice(self, effect: Effect) -> str:
        """What to write instead."""
        return ""

    def fix(self, body: Body, effect: Effect) -> Fix | None:
        """The change that removes the finding, where one can be made."""
        return None


class OutsideEffectRule(EffectRule):
    """A rule about what replayed code does to the world: an error where something changes, a warning for a look.

    Effects in cleanup code, which runs at every suspension, are DUR209's finding.
    """

    remedy = "do it in a step"
    fixes = (Safety.UNSAFE,)
    fix_help = (
        "What has the effect becomes a `@durable_step` function of its own, which gets what it needs by value and "
        "gives back what is used later. No fix without a context in scope, where the result could not be recorded (a "
        "response, a file, an iterator), in a `try` that waits for other errors than a step's, in `except` and cleanup "
        "code, and where the code also changes something in place."
    )

    def concerns(self, body: Body, effect: Effect) -> bool:
        """Everything but cleanup code."""
        return not effect.in_cleanup

    def severity_at(self, effect: Effect) -> Severity:
        """Reading again is rarely harmless, but never as bad as writing again."""
        return Severity.WARNING if effect.access is Access.READ else Severity.ERROR

    def advice(self, effect: Effect) -> str:
        """The call belongs in a step."""
        return f"Call it in a step: context.step(lambda _: {unparsed(effect.site.node)}, name=...)"

    def fix(self, body: Body, effect: Effect) -> Fix | None:
        """A step function of its own round what has the effect."""
        return rewrite.outside.extracted(body, effect)


class ReplayedValueRule(EffectRule):
    """A rule about values that differ on replay: reported where they are made, as severe as the place they end up in.

    A value that names an operation is DUR112's finding, not this rule's.
    """

    by_sink = True
    remedy = "read it in a step"

    def concerns(self, body: Body, effect: Effect) -> bool:
        """Every value that does not name an operation."""
        return worst_sink(effect) is not Sink.OPERATION_NAME

    def severity_at(self, effect: Effect) -> Severity:
        """The severity for the worst place that the value reaches."""
        return severity_of(worst_sink(effect))

    def message(self, effect: Effect) -> str:
        """What is read again, and what becomes of it."""
        return f"{effect.shown} gives another value {again(effect)} and {consequence_of(worst_sink(effect))}"

    def advice(self, effect: Effect) -> str:
        """The value belongs in a step, whose result is recorded."""
        return f"Read it in a step and use the result: context.step(lambda _: {unparsed(effect.site.node)}, name=...)"


class RecordableValueRule(ReplayedValueRule):
    """A rule about values that a step can record where they are made."""

    fixes = (Safety.SAFE, Safety.UNSAFE)
    fix_help = (
        "The smallest expression that carries the value goes into a named step on the context in scope; a value that "
        "JSON cannot carry is sent as text and made again behind the step. Unsafe where the type of the value is not "
        "known. No fix without a context in scope, in a `try` that waits for other errors than a step's, or round a "
        "helper that also changes what it is given."
    )

    def fix(self, body: Body, effect: Effect) -> Fix | None:
        """A step round the value, unless nothing depends on it."""
        return None if self.severity_at(effect) is Severity.INFO else rewrite.steps.recorded(body, effect)


def trail_of(effect: Effect, others: int) -> str:
    """The chain of a finding in brackets, with the number of further sources behind the same expression."""
    more = f"and {others} more" if others > 0 else ""
    if not effect.through_helper:
        return f" ({more})" if more else ""
    return f" ({effect.trail()}{', ' if more else ''}{more})"


_SINK_ORDER = (
    Sink.BRANCH,
    Sink.LOOP,
    Sink.ARGUMENT,
    Sink.CAPTURED,
    Sink.OUTSIDE,
    Sink.STALE_RETURN,
    Sink.RETURN,
    Sink.LOGGED,
)


def worst_sink(effect: Effect) -> Sink | None:
    """The sink that decides how bad a value effect is; ``None`` when the value goes nowhere."""
    if effect.names_operation:
        return Sink.OPERATION_NAME
    return next((sink for sink in _SINK_ORDER if sink in effect.sinks), None)


def severity_of(sink: Sink | None) -> Severity:
    """How bad a value that differs on replay is, by where it ends up."""
    if sink in (None, Sink.LOGGED, Sink.UNUSED):
        return Severity.INFO
    return Severity.WARNING if sink is Sink.RETURN else Severity.ERROR


def again(effect: Effect) -> str:
    """When an effect happens once more; a body that is one checkpoint runs again only if it did not get to its end."""
    return "when this body is interrupted" if effect.body.is_one_checkpoint else "on every replay"


def is_error(effect: Effect) -> bool:
    """Whether a value that differs on replay ends up where that is wrong."""
    return severity_of(worst_sink(effect)) is Severity.ERROR


def consequence_of(sink: Sink | None) -> str:
    """What happens on replay because a value ended up there, as the rest of a sentence."""
    return _CONSEQUENCES.get(sink, "is never used") if sink is not None else "is never used"


_CONSEQUENCES = {
    Sink.OPERATION_NAME: "becomes an operation's name",
    Sink.BRANCH: "decides which operations run",
    Sink.LOOP: "decides how often operations run",
    Sink.ARGUMENT: "goes into an operation",
    Sink.CAPTURED: "is used inside a step",
    Sink.OUTSIDE: "goes out with an effect on the outside world",
    Sink.STALE_RETURN: "is returned after later operations have run",
    Sink.RETURN: "is returned",
    Sink.LOGGED: "is only logged",
}


def unparsed(node: ast.AST, limit: int = 60) -> str:
    """Source text of a node for a message, shortened to ``limit`` characters."""
    text = " ".join(ast.unparse(node).split())
    return text if len(text) <= limit else text[: limit - 1] + "…"
