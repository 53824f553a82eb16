"""Which factories a handler gets, and what is refused with which message."""

from __future__ import annotations

import functools
from importlib import metadata
from typing import Any

import pytest

VARIABLE = "DURABLE_EXECUTION_PLUGINS"


class Factory:
    """A factory as it should be."""

    def create_plugin(self, info: object) -> object:
        return None


class WithDefault:
    def create_plugin(self, info: object = None) -> object:
        return None


class Variadic:
    def create_plugin(self, *arguments: object) -> object:
        return None


class OnTheClass:
    @classmethod
    def create_plugin(cls, info: object) -> object:
        return None


class WithoutSelf:
    @staticmethod
    def create_plugin(info: object) -> object:
        return None


class Callable:
    def __call__(self, info: object) -> object:
        return None


class ByAttribute:
    create_plugin = Callable()


class NotCallable:
    create_plugin = "text"


class NoArgument:
    def create_plugin(self) -> object:
        return None


class TwoArguments:
    def create_plugin(self, info: object, more: object) -> object:
        return None


def function(info: object) -> object:
    return None


ACCEPTED = [Factory(), WithDefault(), Variadic(), OnTheClass(), OnTheClass, WithoutSelf(), WithoutSelf, ByAttribute()]
REFUSED = {
    f"the class {__name__}.Factory": Factory,
    f"the class {__name__}.WithDefault": WithDefault,
    f"the class {__name__}.Variadic": Variadic,
    f"an instance of {__name__}.NotCallable": NotCallable(),
    f"an instance of {__name__}.NoArgument": NoArgument(),
    f"an instance of {__name__}.TwoArguments": TwoArguments(),
    f"the function {__name__}.function": function,
    "the function builtins.len": len,
    "an instance of functools.partial": functools.partial(function, None),
    "an instance of builtins.str": "text",
    "an instance of builtins.NoneType": None,
}


class FakeEntryPoint:
    value = "package:factory"
    dist: Any = None

    def __init__(self, name: str, factory: object = None, distribution: str | None = None) -> None:
        self.name, self._factory = name, factory
        if distribution is not None:
            self.dist = type("Distribution", (), {"metadata": {"Name": distribution}})

    def load(self) -> object:
        if isinstance(self._factory, Exception):
            raise self._factory
        return self._factory


@pytest.fixture
def install(monkeypatch: pytest.MonkeyPatch) -> Any:
    def install(*entry_points: FakeEntryPoint) -> None:
        def find(*, group: str) -> tuple[FakeEntryPoint, ...]:
            assert group == "aws_durable_execution.plugins"
            return entry_points

        monkeypatch.setattr(metadata, "entry_points", find)

    return install


def load(sdk: Any, *explicit: object, names: str | None = None) -> list[Any]:
    environment = {} if names is None else {VARIABLE: names}
    loaded: list[Any] = sdk.discovery.load_configured_plugins(list(explicit), environment=environment)
    return loaded


def refusal(sdk: Any, *explicit: object, names: str | None = None) -> str:
    with pytest.raises(sdk.load_error) as raised:
        load(sdk, *explicit, names=names)
    return str(raised.value)


@pytest.mark.parametrize("factory", ACCEPTED, ids=lambda value: getattr(value, "__name__", type(value).__name__))
def test_accepted(sdk: Any, factory: object) -> None:
    assert load(sdk, factory) == [factory]


@pytest.mark.parametrize("description", REFUSED)
def test_refused(sdk: Any, description: str) -> None:
    assert refusal(sdk, Factory(), REFUSED[description]) == (
        "Durable instrumentation plugin at plugins[1] must be a plugin factory -- an object with a create_plugin(info) "
        f"method returning a DurableInstrumentationPlugin -- but is {description}. Pass a factory rather than a "
        "plugin, a plugin class, or a plain callable, and pass a factory instance rather than the factory class, for "
        "example plugins=[MyPluginFactory(exporter)]."
    )


def test_a_plugin_is_no_factory(sdk: Any) -> None:
    assert "an instance of" in refusal(sdk, sdk.plugin.DurableInstrumentationPlugin())
    assert "the class" in refusal(sdk, sdk.plugin.DurableInstrumentationPlugin)


