"""Both SDKs behind one face."""

from __future__ import annotations

import importlib
from types import ModuleType
from typing import Any

AWS, OURS = "aws_durable_execution_sdk_python", "durable_runtime"
ARN = "arn:aws:lambda:eu-central-1:123456789012:function:f:1/durable-execution/name/root"


class Sdk:
    """One of the two SDKs, by submodule, and short ways to make what the core hands to the plugins."""

    def __init__(self, package: str) -> None:
        self.package = package
        self.plugin = self.module("plugin")
        self.discovery = self.module("plugin_discovery")
        self.wire = self.module("lambda_service")
        self.load_error = self.module("exceptions").PluginLoadError

    def module(self, name: str) -> ModuleType:
        return importlib.import_module(f"{self.package}.{name}")

    def operation(self, operation_id: str, status: str = "SUCCEEDED", kind: str = "STEP", **fields: Any) -> Any:
        return self.wire.Operation.from_dict({"Id": operation_id, "Type": kind, "Status": status, **fields})

    def identifier(self, operation_id: str, kind: str = "STEP", **fields: Any) -> Any:
        return self.module("identifier").OperationIdentifier(
            operation_id, operation_type=self.wire.OperationType(kind), **{"sub_type": "Step", **fields}
        )

    def update(self, operation_id: str, action: str = "START", kind: str = "STEP", **fields: Any) -> Any:
        return self.wire.OperationUpdate(
            operation_id=operation_id,
            operation_type=self.wire.OperationType(kind),
            action=self.wire.OperationAction(action),
            **fields,
        )

    def output(self, status: str = "SUCCEEDED", **fields: Any) -> Any:
        return self.wire.DurableExecutionInvocationOutput(status=self.wire.InvocationStatus(status), **fields)

    def factory(self, plugin: object) -> Any:
        """A factory whose only plugin is the given one."""

        class Factory:
            def create_plugin(self, info: object) -> object:
                return plugin

        return Factory()

    def executor(self, *plugins: object) -> Any:
        return self.plugin.PluginExecutor([self.factory(plugin) for plugin in plugins])

    def start(self, executor: Any, operations: dict[str, Any] | None = None, **arguments: Any) -> None:
        executor.on_invocation_start(
            **{
                "execution_arn": ARN,
                "is_first_invocation": True,
                "execution_start_time": None,
                "lambda_context": None,
                "operations_provider": lambda: dict(operations or {}),
                **arguments,
            }
        )

    def recorder(self) -> Any:
        """A plugin that notes each hook with what it received, as `(hook, info)`."""
        return self.recording()()

    def recording(self) -> type[Any]:
        """The class of such plugins."""

        def hook(name: str) -> Any:
            def note(plugin: Any, info: object) -> None:
                plugin.seen.append((name, info))

            return note

        def start(plugin: Any) -> None:
            plugin.seen = []

        names = [name for name in vars(self.plugin.DurableInstrumentationPlugin) if name.startswith("on_")]
        return type(
            "Recorder",
            (self.plugin.DurableInstrumentationPlugin,),
            {"__init__": start, **{name: hook(name) for name in names}},
        )
