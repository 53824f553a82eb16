"""The order in which things happen to a proposal."""

from aws_durable_execution_sdk_python import DurableContext, durable_execution, durable_with_child_context
from proposal_rules import check_proposal, rank_targets, read_proposal
from proposal_settings import ARCHIVE, ONCE


@durable_execution
def accept_proposal(event: dict, context: DurableContext) -> dict:
    proposal = context.step(check_proposal(event["proposal"]), config=ONCE)
    return {"number": proposal["number"], "state": "accepted"}


@durable_with_child_context
def check_and_rank(child: DurableContext, proposal: dict) -> dict:
    checked = child.step(check_proposal(proposal))
    return child.step(rank_targets(checked))


@durable_execution
def prepare_proposal(event: dict, context: DurableContext) -> dict:
    return context.run_in_child_context(check_and_rank(event["proposal"]), name="preparation")


@durable_execution
def show_proposal(event: dict, context: DurableContext) -> dict:
    return context.step(read_proposal(event["number"]), config=ARCHIVE)