@pytest.mark.parametrize("names", [None, "", "  "])
def test_nothing_is_configured(sdk: Any, names: str | None) -> None:
    assert sdk.discovery.load_configured_plugins(None, environment={} if names is None else {VARIABLE: names}) == []


def test_named_factories_follow_explicit_ones(sdk: Any, install: Any) -> None:
    explicit, first, second = Factory(), Factory(), Factory()
    install(FakeEntryPoint("a", first), FakeEntryPoint("b", second), FakeEntryPoint("unused", ValueError()))
    assert load(sdk, explicit, names=" b , a") == [explicit, second, first]


def test_the_process_s_environment_counts_by_default(sdk: Any, install: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    factory = Factory()
    install(FakeEntryPoint("a", factory))
    monkeypatch.setenv(VARIABLE, "a")
    assert sdk.discovery.load_configured_plugins(None) == [factory]


def test_a_factory_that_is_passed_and_named_is_registered_once(
    sdk: Any, install: Any, caplog: pytest.LogCaptureFixture
) -> None:
    factory = Factory()
    install(FakeEntryPoint("a", factory), FakeEntryPoint("b", factory))
    assert load(sdk, factory, names="a,b") == [factory]
    assert [record.message for record in caplog.records] == [
        f"Skipping dynamically configured plugin '{name}' because the same plugin factory is already registered."
        for name in "ab"
    ]


def test_a_factory_may_be_passed_twice(sdk: Any) -> None:
    factory = Factory()
    assert load(sdk, factory, factory) == [factory, factory]


@pytest.mark.parametrize(
    ("names", "message"),
    [
        ("a,,b", f"{VARIABLE} must contain non-empty, comma-separated plugin names."),
        ("a, a", f"{VARIABLE} contains duplicate plugin name 'a'."),
        (
            "c",
            "No durable instrumentation plugin provider named 'c' was found in entry-point group "
            "'aws_durable_execution.plugins'. Installed providers: a, b, broken, twice. Ensure the provider package is "
            "installed in the function artifact or an attached Lambda layer.",
        ),
        (
            "twice",
            "Multiple durable instrumentation plugin providers named 'twice' were found in entry-point group "
            "'aws_durable_execution.plugins': one, unknown distribution. Remove the duplicate provider package.",
        ),
        (
            "broken",
            "Failed to load durable instrumentation plugin factory 'broken' from 'package:factory' (provider): no such "
            "module",
        ),
        (
            "b",
            "Durable instrumentation plugin entry point 'b' must resolve to a plugin factory -- an object with a "
            "create_plugin(info) method returning a DurableInstrumentationPlugin -- but resolved to the class "
            f"{__name__}.Factory. Name the factory instance, not a plugin, not a plugin class, and not the factory "
            "class.",
        ),
    ],
)
def test_names_that_are_refused(sdk: Any, install: Any, names: str, message: str) -> None:
    install(
        FakeEntryPoint("a", Factory()),
        FakeEntryPoint("b", Factory),
        FakeEntryPoint("twice", Factory(), "one"),
        FakeEntryPoint("twice", Factory()),
        FakeEntryPoint("broken", ImportError("no such module"), "provider"),
    )
    assert refusal(sdk, names=names) == message


def test_entry_points_that_cannot_be_read(sdk: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(**selection: object) -> object:
        raise OSError("gone")

    monkeypatch.setattr(metadata, "entry_points", fail)
    assert refusal(sdk, names="a") == (
        "Failed to inspect installed durable instrumentation plugin providers in entry-point group "
        "'aws_durable_execution.plugins': gone"
    )


def test_no_provider_is_installed(sdk: Any, install: Any) -> None:
    install()
    assert "Installed providers: none." in refusal(sdk, names="a")


# -- what a factory may ask of its registration ------------------------------------------------------------------------


class Marked(Factory):
    __durable_registration_api__ = 1
    exclusive_group: Any = None

    def __init__(self) -> None:
        self.results: list[bool] = []

    def on_registration_result(self, registered: bool) -> None:
        self.results.append(registered)


class Grouped(Marked):
    __durable_registration_api__ = 1
    exclusive_group = "tracing"


class Rival(Marked):
    __durable_registration_api__ = 1
    exclusive_group = "tracing"


class Heir(Grouped):
    """Inherits the group, and has attributes of the same names that mean something else."""

    exclusive_group = "not a group"

    def on_registration_result(self, registered: bool) -> None:
        raise AssertionError("not the callback")


class Newer(Grouped):
    __durable_registration_api__ = 2


class Boolean(Marked):
    __durable_registration_api__ = True
    exclusive_group = 5


class Blank(Marked):
    __durable_registration_api__ = 1
    exclusive_group = " "


def test_two_of_a_group_are_refused(sdk: Any) -> None:
    one, two = Grouped(), Rival()
    assert refusal(sdk, one, Factory(), two) == (
        f"Durable instrumentation plugins {__name__}.Grouped and {__name__}.Rival are mutually exclusive (group "
        "'tracing'). Keep only one plugin from this group in plugins and DURABLE_EXECUTION_PLUGINS."
    )
    assert (one.results, two.results) == ([False], [False])


def test_the_same_class_twice_is_refused_in_a_group(sdk: Any) -> None:
    assert refusal(sdk, Grouped(), Grouped()) == (
        f"Durable instrumentation plugin {__name__}.Grouped is registered more than once in exclusive group 'tracing'. "
        "Register this plugin only once in plugins."
    )


def test_a_group_is_inherited(sdk: Any) -> None:
    assert "mutually exclusive (group 'tracing')" in refusal(sdk, Heir(), Rival())


def test_a_group_that_is_no_name_is_refused(sdk: Any) -> None:
    assert refusal(sdk, Blank()) == (
        f"Durable instrumentation plugin {__name__}.Blank must declare exclusive_group as None or a non-empty string."
    )


def test_a_group_that_cannot_be_read_is_refused(sdk: Any) -> None:
    class Meta(type):
        @property
        def exclusive_group(cls) -> str:
            raise ValueError

    class Unreadable(Factory, metaclass=Meta):
        __durable_registration_api__ = 1

    assert refusal(sdk, Unreadable()).startswith(f"Cannot read exclusive_group for {__name__}.")


def test_other_versions_take_no_part(sdk: Any) -> None:
    newer = Newer()
    assert len(load(sdk, newer, Newer(), Boolean())) == 3
    assert newer.results == []


def test_the_result_is_told_once(sdk: Any, install: Any) -> None:
    explicit, named = Marked(), Marked()
    install(FakeEntryPoint("a", named))
    load(sdk, explicit, explicit, names="a")
    assert (explicit.results, named.results) == ([True], [True])


def test_the_result_is_told_to_the_declaring_class_s_callback(sdk: Any) -> None:
    heir = Heir()
    load(sdk, heir)
    assert heir.results == [True]


def test_what_was_loaded_is_told_of_a_failure(sdk: Any, install: Any) -> None:
    explicit, named, never = Marked(), Marked(), Marked()
    install(FakeEntryPoint("a", named), FakeEntryPoint("never", never))
    refusal(sdk, explicit, names="a,unknown,never")
    assert (explicit.results, named.results, never.results) == ([False], [False], [])


def test_even_what_is_no_factory_is_told(sdk: Any) -> None:
    class Useless(Marked):
        create_plugin = None  # type: ignore[assignment]

    useless = Useless()
    refusal(sdk, useless)
    assert useless.results == [False]


def test_a_callback_that_raises_is_logged(sdk: Any, caplog: pytest.LogCaptureFixture) -> None:
    class Raising(Marked):
        __durable_registration_api__ = 1

        def on_registration_result(self, registered: bool) -> None:
            raise ValueError

    after = Marked()
    assert len(load(sdk, Raising(), after)) == 2
    assert after.results == [True]
    assert [record.message for record in caplog.records] == ["Plugin registration-result callback failed"]


def test_a_factory_that_raises_when_inspected_is_told_and_its_error_kept(sdk: Any) -> None:
    class Proxy(Marked):
        @property
        def create_plugin(self) -> Any:
            raise LookupError("proxy")

    proxy = Proxy()
    with pytest.raises(LookupError, match="proxy"):
        load(sdk, proxy)
    assert proxy.results == [False]
