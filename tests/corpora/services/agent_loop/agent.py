"""A language model that calls tools until it has an answer: dispatch dicts, loops, several model clients."""

import json
import logging

from aws_durable_execution_sdk_python import (
    DurableContext,
    StepContext,
    durable_execution,
    durable_step,
    durable_with_child_context,
)
from aws_durable_execution_sdk_python.config import Duration
from llm import bedrock, budget
from llm.bedrock import converse
from llm.openai_client import summarise
from tools import TOOLS, describe_tools

log = logging.getLogger(__name__)
MAX_TURNS = 12


@durable_step
def ask_model(step_context: StepContext, messages: list[dict]) -> dict:
    return converse(messages, tools=describe_tools())


@durable_step
def run_tool(step_context: StepContext, name: str, arguments: dict) -> str:
    return json.dumps(TOOLS[name](arguments))


@durable_execution
def handler(event: dict, context: DurableContext) -> dict:
    """The loop as it should be: each turn and each tool call is a step with a name of its own."""
    messages = [{"role": "user", "content": event["question"]}]
    for turn in range(MAX_TURNS):
        reply = context.step(ask_model(messages), name=f"ask_model_{turn}")
        messages.append(reply["message"])
        if reply["stop"] == "end_turn":
            return {"answer": reply["message"]["content"], "turns": turn + 1}
        for number, call in enumerate(reply["calls"]):
            result = context.step(run_tool(call["name"], call["input"]), name=f"run_{call['name']}_{turn}_{number}")
            messages.append({"role": "tool", "content": result})
    return {"answer": None, "turns": MAX_TURNS}


@durable_execution
def quick_handler(event: dict, context: DurableContext) -> dict:
    """The loop as it was first written."""
    messages = [{"role": "user", "content": event["question"]}]
    started = budget.now()  # expect: DUR101[E]
    turn = 0
    while budget.now() - started < 600:  # expect: DUR101[E]
        reply = converse(messages, tools=describe_tools())  # expect: DUR105[E]
        print("model answered", reply["stop"])  # expect: DUR113[W]
        if reply["stop"] == "end_turn":
            break
        for call in reply["calls"]:
            result = TOOLS[call["name"]](call["input"])  # expect: DUR105[E]
            messages.append({"role": "tool", "content": json.dumps(result)})
        context.wait(Duration.from_seconds(2), name="model_rate_wait")  # expect: DUR401[W]
        turn += 1
    summary = summarise(messages)  # expect: DUR105[E]
    return {"answer": summary, "turns": turn}


@durable_with_child_context
def research(ctx: DurableContext, topic: str) -> dict:
    """One topic, in a child context."""
    sources = ctx.step(run_tool("search", {"query": topic}), name="search_sources")
    draft = ctx.step(ask_model([{"role": "user", "content": f"{topic}: {sources}"}]), name="draft_section")
    model = bedrock.pick_model()  # expect: DUR102[E]
    polished = ctx.step(lambda _: converse([draft["message"]], model=model), name="polish_section")
    return {"topic": topic, "text": polished["message"]["content"]}


@durable_execution
def report_handler(event: dict, context: DurableContext) -> dict:
    sections = []
    for topic in event["topics"]:
        sections.append(context.run_in_child_context(research(topic), name=f"research_{topic}"))

    @durable_step
    def publish(step_context: StepContext, title: str) -> str:
        listing = context.step(run_tool("list_notes", {}), name="list_notes")  # expect: DUR201[E]
        return f"{title}: {listing}"

    link = context.step(publish(event["title"]))
    return {"sections": sections, "link": link}
