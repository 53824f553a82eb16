"""Names of executions and functions: ARNs as Lambda writes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from durable_runtime.service import limits
from durable_runtime.service.errors import InvalidParameterValueException

LATEST: Final = "$LATEST"

_EXECUTION: Final = re.compile(
    r"arn:(?P<partition>[a-zA-Z0-9-]+):lambda:(?P<region>[a-zA-Z0-9-]+):(?P<account>\d{12})"
    r":function:(?P<function>[a-zA-Z0-9_-]+):(?P<version>\$LATEST(?:\.PUBLISHED)?|[0-9]+)"
    r"/durable-execution/(?P<name>[a-zA-Z0-9_-]+)/(?P<id>[a-zA-Z0-9_-]+)"
)
_FUNCTION: Final = re.compile(
    r"(?P<arn>arn:(?:aws[a-zA-Z-]*)?:lambda:)?"
    r"(?:(?P<region>(?:eusc-)?[a-z]{2}(?:-gov|-iso[a-z]?)?-[a-z]+-\d):)?"
    r"(?:(?P<account>\d{12}):)?(?:function:)?"
    r"(?P<name>[a-zA-Z0-9-_.]+)"
    r"(?::(?P<qualifier>\$LATEST(?:\.PUBLISHED)?|[a-zA-Z0-9-_]+))?"
)


@dataclass(frozen=True, slots=True)
class ExecutionArn:
    """The ARN of one durable execution; ``str()`` writes it, :meth:`parse` reads it."""

    region: str
    account: str
    function: str
    version: str
    name: str
    id: str
    """The invocation id: unique, and the id of the execution's EXECUTION operation."""
    partition: str = "aws"

    def __str__(self) -> str:
        return f"{self.function_arn}/durable-execution/{self.name}/{self.id}"

    @property
    def function_arn(self) -> str:
        """The ARN of the function version that the execution runs."""
        return f"arn:{self.partition}:lambda:{self.region}:{self.account}:function:{self.function}:{self.version}"

    @classmethod
    def parse(cls, text: str) -> ExecutionArn:
        """Read an execution's ARN.

        Raises:
            InvalidParameterValueException: the text is not one.
        """
        match = _EXECUTION.fullmatch(text) if len(text) <= limits.ARN else None
        if match is None:
            raise InvalidParameterValueException(f"Invalid durable execution ARN '{text}'")
        return cls(**match.groupdict())


@dataclass(frozen=True, slots=True)
class FunctionName:
    """A function as callers name it: a bare name, a name with qualifier, a partial or a full ARN."""

    name: str
    qualifier: str | None = None
    account: str | None = None
    region: str | None = None

    @classmethod
    def parse(cls, text: str) -> FunctionName:
        """Read any of the four forms.

        Raises:
            InvalidParameterValueException: the text is none of them.
        """
        match = _FUNCTION.fullmatch(text) if len(text) <= limits.FUNCTION_NAME else None
        if match is None or (match["arn"] and not (match["region"] and match["account"])):
            raise InvalidParameterValueException(f"Invalid function ARN '{text}'")
        return cls(match["name"], match["qualifier"], match["account"], match["region"])
