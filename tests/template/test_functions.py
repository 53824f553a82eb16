"""Which functions of a template are checked, and against which handlers."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.template.programs import DURABLE, PLAIN, agrees, found, written

HEAD = "Transform: AWS::Serverless-2016-10-31\nResources:\n  Billing:\n    Type: AWS::Serverless::Function\n"


def sam(*properties: str, head: str = HEAD) -> str:
    return head + "    Properties:\n" + "".join(f"      {line}\n" for line in properties)


@pytest.mark.parametrize(
    ("template", "path"),
    [
        (sam("CodeUri: src/", "Handler: app.handler  # <- DUR951[E]"), "src/app.py"),
        (sam("CodeUri: ./src", 'Handler: "app.handler"  # <- DUR951[E]'), "src/app.py"),
        (sam("Handler: app.handler  # <- DUR951[E]"), "app.py"),
        (sam("CodeUri: .", "Handler: src.billing.app.handler  # <- DUR951[E]"), "src/billing/app.py"),
        (sam("CodeUri: .", "Handler: src/billing/app.handler  # <- DUR951[E]"), "src/billing/app.py"),
        (sam("CodeUri: src", "Handler: billing.handler  # <- DUR951[E]"), "src/billing/__init__.py"),
        (sam("CodeUri: src", "Handler: !Sub app.handler  # <- DUR951[E]"), "src/app.py"),
        (sam("CodeUri: src", "Handler: app.handler  # <- DUR951[E]", "PackageType: Zip"), "src/app.py"),
        (sam("CodeUri: src", "Handler: app.handler  # <- DUR951[E]", "Runtime: !Ref Runtime"), "src/app.py"),
        (sam("CodeUri: src", "Handler: app.handler  # <- DUR951[E]", "Runtime: python3.14"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: app.handler", "Runtime: nodejs22.x"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: app.handler", "PackageType: Image"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: app.handler", "PackageType: !Ref Kind"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: app.handler", "ImageConfig: {Command: [app.handler]}"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: app.other"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: gone.handler"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: !Ref Handler"), "src/app.py"),
        (sam("CodeUri: src/", "Handler: !Sub app.${Name}"), "src/app.py"),
        (sam("CodeUri: !Ref Code", "Handler: app.handler"), "app.py"),
        (sam("CodeUri: s3://bucket/app.zip", "Handler: app.handler"), "app.py"),
        (sam("CodeUri: {Bucket: code, Key: app.zip}", "Handler: app.handler"), "app.py"),
        (sam("CodeUri: app.zip", "Handler: app.handler"), "app.py"),
        (sam("InlineCode: |", "  def handler(event, context): ...", "Handler: app.handler"), "app.py"),
        (sam("CodeUri: src/", "Handler: handler"), "src/handler.py"),
        (sam("CodeUri: src/", "Handler: [app, handler]"), "src/app.py"),
    ],
)
def test_the_handler_of_a_function_is_found(template: str, path: str, tmp_path: Path) -> None:
    agrees(tmp_path, {"template.yaml": template, path: DURABLE})


CLOUDFORMATION = """
Resources:
  Billing:
    Type: AWS::Lambda::Function
    Properties:
      Handler: app.handler{mark}
      Runtime: python3.13
      Code: {code}
