"""Callbacks: ids that leave by return, attribute, template, e-mail; results read elsewhere."""

import json

from aws_durable_execution_sdk_python import (
    CallbackError,
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
)
from aws_durable_execution_sdk_python.config import CallbackConfig, Duration
from forms import Desk, Form, link_for

CONFIG = CallbackConfig(timeout=Duration(seconds=7200), heartbeat_timeout=Duration.from_minutes(30))


@durable_step
def mail(step_context: StepContext, form: dict) -> str:
    import boto3

    return boto3.client("ses").send_email(Source="a@b", Destination={"ToAddresses": [form["to"]]}, Message=form)[
        "MessageId"
    ]


def open_form(context: DurableContext, name: str):
    callback = context.create_callback(name=f"{name}_callback", config=CONFIG)
    return callback, link_for(callback)


def finish(callback):
    try:
        return json.loads(callback.result())
    except CallbackError:
        return None


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    callback, link = open_form(context, "form")
    context.step(mail({"to": event["mail"], "link": link}))
    answer = finish(callback)
    form = Form(context.create_callback(name="review_callback", config=CONFIG))
    context.step(mail({"to": event["mail"], "link": form.link()}), name="mail_second")
    second = form.answer()
    desk = Desk(context)
    desk.open("signature")
    context.step(mail({"to": event["mail"], "link": desk.link("signature")}), name="mail_signer")
    signed = desk.close("signature")
    return {"answer": answer, "second": second, "signature": signed}
