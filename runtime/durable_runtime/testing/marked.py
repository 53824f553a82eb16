"""The runner of the fixture `durable_runner`."""

from __future__ import annotations

from collections.abc import Mapping
from types import ModuleType
from typing import TYPE_CHECKING, Any

from durable_runtime.service.functions import Handler
from durable_runtime.testing.results import DurableFunctionTestResult
from durable_runtime.testing.runner import DurableFunctionTestRunner
from durable_runtime.testing.statuses import as_documented

if TYPE_CHECKING:
    from durable_runtime.testing.verifier import Verdict


class DurableRunner(DurableFunctionTestRunner):
    """Runs the durable function that a test is marked with.

    Args:
        handler: the durable function.
        function_name: the name that the function is deployed under, by default the handler's.
        skip_time: False runs everything in real time.
        module: the module of the test.
    """

    def __init__(
        self,
        handler: Handler,
        function_name: str | None = None,
        skip_time: bool = True,
        module: ModuleType | None = None,
    ) -> None:
        super().__init__(handler, skip_time=skip_time)
        self._marked = handler
        self._words = as_documented(self._words, module)
        self._function_name = function_name or str(getattr(handler, "__name__", handler))

    def run(
        self,
        input: Any = None,
        execution_timeout: int | None = None,
        timeout: int | None = None,
        function_name: str = "",
        execution_name: str = "execution-name",
        account_id: str = "123456789012",
        tenant_id: str | None = None,
    ) -> DurableFunctionTestResult:
        """Run the function and return the outcome.

        Args:
            input: the event, as a value, or as JSON text; text that is no JSON is the event itself.
            execution_timeout: real seconds that the execution may take.
            timeout: the same.
            function_name: the name that the function is deployed under, by default the marker's.
            execution_name: the execution's name; a number is added where it is taken.
            account_id: of the execution's ARN.
            tenant_id: for the function's Lambda context.

        Raises:
            TimeoutError: the execution takes too long, and does not let itself be ended.
        """
        name = function_name or self._function_name
        return super().run(input, execution_timeout or timeout, None, name, execution_name, account_id, tenant_id)

    def run_async(
        self,
        input: Any = None,
        execution_timeout: int | None = None,
        timeout: int | None = None,
        function_name: str = "",
        execution_name: str = "execution-name",
        account_id: str = "123456789012",
        tenant_id: str | None = None,
    ) -> str:
        """Start the function and return the execution's ARN. The parameters are those of `run`."""
        name = function_name or self._function_name
        return super().run_async(input, execution_timeout, timeout, name, execution_name, account_id, tenant_id)

    def verify(
        self,
        input: Any = None,
        *,
        callbacks: Mapping[str, Any] | None = None,
        most_replays: int = 50,
        seed: int = 0,
        timeout: float = 30,
    ) -> Verdict:
        """Verify that the function does the same whenever, wherever and however often it is replayed.

        It runs in processes of its own, which import it: what a test has patched is not patched there. It may invoke
        the functions that are registered with this runner. `durable_runtime.testing.effect` tells of effects.

        Args:
            input: the event, as a value, or as JSON text.
            callbacks: results of the callbacks that it waits for, by name: text as it is, other values as JSON, an
                exception to fail the callback.
            most_replays: how many states of the execution are probed at most.
            seed: draws what is sampled, and all that is random; the same seed gives the same verdict.
            timeout: real seconds that one invocation may take.

        Raises:
            FunctionLoadError: the function is not at the top level of a module.
        """
        # Imported only now: most tests only run functions.
        from durable_runtime.testing.verifier import verify

        invoked = [function for function in self._functions if function.target is not self._handler]
        return verify(
            self._marked,
            input,
            callbacks=callbacks,
            functions={function.name: function.target for function in invoked if function.durable},
            plain_functions={function.name: function.target for function in invoked if not function.durable},
            most_replays=most_replays,
            seed=seed,
            timeout=timeout,
        )
