"""Listens to an SDK, AWS's or this one, while it runs a handler, and writes down what the code does with it."""

from __future__ import annotations

import contextvars
import importlib
import inspect
import linecache
import os
import sys
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial, wraps
from traceback import walk_tb
from types import CodeType, FrameType, ModuleType
from typing import Any
from weakref import WeakKeyDictionary

import durable_runtime
from durable_runtime.testing.effects import testify
from durable_runtime.testing.verifier.inputs import inputs_of
from durable_runtime.testing.verifier.notes import NoteBook, Place
from durable_runtime.testing.verifier.values import described

_METHODS = (
    "step",
    "wait",
    "invoke",
    "create_callback",
    "wait_for_callback",
    "wait_for_condition",
    "run_in_child_context",
    "map",
    "parallel",
)

_RUNTIME = os.path.dirname(durable_runtime.__file__)


def install(package: str, book: NoteBook) -> None:
    """Listen to the SDK of this package from now on. Handlers must not have been loaded yet."""
    sdk = importlib.import_module(package)
    hooks = _Hooks(book, sdk)
    hooks.listen_to_handlers()
    hooks.listen_to_operations()
    hooks.listen_to_steps()
    hooks.listen_to_suspensions()
    testify(hooks.note_effect)


@dataclass(slots=True)
class _Method:
    """A method of a context that is being called, until it is known which operation that makes."""

    name: str
    place: Place | None
    arguments: dict[str, Any]
    """By name; empty if they do not matter."""
    id: str | None = None


@dataclass
class _Here(threading.local):
    methods: list[_Method] = field(default_factory=list)
    bodies: list[str] = field(default_factory=list)


