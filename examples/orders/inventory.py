"""What is in stock, and what is set aside for an order."""

import boto3
from aws_durable_execution_sdk_python import StepContext, durable_step

stock_table = boto3.resource("dynamodb").Table("stock")


@durable_step
def reserve_stock(step_context: StepContext, order_id: str, items: list[dict]) -> dict:
    reserved = {item["sku"] for item in items if _take_one(item["sku"], order_id)}
    return {"skus": reserved, "complete": len(reserved) == len(items)}


def _take_one(sku: str, order_id: str) -> bool:
    answer = stock_table.update_item(
        Key={"sku": sku},
        UpdateExpression="SET held_by = :order ADD stock :minus_one",
        ExpressionAttributeValues={":order": order_id, ":minus_one": -1},
        ReturnValues="UPDATED_NEW",
    )
    return answer["Attributes"]["stock"] >= 0
