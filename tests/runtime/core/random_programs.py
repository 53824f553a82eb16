"""Small random programs: what they may consist of, and how they run on either SDK."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from hypothesis import strategies as st

from tests.runtime.core.sdks import Sdk


@dataclass(frozen=True)
class Node:
    """One operation; `parts` are the operations inside it, or its branches."""

    kind: str
    number: int = 1
    name: str | None = None
    parts: tuple[Any, ...] = ()


NAMES = st.sampled_from([None, "a", "b", "a longer name"])
NUMBERS = st.integers(1, 3)
LEAVES = st.builds(
    Node,
    kind=st.sampled_from(["step", "flaky", "broken", "once", "wait", "callback", "invoke", "condition", "read"]),
    number=NUMBERS,
    name=NAMES,
)


def _groups(parts: st.SearchStrategy[Node]) -> st.SearchStrategy[Node]:
    sequence = st.lists(parts, min_size=0, max_size=3).map(tuple)
    group = st.builds(Node, kind=st.sampled_from(["child", "virtual", "large", "failing"]), name=NAMES, parts=sequence)
    kinds = st.sampled_from(["map", "flat map", "narrow map"])
    mapped = st.builds(Node, kind=kinds, number=NUMBERS, name=NAMES, parts=sequence)
    split = st.lists(sequence, min_size=1, max_size=3).map(tuple)
    parallel = st.builds(Node, kind=st.just("parallel"), name=NAMES, parts=split)
    return st.one_of(group, mapped, parallel)


PROGRAMS = st.lists(st.recursive(LEAVES, _groups, max_leaves=8), min_size=1, max_size=4).map(tuple)


def handler(sdk: Sdk, program: tuple[Node, ...]) -> Callable[[Any, Any], Any]:
    """Make a handler that runs the program and returns what its operations returned."""
    return lambda event, context: _run_all(sdk, context, program)


def _run_all(sdk: Sdk, context: Any, nodes: tuple[Node, ...]) -> list[Any]:
    return [_run(sdk, context, node) for node in nodes]


def _run(sdk: Sdk, context: Any, node: Node) -> Any:
    try:
        return getattr(_Runner(sdk, context, node), node.kind.replace(" ", "_"))()
    except sdk.DurableOperationError as error:
        return [type(error).__name__, error.message, error.error_type]


class _Runner:
    def __init__(self, sdk: Sdk, context: Any, node: Node) -> None:
        self.sdk, self.context, self.node = sdk, context, node

    def step(self) -> Any:
        return self.context.step(lambda step: [self.node.number, step.attempt], name=self.node.name)

    def flaky(self) -> Any:
        def fail_at_first(step: Any) -> int:
            if step.attempt <= self.node.number:
                raise ValueError(f"attempt {step.attempt}")
            return int(step.attempt)

        return self.context.step(fail_at_first, name=self.node.name, config=self.sdk.retry(4, self.node.number))

    def broken(self) -> Any:
        def fail(step: Any) -> None:
            raise KeyError(step.attempt)

        return self.context.step(fail, name=self.node.name, config=self.sdk.retry(self.node.number))

    def once(self) -> Any:
        config = self.sdk.StepConfig(step_semantics=self.sdk.StepSemantics.AT_MOST_ONCE_PER_RETRY)
        # Not the attempt: whoever dies in the midst of it has another one.
        return self.context.step(lambda step: "once", name=self.node.name, config=config)

    def wait(self) -> Any:
        return self.context.wait(self.sdk.seconds(self.node.number), name=self.node.name)

    def callback(self) -> Any:
        return self.context.wait_for_callback(lambda *_: None, name=self.node.name)

    def invoke(self) -> Any:
        return self.context.invoke("function:1", {"number": self.node.number}, name=self.node.name)

    def condition(self) -> Any:
        sdk = self.sdk
        strategy = sdk.create_wait_strategy(
            sdk.WaitStrategyConfig(
                should_continue_polling=lambda state: state < self.node.number,
                initial_delay=sdk.seconds(1),
                jitter_strategy=sdk.JitterStrategy.NONE,
            )
        )
        config = sdk.WaitForConditionConfig(wait_strategy=strategy, initial_state=0)
        return self.context.wait_for_condition(lambda state, _: state + 1, config, name=self.node.name)

    def read(self) -> Any:
        callback = self.context.create_callback(self.node.name)
        before = self.context.step(lambda _: callback.callback_id)
        return [before, callback.result()]

    def child(self) -> Any:
        return self.context.run_in_child_context(self._body, name=self.node.name)

    def virtual(self) -> Any:
        config = self.sdk.ChildConfig(is_virtual=True)
        return self.context.run_in_child_context(self._body, name=self.node.name, config=config)

    def large(self) -> Any:
        def body(child: Any) -> Any:
            return [self._body(child), "x" * (257 * 1024)]

        return self.context.run_in_child_context(body, name=self.node.name)[0]

    def failing(self) -> Any:
        def body(child: Any) -> None:
            raise LookupError(str(self._body(child)))

        return self.context.run_in_child_context(body, name=self.node.name)

    def map(self) -> Any:
        return self._map()

    def flat_map(self) -> Any:
        return self._map(nesting_type=self.sdk.NestingType.FLAT)

    def narrow_map(self) -> Any:
        return self._map(max_concurrency=1)

    def _map(self, **options: Any) -> Any:
        config = self.sdk.MapConfig(completion_config=self.sdk.CompletionConfig.all_completed(), **options)
        items = list(range(self.node.number))
        result = self.context.map(items, lambda context, *_: self._body(context), name=self.node.name, config=config)
        return result.to_dict()

    def parallel(self) -> Any:
        def branch(nodes: tuple[Node, ...]) -> Callable[[Any], Any]:
            return lambda context: _run_all(self.sdk, context, nodes)

        config = self.sdk.ParallelConfig(completion_config=self.sdk.CompletionConfig.all_completed())
        functions = [branch(nodes) for nodes in self.node.parts]
        return self.context.parallel(functions, name=self.node.name, config=config).to_dict()

    def _body(self, context: Any) -> Any:
        return _run_all(self.sdk, context, self.node.parts)
