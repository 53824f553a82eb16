"""In a loop the name carries the index and the item."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def scan_parcel(step_context: StepContext, parcel: dict) -> dict:
    return {"scanned": parcel["code"]}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> list:
    scans = []
    for position, parcel in enumerate(event["parcels"]):
        scan = context.step(
            scan_parcel(parcel),
            name=f"scan_parcel_{position}_{parcel['code']}",
        )
        scans.append(scan)
    return scans
