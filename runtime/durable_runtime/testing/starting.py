"""What executions are started with."""

from __future__ import annotations

import json
import re
from contextlib import suppress
from typing import Any

from durable_runtime.testing.exceptions import DurableFunctionsTestError


def event_text(input: Any) -> str:
    """An event as JSON text; text that is JSON already stays what it is.

    Raises:
        DurableFunctionsTestError: JSON does not know such values.
    """
    if isinstance(input, str):
        with suppress(ValueError):
            json.loads(input)
            return input
    try:
        return json.dumps(input)
    except (TypeError, ValueError) as error:
        raise DurableFunctionsTestError(f"the input cannot be written as JSON: {error}") from error


def permitted_name(name: str, further: str = "") -> str:
    """A name with a hyphen for what is neither letter, digit, `_`, `-` nor one of the `further` characters."""
    return re.sub(rf"[^a-zA-Z0-9_{re.escape(further)}-]+", "-", name)
