from aws_durable_execution_sdk_python import CallbackError
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration


def link_for(callback):
    return f"https://forms/{callback.callback_id}"


def read_answer(callback):
    return callback.result()


class Form:
    def __init__(self, callback):
        self.callback = callback

    def link(self):
        return link_for(self.callback)

    def answer(self):
        try:
            return read_answer(self.callback)
        except CallbackError as error:
            return str(error)


class Desk:
    def __init__(self, context):
        self.context = context
        self.open_ones = {}

    def open(self, name):
        self.open_ones[name] = self.context.create_callback(
            name=f"{name}_callback",
            config=CallbackConfig(timeout=Duration.from_hours(3), heartbeat_timeout=Duration.from_hours(1)),
        )

    def link(self, name):
        return f"https://desk/{self.open_ones[name].callback_id}"

    def close(self, name):
        try:
            return self.open_ones.pop(name).result()
        except CallbackError:
            return None
