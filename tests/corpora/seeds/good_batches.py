"""Twenty readings a step instead of one."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


def calibrate(reading: dict) -> dict:
    return {**reading, "calibrated": True}


@durable_step
def calibrate_batch(step_context: StepContext, readings: list) -> list:
    return [calibrate(reading) for reading in readings]


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> list:
    readings = event["readings"]
    calibrated = []

    for start in range(0, len(readings), 20):
        chunk = readings[start : start + 20]
        chunk_result = context.step(
            calibrate_batch(chunk),
            name=f"calibrate_batch_{start // 20}",
        )
        calibrated.extend(chunk_result)

    return calibrated
