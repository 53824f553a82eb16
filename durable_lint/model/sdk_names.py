"""Names of the SDK that its version lacks: imports and attributes, with what may have been meant."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.knowledge.contract import history
from durable_lint.knowledge.sdk import SdkFacts
from durable_lint.model.body import Body
from durable_lint.model.contract import SdkRead, Terms, version_dependent
from durable_lint.model.effects import Site
from durable_lint.model.module import Module
from durable_lint.model.sdk import is_sdk
from durable_lint.source.walk import walk

_AWS = "aws_durable_execution_sdk_python"
_CLOSE = 0.8
_CLOSE_MODULE = 0.65  # there are few of them: `retry` is `retries`
_OF_ANY_CLASS = frozenset(dir(type)) | frozenset(dir(str)) | {"name", "value"}


@dataclass(frozen=True, slots=True)
class UnknownName:
    """A name that something of the SDK lacks.

    ``owner`` is how the thing is called in a message, ``since`` when the name was removed or came, ``meant`` the one
    name of the same kind that is close to it, ``home`` the module that has the very name.
    """

    site: Site
    name: str
    owner: str
    since: str = ""
    meant: str | None = None
    home: str | None = None


def unknown_imports(module: Module, terms: Terms) -> Iterator[UnknownName]:
    """What a file imports from the SDK that is not there; nothing of guarded imports."""
    for node in walk([module.tree]):
        match node:
            case ast.ImportFrom(module=str(source), level=0) if is_sdk(source):
                found = [*_unknown_module(module, terms, node, source)] or _unknown_members(module, terms, node, source)
            case ast.Import():
                sources = [alias.name for alias in node.names if is_sdk(alias.name)]
                found = (unknown for name in sources for unknown in _unknown_module(module, terms, node, name))
            case _:
                continue
        yield from (unknown for unknown in found if not version_dependent(module, node))


def unknown_reads(body: Body, terms: Terms) -> Iterator[UnknownName]:
    """Attributes that a body reads of things of the SDK that do not have them."""
    for read in body.sdk_reads.values():
        if read.owner == "DurableContext" and _replaces_default(body):
            continue
        unknown = _unknown_in_import(terms, read) if read.is_imported else _unknown_in_object(terms, read)
        if unknown is not None and not version_dependent(read.site.module, read.site.node):
            yield unknown


def _replaces_default(body: Body) -> bool:
    """Whether the context came in place of a value that a default was to keep: then that is what is wrong."""
    arguments = body.node.args
    parameters = [*arguments.posonlyargs, *arguments.args]
    kept = parameters[len(parameters) - len(arguments.defaults) :]
    return any(parameter.arg == body.context_parameter for parameter in kept)


def _unknown_module(module: Module, terms: Terms, statement: ast.stmt, source: str) -> Iterator[UnknownName]:
    """A module that the AWS package has in another version, or under a name that is close to this one."""
    if terms.facts.exports(source) is not None or not source.startswith(f"{_AWS}."):
        return
    since = history(terms.line, lambda facts: facts.exports(source) is not None)
    name = source.removeprefix(f"{_AWS}.")
    if not any(part.startswith("_") for part in name.split(".")) and "." not in name:
        meant = None if since else _close_to(name, terms.facts.modules, _CLOSE_MODULE)
        if since or meant:
            yield UnknownName(Site(module, statement), name, _AWS, since, meant)


def _unknown_members(module: Module, terms: Terms, statement: ast.ImportFrom, source: str) -> Iterator[UnknownName]:
    for alias in statement.names:
        if alias.name != "*":
            unknown = _missing_in_module(terms, source, alias.name, Site(module, alias))
            if unknown is not None:
                yield unknown


def _missing_in_module(terms: Terms, source: str, name: str, site: Site) -> UnknownName | None:
    facts, exports = terms.facts.of(source), terms.facts.exports(source)
    if exports is None or name in exports or name.startswith("_") or name in facts.borrowed(source):
        return None
    homes = facts.homes(name)
    if homes:
        return UnknownName(site, name, source, home=".".join(filter(None, (source.partition(".")[0], homes[0]))))
    since = history(terms.line, lambda other: _has(other, source, name))
    return UnknownName(site, name, source, since, None if since else _close_to(name, exports))


def _has(facts: SdkFacts, source: str, name: str) -> bool:
    return name in (facts.exports(source) or ()) or bool(facts.homes(name))


def _unknown_in_import(terms: Terms, read: SdkRead) -> UnknownName | None:
    if terms.facts.exports(read.owner) is not None:
        return _missing_in_module(terms, read.owner, read.name, read.site)
    owner = terms.facts.canonical(read.owner)
    if owner is None or not terms.facts.is_class(owner) or read.name in _OF_ANY_CLASS:
        return None
    return _missing_in_class(terms, owner, read)


def _unknown_in_object(terms: Terms, read: SdkRead) -> UnknownName | None:
    """Only what the SDK makes itself: of a protocol, objects may have more."""
    facts = terms.facts
    is_concrete = facts.parameters(read.owner) is not None
    return _missing_in_class(terms, read.owner, read) if is_concrete and facts.is_class(read.owner) else None


def _missing_in_class(terms: Terms, owner: str, read: SdkRead) -> UnknownName | None:
    known = (*terms.facts.attributes(owner), *terms.facts.members(owner))
    if read.name in known or read.name.startswith("_"):
        return None
    since = history(terms.line, lambda facts: read.name in (*facts.attributes(owner), *facts.members(owner)))
    return UnknownName(read.site, read.name, owner, since, None if since else _close_to(read.name, known))


def _close_to(name: str, known: Iterable[str], cutoff: float = _CLOSE) -> str | None:
    """The one name that is close, of the same kind: class, constant, or function and module."""
    candidates = [other for other in known if _kind(other) == _kind(name)]
    from difflib import get_close_matches

    close = get_close_matches(name, sorted(candidates), n=2, cutoff=cutoff)
    return close[0] if len(close) == 1 else None


def _kind(name: str) -> str:
    return "constant" if name.isupper() else "class" if name[:1].isupper() else "function"
