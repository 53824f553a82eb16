"""What the roles of a template allow, as far as it can be read there."""

from __future__ import annotations

import re
from collections.abc import Iterator

from durable_lint.dataclasses import dataclass
from durable_lint.template.document import Template
from durable_lint.template.nodes import Items, Node, Place, Table, Text, function_of, is_literal, text_of
from durable_lint.template.terms import CHECKPOINT, GET_STATE

_ROLE = "AWS::IAM::Role"
_ATTACHING = {
    "AWS::IAM::Policy": "Roles",
    "AWS::IAM::ManagedPolicy": "Roles",
    "AWS::IAM::RolePolicy": "RoleName",
}
_MANAGED = re.compile(r"arn:[^:]*:iam::aws:policy/(?:[\w.-]+/)*([\w.-]+)")
_OF_ROLE = re.compile(r"(?:\$\{)?(\w+)\.Arn\}?")

_WITHOUT_DURABLE_ACTIONS = frozenset(
    {
        "AWSLambdaBasicExecutionRole",
        "AWSLambdaDynamoDBExecutionRole",
        "AWSLambdaENIManagementAccess",
        "AWSLambdaKinesisExecutionRole",
        "AWSLambdaMSKExecutionRole",
        "AWSLambdaSQSQueueExecutionRole",
        "AWSLambdaVPCAccessExecutionRole",
        "AWSXRayDaemonWriteAccess",
        "AWSXrayWriteOnlyAccess",
        "AmazonDynamoDBFullAccess",
        "AmazonDynamoDBReadOnlyAccess",
        "AmazonS3FullAccess",
        "AmazonS3ReadOnlyAccess",
        "AmazonSNSFullAccess",
        "AmazonSQSFullAccess",
        "CloudWatchLambdaInsightsExecutionRolePolicy",
        "CloudWatchLogsFullAccess",
    }
)
"""Managed policies that allow neither, by their documents; any other may."""


@dataclass(frozen=True, slots=True)
class Role:
    """A role that is written in a template: its name there, where that stands, and what it does not allow."""

    name: str
    place: Place
    lacks: tuple[str, ...]


def role_of(template: Template, value: Node | None) -> Role | None:
    """The role that a ``Role`` property means; ``None`` when it is not written here, or not all of it can be read."""
    name = _referred(value)
    resource = None if name is None else template.resources.get(name)
    if name is None or resource is None or resource.text("Type") != _ROLE or not resource.is_whole:
        return None
    try:
        allowed = [re.compile(pattern) for pattern in _allowed(template, name, resource)]
    except _Hidden:
        return None
    lacks = tuple(action for action in (CHECKPOINT, GET_STATE) if not any(p.fullmatch(action.lower()) for p in allowed))
    return Role(name, template.place_of(name), lacks)


class _Hidden(Exception):
    """Something that may allow anything cannot be seen."""


def _referred(value: Node | None) -> str | None:
    """The logical name in ``!GetAtt Name.Arn`` and what else says the same."""
    target = function_of(value, "GetAtt")
    if isinstance(target, Items) and len(target.items) == 2:
        return text_of(target.items[0]) if text_of(target.items[1]) == "Arn" else None
    text = target or function_of(value, "Sub")
    found = _OF_ROLE.fullmatch(text.value) if isinstance(text, Text) else None
    return None if found is None else found[1]


def _allowed(template: Template, name: str, role: Table) -> Iterator[str]:
    """Patterns of the actions that a role allows, in lower case. Raises _Hidden."""
    properties = _table(role.get("Properties"))
    for policy in _items(properties.get("ManagedPolicyArns")):
        yield from _managed(template, policy)
    for policy in _items(properties.get("Policies")):
        yield from _document(_table(policy).get("PolicyDocument"))
    for resource in template.resources.values():
        attached = _ATTACHING.get(resource.text("Type") or "")
        if attached is None:
            continue
        policy_properties = _table(resource.get("Properties"))
        if any(_is_this(template, name, target) for target in _items(policy_properties.get(attached))):
            yield from _document(policy_properties.get("PolicyDocument"))


def _is_this(template: Template, name: str, target: Node) -> bool:
    """Whether a policy is attached to the role. Raises _Hidden where it may be."""
    referred = function_of(target, "Ref")
    if isinstance(referred, Text) and referred.value in template.resources:
        return referred.value == name
    raise _Hidden  # by the name that it gets when it is deployed


def _managed(template: Template, policy: Node) -> Iterator[str]:
    """What a managed policy allows."""
    referred = function_of(policy, "Ref")
    if isinstance(referred, Text) and referred.value in template.resources:
        resource = template.resources[referred.value]
        if resource.text("Type") == "AWS::IAM::ManagedPolicy":
            yield from _document(_table(resource.get("Properties")).get("PolicyDocument"))
            return
    substituted = function_of(policy, "Sub")
    arn = substituted.value if isinstance(substituted, Text) else text_of(policy)
    found = _MANAGED.fullmatch((arn or "").replace("${AWS::Partition}", "aws"))
    if found is None or found[1] not in _WITHOUT_DURABLE_ACTIONS:
        raise _Hidden


def _document(node: Node | None) -> Iterator[str]:
    """What the statements of a policy allow, whatever the resources and conditions."""
    for item in _items(_table(node).get("Statement")):
        statement = _table(item)
        effect = statement.text("Effect")
        if effect == "Deny":
            continue
        if effect != "Allow" or statement.get("NotAction") is not None:
            raise _Hidden
        for action in _items(statement.get("Action")):
            text = text_of(action)
            if text is None:
                raise _Hidden
            yield re.escape(text.lower()).replace(r"\*", ".*").replace(r"\?", ".")


def _items(node: Node | None) -> tuple[Node, ...]:
    """The items of a list, or the one thing that stands in its place. Raises _Hidden for what is decided later."""
    if node is None:
        return ()
    if isinstance(node, Items) and is_literal(node):
        return node.items
    return (node,)


def _table(node: Node | None) -> Table:
    """A mapping that stands for itself. Raises _Hidden for anything else."""
    if isinstance(node, Table) and is_literal(node):
        return node
    raise _Hidden
