"""What ffprobe knows about a file."""

import json
import os.path
import subprocess

COMMAND = ["ffprobe", "-v", "error", "-print_format", "json", "-show_streams"]


def exists(key: str) -> bool:
    return os.path.exists(os.path.join("/mnt/sources", key))


def inspect(key: str) -> dict:
    done = subprocess.run([*COMMAND, os.path.join("/mnt/sources", key)], capture_output=True, check=True)
    streams = json.loads(done.stdout)["streams"]
    return {"height": max(stream.get("height", 0) for stream in streams)}
