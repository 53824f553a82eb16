# expect-info
"""One step for each reading."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution


def calibrate(reading: dict) -> dict:
    return {**reading, "calibrated": True}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> list:
    calibrated = []
    for number, reading in enumerate(event["readings"]):
        result = context.step(  # expect: DUR802[I]
            lambda _, reading=reading: calibrate(reading),  # expect: DUR406[I]
            name=f"calibrate_{number}",
        )
        calibrated.append(result)
    return calibrated
