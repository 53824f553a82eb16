"""A second model for summaries."""

from openai import OpenAI

client = OpenAI()


def summarise(messages: list[dict]) -> str:
    answer = client.chat.completions.create(model="gpt-tiny", messages=messages)
    return answer.choices[0].message.content
