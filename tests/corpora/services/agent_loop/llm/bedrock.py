"""Claude on Bedrock."""

import random

import boto3

_runtime = boto3.client("bedrock-runtime")
MODELS = ["small-model", "large-model"]


def pick_model() -> str:
    return random.choice(MODELS)


def converse(messages: list[dict], tools: list[dict] | None = None, model: str = "large-model") -> dict:
    answer = _runtime.converse(modelId=model, messages=messages, toolConfig={"tools": tools or []})
    output = answer["output"]["message"]
    calls = [part["toolUse"] for part in output["content"] if "toolUse" in part]
    return {"message": output, "stop": answer["stopReason"], "calls": calls}