"""


@pytest.mark.parametrize(
    ("code", "is_found"),
    [("src", True), ("./src/", True), ("{S3Bucket: b, S3Key: k}", False), ("{ZipFile: 'def handler(): 1'}", False)],
)
def test_the_code_of_a_cloudformation_function(code: str, is_found: bool, tmp_path: Path) -> None:
    mark = "  # <- DUR951[E]" if is_found else ""
    template = CLOUDFORMATION.replace("{code}", code).replace("{mark}", mark)
    agrees(tmp_path, {"template.yaml": template, "src/app.py": DURABLE, "app.py": DURABLE})


@pytest.mark.parametrize(
    ("globals_", "own", "is_found"),
    [
        ("CodeUri: src", "Handler: app.handler  # <- DUR951[E]", True),
        ("DurableConfig: {ExecutionTimeout: 60}", "Handler: src.app.handler", False),
        ("DurableConfig: {RetentionPeriodInDays: 7}", "DurableConfig: {ExecutionTimeout: 60}", False),
        ("DurableConfig: {ExecutionTimeout: 60}", "DurableConfig: {RetentionPeriodInDays: 7}", False),
        ("DurableConfig: {RetentionPeriodInDays: 7}", "Handler: src.app.handler  # <- DUR953[E]", True),
        ("DurableConfig: !If [Prod, {ExecutionTimeout: 0}, !Ref AWS::NoValue]", "Timeout: 9", False),
        ("DurableConfig: !Ref Config", "DurableConfig: {ExecutionTimeout: 0}", False),
        ("DurableConfig: {Fn::If: [Prod, 1, 2]}", "Timeout: 9", False),
        ("Timeout: 9", "DurableConfig: !FindInMap [Stage, !Ref Stage, Durable]", False),
        ("Runtime: nodejs22.x", "Timeout: 9", False),
        ("Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}", "Timeout: 9", False),
        ("Timeout: 9", "Fn::Transform: {Name: AWS::Include, Parameters: {Location: more.yaml}}", False),
    ],
)
def test_globals_are_laid_under_the_function(globals_: str, own: str, is_found: bool, tmp_path: Path) -> None:
    handler = "" if "Handler" in own else "\n      Handler: src.app.handler"
    template = f"""Transform: [AWS::Serverless-2016-10-31]
Globals:
  Function:
    {globals_}
Resources:
  Billing:
    Type: AWS::Serverless::Function
    Properties:
      {own}{handler}
"""
    files: dict[str, str | bytes] = {"template.yaml": template, "src/app.py": DURABLE}
    agrees(tmp_path, files)
    assert bool(found(tmp_path)) is is_found


def test_a_handler_from_globals_is_reported_at_the_function(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Handler: app.handler, Runtime: python3.13}}
Resources:
  Billing:  # <- DUR951[E]
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: billing
  Letters:  # <- DUR951[E]
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: letters
  Pictures:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: pictures
"""
    agrees(
        tmp_path,
        {
            "template.yaml": template,
            "billing/app.py": DURABLE,
            "letters/app.py": DURABLE,
            "pictures/app.py": PLAIN,
        },
    )


@pytest.mark.parametrize(
    ("transform", "is_found"),
    [
        ("AWS::Serverless-2016-10-31", True),
        ("[AWS::LanguageExtensions, AWS::Serverless-2016-10-31]", True),
        ("\n  - AWS::SecretsManager-2020-07-23\n  - AWS::Serverless-2016-10-31", True),
        ("[AWS::Serverless-2016-10-31, OurDefaults]", False),
        ("{Name: AWS::Include, Parameters: {Location: more.yaml}}", False),
        ("!Ref Macro", False),
    ],
)
def test_unknown_macros_may_change_everything(transform: str, is_found: bool, tmp_path: Path) -> None:
    template = f"Transform: {transform}\n" + sam("Handler: app.handler").partition("\n")[2]
    assert bool(found(written(tmp_path, {"template.yaml": template, "app.py": DURABLE}))) is is_found


@pytest.mark.parametrize(
    ("entry", "is_found"),
    [
        ("'Fn::ForEach::Topics': [Topic, [a, b], {'Topic${Topic}': {Type: 'AWS::SNS::Topic'}}]", True),
        ("'Fn::Transform': {Name: OurDefaults}", False),
        ("Topic: !Transform {Name: Ours}", True),
        ("Topic: text", True),
        ("? [a, b]\n  : c", True),
    ],
)
def test_what_else_stands_among_the_resources(entry: str, is_found: bool, tmp_path: Path) -> None:
    template = sam("Handler: app.handler") + f"  {entry}\n"
    assert bool(found(written(tmp_path, {"template.yaml": template, "app.py": DURABLE}))) is is_found


@pytest.mark.parametrize(
    "handler",
    [
        "from aws_durable_execution_sdk_python import durable_execution\nfrom work import run\n"
        "handler = durable_execution(run)\n",
        "from process import handler\n",
        "from process import handler as main\nhandler = main\n",
        "import process\nhandler = process.handler\n",
    ],
)
def test_a_handler_that_comes_from_another_module(handler: str, tmp_path: Path) -> None:
    files: dict[str, str | bytes] = {
        "template.yaml": sam("CodeUri: src", "Handler: app.handler  # <- DUR951[E]"),
        "src/app.py": handler,
        "src/process.py": DURABLE,
        "src/work.py": "def run(event, context):\n    return context.step(lambda _: 1, name='read_price')\n",
    }
    agrees(tmp_path, files)


