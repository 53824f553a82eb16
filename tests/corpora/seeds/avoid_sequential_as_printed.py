"""What the page shows as sequential work is one job and its wait: nothing to report."""

from aws_durable_execution_sdk_python import DurableContext, StepContext, durable_execution, durable_step
from aws_durable_execution_sdk_python.config import Duration


@durable_step
def submit_render(step_context: StepContext, scene: str) -> str:
    return f"render-{scene}"


@durable_step
def read_render(step_context: StepContext, render_id: str) -> dict:
    return {"render_id": render_id, "frames": 240}


@durable_execution
def lambda_handler(event: dict, context: DurableContext) -> dict:
    render_id = context.step(submit_render(event["scene"]))
    context.wait(Duration.from_seconds(40), name="render_wait")
    render = context.step(read_render(render_id))
    return render
