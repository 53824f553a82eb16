"""Finds the rules: every module ``durNNN_its_name`` of every family in ``durable_lint.rules``."""

from __future__ import annotations

import importlib
import pkgutil
import re
import sys
from functools import cache
from importlib.util import module_from_spec, spec_from_file_location
from os.path import join
from types import ModuleType

import durable_lint
from durable_lint.catalog import rules_folder
from durable_lint.dataclasses import dataclass
from durable_lint.rule import Rule

_MODULE = re.compile(r"dur\d{3}_\w+")


@dataclass(frozen=True, slots=True)
class Registry:
    """The rules in the order of their codes, and the modules that brought none, each as (code, what went wrong)."""

    rules: tuple[type[Rule], ...]
    failures: tuple[tuple[str, str], ...] = ()


def rules() -> tuple[type[Rule], ...]:
    """The rule classes in the order of their codes. ``catalog`` tells codes and names without importing any."""
    return registry().rules


@cache
def registry() -> Registry:
    """Import all rules; one that cannot be imported becomes a failure, the others stand."""
    return collect(_package())


def collect(package: ModuleType) -> Registry:
    """The rules in the families of a package."""
    found: dict[str, type[Rule]] = {}
    failures: list[tuple[str, str]] = []
    for family in pkgutil.iter_modules(package.__path__, f"{package.__name__}."):
        if not family.ispkg:
            continue
        for info in pkgutil.iter_modules(importlib.import_module(family.name).__path__, f"{family.name}."):
            stem = info.name.rpartition(".")[2]
            if not _MODULE.fullmatch(stem):
                continue
            try:
                rule = _rule_in(info.name, stem)
                _add(rule, found)
            except Exception as error:  # a broken rule must not take the others along
                failures.append((stem[:6].upper(), f"{type(error).__name__}: {error}"))
    return Registry(tuple(found[code] for code in sorted(found)), tuple(sorted(failures)))


def _rule_in(module_name: str, stem: str) -> type[Rule]:
    """The one rule that a module defines, checked against the module's name."""
    module = importlib.import_module(module_name)
    defined = [
        value
        for value in vars(module).values()
        if isinstance(value, type) and issubclass(value, Rule) and value.__module__ == module_name
    ]
    rules = [value for value in defined if "code" in vars(value)]
    if len(rules) != 1:
        raise ValueError(f"{module_name} defines {len(rules)} rules, expected one")
    rule = rules[0]
    expected = f"{rule.code.lower()}_{rule.name.replace('-', '_')}"
    if stem != expected:
        raise ValueError(f"{module_name} defines {rule.code} {rule.name}, which belongs in {expected}.py")
    return rule


def _add(rule: type[Rule], found: dict[str, type[Rule]]) -> None:
    for other in found.values():
        if other.code == rule.code or other.name == rule.name:
            raise ValueError(f"{rule.__module__} and {other.__module__} share the code or the name of their rules")
    found[rule.code] = rule


def _package() -> ModuleType:
    """The package ``durable_lint.rules``; in a checkout that is not installed, made from the folder beside us."""
    try:
        return importlib.import_module("durable_lint.rules")
    except ModuleNotFoundError as error:
        if error.name != "durable_lint.rules":
            raise
    folder = rules_folder()
    spec = spec_from_file_location(
        "durable_lint.rules", join(folder, "__init__.py"), submodule_search_locations=[folder]
    )
    if spec is None or spec.loader is None:
        raise ModuleNotFoundError(
            f"durable-lint's rules are missing: expected them in {folder}", name="durable_lint.rules"
        )
    package = module_from_spec(spec)
    sys.modules["durable_lint.rules"] = package
    spec.loader.exec_module(package)
    durable_lint.rules = package  # type: ignore[attr-defined]  # what the import system does for a submodule
    return package
