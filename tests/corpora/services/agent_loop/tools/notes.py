"""Notes of the agent, in a bucket."""

import boto3

_notes = boto3.resource("s3").Bucket("agent-notes")


def save_note(arguments: dict) -> str:
    """Saves a note under a title."""
    _notes.put_object(Key=f"{arguments['title']}.txt", Body=arguments["text"].encode())
    return arguments["title"]


def list_notes(arguments: dict) -> list[str]:
    """Lists the titles of all notes."""
    return sorted(entry.key for entry in _notes.objects.all())
