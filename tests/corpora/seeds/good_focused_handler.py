"""One durable function with one purpose: take a ticket from the inbox to an answer."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step


@durable_step
def classify_ticket(step_context: StepContext, ticket_id: str) -> dict:
    return {"ticket_id": ticket_id, "queue": "billing"}


@durable_step
def assign_agent(step_context: StepContext, ticket_id: str, priority: int) -> dict:
    return {"agent": "a-17", "priority": priority}


@durable_step
def answer_ticket(step_context: StepContext, ticket_id: str) -> dict:
    return {"answer": f"re: {ticket_id}"}


@durable_execution
def handle_ticket(event: dict, context: DurableContext) -> dict:
    """Classify, assign and answer one ticket."""
    ticket_id = event["ticket_id"]

    queue = context.step(classify_ticket(ticket_id))
    agent = context.step(assign_agent(ticket_id, event["priority"]))
    answer = context.step(answer_ticket(ticket_id))

    return {"ticket_id": ticket_id, "state": "answered"}
