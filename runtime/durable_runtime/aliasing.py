"""Lets code that imports AWS's packages run on this one, unchanged."""

from __future__ import annotations

import importlib
import sys
from collections.abc import Mapping, Sequence
from importlib.machinery import ModuleSpec
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from importlib.abc import Loader, MetaPathFinder
    from types import ModuleType
else:
    # The import system asks finders and loaders for their methods alone, and importlib.abc takes 10 ms to import.
    Loader = MetaPathFinder = object

AWS_PACKAGES: Mapping[str, str] = {
    "aws_durable_execution_sdk_python": "durable_runtime",
    "aws_durable_execution_sdk_python_testing": "durable_runtime.testing",
}


def as_aws_sdk() -> None:
    """Make the import names of AWS's SDK and testing SDK stand for this package, for the rest of this process.

    The modules are the same objects under both names, so a class is the same however it was imported. It does not
    matter whether AWS's packages are installed. Calling it again does nothing.

    Raises:
        ImportError: AWS's packages were imported before; call this earlier.
    """
    install_aliases(AWS_PACKAGES)


def is_installed() -> bool:
    """Tell whether AWS's import names stand for this package in this process."""
    return any(isinstance(finder, _AliasFinder) and finder.packages == AWS_PACKAGES for finder in sys.meta_path)


def install_aliases(packages: Mapping[str, str]) -> None:
    """Make imports of the packages that are the keys yield those that are the values.

    Raises:
        ImportError: One of the packages was imported before.
    """
    present = [name for finder in sys.meta_path if isinstance(finder, _AliasFinder) for name in finder.packages]
    missing = {name: target for name, target in packages.items() if name not in present}
    for name in missing:
        if (loaded := sys.modules.get(name)) is not None:
            raise ImportError(
                f"{name} was already imported, from {getattr(loaded, '__file__', 'an unknown place')}: call "
                "durable_runtime.as_aws_sdk() before anything imports it, for instance at the top of the program or of "
                "conftest.py",
                name=name,
            )
    if missing:
        sys.meta_path.insert(0, _AliasFinder(missing))


class _AliasFinder(MetaPathFinder):
    def __init__(self, packages: Mapping[str, str]) -> None:
        self.packages = dict(packages)

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        package, dot, rest = fullname.partition(".")
        if package not in self.packages:
            return None
        real_name = self.packages[package] + dot + rest
        try:
            module = importlib.import_module(real_name)
        except ModuleNotFoundError as error:
            if error.name is not None and (real_name + ".").startswith(error.name + "."):
                message = f"No module named {fullname!r} ({real_name!r} stands for it)"
                raise ModuleNotFoundError(message, name=fullname) from error
            raise
        return ModuleSpec(fullname, _AliasLoader(module), is_package=hasattr(module, "__path__"))


class _AliasLoader(Loader):
    """Loads a module that is loaded already, under another name, and leaves it as it is."""

    def __init__(self, module: ModuleType) -> None:
        self._module = module
        self._spec = module.__spec__

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        return self._module

    def exec_module(self, module: ModuleType) -> None:
        # The import system has just made the alias the module's own spec.
        module.__spec__ = self._spec
