"""What makes a proposal acceptable; knows nothing of the order in which things happen."""

from aws_durable_execution_sdk_python import StepContext, durable_step


@durable_step
def check_proposal(step_context: StepContext, proposal: dict) -> dict:
    if not proposal.get("targets"):
        raise ValueError("a proposal needs a target")
    return {**proposal, "accepted": True}


@durable_step
def rank_targets(step_context: StepContext, proposal: dict) -> dict:
    return {**proposal, "targets": sorted(proposal["targets"])}


@durable_step
def read_proposal(step_context: StepContext, number: int) -> dict:
    if step_context.attempt < 3:
        raise ConnectionError("the archive is busy")
    return {"number": number}
