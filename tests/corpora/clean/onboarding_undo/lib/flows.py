from aws_durable_execution_sdk_python import DurableContext, StepError
from aws_durable_execution_sdk_python.config import Duration

from .actions import create_bucket, create_user, drop_bucket


class Undo:
    def __init__(self, context: DurableContext, prefix: str):
        self.context = context
        self.prefix = prefix
        self.actions = []

    def push(self, name, action, *args):
        self.actions.append((name, action, args))

    def run(self):
        while self.actions:
            name, action, args = self.actions.pop()
            self.context.step(lambda _: action(*args), name=f"{self.prefix}_{name}")


def onboard(context: DurableContext, tenant: str, plan: str) -> str:
    undo = Undo(context, f"undo_{tenant}")
    try:
        bucket = context.step(lambda _: create_bucket(tenant), name=f"create_bucket_{tenant}")
        undo.push("drop_bucket", drop_bucket, bucket)
        user = context.step(lambda _: create_user(tenant, plan), name=f"create_user_{tenant}")
    except StepError:
        undo.run()
        return "failed"
    context.wait(Duration.from_seconds(20), name=f"settle_wait_{tenant}")
    return user
