"""Contents: all that a file, a download or a table of data holds, followed to where it ends up.

Only what keeps the whole of it is followed (``decode``, ``base64.b64encode``, ``to_json``): a length, a hash, a parsed
or selected part is another value.
"""

from __future__ import annotations

import ast
from typing import TYPE_CHECKING

from durable_lint.knowledge import content as facts
from durable_lint.model.effects import Site
from durable_lint.model.things import Boto, Content, External, Literal, Mapping, Method, Typed, typed
from durable_lint.model.values import UNKNOWN, Arguments, Thing, Value, of

if TYPE_CHECKING:
    from durable_lint.model.frame import Frame

_FILE = "io.TextIOWrapper"
_STREAM = "botocore.response.StreamingBody"
_READERS = frozenset({"read", "read_bytes", "read_text"})


def of_call(frame: Frame, callee: Value, arguments: Arguments, node: ast.Call, result: Value) -> Value:
    """The result of a call, known for the whole of something where it is one."""
    called = [
        thing for thing in callee.things if not (isinstance(thing, Method) and thing.receiver == Literal.of(None))
    ]
    if len(called) != 1:
        return result
    match called[0]:
        case External(name):
            found = _of_function(frame, name, arguments, node)
        case Method(Boto() as receiver, name):
            return _response(frame, receiver, name, arguments, node, result)
        case Method(Typed() as receiver, name):
            found = _of_method(frame, receiver, name, arguments, node)
        case _:
            return result
    return result if found is None else Value((found,), result.taints, result.loops)


def of_attribute(frame: Frame, receiver: Typed, node: ast.Attribute) -> Value | None:
    """The whole that an attribute holds: the bytes of a response."""
    whole = facts.held_by(f"{receiver.name}.{node.attr}")
    return None if whole is None else of(Content(whole.type, "a download", frame.site(node), whole.is_large))


def _of_function(frame: Frame, name: str, arguments: Arguments, node: ast.Call) -> Content | None:
    opener = facts.opener(name)
    if opener is not None:
        return _opened(frame, arguments, opener, node)
    type_ = facts.encoded_by(name)
    if type_ is not None:
        given = arguments.positional[0].things if arguments.positional else ()
        return next((_as(thing, type_) for thing in given if _is_data(thing)), None)
    whole = facts.read_by(name)
    if whole is None or _reads_part(arguments):
        return None
    return Content(whole.type, f"a table from {name}()", frame.site(node), whole.is_large)


def _of_method(frame: Frame, receiver: Typed, name: str, arguments: Arguments, node: ast.Call) -> Content | None:
    full = f"{receiver.name}.{name}"
    opener = facts.opener(full)
    if opener is not None:
        return _opened(frame, arguments, opener, node)
    if isinstance(receiver, Content):
        type_ = facts.kept_by(full)
        if type_ is not None:
            writes = name.startswith(("to_", "write_")) and type_ == "builtins.str" and arguments.positional
            return None if writes else _as(receiver, type_)
        if receiver.name == _FILE and facts.reads_file(name) and not arguments.positional:
            text = "builtins.bytes" if receiver.is_large else "builtins.str"
            return Content("builtins.list" if name == "readlines" else text, *_origin(receiver))
    whole = facts.read_by(full)
    if whole is None or (arguments.positional and name in _READERS and receiver.name != "zipfile.ZipFile"):
        return None
    if isinstance(receiver, Content):
        return _as(receiver, whole.type)
    if receiver.name == _STREAM:
        return None  # a part of an object, or an answer of a service
    return Content(whole.type, _SOURCES.get(receiver.name, "a file"), frame.site(node), whole.is_large)


_SOURCES = {
    "io.BytesIO": "a buffer",
    "zipfile.ZipFile": "a file in an archive",
    "http.client.HTTPResponse": "an HTTP response",
}


def _opened(frame: Frame, arguments: Arguments, opener: facts.Opener, node: ast.Call) -> Content:
    """An open file; what is read from one in binary mode is taken for large."""
    given = arguments.get(opener.position, "mode")
    mode = opener.mode if given is None else given.literal_text() or ""
    return Content(_FILE, "a binary file" if "b" in mode else "a text file", frame.site(node), "b" in mode)


def _response(frame: Frame, receiver: Boto, name: str, arguments: Arguments, node: ast.Call, result: Value) -> Value:
    """The response of AWS with its stream in it."""
    key = facts.stream_of(receiver.service, name)
    if key is None or receiver.surface == "collection":
        return result
    source = "an S3 object" if receiver.service == "s3" else f"the {key} of {receiver.service}"
    stream = of(Content(_STREAM, source, frame.site(node), True)) if not _reads_part(arguments) else typed(_STREAM)
    mapping = Mapping("builtins.dict", ((key, stream),), typed("builtins.str"), UNKNOWN)
    return Value((mapping,), result.taints, result.loops)


def _reads_part(arguments: Arguments) -> bool:
    return arguments.open or any(facts.reads_part(name) for name, _ in arguments.keywords)


def _is_data(thing: Thing) -> bool:
    return isinstance(thing, Content) and thing.name in ("builtins.bytes", "builtins.str")


def _as(thing: Thing, type_: str) -> Content:
    """The same content in another form."""
    assert isinstance(thing, Content)
    return Content(type_, *_origin(thing))


def _origin(content: Content) -> tuple[str, Site, bool]:
    return content.source, content.site, content.is_large
