"""What a role that is written in the template allows."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.template.programs import DURABLE, found, written

HEAD = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Billing:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler
      DurableConfig: {ExecutionTimeout: 60}
      Role: ROLE
"""
BASIC = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicExecutionRole"
DURABLE_POLICY = "arn:aws:iam::aws:policy/service-role/AWSLambdaBasicDurableExecutionRolePolicy"
CHECKPOINT, GET_STATE = "lambda:CheckpointDurableExecution", "lambda:GetDurableExecutionState"


def severities(
    folder: Path, role: str, *more: str, reference: str = "!GetAtt Access.Arn", kind: str = "AWS::IAM::Role"
) -> list[str]:
    template = HEAD.replace("ROLE", reference)
    template += f"  Access:\n    Type: {kind}\n    Properties: {role}\n" + "".join(f"  {line}\n" for line in more)
    places = found(written(folder, {"template.yaml": template, "app.py": DURABLE}))
    assert all(name == "template.yaml" and template.split("\n")[row - 1] == "  Access:" for name, row, _ in places)
    return [code for _, _, code in places]


def allowing(*actions: str, effect: str = "Allow") -> str:
    return f"{{Statement: [{{Effect: {effect}, Resource: '*', Action: [{', '.join(map(repr, actions))}]}}]}}"


def inline(document: str) -> str:
    return f"{{Policies: [{{PolicyName: p, PolicyDocument: {document}}}]}}"


@pytest.mark.parametrize(
    "reference",
    [
        "!GetAtt Access.Arn",
        "!GetAtt [Access, Arn]",
        "{Fn::GetAtt: [Access, Arn]}",
        "{Fn::GetAtt: Access.Arn}",
        "!Sub ${Access.Arn}",
        "{Fn::Sub: '${Access.Arn}'}",
    ],
)
def test_ways_to_name_a_role(reference: str, tmp_path: Path) -> None:
    assert severities(tmp_path, "{}", reference=reference) == ["DUR956[E]"]


@pytest.mark.parametrize(
    "reference",
    [
        "!Ref Access",
        "!GetAtt Other.Arn",
        "!GetAtt Access.RoleId",
        "!ImportValue Access",
        "arn:aws:iam::123456789012:role/Access",
        "!Sub arn:aws:iam::${AWS::AccountId}:role/Access",
        "!If [Prod, !GetAtt Access.Arn, !Ref Other]",
    ],
)
def test_roles_that_are_not_written_here(reference: str, tmp_path: Path) -> None:
    assert severities(tmp_path, "{}", reference=reference) == []


