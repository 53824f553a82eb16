"""Configurations of the wrong kind, put into what is wanted of them."""

from __future__ import annotations

import ast

from durable_lint.finding import Edit, Fix, Safety
from durable_lint.model.config_types import WrongType
from durable_lint.model.contract import Terms
from durable_lint.model.module import Module
from durable_lint.rewrite.edits import is_exact, joined, replaced, source_of
from durable_lint.rewrite.imports import bring

_CALLABLE_TEXT = (ast.Name, ast.Attribute)


def converted(terms: Terms, wrong: WrongType) -> Fix | None:
    """What was meant, made of what is given: a strategy of its configuration, a call of what was not called.

    ``None`` where the argument does not stand in the call, and where there is more than one way.
    """
    module, node = wrong.call.site.module, wrong.given.node
    if node is None or not is_exact(module, node):
        return None
    if wrong.kind.startswith("uncalled "):
        return _called(terms, wrong, module, node)
    if wrong.kind == "text":
        return _member(terms, wrong, module, node)
    return _wrapped(terms, wrong, module, node)


def _called(terms: Terms, wrong: WrongType, module: Module, node: ast.expr) -> Fix | None:
    """``RetryPresets.none`` as ``RetryPresets.none()``, where the call needs nothing."""
    name = wrong.kind.removeprefix("uncalled ")
    parameters = terms.facts.parameters(name)
    makes_wanted = name.startswith("RetryPresets.") and wrong.given.parameter.name == "retry_strategy"
    is_class = name == wrong.wanted or wrong.wanted in terms.facts.bases(name)
    maker = terms.contract.made(name)
    if not (makes_wanted or is_class or maker == wrong.given.parameter.name) or not isinstance(node, _CALLABLE_TEXT):
        return None
    if any(parameter.required for parameter in parameters or ()):
        return None
    text = source_of(module, node)
    return Fix(f"Call `{text}`", Safety.SAFE, (replaced(module, node, f"{text}()"),))


def _member(terms: Terms, wrong: WrongType, module: Module, node: ast.expr) -> Fix | None:
    """The member of an enum that a literal text names."""
    text = wrong.given.value.literal_text()
    if text is None or text not in terms.facts.members(wrong.wanted) or not isinstance(node, ast.Constant):
        return None
    brought = bring(module, f"sdk.{wrong.wanted}", node)
    if brought is None:
        return None
    member = f"{brought.expression}.{text}"
    return Fix(f"Write `{member}`", Safety.SAFE, (*brought.edits, replaced(module, node, member)))


def _wrapped(terms: Terms, wrong: WrongType, module: Module, node: ast.expr) -> Fix | None:
    """A configuration or strategy inside what is wanted: ``StepConfig(retry_strategy=create_retry_strategy(…))``."""
    wrappers = _wrappers(terms, wrong)
    if not wrappers:
        return None
    text, edits = source_of(module, node), list[Edit]()
    for name, keyword in wrappers:
        brought = bring(module, f"sdk.{name}", node)
        if brought is None:
            return None
        text = f"{brought.expression}({keyword}{text})"
        edits += brought.edits
    return Fix(f"Put it into `{wrappers[-1][0]}`", Safety.SAFE, (*joined(edits), replaced(module, node, text)))


def _wrappers(terms: Terms, wrong: WrongType) -> list[tuple[str, str]]:
    """The calls to put round it, from the inside out, each with the keyword for what is inside; none when unsure."""
    found, kind = [], wrong.kind
    maker = terms.contract.maker(kind)
    if maker is not None:
        found.append((maker.function, ""))
        kind = maker.field
    if wrong.wanted == "callable":
        return found if kind == wrong.given.parameter.name else []
    fields = [name for name, wanted in terms.contract.kinds(wrong.wanted).items() if _takes(terms, wanted, name, kind)]
    required = {field.name for field in terms.facts.fields(wrong.wanted) or () if field.required}
    if len(fields) != 1 or required - set(fields):
        return []
    return [*found, (wrong.wanted, f"{fields[0]}=")]


def _takes(terms: Terms, wanted: str, field: str, kind: str) -> bool:
    """Whether a field is the one for a kind of thing."""
    return field == kind if wanted == "callable" else terms.fits(wanted, kind)
