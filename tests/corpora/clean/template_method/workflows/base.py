import abc

from aws_durable_execution_sdk_python import DurableContext
from aws_durable_execution_sdk_python.config import StepConfig
from aws_durable_execution_sdk_python.retries import RetryPresets


class Workflow(abc.ABC):
    config = StepConfig(retry_strategy=RetryPresets.transient())

    def __init__(self, context: DurableContext):
        self._context = context
        self._trail: list[str] = []

    def run(self, name: str, work, *args):
        self._trail.append(name)
        return self._context.step(lambda _: work(*args), name=name, config=self.config)

    @abc.abstractmethod
    def steps(self, event: dict) -> dict: ...

    def execute(self, event: dict) -> dict:
        result = self.steps(event)
        return {**result, "trail": list(self._trail)}
