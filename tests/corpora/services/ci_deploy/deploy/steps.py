"""Steps of a deployment."""

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step

_lambda = boto3.client("lambda")
_data = boto3.client("rds-data")


@durable_step
def deploy_to(step_context: StepContext, stage: str, commit: str) -> str:
    answer = _lambda.update_function_code(FunctionName=f"shop-{stage}", S3Bucket="builds", S3Key=f"{commit}.zip")
    return answer["CodeSha256"]


@durable_step
def roll_back(step_context: StepContext, stage: str, commit: str) -> None:
    _lambda.update_alias(FunctionName=f"shop-{stage}", Name="live", FunctionVersion=f"before-{commit}")


@durable_step
def smoke_test(step_context: StepContext, stage: str) -> bool:
    answer = _lambda.invoke(FunctionName=f"shop-{stage}", Payload=b"{}")
    return answer["StatusCode"] == 200


@durable_step
def migrate(step_context: StepContext, file: str) -> None:
    _data.execute_statement(resourceArn="db", secretArn="secret", sql=file)
