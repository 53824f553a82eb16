"""A template's functions: which module each of them runs, and how its durable executions are configured."""

from __future__ import annotations

import os
import re
from collections.abc import Iterator, Mapping

from durable_lint.dataclasses import dataclass
from durable_lint.template.nodes import Items, Node, Place, Table, Text, is_literal, read, text_of

SAM_FUNCTION = "AWS::Serverless::Function"
FUNCTION = "AWS::Lambda::Function"
_KNOWN_TRANSFORMS = re.compile(
    r"AWS::(Serverless-2016-10-31|LanguageExtensions|CodeDeployBlueGreen|SecretsManager-[\d-]+)"
)
_REMOTE = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_HANDLER = re.compile(r"[\w./-]+\.\w+")


@dataclass(frozen=True, slots=True, eq=False)
class DurableConfig:
    """The configuration of a function's durable executions, that of ``Globals`` and its own taken together.

    ``place`` is the key ``DurableConfig``; ``is_own`` says that it stands in the function itself.
    """

    place: Place
    is_own: bool
    entries: Mapping[str, Node]


@dataclass(frozen=True, slots=True, eq=False)
class Function:
    """A function of a template that runs Python from the project.

    ``handler`` is the handler as written, ``place`` where that stands, or the function's name where ``Globals`` say
    it. ``files`` are the files that its module may be, ``attribute`` the name in it. ``config`` is ``None`` for
    none and for one that is not known (``hides_config``). ``role`` is the value of ``Role``, where it has one.
    """

    name: str
    place: Place
    handler: str
    files: tuple[str, ...]
    attribute: str
    config: DurableConfig | None
    hides_config: bool
    role: Node | None


class Template:
    """A SAM or CloudFormation template."""

    def __init__(self, filename: str, root: Table) -> None:
        self.filename = filename
        self._root = root
        self.resources: dict[str, Table] = {}
        self._names: dict[str, Text] = {}
        for key, value in _resources(root):
            if isinstance(value, Table) and is_literal(value):
                self.resources[key.value] = value
                self._names[key.value] = key

    @classmethod
    def from_bytes(cls, filename: str, data: bytes) -> Template | None:
        """The template in the bytes of a file; ``None`` for a file that cannot be one."""
        root = read(filename, data)
        return None if root is None else cls(filename, root)

    def place_of(self, name: str) -> Place:
        """Where the logical name of a resource stands."""
        return self._names[name].place

    def functions(self) -> Iterator[Function]:
        """The functions whose code lies in the project, in their order."""
        for name, resource in self.resources.items():
            kind = resource.text("Type")
            properties = resource.table("Properties")
            if kind not in (SAM_FUNCTION, FUNCTION) or not resource.is_whole or properties is None:
                continue
            inherited = self._globals() if kind == SAM_FUNCTION else {}
            if inherited is not None and properties.is_whole:
                function = self._function(name, kind, properties, inherited)
                if function is not None:
                    yield function

    def _globals(self) -> dict[str, tuple[Text, Node]] | None:
        """The properties that all functions of SAM have; ``None`` when they cannot be known."""
        if self._root.get("Globals") is None:
            return {}
        sections = self._root.table("Globals")
        if sections is None:
            return None
        if sections.get("Function") is None:
            return {}
        properties = sections.table("Function")
        return None if properties is None else {key.value: (key, value) for key, value in properties.entries}

    def _function(
        self, name: str, kind: str, properties: Table, inherited: Mapping[str, tuple[Text, Node]]
    ) -> Function | None:
        def value_of(key: str) -> Node | None:
            own = properties.get(key)
            return own if own is not None or key not in inherited else inherited[key][1]

        handler = text_of(value_of("Handler"))
        folder = self._code_folder(kind, value_of("CodeUri" if kind == SAM_FUNCTION else "Code"))
        other = any(value_of(key) is not None for key in ("InlineCode", "ImageUri", "ImageConfig"))
        runtime, package = value_of("Runtime"), value_of("PackageType")
        if handler is None or folder is None or other or not _HANDLER.fullmatch(handler):
            return None
        if not (text_of(runtime) or "python").startswith("python") or (package and text_of(package) != "Zip"):
            return None
        module, _, attribute = handler.rpartition(".")
        base = os.path.normpath(os.path.join(folder, module.replace(".", "/")))
        written = properties.get("Handler")
        config, hides_config = _config(properties, inherited)
        return Function(
            name,
            self.place_of(name) if written is None else written.place,
            handler,
            (f"{base}.py", os.path.join(base, "__init__.py")),
            attribute,
            config,
            hides_config,
            value_of("Role"),
        )

    def _code_folder(self, kind: str, code: Node | None) -> str | None:
        """The folder that a function's code lies in; ``None`` where it comes from elsewhere."""
        if code is None:
            # The SAM CLI then takes the template's own folder; CloudFormation takes no function without code.
            return os.path.dirname(self.filename) if kind == SAM_FUNCTION else None
        written = text_of(code)
        if not written or _REMOTE.match(written):
            return None
        return os.path.join(os.path.dirname(self.filename), written)


def _resources(root: Table) -> tuple[tuple[Text, Node], ...]:
    """The entries of ``Resources``; none where a macro may change them. Loops only add to them."""
    found = root.get("Resources")
    if not isinstance(found, Table) or found.tag or _is_transformed(root):
        return ()
    loops = [key for key, _ in found.entries if key.value.startswith("Fn::")]
    return found.entries if all(key.value.startswith("Fn::ForEach::") for key in loops) else ()


def _is_transformed(root: Table) -> bool:
    """Whether macros that nobody knows may turn the template into another one."""
    transform = root.get("Transform")
    if transform is None:
        return False
    names = transform.items if isinstance(transform, Items) and not transform.tag else (transform,)
    return not all(_KNOWN_TRANSFORMS.fullmatch(text_of(name) or "") for name in names)


def _config(properties: Table, inherited: Mapping[str, tuple[Text, Node]]) -> tuple[DurableConfig | None, bool]:
    """The configuration of durable executions, and whether there is one that cannot be seen.

    SAM lays the function's own entries over those of ``Globals``, one by one.
    """
    written = [entry for entry in (inherited.get("DurableConfig"), _entry(properties, "DurableConfig")) if entry]
    if not written:
        return None, False
    entries: dict[str, Node] = {}
    for _, value in written:
        if not isinstance(value, Table) or not is_literal(value):
            return None, True
        entries |= {key.value: entry for key, entry in value.entries}
    is_own = properties.get("DurableConfig") is not None
    return DurableConfig(written[-1][0].place, is_own, entries), False


def _entry(table: Table, name: str) -> tuple[Text, Node] | None:
    key, value = table.key(name), table.get(name)
    return None if key is None or value is None else (key, value)