class _Hooks:
    def __init__(self, book: NoteBook, sdk: ModuleType) -> None:
        self._book = book
        self._sdk = sdk
        self._is_own = sdk is durable_runtime
        self._here = _Here()
        self._contexts: WeakKeyDictionary[Any, Any] = WeakKeyDictionary()
        """Of callbacks."""
        self._folders = tuple(os.path.join(folder, "") for folder in (_RUNTIME, os.path.dirname(str(sdk.__file__))))
        self._examples = os.path.join(_RUNTIME, "examples", "")

    # Handlers

    def listen_to_handlers(self) -> None:
        """Write down when the function of a handler begins, and how it ends."""
        execution = importlib.import_module(f"{self._sdk.__name__}.execution")
        original = execution.durable_execution

        @wraps(original)
        def durable_execution(func: Any = None, **options: Any) -> Any:
            if func is None:
                return partial(durable_execution, **options)
            return original(self._heard(func) if inspect.isfunction(func) else func, **options)

        for module in (self._sdk, execution):
            module.durable_execution = durable_execution  # type: ignore[attr-defined]

    def _heard(self, func: Callable[..., Any]) -> Callable[..., Any]:
        if inspect.iscoroutinefunction(func) or inspect.isgeneratorfunction(func):
            return func  # the SDK refuses it
        place = _return_of(func.__code__)

        @wraps(func)
        def heard(event: Any, context: Any) -> Any:
            self._book.request = getattr(context.lambda_context, "aws_request_id", "")
            self._book.write("begin", place=place)
            try:
                result = func(event, context)
            except BaseException as error:
                if _is_suspension(error):
                    self._book.write("end", how="suspended")
                else:
                    self._book.write("end", how="raised", place=self._origin(error))
                    self._note_swallowed(context)
                raise
            self._book.write("end", how="returned")
            self._note_swallowed(context)
            return result

        return heard

    def _note_swallowed(self, context: Any) -> None:
        if not self._is_own and (method := _suspended_by(context)) is not None:
            self._book.write("misdeed", what_kind="swallowed", what=method.name, place=method.place)

    # Operations

    def listen_to_operations(self) -> None:
        """Write down each operation, where the code makes it, what goes in, and what comes out."""
        module = importlib.import_module(f"{self._sdk.__name__}.context")
        for name in _METHODS:
            setattr(module.DurableContext, name, self._method(name, getattr(module.DurableContext, name)))
        module.Callback.result = self._result(module.Callback.result)
        identifier_class = importlib.import_module(f"{self._sdk.__name__}.identifier").OperationIdentifier
        construct = identifier_class.__init__

        @wraps(construct)
        def constructed(identifier: Any, *args: Any, **kwargs: Any) -> None:
            construct(identifier, *args, **kwargs)
            self._note_call(identifier)

        identifier_class.__init__ = constructed
        if self._is_own:
            self._identify_at_once()

    def _identify_at_once(self) -> None:
        """Our SDK makes the identifier of an operation only when it needs one."""
        call_class = importlib.import_module(f"{self._sdk.__name__}.operation.base").OperationCall
        construct = call_class.__init__

        @wraps(construct)
        def constructed(call: Any, *args: Any) -> None:
            construct(call, *args)
            call.identifier  # noqa: B018 - read for what making it does

        call_class.__init__ = constructed

    def _method(self, name: str, original: Callable[..., Any]) -> Callable[..., Any]:
        signature = inspect.signature(original)

        @wraps(original)
        def method(context: Any, *args: Any, **kwargs: Any) -> Any:
            try:
                arguments = signature.bind(context, *args, **kwargs).arguments
            except TypeError:
                return original(context, *args, **kwargs)
            caller = sys._getframe(1)
            # The SDK's own waits between retries have random lengths, which replay does not look at.
            is_backoff = name == "wait" and self._is_sdk(caller)
            call = _Method(name, self._place(caller), {} if is_backoff else arguments)
            if _suspended_by(context) is not None:
                title = f"{name}({arguments['name']!r})" if arguments.get("name") else f"{name}()"
                self._book.write("misdeed", what_kind="late", what=title, place=call.place)
            if not self._is_own:
                args, kwargs = self._with_marked_body(call, name, arguments)
            self._here.methods.append(call)
            try:
                result = original(context, *args, **kwargs)
            except BaseException as error:
                if _is_suspension(error):
                    context.__dict__.setdefault("_suspended_by", call)
                raise
            finally:
                self._here.methods.pop()
            if name == "create_callback":
                self._contexts[result] = context
            if call.id is not None:
                self._book.write("returned", id=call.id, value=described(result))
            return result

        return method

    def _result(self, original: Callable[..., Any]) -> Callable[..., Any]:
        """The method of a callback that waits for its result, and so may suspend the context that has made it."""

        @wraps(original)
        def result(callback: Any) -> Any:
            try:
                return original(callback)
            except BaseException as error:
                context = self._contexts.get(callback)
                if context is not None and _is_suspension(error):
                    call = _Method("the callback", self._place(sys._getframe(1)), {})
                    context.__dict__.setdefault("_suspended_by", call)
                raise

        return result

    def _note_call(self, identifier: Any) -> None:
        method = self._here.methods[-1] if self._here.methods else None
        inputs: dict[str, str] = {}
        place, once, early = None, False, False
        if method is not None and method.id is None:
            method.id = identifier.operation_id
            place = method.place
            if method.arguments:
                inputs, once, early = inputs_of(method.name, method.arguments)
        self._book.write(
            "call",
            id=identifier.operation_id,
            type=identifier.operation_type.value,
            sub_type=str(identifier.sub_type),
            name=identifier.name,
            parent=identifier.parent_id,
            inputs=inputs,
            place=place,
            once=once,
            early=early,
        )

    # Code that operations run

    def listen_to_steps(self) -> None:
        """Know which operation's code a thread runs."""
        if self._is_own:
            from durable_runtime.guards import running_operation

            def running() -> str | None:
                identifier = running_operation()
                return identifier.operation_id if identifier is not None else None

            self._running = running
        else:
            self._running = lambda: self._here.bodies[-1] if self._here.bodies else None
        _let_threads_inherit(self._running)

    def _with_marked_body(
        self, call: _Method, name: str, arguments: dict[str, Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The arguments of a method, in which the function that a step runs tells when it runs."""
        passed = {key: value for key, value in arguments.items() if key != "self"}
        parameter = {"step": "func", "wait_for_condition": "check"}.get(name)
        if parameter is not None and callable(function := passed.get(parameter)):

            @wraps(function)
            def marked(*args: Any, **kwargs: Any) -> Any:
                self._here.bodies.append(call.id or "")
                try:
                    return function(*args, **kwargs)
                finally:
                    self._here.bodies.pop()

            passed[parameter] = marked
        return (), passed

    def note_effect(self, name: str, value: Any) -> None:
        """Write down an effect."""
        operation = self._running() or _inherited.get()
        place = self._place(sys._getframe(1))
        unwinds = any(_is_suspension(error) for error in _errors_handled())
        self._book.write("effect", name=name, value=described(value), operation=operation, place=place, unwinds=unwinds)

    # Suspensions

    def listen_to_suspensions(self) -> None:
        """Write down when code swallows the suspension of a context; AWS's SDK notices only that of a handler."""
        if not self._is_own:
            return
        from durable_runtime.replaying import ReplayingContext

        original = ReplayingContext.run_body
        book = self._book

        @wraps(original)
        def run_body(context: Any, where: str, body: Callable[[Any], Any]) -> Any:
            def heard(inner: Any) -> Any:
                try:
                    result = body(inner)
                except BaseException as error:
                    if not _is_suspension(error):
                        note(inner)
                    raise
                note(inner)
                return result

            def note(inner: Any) -> None:
                if inner._suspension is not None:
                    method = _suspended_by(inner)
                    what, place = inner._suspension[1], method.place if method is not None else None
                    book.write("misdeed", what_kind="swallowed", what=what, place=place)

            return original(context, where, heard)

        ReplayingContext.run_body = run_body  # type: ignore[assignment,method-assign]

    # Places

    def _place(self, frame: FrameType | None) -> Place | None:
        """The line of the user's that a frame runs, or was called from."""
        while frame is not None:
            if not self._is_sdk(frame):
                return _place_of(frame.f_code.co_filename, frame.f_lineno)
            frame = frame.f_back
        return None

    def _origin(self, error: BaseException) -> Place | None:
        """The line of the user's that raised an error, or called what did."""
        place = None
        for frame, line in walk_tb(error.__traceback__):
            if not self._is_sdk(frame):
                place = _place_of(frame.f_code.co_filename, line)
        return place

    def _is_sdk(self, frame: FrameType) -> bool:
        file = frame.f_code.co_filename
        return file.startswith(self._folders) and not file.startswith(self._examples)


_inherited: contextvars.ContextVar[str | None] = contextvars.ContextVar("verifier_running", default=None)


def _let_threads_inherit(running: Callable[[], str | None]) -> None:
    """Let a thread that the code of an operation starts count as part of it."""
    start = threading.Thread.start

    def started(thread: threading.Thread) -> None:
        if (operation := running() or _inherited.get()) is not None:
            run = thread.run

            def inheriting() -> None:
                _inherited.set(operation)
                run()

            thread.run = inheriting  # type: ignore[method-assign]
        start(thread)

    threading.Thread.start = started  # type: ignore[assignment,method-assign]


def _suspended_by(context: Any) -> _Method | None:
    method: _Method | None = context.__dict__.get("_suspended_by")
    return method


def _is_suspension(error: BaseException) -> bool:
    return any(kind.__name__ == "SuspendExecution" for kind in type(error).__mro__)


def _errors_handled() -> Iterator[BaseException]:
    error = sys.exception()
    while error is not None:
        yield error
        error = error.__context__


def _return_of(code: CodeType) -> Place:
    """Where a function returns, if there is one such line only; else where it begins."""
    last = max((line or 0 for *_, line in code.co_lines()), default=0)
    lines = {
        number: linecache.getline(code.co_filename, number).lstrip() for number in range(code.co_firstlineno, last + 1)
    }
    returns = [number for number, text in lines.items() if text.startswith("return ")]
    first = next((number for number, text in lines.items() if text.startswith("def ")), code.co_firstlineno)
    return _place_of(code.co_filename, returns[0] if len(returns) == 1 else first)


def _place_of(file: str, line: int) -> Place:
    shown = os.path.relpath(file)
    text = " ".join(linecache.getline(file, line).split())
    return Place(file if shown.startswith("..") else shown, line, text)