def test_two_functions_of_one_handler(tmp_path: Path) -> None:
    template = """
Transform: AWS::Serverless-2016-10-31
Resources:
  Durable:
    Type: AWS::Serverless::Function
    Properties: {Handler: app.handler, DurableConfig: {ExecutionTimeout: 60}}
  Forgotten:
    Type: AWS::Serverless::Function
    Properties:
      Handler: app.handler  # <- DUR951[E]
"""
    agrees(tmp_path, {"template.yaml": template, "app.py": DURABLE})


def test_anchors_and_merged_mappings(tmp_path: Path) -> None:
    template = """
x-defaults: &defaults
  Runtime: python3.13
  CodeUri: src
  DurableConfig: &durable {ExecutionTimeout: 0}  # <- DUR953[E]
Transform: AWS::Serverless-2016-10-31
Resources:
  One:
    Type: AWS::Serverless::Function
    Properties:
      <<: *defaults
      Handler: app.handler
  Two:
    Type: AWS::Serverless::Function
    Properties:
      <<: [{Handler: app.handler}, *defaults]
      DurableConfig: {ExecutionTimeout: 60}
  Three:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: src
      Handler: app.handler
      DurableConfig: *durable
"""
    agrees(tmp_path, {"template.yaml": template, "src/app.py": DURABLE})


def test_a_key_that_is_written_twice_counts_as_the_last(tmp_path: Path) -> None:
    template = sam("Handler: gone.handler", "Handler: app.handler  # <- DUR951[E]")
    agrees(tmp_path, {"template.yaml": template, "app.py": DURABLE})


@pytest.mark.parametrize(
    ("name", "indent"),
    [("template.yaml", "  "), ("template.yml", "  "), ("template.json", "  "), ("template.json", "\t")],
)
def test_json(name: str, indent: str, tmp_path: Path) -> None:
    template = """{
  "Resources": {
    "Über": {"Type": "AWS::Lambda::Function", "Properties": {
      "Description": "größer \\u00e4 \U0001f600 \\/", "Code": "src", "Handler": "app.handler",
      "Role": {"Fn::GetAtt": ["R", "Arn"]}, "DurableConfig": {"ExecutionTimeout": 31622401}}}
  }
}
"""
    text = template.replace("  ", indent)
    assert found(written(tmp_path, {name: text, "src/app.py": DURABLE})) == [(name, 5, "DUR953[E]")]


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"Resources:\n  - a\n :b",
        b"Resources: {{ cookiecutter.resources }}\n",
        b"a: 1\n---\nResources: {}\n",
        b"\xff\xfe\x00durable",
        b"Resources: durable\n",
        b"- durable\n",
        b"[" * 50_000,
        b"a: &a [*a]\n",
        b"Resources: *missing\n",
        b"Resources: {F: {Type: AWS::Serverless::Function}}\n",
        b"Resources: {F: {Type: AWS::Serverless::Function, Properties: }}\n",
        b"a: &a {x: 1}\n"
        + b"".join(
            b"b%d: &b%d {<<: [*%s, *%s]}\n" % (i, i, r, r)
            for i, r in enumerate([b"a"] + [b"b%d" % i for i in range(60)])
        ),
        b"# durable \x07\n",
    ],
)
def test_a_broken_template_says_nothing(text: bytes, tmp_path: Path) -> None:
    assert found(written(tmp_path, {"template.yaml": text, "app.py": DURABLE})) == []


def test_crlf_and_a_byte_order_mark(tmp_path: Path) -> None:
    text = b"\xef\xbb\xbf" + sam("CodeUri: src", "Handler: app.handler").replace("\n", "\r\n").encode()
    assert found(written(tmp_path, {"template.yaml": text, "src/app.py": DURABLE})) == [
        ("template.yaml", 7, "DUR951[E]")
    ]
