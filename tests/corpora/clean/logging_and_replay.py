"""Logging that knows about replay, and tools that only observe."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_lambda_powertools import Logger, Metrics, Tracer
from aws_lambda_powertools.metrics import MetricUnit

logger = Logger(service="clean")
metrics = Metrics(namespace="clean")
tracer = Tracer()


@durable_step
def work(step_context: StepContext, text: str) -> str:
    print("inside a step", text)
    logger.info("inside a step")
    step_context.logger.info("inside a step", extra={"attempt": step_context.attempt})
    return text


@logger.inject_lambda_context(log_event=True)
@tracer.capture_lambda_handler
@metrics.log_metrics(capture_cold_start_metric=True)
@durable_execution
def powertools(event: dict, context: DurableContext) -> dict:
    logger.append_keys(order=event["id"])
    logger.info("in the handler")
    metrics.add_metric(name="Orders", unit=MetricUnit.Count, value=1)
    metrics.add_dimension(name="stage", value="test")
    tracer.put_annotation(key="order", value=event["id"])
    tracer.put_metadata(key="event", value=event)
    return {"text": context.step(work(event["text"]))}


@durable_execution
def context_logger(event: dict, context: DurableContext) -> dict:
    log = context.logger
    log.info("started")
    context.logger.debug("details", extra={"event": event})
    try:
        text = context.step(work(event["text"]))
    except Exception:
        context.logger.exception("failed")
        raise
    log.warning("done")
    return {"text": text}


@durable_execution
def set_logger(event: dict, context: DurableContext) -> dict:
    context.set_logger(logger)
    return {"text": context.step(work(event["text"]))}


@durable_execution
def observes_replay(event: dict, context: DurableContext) -> dict:
    if not context.is_replaying():
        context.logger.info("first run")
    arn = context.execution_context.durable_execution_arn
    text = context.step(work(arn))
    context.logger.info("done", extra={"replaying": context.is_replaying(), "arn": arn})
    return {"text": text, "arn": arn}