@pytest.mark.parametrize(
    ("role", "expected"),
    [
        ("{}", ["DUR956[E]"]),
        (f"{{ManagedPolicyArns: [{BASIC}]}}", ["DUR956[E]"]),
        ("{ManagedPolicyArns: ['arn:aws-cn:iam::aws:policy/AmazonS3FullAccess']}", ["DUR956[E]"]),
        ("{ManagedPolicyArns: [!Sub 'arn:${AWS::Partition}:iam::aws:policy/AmazonSQSFullAccess']}", ["DUR956[E]"]),
        (f"{{ManagedPolicyArns: [{BASIC}, {DURABLE_POLICY}]}}", []),
        ("{ManagedPolicyArns: [arn:aws:iam::aws:policy/AdministratorAccess]}", []),
        ("{ManagedPolicyArns: [arn:aws:iam::123456789012:policy/Ours]}", []),
        ("{ManagedPolicyArns: [!Ref Policy]}", []),
        ("{ManagedPolicyArns: !Ref Policies}", []),
        ("{ManagedPolicyArns: [!If [Prod, a, b]]}", []),
        (inline(allowing(CHECKPOINT, GET_STATE)), []),
        (inline(allowing(GET_STATE)), ["DUR956[E]"]),
        (inline(allowing(CHECKPOINT)), ["DUR956[W]"]),
        (inline(allowing("lambda:*")), []),
        (inline(allowing("*")), []),
        (inline(allowing("LAMBDA:checkpoint*", "lambda:Get*")), []),
        (inline(allowing("lambda:?heckpointDurableExecution", "lambda:GetDurableExecution*")), []),
        (inline(allowing("lambda:InvokeFunction", "logs:*")), ["DUR956[E]"]),
        (inline(allowing("lambda:*", effect="Deny")), ["DUR956[E]"]),
        (inline("{Statement: {Effect: Allow, Action: 'lambda:*', Resource: '*'}}"), []),
        (inline("{Statement: [{Effect: Allow, NotAction: 'iam:*', Resource: '*'}]}"), []),
        (inline("{Statement: [{Effect: Allow, Action: !Ref Actions, Resource: '*'}]}"), []),
        (inline("{Statement: [!If [Prod, {Effect: Allow}, {Effect: Deny}]]}"), []),
        (inline("!Ref Document"), []),
        ("{Policies: [!If [Prod, {PolicyName: a}, {PolicyName: b}]]}", []),
        ("{Policies: !If [Prod, [], []]}", []),
        ("{'Fn::Transform': {Name: Ours}}", []),
    ],
)
def test_policies(role: str, expected: list[str], tmp_path: Path) -> None:
    assert severities(tmp_path, role) == expected


@pytest.mark.parametrize(
    ("kind", "target", "actions", "expected"),
    [
        ("Policy", "Roles: [!Ref Access]", "*", []),
        ("RolePolicy", "RoleName: !Ref Access", "*", []),
        ("ManagedPolicy", "Roles: [!Ref Access]", "*", []),
        ("Policy", "Roles: [!Ref Access]", "s3:*", ["DUR956[E]"]),
        ("Policy", "Roles: [!Ref Billing]", "*", ["DUR956[E]"]),
        ("Policy", "Users: [ada]", "*", ["DUR956[E]"]),
        ("Policy", "Roles: [access]", "s3:*", []),
        ("Policy", "Roles: !Ref Names", "s3:*", []),
    ],
)
def test_policies_that_are_attached_from_outside(
    kind: str, target: str, actions: str, expected: list[str], tmp_path: Path
) -> None:
    properties = f"{target}, PolicyDocument: {allowing(actions)}"
    assert severities(tmp_path, "{}", f"P: {{Type: AWS::IAM::{kind}, Properties: {{{properties}}}}}") == expected


def test_a_managed_policy_of_the_template(tmp_path: Path) -> None:
    role = "{ManagedPolicyArns: [!Ref P]}"
    policy = "P: {Type: AWS::IAM::ManagedPolicy, Properties: {PolicyDocument: DOCUMENT}}"
    for document, expected in ((allowing("lambda:*"), []), (allowing("s3:*"), ["DUR956[E]"]), ("!Ref D", [])):
        assert severities(tmp_path, role, policy.replace("DOCUMENT", document)) == expected


def test_a_function_that_is_not_durable_needs_nothing(tmp_path: Path) -> None:
    template = HEAD.replace("ROLE", "!GetAtt Access.Arn") + "  Access: {Type: AWS::IAM::Role, Properties: {}}\n"
    plain = "handler = print\n"
    assert found(written(tmp_path, {"template.yaml": template, "app.py": plain})) == []
    assert severities(tmp_path, "{}", kind="AWS::IAM::User") == []


def test_one_role_of_two_functions_is_one_finding(tmp_path: Path) -> None:
    one = HEAD.replace("ROLE", "!GetAtt Access.Arn")
    template = one + one.partition("Resources:\n")[2].replace("Billing", "Letters")
    template += "  Access: {Type: AWS::IAM::Role, Properties: {}}\n"
    assert [code for *_, code in found(written(tmp_path, {"template.yaml": template, "app.py": DURABLE}))] == [
        "DUR956[E]"
    ]
